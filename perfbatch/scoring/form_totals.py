"""Sums of each form, and the grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.columns import Array, Columns
from perfbatch.scoring.rounding import round_half_up, without_noise
from perfbatch.scoring.texts import codes, decode

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Runs:
    """Which form each row of a frame belongs to. Rows come form by form, so that only runs are kept."""

    starts: Rows
    """first row of each run"""
    forms: Rows
    """row of the forms frame that the run belongs to"""
    length: int
    """rows in all"""

    def rows(self) -> Rows:
        """Row of the forms frame for each row."""
        return np.repeat(self.forms, np.diff(np.append(self.starts, self.length)))

    def sum(self, values: NDArray[Any], forms: int) -> Floats:
        """Sum of ``values``, one a row, for each of ``forms`` forms; 0 where a form has no rows."""
        if self.length == 0:
            return np.zeros(forms)
        runs = np.add.reduceat(values, self.starts, dtype=np.float64)
        if len(runs) == forms and np.array_equal(self.forms, np.arange(forms)):
            return runs
        return np.bincount(self.forms, weights=runs, minlength=forms).astype(np.float64, copy=False)


def form_runs(ids: pa.Array, forms: pa.Array) -> Runs:
    """The runs of form ids in ``ids``. Raises KeyError for an id that is not among ``forms``."""
    if len(ids) == 0:
        return Runs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0)
    changes = pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.concatenate([[True], changes]))
    firsts = ids.take(pa.array(starts))
    if firsts.equals(forms):
        return Runs(starts, np.arange(len(starts)), len(ids))
    found = pc.index_in(firsts, value_set=forms)
    if found.null_count:
        raise KeyError(f"form_id not in forms: {firsts.filter(found.is_null())[0].as_py()}")
    return Runs(starts, found.to_numpy(zero_copy_only=False).astype(np.int64), len(ids))


def total(
    forms: Columns, funds: Columns, scored_funds: Mapping[str, Any], fund_runs: Runs,
    indicators: Mapping[str, Floats], indicator_runs: Runs, book: RuleBook,
) -> dict[str, Array]:  # fmt: skip
    """points_sum, own_sum, computed_total and both grades of each form.

    Of the funds only the lines total count; ``scored_funds`` are their columns of stage 'score'.
    ``indicators`` holds points, own_score and accepted_score. Sums leave missing numbers out and are NaN
    where there is none; computed_total is NaN where something with 分值 or an own score has no accepted
    score, or nothing is scored at all.
    """
    counts = codes(funds["line"], ("total",)) == 0
    given = {column: funds[column] for column in ("points", "own_score")}
    given["accepted_score"] = scored_funds["accepted_score"]
    lines = {column: np.where(counts, values, np.nan) for column, values in given.items()}
    fund, indicator = _sums(lines, fund_runs, len(forms)), _sums(indicators, indicator_runs, len(forms))
    sums = {column: fund[column] + indicator[column] for column in fund}
    _add_other(sums, forms)
    computed = round_half_up(sums["accepted_score"], book.value("rounding.decimals"))
    computed[(sums["unaccepted"] > 0) | (sums["scored"] == 0)] = np.nan
    for column in ("points", "own_score"):
        sums[column] = without_noise(sums[column])
        sums[column][sums[f"{column} there"] == 0] = np.nan
    own_total = forms["own_total"]
    return {
        "points_sum": sums["points"],
        "own_sum": sums["own_score"],
        "computed_total": computed,
        "grade_own": grade_totals(own_total, book),
        "grade_computed": grade_totals(computed, book),
    }


def _add_other(sums: dict[str, Floats], forms: Columns) -> None:
    """Add the rows that a form scores beside its funds and indicators; no rule speaks of them, and so their
    own scores are accepted."""
    for column in ("points", "own_score"):
        other = forms[f"other_{column}"]
        there = ~np.isnan(other)
        if there.any():
            sums[column] = sums[column] + np.where(there, other, 0.0)
            sums[f"{column} there"] = sums[f"{column} there"] + there
            if column == "own_score":
                sums["accepted_score"] = sums["accepted_score"] + np.where(there, other, 0.0)


def _sums(columns: Mapping[str, Floats], which: Runs, forms: int) -> dict[str, Floats]:
    """Of each form: the sum of every column without its gaps, how many items it has ("… there"), and
    how many rows are scored, or scored and not accepted."""
    there = {column: ~np.isnan(values) for column, values in columns.items()}
    rows = which.sum(np.ones(which.length, dtype=np.int8), forms)
    sums: dict[str, Floats] = {}
    for column, values in columns.items():
        whole = bool(there[column].all())
        sums[column] = which.sum(values if whole else np.where(there[column], values, 0.0), forms)
        sums[f"{column} there"] = rows if whole else which.sum(there[column], forms)
    scored = there["points"] | there["own_score"]
    sums["scored"] = rows if scored.all() else which.sum(scored, forms)
    sums["unaccepted"] = which.sum(scored & ~there["accepted_score"], forms)
    return sums


def grade_totals(totals: Floats, book: RuleBook) -> pa.Array:
    """Grade of each total, rounded before it is compared; ``""`` for NaN."""
    bands = book.value("grade.bands")
    rounded = round_half_up(totals, book.value("rounding.decimals"))
    code = np.full(len(totals), len(bands) - 1, dtype=np.int8)
    for index in range(len(bands) - 1, -1, -1):
        code[rounded >= bands[index]["from"]] = index
    code[np.isnan(totals)] = len(bands)
    return decode(code, [*(band["grade"] for band in bands), ""])
