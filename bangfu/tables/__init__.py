"""Tables that nobody designed: read from any file, and understood. Pure, no Django."""
