"""The Beijing 2021 rules (docs/specification.md, section 4) in plain Decimal: an oracle for perfbatch.

It works on ``Truth``, not on what is written in the cells, so a mistake in reading cannot repeat itself here.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

from tests.generator.model import Form, Truth, number, own_sum

CENT = Decimal("0.01")


def rounded(value: Decimal) -> Decimal:
    """Half up, 2 decimals."""
    return value.quantize(CENT, ROUND_HALF_UP)


def computed(truth: Truth, points: Decimal) -> Decimal | None:
    """Score by formula, None where a person must judge."""
    if truth.rule == "unsure":
        one, other = (computed(way, points) for way in ways(truth))
        return one if one == other else None
    if truth.rule == "several":
        return rounded(points) if not any(missed(part) for part in truth.parts) else None
    if asks(truth):
        return None
    meant = settled(truth)
    if meant.words and missed(meant):
        return None
    share = _share(meant)
    return None if share is None else rounded(min(max(share, Decimal(0)), Decimal(1)) * points)


def ways(truth: Truth) -> tuple[Truth, Truth]:
    """An indicator whose direction is not sure, as a positive one and as a reverse one.

    See docs/specification.md, section 3.
    """
    return replace(truth, rule="positive"), replace(truth, rule="reverse")


def settled(truth: Truth) -> Truth:
    """The reading of a bare number that lies nearer the target in ratio.

    See docs/specification.md, section 2.
    """
    if truth.scale is None:
        return truth
    return min((replace(truth, b=b, scale=None) for b in (truth.b, truth.b * truth.scale)), key=_off)


def _off(truth: Truth) -> Decimal:
    """How many times the actual lies off its target; within a range 1."""
    if truth.b <= 0:
        return Decimal("inf")
    upper = truth.upper if truth.rule == "range" else truth.a
    return max(truth.a / truth.b, truth.b / upper, Decimal(1) if truth.rule == "range" else Decimal(0))


def asks(truth: Truth) -> str:
    """What only a person can tell: "scale", "bound", "direction" or "" (sections 2 and 3)."""
    if truth.rule == "unsure":
        one, other = ways(truth)
        if "scale" in (asks(one), asks(other)):
            return "scale"
        if asks(one) == asks(other) == "bound":
            return "bound"
        return "direction" if _apart(one, other) else ""
    if truth.scale is not None:
        readings = [replace(truth, b=b, scale=None) for b in (truth.b, truth.b * truth.scale)]
        if truth.b and _off(readings[0]) == _off(readings[1]):
            return "scale"
        meant = settled(truth)
        costs = missed(meant) or (excess(meant) >= 2)
        return "scale" if costs and _off(meant) > 3 else ""
    return "bound" if truth.words and _stands(truth) is None else ""


def _apart(one: Truth, other: Truth) -> bool:
    """Results or verdicts differ between the two directions."""
    whole = Decimal(1000000)
    return (computed(one, whole), missed(one), asks(one)) != (
        computed(other, whole),
        missed(other),
        asks(other),
    )


def _share(truth: Truth) -> Decimal | None:
    if truth.rule in ("text", "deadline"):
        return Decimal(1)
    if truth.rule == "range":
        if _meets(truth, truth.b):
            return Decimal(1)
        return truth.upper / truth.b if truth.b > truth.upper else _below(truth)
    if truth.rule == "positive":
        if truth.a == 0:
            return Decimal(1) if truth.b == 0 else None
        return _docked(excess(truth)) if truth.b >= truth.a or not missed(truth) else truth.b / truth.a
    if truth.rule == "reverse":
        if truth.b == 0 or not missed(truth):
            return Decimal(1)
        return truth.a / truth.b
    return None


def _below(truth: Truth) -> Decimal:
    """In proportion to the lower end of a range; of ±5 % as far below as it could lie above."""
    return truth.a / truth.b if truth.a < 0 else truth.b / truth.a


def _docked(over: Decimal) -> Decimal:
    """What note 2 leaves of the points once the target was set too low."""
    if over >= 5:
        return Decimal("0.7")
    if over >= 3:
        return Decimal("0.8")
    return Decimal("0.9") if over >= 2 else Decimal(1)


def nine_digits(value: Decimal) -> Decimal:
    """At 9 significant digits: float noise is removed before anything is compared.

    See docs/specification.md, section 4.
    """
    return Context(prec=9, rounding=ROUND_HALF_UP).create_decimal(value)


def excess(truth: Truth) -> Decimal:
    """r = (B - A) / A of note 2, 0 where it has no meaning."""
    if truth.rule == "positive" and truth.a > 0:
        return nine_digits(truth.b / truth.a) - 1
    return Decimal(0)


def missed(truth: Truth) -> bool:
    """The target was not reached (late included), for certain."""
    if truth.rule == "unsure":
        return all(missed(way) for way in ways(truth))
    if truth.rule == "several":
        return any(missed(part) for part in truth.parts)
    if truth.rule in ("positive", "reverse", "range"):
        if truth.scale is not None:
            return not asks(truth) and missed(settled(truth))
        return _stands(truth) is False
    return truth.rule == "late" or truth.tier in ("partly", "missed")


def _stands(truth: Truth) -> bool | None:
    """Whether the target is met; None where the actual's own words leave it open."""
    at = _meets(truth, truth.b)
    if not truth.words:
        return at
    # Words say on which side of b the actual lies, and so does every value there if those at both ends do.
    far = Decimal("1e12") * (1 if truth.words in ("above", "from") else -1)
    near = truth.b + (truth.b or 1) * Decimal("1e-6") * (1 if far > 0 else -1)
    values = [near, far] if truth.words in ("above", "below") else [truth.b, far]
    verdicts = {_meets(truth, value) for value in values}
    if truth.rule == "range" and len(verdicts) == 1 and (values[0] < truth.a) != (values[1] < truth.a):
        return None  # the range lies between the two
    return verdicts.pop() if len(verdicts) == 1 else None


