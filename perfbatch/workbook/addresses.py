"""Cell addresses of the A1 kind, as 1-based (row, column)."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


@lru_cache(maxsize=1 << 14)
def parse(address: str) -> tuple[int, int] | None:
    """(row, column) of 'B7', '$B$7' or 'b7'; None for anything else or off the sheet."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


@lru_cache(maxsize=1 << 10)
def letters(column: int) -> str:
    """'A' for 1, 'AA' for 27."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def show(row: int, column: int) -> str:
    """'B7' for (7, 2)."""
    return f"{letters(column)}{row}"


@lru_cache(maxsize=1 << 12)
def parse_range(text: str) -> tuple[int, int, int, int] | None:
    """(first row, first column, last row, last column) of 'A1:C4' or 'A1'; None for anything else."""
    first, _, last = text.partition(":")
    start, end = parse(first), parse(last or first)
    if start is None or end is None:
        return None
    return min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
