"""Cell addresses of the A1 kind: the one place where letters become columns and columns letters.

Rows and columns count from 0, as in a ``Grid``. What changes an .xlsx part by part counts from 1, as the r,
min and max attributes of its parts do: the three functions that speak so have ``number`` in their names.
"""

from __future__ import annotations

import re

from perfbatch.caching import cached
from perfbatch.workbook.grid import Range

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""Rows and columns of a sheet in Excel."""

Place = tuple[int, int]
"""Row and column of a cell."""

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?0*([1-9][0-9]{0,8})")


class _Columns(dict[str, int]):
    """Worked out when first asked for."""

    def __missing__(self, letters: str) -> int:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self[letters] = column - 1
        return column - 1


COLUMNS = _Columns()
"""Columns, from 0, by one to three capital letters."""


@cached(1 << 10)
def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


@cached(1 << 16)
def address(row: int, column: int) -> str:
    """B3 for (2, 1)."""
    return f"{column_letters(column)}{row + 1}"


@cached(1 << 16)
def parse_address(text: str) -> Place | None:
    """(2, 1) for B3, b3 or $B$3, be it on a sheet or beyond its edge; None where it is no address."""
    match = _ADDRESS.fullmatch(text.strip())
    return (int(match[2]) - 1, COLUMNS[match[1].upper()]) if match else None


@cached(1 << 16)
def parse_range(text: str) -> Range | None:
    """A1:C3, or A1 alone, as a Range; None where it is no such thing."""
    first, _, last = text.partition(":")
    start, end = parse_address(first), parse_address(last or first)
    if start is None or end is None:
        return None
    (top, bottom), (left, right) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Range(top, left, bottom, right)


@cached(1 << 14)
def numbered_address(row: int, column: int) -> str:
    """B3 for row 3 and column 2."""
    return address(row - 1, column - 1)


@cached(1 << 14)
def cell_numbers(text: str) -> Place | None:
    """(3, 2) for B3; None for anything else or off the sheet."""
    place = parse_address(text)
    if place is None or place[0] >= MAX_ROWS or place[1] >= MAX_COLUMNS:
        return None
    return place[0] + 1, place[1] + 1


@cached(1 << 12)
def range_numbers(text: str) -> tuple[int, int, int, int] | None:
    """(first row, first column, last row, last column), from 1, of A1:C4 or A1; None as ``cell_numbers``."""
    first, _, last = text.partition(":")
    start, end = cell_numbers(first), cell_numbers(last or first)
    if start is None or end is None:
        return None
    return min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