def _meets(truth: Truth, b: Decimal) -> bool:
    """Whether ``b``, taken as it stands, meets the target."""
    if truth.rule == "range":
        at_an_end = any(end and nine_digits(b / end) == 1 for end in (truth.a, truth.upper))
        return at_an_end or truth.a <= b <= truth.upper
    if truth.a == 0:
        return b <= 0 if truth.rule == "reverse" else b >= 0
    ratio = nine_digits(b / truth.a)
    if truth.about and abs(ratio - 1) <= Decimal("0.05"):
        return True
    if ratio == 1:
        return not truth.strict
    return ratio > 1 if truth.rule == "positive" else ratio < 1


def missed_by_equality(truth: Truth) -> bool:
    """＞90 with 90: missed, but the formula's score stands and the reason is only asked for."""
    return truth.strict and not truth.words and nine_digits(truth.b / truth.a) == 1


def agree(written: str, score: Decimal) -> bool:
    """An own score as ``written`` beside ``score``: within 0.01, or at the decimals written, one at least."""
    own, places = Decimal(written), max(len(written.partition(".")[2]), 1)
    step = Decimal(1).scaleb(-places)
    return abs(own - score) <= CENT or own == score.quantize(step, ROUND_HALF_UP)


def in_band(tier: str, own: Decimal, points: Decimal) -> bool:
    """Tiers of 财预〔2020〕10号: 80 % belongs to the first band, 60 % to the second."""
    share = own / points
    if tier == "achieved":
        return Decimal("0.8") <= share <= 1
    return Decimal("0.6") <= share < Decimal("0.8") if tier == "partly" else 0 <= share < Decimal("0.6")


def reason_level(truth: Truth, own: Decimal, points: Decimal, written: str = "") -> str:
    """Level of a missing reason: error, warning, or '' where nothing deviates (notes 2 and 3).

    ``written`` is the own score as it stands in the cell, where that has fewer decimals than the score.
    """
    docked = own < points and not (written and agree(written, points))
    if asks(truth) == "scale":
        return "error" if docked else ""
    if truth.rule == "unsure":
        over = excess(ways(truth)[0])
        if missed(truth) or docked:
            return "error"
        return "warning" if over >= Decimal("0.3") else ""
    meant = settled(truth)
    over = excess(meant) if not asks(truth) else Decimal(0)
    if docked or over >= 2 or (missed(meant) and not missed_by_equality(meant)):
        return "error"
    return "warning" if missed(meant) or over >= Decimal("0.3") else ""


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


def tenth(score: Decimal) -> Decimal:
    """A score as a unit rounds it to one decimal."""
    return score.quantize(Decimal("0.1"), ROUND_HALF_UP)


def findings(truth: Truth, points: Decimal, written: str) -> dict[str, str]:
    """Check and level of all that must be found in an indicator without a reason.

    See docs/specification.md, section 5.
    """
    own, score, asked = Decimal(written), computed(truth, points), asks(truth)
    found: dict[str, str] = {}
    full = agree(written, points)
    strict = missed_by_equality(truth)
    less = score is None or own > score + CENT
    if asked == "scale" or truth.rule == "incomparable":
        found["I207"] = "warning"
    elif asked == "direction":
        fits = [way for way in ways(truth) if _fits(way, points, written)]
        found["I210"] = "info" if fits else "warning"
        if score is not None and not agree(written, score):
            found["I202"] = "error" if own > score else "warning"
    elif truth.tier and not in_band(truth.tier, own, points):
        found["I209"] = "error"
    elif missed(truth) and full and less and not strict:
        found["I204"] = "error"
        if score is None:
            found["I206"] = "info"
    elif score is None and not truth.tier:
        found["I206"] = "info"
    elif score is not None and excess(settled(truth)) >= 2 and own > score and not agree(written, score):
        found["I203"] = "error"
    elif score is not None and not agree(written, score):
        found["I202"] = "error" if own > score else "warning"
    level = reason_level(truth, own, points, written)
    return {**found, "R301": level} if level else found


def _fits(truth: Truth, points: Decimal, written: str) -> bool:
    score = computed(truth, points)
    return score is None or agree(written, score)
