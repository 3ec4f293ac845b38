"""Sheets as they look, whatever kind of file they came from, and how they are written as an .xlsx."""
