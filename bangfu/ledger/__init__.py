"""What is so: every table, every rule of who may see it, and every action that writes it."""
