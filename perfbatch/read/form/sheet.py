"""A grid seen through a layout family: where its labels stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from perfbatch.read.grid import Cell, Grid, Range
from perfbatch.read.grid import address as _address
from perfbatch.read.layouts import Layout

address = lru_cache(maxsize=65536)(_address)
_place = itemgetter(0, 1)


class Hit(NamedTuple):
    """A label on the sheet: the cells that it covers, its roles with ranks, and what follows its colon."""

    row: int
    column: int
    bottom: int
    right: int
    roles: Mapping[str, int]
    rest: str | None
    exact: bool
    text: str


class Sheet:
    """The labels of one grid by a family's vocabulary, and the cells around them.

    ``hits`` from top to bottom, left to right; ``by_row`` maps a row to the hits whose top it is; ``labels``
    holds the top left cells of all exact labels.
    """

    def __init__(self, grid: Grid, layout: Layout) -> None:
        self.grid = grid
        self.layout = layout
        self.at = grid.at
        self.extents: dict[tuple[int, int], Range] = {(r.top, r.left): r for r in grid.merges}
        self.hits: list[Hit] = []
        self.by_row: dict[int, list[Hit]] = {}
        self.labels: dict[tuple[int, int], Hit] = {}
        self.last_row = -1
        self.rows: dict[int, list[int]] = {}
        lookup, extents = layout.lookup, self.extents
        for (row, column), cell in grid.cells.items():
            text = cell.value
            if type(text) is str:
                entry = lookup(text)
                if entry is not None:
                    extent = extents.get((row, column))
                    bottom, right = (extent.bottom, extent.right) if extent else (row, column)
                    roles, rest, exact, _ = entry
                    self.hits.append(Hit(row, column, bottom, right, roles, rest, exact, text))
            elif text is None and not cell.text and cell.state == "value":
                continue
            self.rows.setdefault(row, []).append(column)
        self.hits.sort(key=_place)
        self._tops = [hit.row for hit in self.hits]
        for hit in self.hits:
            self.by_row.setdefault(hit.row, []).append(hit)
            if hit.exact:
                self.labels[hit.row, hit.column] = hit
        self.last_row = max(self.rows, default=-1)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell in which the value seen at this place stands."""
        return self.grid.anchor.get((row, column), (row, column))

    def extent(self, row: int, column: int) -> Range:
        """The merged range over this place, or the one cell."""
        anchor = self.grid.anchor.get((row, column), (row, column))
        return self.extents.get(anchor) or Range(*anchor, *anchor)

    def cell(self, row: int, column: int) -> str:
        """A1 address of the cell in which the value seen at this place stands."""
        return address(*self.grid.anchor.get((row, column), (row, column)))

    def is_label(self, row: int, column: int) -> bool:
        """Whether an exact label of the family is seen at this place."""
        return self.anchor(row, column) in self.labels

    def between(self, top: int, limit: int) -> list[Hit]:
        """The labels whose top row is ``top`` … ``limit`` - 1."""
        return self.hits[bisect_left(self._tops, top) : bisect_left(self._tops, limit)]


def fit(grid: Grid, layout: Layout) -> tuple[int, int]:
    """How well a family fits a grid: labels of fields found; of equals the family with the fewest labels."""
    lookup = layout.lookup
    found = 0
    for cell in grid.cells.values():
        if type(cell.value) is str:
            entry = lookup(cell.value)
            if entry is not None and entry.names_field:
                found += 1
    return found, -layout.size


def shown(cell: Cell | None) -> str:
    """What a person sees in the cell, '' for none."""
    return cell.text if cell is not None else ""
