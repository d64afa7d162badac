"""How days and hours look on the screen, the same in both languages."""
