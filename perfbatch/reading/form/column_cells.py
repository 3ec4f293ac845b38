"""What is seen of a row in the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping

from perfbatch.reading.form.find import Column
from perfbatch.reading.form.sheet import Sheet
from perfbatch.workbook.grid import Cell

Spot = tuple[tuple[int, int], Cell]
"""A filled cell, and the place where it stands: the top left one of a merged range."""
_NO_CELLS: Mapping[int, Cell] = {}


def filled_cells(sheet: Sheet, row: int, columns: Mapping[str, Column]) -> dict[str, tuple[Spot, ...]]:
    """The filled cells that are seen in each of the columns, from left to right, each once.

    A column's label may span several columns of the sheet. What is merged into a column from the left is
    seen in the first of them only.
    """
    own = sheet.rows.get(row, _NO_CELLS)
    anchor_of, cell_at = sheet.grid.anchor.get, sheet.grid.cells.get
    seen: dict[str, tuple[Spot, ...]] = {}
    for name, (left, right) in columns.items():
        spots: tuple[Spot, ...] = ()
        at: tuple[int, int] | None = (row, left)
        cell = own.get(left)
        if cell is None and (at := anchor_of((row, left))) is not None:
            cell = cell_at(at)
        if cell is not None and at is not None and (cell.state != "value" or cell.text.strip()):
            spots = ((at, cell),)
        for further in range(left + 1, right + 1):
            at = (row, further)
            cell = own.get(further)
            if cell is None:
                at = anchor_of(at)
                if at is None or at[1] < left or any(at == known for known, _ in spots):
                    continue
                cell = cell_at(at)
            if cell is not None and (cell.state != "value" or cell.text.strip()):
                spots += ((at, cell),)
        seen[name] = spots
    return seen
