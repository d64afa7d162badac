"""The command line and timed work: a door like the others, opened by the server itself."""
