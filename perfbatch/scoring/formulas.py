"""Numbers against numbers: note 2's formulas, ranges, over-completion; 0 and negative targets."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import outcomes
from perfbatch.scoring.blocks import slices
from perfbatch.scoring.bounds import Against, against
from perfbatch.scoring.direction import REVERSE
from perfbatch.scoring.encode import Encoded
from perfbatch.scoring.rounding import round_half_up, significant, without_noise

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Small = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the formulas say, one item an indicator; NaN and False where they say nothing."""

    outcome: outcomes.Outcomes
    computed: Floats
    completion: Floats
    excess: Floats
    size: Floats
    """(B - A) / A in %, both directions"""
    missed: Bools
    strict: Bools
    """missed only because the target's > or < leaves equality out"""
    docked: Bools
    """the rule itself takes points off for over-completion"""
    asks: Small
    """code into outcomes.ASKS"""


def score_numbers(given: Encoded, book: RuleBook) -> Numbers:
    """The formula rules over all indicators; those that are not numeric come out as judgement."""
    size = len(given.points)
    result = Numbers(
        outcome=np.empty(size, dtype=np.int8),
        computed=np.empty(size),
        completion=np.empty(size),
        excess=np.empty(size),
        size=np.empty(size),
        missed=np.empty(size, dtype=bool),
        strict=np.empty(size, dtype=bool),
        docked=np.empty(size, dtype=bool),
        asks=np.empty(size, dtype=np.int8),
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for rows in slices(size):
            part = _block(given.part(rows), book)
            for field in fields(Numbers):
                getattr(result, field.name)[rows] = getattr(part, field.name)
    return result


def _block(given: Encoded, book: RuleBook) -> Numbers:
    b = given.actual
    is_range = ~np.isnan(given.upper)
    a = given.target
    reverse = given.direction == REVERSE
    if is_range.any():
        # Everything inside a range meets it; outside, its nearer end is the target.
        low, high = np.minimum(a, given.upper), np.maximum(a, given.upper)
        a = np.where(is_range, np.minimum(np.maximum(b, low), high), a)
        reverse = np.where(is_range, b > high, reverse)
    positive = ~reverse & ~is_range & ~given.falls
    # r at 9 significant digits: 99.99999999% of the target reaches it.
    size = without_noise(significant((b - a) / a) * 100)
    gap = size
    indivisible = a <= 0
    if indivisible.any():
        # Where (B - A) / A has no meaning: in proportion to the size of A below zero, as it stands at zero.
        below = without_noise(significant((b - a) / -a) * 100)
        gap = np.where(indivisible, np.where(a < 0, below, without_noise(b - a)), size)
        size = np.where(indivisible, np.nan, size)
    if given.about.any():
        near = given.about & (np.abs(gap) <= book.value("about.tolerance"))
        gap = np.where(near, 0.0, gap)
    stands = against(given, gap, reverse, is_range)

    share = np.where(reverse, _reverse_share(a, b, stands, book), _positive_share(a, b, stands, book))
    if given.about.any():
        share = np.where(given.about & ~stands.outside, np.maximum(share, 1.0), share)
    if is_range.any():
        share = np.where(is_range, _range_share(a, b, stands, reverse, book), share)
    dock = np.where(positive, excess_dock(size, book), 0.0)
    computed = round_half_up((share - dock / 100) * given.points, book.value("rounding.decimals"))

    usable = given.comparable & ~given.by_entry & ~np.isnan(b) & ~np.isnan(a)
    farthest = book.value("inferred.farthest") * (1 + 1e-9)
    asks_scale = usable & (np.isinf(given.off) | ((given.off > farthest) & (stands.outside | (dock > 0))))
    usable &= ~asks_scale
    settled = usable & stands.settled
    missed = settled & stands.outside

    outcome = _outcome(reverse, is_range, dock > 0, book)
    exact = settled & ~stands.by_words
    by_rule = exact & (~np.isnan(share) | (outcome >= outcomes.POSITIVE_JUDGED))
    formula = by_rule & (outcome < outcomes.POSITIVE_JUDGED)
    outcome = np.where(by_rule, outcome, np.int8(outcomes.JUDGEMENT))
    outcome = np.where(settled & stands.by_words, np.int8(outcomes.SHORT), outcome)
    apart = given.numeric & ~given.comparable & ~given.by_entry
    outcome = np.where(apart | asks_scale, np.int8(outcomes.INCOMPARABLE), outcome)
    asks = np.zeros(len(b), dtype=np.int8)
    asks[usable & ~stands.settled] = outcomes.BOUND
    asks[asks_scale] = outcomes.SCALE
    asks[apart] = outcomes.UNITS
    return Numbers(
        outcome=outcome,
        computed=np.where(formula, computed, np.nan),
        completion=np.where(exact, size + 100, np.nan),
        excess=np.where(exact & positive, size, np.nan),
        size=np.where(exact, size, np.nan),
        missed=missed,
        strict=missed & stands.by_equality,
        docked=formula & (dock > 0),
        asks=asks,
    )


def _positive_share(a: Floats, b: Floats, stands: Against, book: RuleBook) -> Floats:
    """Share of 分值 that a positive indicator earns; NaN where a person must judge."""
    share = _clipped(b / a, book)
    if book.value("positive.formula") == "met":
        share = np.where(stands.outside, 0.0, 1.0)
    if not (a <= 0).any():
        return share
    # A = 0: nothing was planned and nothing done; A < 0: the target is met, or nobody can say how far.
    beside_zero = np.where(np.where(a == 0, b == 0, ~stands.outside), 1.0, np.nan)
    return np.where(a > 0, share, beside_zero)


def _reverse_share(a: Floats, b: Floats, stands: Against, book: RuleBook) -> Floats:
    """Share of 分值 that a reverse indicator earns; NaN where a person must judge."""
    share = _clipped(a / b, book)
    if book.value("reverse.formula") == "met":
        share = np.where(stands.outside, 0.0, 1.0)
    share = np.where(b <= 0, 1.0, share)
    if not (a <= 0).any():
        return share
    beside_zero = np.where(~stands.outside, 1.0, np.where(a == 0, 0.0, np.nan))
    return np.where(a > 0, share, beside_zero)


def _range_share(a: Floats, b: Floats, stands: Against, above: Bools, book: RuleBook) -> Floats:
    """Share of 分值 beside a range whose nearer end is ``a``: B/lower below it, upper/B above it."""
    small, large = np.minimum(np.abs(a), np.abs(b)), np.maximum(np.abs(a), np.abs(b))
    share = np.where(a * b > 0, small / large, 0.0)
    below_met = book.value("positive.formula") == "met"
    above_met = book.value("reverse.formula") == "met"
    share = np.where(np.where(above, above_met, below_met), 0.0, share)
    return np.where(stands.outside, share, 1.0)


def _clipped(ratio: Floats, book: RuleBook) -> Floats:
    ratio = np.maximum(ratio, 0.0)
    return np.minimum(ratio, 1.0) if book.value("cap") else ratio


def excess_dock(excess: Floats, book: RuleBook) -> Floats:
    """% of 分值 that ``excess`` % costs under positive.excess_bands; nothing where a person decides."""
    dock = np.zeros(len(excess))
    if book.value("positive.excess_decided_by") == "person":
        return dock
    for band in book.value("positive.excess_bands"):
        cost: Any = band["deduct"]
        if band["more"]:
            cost = np.minimum(cost + band["more"] * (excess - band["from"]) / 100, 100.0)
        dock = np.where(excess >= band["from"], cost, dock)
    return dock


def _outcome(reverse: Bools, is_range: Bools, docked: Bools, book: RuleBook) -> outcomes.Outcomes:
    positive_rule = _either(docked, outcomes.POSITIVE_DOCKED, outcomes.POSITIVE)
    reverse_rule = np.full(len(docked), outcomes.REVERSE, dtype=np.int8)
    if is_range.any():
        positive_rule = np.where(is_range, np.int8(outcomes.RANGE), positive_rule)
        reverse_rule = _either(is_range, outcomes.RANGE_ABOVE, outcomes.REVERSE)
    if book.value("positive.formula") == "own":
        positive_rule[:] = outcomes.POSITIVE_JUDGED
    if book.value("reverse.formula") == "own":
        reverse_rule[:] = outcomes.REVERSE_JUDGED
    return np.where(reverse, reverse_rule, positive_rule)


def _either(holds: Bools, outcome: int, otherwise: int) -> outcomes.Outcomes:
    return np.where(holds, np.int8(outcome), np.int8(otherwise))
