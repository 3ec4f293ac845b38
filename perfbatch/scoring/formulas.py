"""Numbers against numbers: note 2's formulas, ranges, over-completion; 0 and negative targets."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import outcomes
from perfbatch.scoring.blocks import slices
from perfbatch.scoring.direction import POSITIVE, REVERSE
from perfbatch.scoring.encode import Encoded
from perfbatch.scoring.rounding import round_half_up, without_noise

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    if is_range.any():
        # Everything inside a range meets it; outside, its nearer end is the target (B / lower, upper / B).
        low, high = np.minimum(a, given.upper), np.maximum(a, given.upper)
        a = np.where(is_range, np.minimum(np.maximum(b, low), high), a)
    reverse = given.direction == REVERSE
    positive = given.direction == POSITIVE
    size = without_noise((b - a) / a * 100)
    gap = size
    indivisible = a <= 0
    if indivisible.any():
        # Where (B - A) / A cannot be had, B is compared as it stands.
        gap = np.where(indivisible, b - a, size)
        size = np.where(indivisible, np.nan, size)
    short = np.where(reverse, gap > 0, gap < 0)

    share = np.where(reverse, _reverse_share(a, b, short, book), _positive_share(a, b, short, book))
    dock = np.where(positive, excess_dock(size, book), 0.0)
    computed = round_half_up((share - dock / 100) * given.points, book.value("rounding.decimals"))

    spread = ~np.isnan(given.actual_upper)
    against = (given.actual_points > 0) & (given.actual_points != given.direction)
    unclear = against
    if spread.any():
        unclear = against | (spread & ~(_alike(given.actual_upper, given.upper) & _alike(b, given.target)))
    comparable = given.comparable & ~given.by_entry & ~np.isnan(b) & ~np.isnan(a)
    clear = comparable & ~unclear

    outcome = _outcome(reverse, is_range, dock > 0, book)
    formula = clear & ~np.isnan(share) & (outcome < outcomes.POSITIVE_JUDGED)
    by_formula = clear & (outcome >= outcomes.POSITIVE_JUDGED)
    outcome = np.where(formula | by_formula, outcome, np.int8(outcomes.JUDGEMENT))
    outcome = np.where(
        given.numeric & ~given.comparable & ~given.by_entry, np.int8(outcomes.INCOMPARABLE), outcome
    )
    return Numbers(
        outcome=outcome,
        computed=np.where(formula, computed, np.nan),
        completion=np.where(clear, size + 100, np.nan),
        excess=np.where(clear & positive, size, np.nan),
        size=np.where(clear, size, np.nan),
        missed=clear & short,
    )


def _alike(left: Floats, right: Floats) -> Bools:
    return np.isclose(left, right, rtol=1e-9, atol=0.0)  # False beside NaN


def _positive_share(a: Floats, b: Floats, short: Bools, book: RuleBook) -> Floats:
    """Share of 分值 that a positive indicator earns; NaN where a person must judge."""
    ratio = _clipped(b / a, book)
    if book.value("positive.formula") == "met":
        ratio = np.where(short, 0.0, 1.0)
    if not (a <= 0).any():
        return ratio
    # A = 0: nothing was planned and nothing done; A < 0: the target is met, or nobody can say how far.
    beside_zero = np.where(np.where(a == 0, b == 0, ~short), 1.0, np.nan)
    return np.where(a > 0, ratio, beside_zero)


def _reverse_share(a: Floats, b: Floats, short: Bools, book: RuleBook) -> Floats:
    """Share of 分值 that a reverse indicator earns; NaN where a person must judge."""
    ratio = _clipped(a / b, book)
    if book.value("reverse.formula") == "met":
        ratio = np.where(short, 0.0, 1.0)
    ratio = np.where(b <= 0, 1.0, ratio)
    if not (a <= 0).any():
        return ratio
    beside_zero = np.where(~short, 1.0, np.where(a == 0, 0.0, np.nan))
    return np.where(a > 0, ratio, beside_zero)


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
        docked_range = _either(docked, outcomes.RANGE_DOCKED, outcomes.RANGE)
        positive_rule = np.where(is_range, docked_range, positive_rule)
        reverse_rule = _either(is_range, outcomes.RANGE_REVERSE, outcomes.REVERSE)
    if book.value("positive.formula") == "own":
        positive_rule[:] = outcomes.POSITIVE_JUDGED
    if book.value("reverse.formula") == "own":
        reverse_rule[:] = outcomes.REVERSE_JUDGED
    return np.where(reverse, reverse_rule, positive_rule)


def _either(holds: Bools, outcome: int, otherwise: int) -> outcomes.Outcomes:
    return np.where(holds, np.int8(outcome), np.int8(otherwise))
