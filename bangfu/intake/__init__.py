"""Spreadsheets and forms in: understood, judged row by row, accepted, undone."""
