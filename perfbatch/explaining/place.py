"""What a cell is to the reader: a value of an indicator, of a fund line, of the form, or only print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from perfbatch.explaining.cell import ExplainedCell, Row, position

Kind = Literal["indicator", "group", "budget", "fund", "total", "head", "printed", "outside"]

_SHARED = ("level1", "level2", "reason")
"""Cells that one merged range or label may give to several indicators."""
_TOTALS = ("points_total", "own_total")


@dataclass(frozen=True)
class CellPlace:
    """``rows`` are the indicators (or the fund line) concerned, ``field`` the column that was read from
    the cell, '' where the cell only stands in their row.
    """

    kind: Kind
    field: str = ""
    rows: tuple[Row, ...] = ()


def place_of(explained: ExplainedCell) -> CellPlace:
    """What the cell is."""
    if explained.form is None:
        return CellPlace("outside")
    cell = explained.cell
    indicators, funds = explained.indicators, explained.funds
    for field in _fields(indicators):
        rows = tuple(row for row in indicators if row[f"{field}_cell"] == cell)
        if rows:
            return CellPlace("group" if field in _SHARED and len(rows) > 1 else "indicator", field, rows)
    for field in _fields(funds):
        for row in funds:
            if row[f"{field}_cell"] == cell:
                return CellPlace(_line(row), field, (row,))
    for field in _fields([explained.form]):
        if explained.form[f"{field}_cell"] == cell:
            return CellPlace("total" if field in _TOTALS else "head", field)
    return _by_row(explained, indicators, funds)


def _by_row(explained: ExplainedCell, indicators: list[Row], funds: list[Row]) -> CellPlace:
    at = position(explained.cell)[0]
    for row in indicators:
        if at == _row_of(row, ("name", "target", "actual", "points", "own_score")):
            return CellPlace("indicator", "", (row,))
    for row in funds:
        if at == _row_of(row, ("label", "budget", "executed")):
            return CellPlace(_line(row), "", (row,))
    assert explained.form is not None
    if at == _row_of(explained.form, _TOTALS):
        return CellPlace("total")
    return CellPlace("printed")


def _line(row: Row) -> Literal["budget", "fund"]:
    return "budget" if row["line"] == "total" else "fund"


def _row_of(row: Row, fields: Iterable[str]) -> int | None:
    cell = next((row[f"{field}_cell"] for field in fields if row[f"{field}_cell"]), "")
    return position(cell)[0] if cell else None


def _fields(rows: list[Row]) -> list[str]:
    return [key.removesuffix("_cell") for key in rows[0] if key.endswith("_cell")] if rows else []
