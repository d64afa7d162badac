"""Bangfu 帮扶: paired assistance, entered once and counted from its rows."""

__version__ = "0.1.0"
