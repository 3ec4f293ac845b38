"""The Beijing 2021 rules (docs/specification.md, section 4) in plain Decimal: an oracle for perfbatch.

It works on ``Truth``, not on what is written in the cells, so a mistake in reading cannot repeat itself here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tests.generator.model import Form, Truth, number, own_sum

CENT = Decimal("0.01")


def rounded(value: Decimal) -> Decimal:
    """Half up, 2 decimals."""
    return value.quantize(CENT, ROUND_HALF_UP)


def computed(truth: Truth, points: Decimal) -> Decimal | None:
    """Score by formula, None where a person must judge."""
    share = _share(truth)
    return None if share is None else rounded(min(max(share, Decimal(0)), Decimal(1)) * points)


def _share(truth: Truth) -> Decimal | None:
    if truth.rule in ("text", "deadline"):
        return Decimal(1)
    if truth.rule == "positive":
        return truth.b / truth.a if truth.b < truth.a else _docked(excess(truth))
    if truth.rule == "range":
        return truth.b / truth.a if truth.b < truth.a else _docked(excess(truth))
    if truth.rule == "reverse":
        return Decimal(1) if truth.b <= truth.a else truth.a / truth.b
    return None


def _docked(over: Decimal) -> Decimal:
    """What note 2 leaves of the points once the target was set too low."""
    if over >= 5:
        return Decimal("0.7")
    if over >= 3:
        return Decimal("0.8")
    return Decimal("0.9") if over >= 2 else Decimal(1)


def excess(truth: Truth) -> Decimal:
    """r = (B - A) / A of note 2, 0 where it has no meaning."""
    if truth.rule == "positive" and truth.a > 0:
        return truth.b / truth.a - 1
    if truth.rule == "range":
        return max(truth.b / truth.upper - 1, Decimal(0))
    return Decimal(0)


def missed(truth: Truth) -> bool:
    """The target was not reached (late included)."""
    if truth.rule in ("positive", "range"):
        return truth.b < truth.a
    if truth.rule == "reverse":
        return truth.b > truth.a
    return truth.rule == "late" or truth.tier in ("partly", "missed")


def reason_level(truth: Truth, own: Decimal, points: Decimal) -> str:
    """Level of a missing reason: error, warning, or '' where nothing deviates (notes 2 and 3)."""
    over = excess(truth)
    if missed(truth) or own < points or over >= 2:
        return "error"
    return "warning" if over >= Decimal("0.3") else ""


def accepted(truth: Truth, own: Decimal, points: Decimal) -> Decimal:
    """The computed score, else the unit's own within [0, points]."""
    score = computed(truth, points)
    return score if score is not None else min(max(own, Decimal(0)), points)


def budget_score(form: Form) -> Decimal | None:
    """执行率 × 分值 of the total line, None where 全年预算数 is blank or 0."""
    total = form.total
    budget, executed, points = number(total.budget), number(total.executed), number(total.points)
    if not budget or executed is None or points is None:
        return None
    return rounded(min(max(executed / budget, Decimal(0)), Decimal(1)) * points)


def computed_total(form: Form) -> Decimal | None:
    """The recomputed total, None where a score is missing."""
    total = budget_score(form)
    if total is None:
        total = number(form.total.own_score)
    for indicator in form.indicators:
        own, points = number(indicator.own_score), number(indicator.points)
        if own is None or points is None or total is None:
            return None
        total += accepted(indicator.truth, own, points)
    return total


def grade(total: Decimal) -> str:
    """Note 4."""
    return "优" if total >= 90 else "良" if total >= 80 else "中" if total >= 60 else "差"


def in_another_grade(form: Form) -> bool:
    """T404: the recomputed total falls in another grade, and not because of a wrong sum alone."""
    own, total = number(form.own_total), computed_total(form)
    if own is None or total is None:
        return False
    return grade(total) != grade(own) and grade(total) != grade(own_sum(form))
