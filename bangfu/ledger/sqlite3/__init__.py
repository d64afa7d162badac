"""SQLite as Django speaks to it, but that nobody sees a list before it is whole."""
