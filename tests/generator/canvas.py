"""A sheet before it is written: cells with a style each, merges, sizes, and where each value went."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from tests.generator.model import Formula, Place, Value

UNWRAPPED = ("plain", "title", "subtitle", "cover")
"""Styles whose text runs over the cell's edge rather than into a second line."""


class Ink(NamedTuple):
    """What one cell holds and the name of its style (see styles.py)."""

    value: Value
    style: str


@dataclass
class Canvas:
    """Rows and columns are 0-based; ``merges`` are (top, left, bottom, right), edges inside."""

    cells: dict[tuple[int, int], Ink] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    places: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Value, style: str, place: Place | None = None) -> None:
        """Write one cell, and remember it as ``place``."""
        self.cells[row, column] = Ink(value, style)
        if place is not None:
            self.places[place] = (row, column)

    def block(self, top: int, left: int, bottom: int, right: int, value: Value, style: str,
              place: Place | None = None) -> None:  # fmt: skip
        """Write a merged range (or a single cell, where it is no more than one)."""
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.cells[row, column] = Ink(None, style)
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))
        self.put(top, left, value, style, place)

    @property
    def bottom(self) -> int:
        """The last row that is in use."""
        return max(row for row, _ in self.cells)

    @property
    def right(self) -> int:
        """The last column that is in use."""
        return max(column for _, column in self.cells)

    def insert(self, axis: int, at: int, count: int = 1) -> Canvas:
        """With ``count`` blank rows (axis 0) or columns (axis 1) put in before ``at``; merges grow."""

        def moved(index: int) -> int:
            return index + count if index >= at else index

        def shift(cell: tuple[int, int]) -> tuple[int, int]:
            return (moved(cell[0]), cell[1]) if axis == 0 else (cell[0], moved(cell[1]))

        merges = []
        for top, left, bottom, right in self.merges:
            a, b = shift((top, left)), shift((bottom, right))
            merges.append((*a, *b))
        result = Canvas(
            {shift(cell): ink for cell, ink in self.cells.items()},
            merges,
            {moved(c) if axis else c: width for c, width in self.widths.items()},
            {r if axis else moved(r): height for r, height in self.heights.items()},
            {place: shift(cell) for place, cell in self.places.items()},
        )
        for top, left, bottom, right in merges:  # borders of merges that grew
            style = result.cells[top, left].style
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    result.cells.setdefault((row, column), Ink(None, style))
        return result

    def bound(self) -> Canvas:
        """With formulas spelled out for this very position, so that it can be joined to others."""
        cells = {cell: replace_formula(ink, self.places) for cell, ink in self.cells.items()}
        return replace(self, cells=cells)

    def below(self, other: Canvas, gap: int) -> Canvas:
        """Both bound canvases on one sheet, ``other`` under this one; places are this canvas's own only."""
        down = other.insert(0, 0, self.bottom + 1 + gap)
        return Canvas(
            self.cells | down.cells, self.merges + down.merges, other.widths | self.widths,
            self.heights | down.heights, self.places,
        )  # fmt: skip

    def fit_heights(self, least: float = 20, line: float = 15.5) -> None:
        """Row heights that show every wrapped text whole; the last row of a merged range takes what lacks."""
        spans = {(top, left): (bottom, right) for top, left, bottom, right in self.merges}
        needed: dict[int, float] = {row: least for row, _ in self.cells}
        tall: list[tuple[int, int, float]] = []
        for (row, column), ink in self.cells.items():
            if not isinstance(ink.value, str) or ink.style in UNWRAPPED:
                continue
            bottom, right = spans.get((row, column), (row, column))
            width = sum(self.widths.get(c, 8.43) for c in range(column, right + 1))
            height = lines(ink.value, width) * line + 5
            if bottom == row:
                needed[row] = max(needed[row], height)
            else:
                tall.append((row, bottom, height))
        for top, bottom, height in tall:
            have = sum(needed.get(row, least) for row in range(top, bottom + 1))
            if have < height:
                share = (height - have) / (bottom - top + 1)
                for row in range(top, bottom + 1):
                    needed[row] = needed.get(row, least) + share
        self.heights = needed | self.heights


def replace_formula(ink: Ink, places: dict[Place, tuple[int, int]]) -> Ink:
    """The cell with its formula spelled out for these places."""
    if not isinstance(ink.value, Formula) or not ink.value.places:
        return ink
    named = [address(*places[place]) for place in ink.value.places]
    return Ink(replace(ink.value, template=ink.value.template.format(*named), places=()), ink.style)


def lines(text: str, width: float) -> int:
    """Lines that ``text`` takes in a column this wide (Chinese characters are two wide)."""
    room = max(width - 0.9, 2)
    return sum(max(1, ceil(_wide(part) * 1.05 / room)) for part in text.split("\n"))


@lru_cache(maxsize=4096)
def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def address(row: int, column: int) -> str:
    """A1 address of a 0-based row and column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
