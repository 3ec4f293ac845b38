"""How many blank cells with a look of their own a copy takes over."""

MOST_BLANKS = 200_000
"""of one sheet; more of them are a whole sheet that somebody painted"""
