"""Merged ranges: cut off at the area in use, and each covered cell pointing to its top left one."""

from __future__ import annotations

from collections.abc import Iterable

from perfbatch.read.bounds import Bounds
from perfbatch.read.grid import Cell, Grid, Range
from perfbatch.read.refusal import Refused

_SMALL = 1_000


def make_grid(
    name: str,
    cells: dict[tuple[int, int], Cell],
    merges: Iterable[Range],
    *,
    hidden: bool,
    used: tuple[int, int],
    bounds: Bounds,
) -> Grid:
    """A grid whose merges are expanded. ``used`` is the last row and column that the file mentions.

    A range over whole columns or rows ends where the area in use ends. What stands in a covered cell is
    seen by nobody and is left out.

    Raises Refused: too_complex.
    """
    merges = [m for m in merges if m.bottom >= m.top >= 0 and m.right >= m.left >= 0]
    if len(merges) > bounds.merges:
        raise Refused("too_complex", limit=bounds.merges, found=len(merges), part="merges")
    last_row, last_column = used
    for m in merges:
        if (m.bottom - m.top + 1) * (m.right - m.left + 1) <= _SMALL:
            last_row, last_column = max(last_row, m.bottom), max(last_column, m.right)
    last_row, last_column = min(last_row, bounds.rows - 1), min(last_column, bounds.columns - 1)
    kept: list[Range] = []
    anchor: dict[tuple[int, int], tuple[int, int]] = {}
    covered = 0
    for top, left, bottom, right in merges:
        bottom, right = min(bottom, last_row), min(right, last_column)
        size = (bottom - top + 1) * (right - left + 1)
        if bottom < top or right < left or size < 2:
            continue
        covered += size
        if covered > bounds.covered:
            raise Refused("too_complex", limit=bounds.covered, found=covered, part="covered")
        kept.append(Range(top, left, bottom, right))
        place = (top, left)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                # where ranges overlap, which no spreadsheet allows, the first one holds
                anchor.setdefault((row, column), place)
        if anchor[place] == place:
            del anchor[place]
    if cells and anchor:
        cells = {place: cell for place, cell in cells.items() if place not in anchor}
    return Grid(name, cells, kept, hidden, anchor)
