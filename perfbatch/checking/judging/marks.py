"""得分 of the indicators: what is wrong with each, in the order in which it is said."""

from __future__ import annotations

import numpy as np

from perfbatch.checking.evidence import EXACT, Bools, Evidence
from perfbatch.scoring.rounding import scores_agree

TIERS = {
    "achieved": "达成年度指标",
    "partly": "部分达成年度指标并具有一定效果",
    "missed": "未达成年度指标且效果较差",
}


def is_beyond_cap(evidence: Evidence) -> Bools:
    """Own score above 分值 where the rule book caps it, at the book's decimals, or negative (I201)."""
    own = evidence.number("indicators", "own_score")
    above = own > evidence.number("indicators", "points") + evidence.half_step
    return (above & bool(evidence.rules.value("cap"))) | (own < -evidence.half_step)


def differs(evidence: Evidence) -> Bools:
    """Own score and computed score both there and not in agreement."""
    own = evidence.number("indicators", "own_score")
    computed = evidence.number("indicators", "computed_score")
    return ~np.isnan(own - computed) & ~evidence.flag("indicators", "agrees")


def is_far_above(evidence: Evidence) -> Bools:
    """r in the bands of the rule book: the target may have been set too low."""
    bands = evidence.rules.value("positive.excess_bands")
    lowest = min((band["from"] for band in bands), default=float("inf"))
    return evidence.number("indicators", "excess") >= lowest - EXACT


def is_decided_by_person(evidence: Evidence) -> bool:
    """Whether the rule book leaves it to a person what a target set too low costs."""
    return bool(evidence.rules.value("positive.excess_decided_by") == "person")


def is_not_docked(evidence: Evidence) -> Bools:
    """r in the bands, and the own score above what they leave; where a person decides, nothing off (I203)."""
    own = evidence.number("indicators", "own_score")
    computed = evidence.number("indicators", "computed_score")
    far = evidence.recall(is_far_above)
    if evidence.recall(is_decided_by_person):
        return far & (own > computed - evidence.tolerance)
    docked = computed < evidence.number("indicators", "points") - EXACT
    return far & docked & (own > computed + evidence.tolerance)


def is_docked_as_asked(evidence: Evidence) -> Bools:
    """Where a person decides: the unit itself took something off for a target set too low."""
    own = evidence.number("indicators", "own_score")
    lower = own < evidence.number("indicators", "computed_score")
    return evidence.recall(is_far_above) & lower & evidence.recall(is_decided_by_person)


def is_full_though_missed(evidence: Evidence) -> Bools:
    """Target missed, yet full marks where the rule does not round to full marks (I204).

    Missed only by the equality that ＞ or ＜ leaves out: the formula gives full marks, and R301 asks.
    """
    own = evidence.number("indicators", "own_score")
    computed = evidence.number("indicators", "computed_score")
    points = evidence.number("indicators", "points")
    full = (own >= points - evidence.half_step) & (points > 0)
    # A score rounded to one decimal agrees with 9.96, but does not make full marks of a target missed.
    unearned = np.isnan(computed) | (own > computed + evidence.half_step)
    missed = evidence.flag("indicators", "missed") & ~evidence.flag("indicators", "strict")
    return missed & full & unearned


def is_outside_tier(evidence: Evidence) -> Bools:
    """Scores outside the band of the tier that was reached (I209). An end that two bands share belongs to
    the better tier.
    """
    own, points = evidence.number("indicators", "own_score"), evidence.number("indicators", "points")
    outside = np.zeros(len(own), dtype=bool)
    lows = {tier: evidence.rules.value(f"tier.{tier}")[0] for tier in TIERS}
    for tier in TIERS:
        low, high = evidence.rules.value(f"tier.{tier}")
        shared = any(high == other for better, other in lows.items() if better != tier)
        slack = -evidence.half_step if shared else evidence.half_step
        beyond = (own < points * low / 100 - evidence.half_step) | (own > points * high / 100 + slack)
        outside |= evidence.equals("indicators", "actual_tier", tier) & beyond
    return outside & evidence.equals("indicators", "rule", "tier")


def is_incomparable(evidence: Evidence) -> Bools:
    """Units that cannot be brought together, a number beside a date, a bare number too far off (I207)."""
    asked = evidence.equals("indicators", "asks", "units", "kinds", "scale")
    return asked | evidence.equals("indicators", "rule", "incomparable")


def needs_a_person(evidence: Evidence) -> Bools:
    """No formula decides, or an open bound settles nothing, and there is an own score to look at (I206)."""
    judged = evidence.equals("indicators", "rule", "judgement", "late", "short", "several")
    judged &= ~evidence.equals("indicators", "asks", "direction")
    judged &= np.isnan(evidence.number("indicators", "computed_score"))
    return judged & ~np.isnan(evidence.number("indicators", "own_score"))


def fits_a_direction(evidence: Evidence) -> Bools:
    """Own scores that are right if more is better, or if less is (asked only where that is not sure). A
    direction in which no formula speaks leaves the own score to a person, and so speaks against none.
    """
    own, written = evidence.number("indicators", "own_score"), evidence.text("indicators", "own_score_text")
    tolerance = evidence.rules.value("rounding.tolerance")
    fits = np.zeros(len(own), dtype=bool)
    for column in ("computed_positive", "computed_reverse"):
        computed = evidence.number("indicators", column)
        fits |= np.isnan(computed) | scores_agree(own, computed, written, tolerance)
    return fits


def is_docked_by_unit(evidence: Evidence) -> Bools:
    """The unit itself took points off, whatever the rule gives."""
    own, points = evidence.number("indicators", "own_score"), evidence.number("indicators", "points")
    written, tolerance = (
        evidence.text("indicators", "own_score_text"),
        evidence.rules.value("rounding.tolerance"),
    )
    return (own < points) & ~scores_agree(own, points, written, tolerance)
