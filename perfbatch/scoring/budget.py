"""Budget execution: 执行率 = B / A, and its score, for every line of the funds."""

from __future__ import annotations

import numpy as np

from perfbatch.rules import RuleBook
from perfbatch.scoring.accepted import accept, difference
from perfbatch.scoring.columns import Array, Columns
from perfbatch.scoring.rounding import round_half_up, without_noise
from perfbatch.scoring.texts import decode

RULES = ("", "missing", "judgement", "budget")
_NOT_SCORED, _MISSING, _JUDGEMENT, _BUDGET = range(4)


def score_budget(funds: Columns, book: RuleBook) -> dict[str, Array]:
    """The columns of stage 'score' for every fund line.

    Only the line total counts in the form's score; the others are computed where they print a 分值.
    A empty, 0 or negative, or B empty: not computable.
    """
    budget = funds["budget"]
    executed = funds["executed"]
    points = funds["points"]
    own = funds["own_score"]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rate = np.where(budget > 0, executed / budget, np.nan)
    share = np.maximum(rate, 0.0)
    if book.value("cap"):
        share = np.minimum(share, 1.0)
    computed = round_half_up(share * points, book.value("rounding.decimals"))
    formula = book.value("budget.formula")
    if formula == "own":
        computed = np.full(len(funds), np.nan)
    rule = np.select(
        [np.isnan(points), ~np.isnan(computed), np.full(len(funds), formula == "own")],
        [_NOT_SCORED, _BUDGET, _JUDGEMENT],
        _MISSING,
    )
    clause = book.clause("budget.formula")
    accepted = accept(computed, own, points, book)
    return {
        "computed_rate": without_noise(rate * 100),
        "computed_score": computed,
        "rule": decode(rule, RULES),
        "clause": decode(rule, ["", clause, clause, clause]),
        "accepted_score": accepted,
        "difference": difference(own, accepted),
    }
