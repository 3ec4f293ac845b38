"""Stated targets held against the approved ones: the same, easier, harder, or put otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perfbatch.text import text_key
from perfbatch.values import read_sides
from perfbatch.values.units import bring_together

SAME, EASIER, HARDER, OTHERWISE = "", "easier", "harder", "otherwise"
_CLOSE = 1e-9
_SILENT = frozenset({"", "="})


def compare(
    approved: Sequence[str],
    stated: Sequence[str],
    direction: Sequence[str],
    sure: Sequence[bool] | NDArray[np.bool_],
    year: Any = None,
) -> NDArray[np.object_]:
    """How each ``stated`` 指标值 stands to the ``approved`` one: SAME, EASIER, HARDER or OTHERWISE.

    Easier is lower for a positive indicator, higher for a reverse one, later for a date; it is said only
    where the ``direction`` ('positive', 'reverse', '') is ``sure``. An operator that only one side writes
    makes no difference (≥95% approved, 95% in the form), nor do units of one kind (0.5万人, 5000人).
    ``year`` is the form's, one or a row each, for dates that name none.
    """
    sides = read_sides(list(approved), list(stated), year)
    a, b = _side(sides, "target_"), _side(sides, "actual_")
    together = bring_together(a["number"], a["unit"], b["number"], b["unit"])
    number = np.asarray(together.actual, dtype=np.float64)
    numeric = (a["kind"] == "number") & (b["kind"] == "number") & np.asarray(together.comparable, dtype=bool)
    plain = numeric & np.isnan(a["upper"]) & np.isnan(b["upper"])
    scale = np.divide(number, b["number"], out=np.ones(len(number)), where=b["number"] != 0)
    bounds_alike = _alike(a["upper"], b["upper"] * scale) | (np.isnan(a["upper"]) & np.isnan(b["upper"]))
    same_number = numeric & _alike(a["number"], number) & bounds_alike
    agree = _operators_agree(a["operator"], b["operator"])

    lower, higher = plain & (number < a["number"]), plain & (number > a["number"])
    points, certain = np.asarray(direction, dtype=object), np.asarray(sure, dtype=bool)
    easier = np.where(points == "positive", lower, np.where(points == "reverse", higher, False))
    harder = np.where(points == "positive", higher, np.where(points == "reverse", lower, False))
    dates = (a["kind"] == "date") & (b["kind"] == "date") & ~np.isnat(a["until"]) & ~np.isnat(b["until"])
    same_date = dates & (a["until"] == b["until"])

    result = np.full(len(number), OTHERWISE, dtype=object)
    result[easier & agree & certain & ~same_number] = EASIER
    result[harder & agree & certain & ~same_number] = HARDER
    result[dates & (b["until"] > a["until"])] = EASIER
    result[dates & (b["until"] < a["until"])] = HARDER
    keys = text_key([*approved, *stated]).to_numpy(dtype=object)
    same_words = keys[: len(number)] == keys[len(number) :]
    result[(same_number & agree) | same_date | same_words] = SAME
    return result


def _side(sides: dict[str, Any], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name: np.asarray(sides[f"{prefix}{name}"], dtype=dtype)
        for name, dtype in (
            ("kind", object), ("operator", object), ("unit", object), ("number", np.float64),
            ("upper", np.float64), ("until", "datetime64[s]"),
        )
    }  # fmt: skip


def _alike(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    close: NDArray[np.bool_] = np.isclose(a, b, rtol=_CLOSE, atol=0.0)
    return close


def _operators_agree(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Equal, or said by one side alone."""
    pairs = zip(a, b, strict=True)
    return np.array([x == y or x in _SILENT or y in _SILENT for x, y in pairs], dtype=bool)
