"""A grid seen through a layout family: where its labels stand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from perfbatch.read.grid import Cell, Grid, Range
from perfbatch.read.grid import address as _address
from perfbatch.read.layouts import Layout

_NO_FIELD = (".other", ".part", ".end", ".ignored", ".within", ".subtotal")
"""Roles of labels that bound fields and name none."""

address = lru_cache(maxsize=65536)(_address)


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
                    roles, rest, exact = entry
                    self.hits.append(Hit(row, column, bottom, right, roles, rest, exact, text))
            elif text is None and not cell.text and cell.state == "value":
                continue
            self.rows.setdefault(row, []).append(column)
        self.hits.sort()
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

    def score(self) -> tuple[int, int]:
        """How well the family fits: labels of fields found; of equals the family with the fewest labels."""
        found = sum(any(not role.endswith(_NO_FIELD) for role in hit.roles) for hit in self.hits)
        return found, -self.layout.size


def shown(cell: Cell | None) -> str:
    """What a person sees in the cell, '' for none."""
    return cell.text if cell is not None else ""
