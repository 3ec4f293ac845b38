"""Stated targets held against the approved ones: the same, easier, harder, or put otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perfbatch.text import text_key
from perfbatch.values import read_sides
from perfbatch.values.units import bring_together

SAME, EASIER, HARDER, OTHERWISE = "", "easier", "harder", "otherwise"
_CLOSE = 1e-9
_COUNT = "个"
_DECREASE = re.compile("下降|降低|降幅|减少|减幅|压减|压缩|缩短|节约")
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
    where the ``direction`` ('positive', 'reverse', '') is ``sure``, and neither where the words tell of a
    decrease (下降5%: of what is the direction?), where 个 stands beside another measure word, nor where a
    period that one side names holds the other's day. An operator that only one side writes
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

    plain &= _one_measure(a["unit"], b["unit"]) & ~_decreases(approved, stated)
    lower, higher = plain & (number < a["number"]), plain & (number > a["number"])
    points, certain = np.asarray(direction, dtype=object), np.asarray(sure, dtype=bool)
    easier = np.where(points == "positive", lower, np.where(points == "reverse", higher, False))
    harder = np.where(points == "positive", higher, np.where(points == "reverse", lower, False))
    dates = (a["kind"] == "date") & (b["kind"] == "date") & ~np.isnat(a["until"]) & ~np.isnat(b["until"])
    same_date = dates & (a["until"] == b["until"])

    result = np.full(len(number), OTHERWISE, dtype=object)
    result[easier & agree & certain & ~same_number] = EASIER
    result[harder & agree & certain & ~same_number] = HARDER
    result[dates & (b["until"] > a["until"]) & ~(b["from"] <= a["until"])] = EASIER
    result[dates & (b["until"] < a["until"]) & ~(a["from"] <= b["until"])] = HARDER
    keys = text_key([*approved, *stated]).to_numpy(dtype=object)
    same_words = keys[: len(number)] == keys[len(number) :]
    result[(same_number & agree) | same_date | same_words] = SAME
    return result


def _side(sides: dict[str, Any], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name: np.asarray(sides[f"{prefix}{name}"], dtype=dtype)
        for name, dtype in (
            ("kind", object), ("operator", object), ("unit", object), ("number", np.float64),
            ("upper", np.float64), ("from", "datetime64[s]"), ("until", "datetime64[s]"),
        )
    }  # fmt: skip


def _one_measure(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether both count the same for all that is known: 100个 may be villages, and 90家 firms in them."""
    pairs = zip(a, b, strict=True)
    return np.array(
        [not x or not y or x == y or not (x.endswith(_COUNT) or y.endswith(_COUNT)) for x, y in pairs],
        dtype=bool,
    )


def _decreases(approved: Sequence[str], stated: Sequence[str]) -> NDArray[np.bool_]:
    pairs = zip(approved, stated, strict=True)
    return np.array([any(map(_DECREASE.search, pair)) for pair in pairs], dtype=bool)


def _alike(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    close: NDArray[np.bool_] = np.isclose(a, b, rtol=_CLOSE, atol=0.0)
    return close


def _operators_agree(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Equal, or said by one side alone."""
    pairs = zip(a, b, strict=True)
    return np.array([x == y or x in _SILENT or y in _SILENT for x, y in pairs], dtype=bool)
