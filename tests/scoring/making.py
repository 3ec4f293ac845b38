"""Frames made by hand for the score stage: what a test does not say is blank, as the reader leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from perfbatch import schema
from perfbatch.schema import Frames

Row = Mapping[str, Any]


def frames(indicators: Sequence[Row], funds: Sequence[Row] = (), forms: Sequence[Row] = ({},)) -> Frames:
    """Frames of stage 'read'; rows belong to the form ``f1`` unless they name another."""
    return Frames(
        forms=_frame(
            "forms", [{"form_id": f"f{n}", "layout": "national", **row} for n, row in enumerate(forms, 1)]
        ),
        funds=_frame("funds", [{"form_id": "f1", "line": "total", **row} for row in funds]),
        indicators=_frame("indicators", [{"form_id": "f1", **row} for row in indicators]),
        files=schema.build("files", {}),
        findings=schema.build("findings", {}, "check"),
    )


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    blank: dict[str, Any] = {"str": "", "float64": float("nan"), "bool": False}
    dtypes = {column.name: column.dtype for column in schema.columns(name, "read")}
    keys = [key for key in dtypes if any(key in row for row in rows)]
    data = {key: [row.get(key, blank.get(dtypes[key])) for row in rows] for key in keys}
    if not data and rows:
        raise ValueError("rows without columns")
    return schema.build(name, data)


def number(
    side: str, value: float, unit: str = "", operator: str = "", upper: float | None = None
) -> dict[str, Any]:
    """The parsed columns of a number on one side."""
    columns: dict[str, Any] = {
        side: f"{operator}{value:.12g}{unit}", f"{side}_kind": "number", f"{side}_number": value,
        f"{side}_unit": unit, f"{side}_operator": operator,
    }  # fmt: skip
    return columns if upper is None else {**columns, f"{side}_upper": upper}


def text(side: str, value: str) -> dict[str, Any]:
    """The parsed columns of words on one side."""
    return {side: value, f"{side}_kind": "text"}


def date(side: str, value: str, first: str | None, last: str, operator: str = "") -> dict[str, Any]:
    """The parsed columns of a date or deadline on one side."""
    return {
        side: value, f"{side}_kind": "date", f"{side}_operator": operator,
        f"{side}_from": pd.Timestamp(first) if first else pd.NaT, f"{side}_until": pd.Timestamp(last),
    }  # fmt: skip


def tier(side: str, value: str, name: str) -> dict[str, Any]:
    """The parsed columns of a tier on one side."""
    return {side: value, f"{side}_kind": "tier", f"{side}_tier": name}


def ab(
    target: float, actual: float, points: float = 10.0, own: float | None = None, **more: Any
) -> dict[str, Any]:
    """A bare number against a bare number."""
    row = {**number("target", target), **number("actual", actual), "points": points, **more}
    return row if own is None else {**row, "own_score": own}
