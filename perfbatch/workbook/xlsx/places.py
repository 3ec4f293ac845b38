"""Addresses of an .xlsx, 0-based: B3 is row 2, column 1."""

from __future__ import annotations

from functools import lru_cache

from perfbatch.workbook.grid import Range


@lru_cache(maxsize=65_536)
def parse_place(reference: str) -> tuple[int, int] | None:
    """'B3' as (2, 1), None where it is no address."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        return None
    row = int(digits[:9])
    return (row - 1, COLUMNS[letters.upper()]) if row else None


@lru_cache(maxsize=65_536)
def parse_range(reference: str) -> Range | None:
    """'A1:C3' as a Range, None where it is no such thing."""
    first, _, last = reference.replace("$", "").partition(":")
    start, end = parse_place(first), parse_place(last or first)
    if start is None or end is None:
        return None
    rows, columns = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Range(rows[0], columns[0], rows[1], columns[1])


class _Columns(dict[str, int]):
    """Columns by one to three capital letters, worked out when first asked for."""

    def __missing__(self, letters: str) -> int:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self[letters] = column - 1
        return column - 1


COLUMNS = _Columns()
