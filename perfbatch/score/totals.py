"""Sums of each form, and the grades."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.score.rounding import round_half_up, without_noise
from perfbatch.score.texts import arrow, decode

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def form_rows(ids: pd.Series, forms: pd.Series) -> Rows:
    """Row of ``forms`` (form ids) for each of ``ids``. Raises KeyError for an id that is not there.

    Ids come in runs, form by form, so that only the first of each run is looked up.
    """
    texts = arrow(ids)
    if len(texts) == 0:
        return np.empty(0, dtype=np.int64)
    changes = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.concatenate([[True], changes]))
    found = pc.index_in(texts.take(pa.array(starts)), value_set=arrow(forms))
    if found.null_count:
        missing = texts.take(pa.array(starts)).filter(pc.is_null(found))
        raise KeyError(f"form_id not in forms: {missing[0].as_py()}")
    rows = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return np.repeat(rows, np.diff(np.append(starts, len(texts))))


def total(
    forms: pd.DataFrame, funds: pd.DataFrame, fund_rows: Rows, indicators: dict[str, Floats], rows: Rows,
    book: RuleBook,
) -> dict[str, pd.Series | Floats]:  # fmt: skip
    """points_sum, own_sum, computed_total and both grades of each form.

    ``funds`` is scored (only its lines total count); ``indicators`` holds points, own_score and
    accepted_score. Sums leave missing numbers out; computed_total is NaN where a line or indicator
    that has 分值 or an own score has no accepted score, or where nothing is scored at all.
    """
    counts = np.flatnonzero((funds["line"] == "total").to_numpy())
    at = np.concatenate([fund_rows[counts], rows])
    points, own, accepted = (
        np.concatenate([funds[column].to_numpy()[counts], indicators[column]])
        for column in ("points", "own_score", "accepted_score")
    )
    size = len(forms)
    scored = ~np.isnan(points) | ~np.isnan(own)
    sums = np.where(scored & np.isnan(accepted), np.nan, np.nan_to_num(accepted))
    computed = round_half_up(
        np.bincount(at, weights=sums, minlength=size), book.value("rounding.decimals")
    )  # fmt: skip
    computed[np.bincount(at, weights=scored, minlength=size) == 0] = np.nan
    own_total = forms["own_total"].to_numpy(dtype=np.float64)
    return {
        "points_sum": _sum(at, points, size),
        "own_sum": _sum(at, own, size),
        "computed_total": computed,
        "grade_own": grades(own_total, book),
        "grade_computed": grades(computed, book),
    }


def grades(totals: Floats, book: RuleBook) -> pd.Series:
    """Grade of each total, rounded before it is compared; ``""`` for NaN."""
    bands = book.value("grade.bands")
    rounded = round_half_up(totals, book.value("rounding.decimals"))
    code = np.full(len(totals), len(bands) - 1, dtype=np.int8)
    for index in range(len(bands) - 1, -1, -1):
        code[rounded >= bands[index]["from"]] = index
    code[np.isnan(totals)] = len(bands)
    return decode(code, [*(band["grade"] for band in bands), ""])


def _sum(at: Rows, values: Floats, size: int) -> Floats:
    """Sum of each form's values, missing ones left out; NaN where a form has none."""
    there = ~np.isnan(values)
    sums = without_noise(np.bincount(at, weights=np.where(there, values, 0.0), minlength=size))
    sums[np.bincount(at, weights=there, minlength=size) == 0] = np.nan
    return sums
