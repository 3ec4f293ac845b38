"""Rows and columns of a form that its sheet hides: read like others, and said to be hidden."""

from __future__ import annotations

from collections.abc import Iterable

from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.sheet import Sheet
from perfbatch.workbook.addresses import column_letters


def hidden_in(sheet: Sheet, place: FormPlace) -> str:
    """The hidden rows and columns of a form that hold something: ``12,15-17,F``; '' for none."""
    grid = sheet.grid
    if not grid.hidden_rows and not grid.hidden_columns:
        return ""
    rows = [
        row for row in range(place.top, place.bottom + 1) if row in grid.hidden_rows and row in sheet.rows
    ]
    filled = {column for row in range(place.top, place.bottom + 1) for column in sheet.rows.get(row, ())}
    columns = [c for c in range(place.left, place.right + 1) if c in grid.hidden_columns and c in filled]
    return ",".join([*_runs(rows), *(column_letters(column) for column in columns)])


def _runs(rows: Iterable[int]) -> list[str]:
    """1-based rows, neighbours as first-last."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [str(a + 1) if a == b else f"{a + 1}-{b + 1}" for a, b in runs]
