"""What is seen in a column of a table, row by row."""

from __future__ import annotations

from collections.abc import Iterable

from perfbatch.read.form.find import Column
from perfbatch.read.form.sheet import Sheet
from perfbatch.read.grid import Cell

Spot = tuple[tuple[int, int], Cell]
"""A filled cell, and the place where it stands: the top left one of a merged range."""


def filled_cells(sheet: Sheet, rows: Iterable[int], column: Column) -> list[tuple[Spot, ...]]:
    """For each of ``rows`` the filled cells that are seen in the column, from left to right, each once.

    The column's label may span several columns of the sheet. What is merged into the column from the left
    is seen in the first of them only.
    """
    anchor_of, cell_at = sheet.grid.anchor.get, sheet.grid.cells.get
    left, right = column
    further_columns = range(left + 1, right + 1)
    seen: list[tuple[Spot, ...]] = []
    for row in rows:
        place = (row, left)
        at = anchor_of(place, place)
        cell = cell_at(at)
        spots: tuple[Spot, ...] = ()
        if cell is not None and (cell.state != "value" or cell.text.strip()):
            spots = ((at, cell),)
        for further in further_columns:
            place = (row, further)
            at = anchor_of(place, place)
            cell = cell_at(at)
            if (
                cell is not None
                and at[1] >= left
                and (cell.state != "value" or cell.text.strip())
                and all(at != known for known, _ in spots)
            ):
                spots += ((at, cell),)
        seen.append(spots)
    return seen
