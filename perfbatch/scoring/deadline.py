"""Dates against deadlines: on time, late, or for a person to judge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import outcomes
from perfbatch.scoring.columns import Columns
from perfbatch.scoring.direction import POSITIVE

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def score_deadlines(
    indicators: Columns, points: Floats, pointing: NDArray[np.int8], book: RuleBook
) -> tuple[outcomes.Outcomes, Floats, Bools]:
    """Outcome, computed score and late, for indicators whose both sides are dates.

    On time when the last day of B is not after the deadline, late when its first day is; a B that
    straddles the deadline, and a target that names no latest day (6月以后), are left to a person.
    """
    latest = indicators["target_until"]
    first = indicators["actual_from"]
    last = indicators["actual_until"]
    closed = pointing != POSITIVE
    on_time = closed & (last <= latest)  # False beside NaT
    late = closed & (first > latest) & ~on_time
    formula = book.value("deadline.formula")
    outcome = np.select(
        [on_time, late], [outcomes.DEADLINE, outcomes.LATE], outcomes.JUDGEMENT
    ).astype(np.int8)  # fmt: skip
    computed = np.where(on_time, points, np.nan)
    if formula == "on_time_or_zero":
        computed = np.where(late, 0.0 * points, computed)
    if formula == "own":
        outcome = np.where(on_time, np.int8(outcomes.DEADLINE_JUDGED), outcome)
        computed = np.full(len(points), np.nan)
    return outcome, computed, late
