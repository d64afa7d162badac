"""Blank forms of others, filled in their own layout."""
