"""Where the direction is not sure: the score under both, and what stands whichever it is.

A computed score needs the same result in both directions, a target is missed only where both say so, and
where results or verdicts differ a person is asked (docs/specification.md, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import outcomes
from perfbatch.scoring.direction import POSITIVE, REVERSE
from perfbatch.scoring.encode import Encoded
from perfbatch.scoring.formulas import Numbers, score_numbers

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Both:
    """Scores under each direction, NaN where it is sure; ``over`` is (B - A) / A in % where it is not and
    B lies far enough above A to deviate in either direction, else NaN.
    """

    positive: Floats
    reverse: Floats
    over: Floats


def both_directions(given: Encoded, numbers: Numbers, book: RuleBook) -> Both:
    """Scores under both directions; ``numbers`` is changed in place where the direction is not sure."""
    size = len(given.points)
    both = Both(np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan))
    rows = np.flatnonzero(~given.sure)
    if not len(rows):
        return both
    likelier = Numbers(*(getattr(numbers, field.name)[rows] for field in fields(Numbers)))
    part = given.part(rows)
    turned = np.where(part.direction == POSITIVE, np.int8(REVERSE), np.int8(POSITIVE))
    other = score_numbers(replace(part, direction=turned), book)
    forward = part.direction == POSITIVE
    both.positive[rows] = np.where(forward, likelier.computed, other.computed)
    both.reverse[rows] = np.where(forward, other.computed, likelier.computed)

    scale = (likelier.asks == outcomes.SCALE) | (other.asks == outcomes.SCALE)
    open_ = ~scale & (likelier.asks == outcomes.BOUND) & (other.asks == outcomes.BOUND)
    apart = likelier.asks == outcomes.UNITS
    alike = _same(likelier.computed, other.computed) & (likelier.missed == other.missed)
    alike &= (likelier.outcome == outcomes.SHORT) == (other.outcome == outcomes.SHORT)
    judged = (likelier.outcome == outcomes.JUDGEMENT) & (other.outcome == outcomes.JUDGEMENT)
    by_hand = part.by_entry | (judged & ~np.isin(likelier.asks, (outcomes.BOUND,)))
    differ = ~alike & ~scale & ~open_ & ~apart & ~by_hand
    one_score = _same(likelier.computed, other.computed) & ~np.isnan(likelier.computed)

    numbers.missed[rows] = likelier.missed & other.missed
    numbers.strict[rows] = likelier.strict & other.strict
    numbers.docked[rows] = False
    numbers.excess[rows] = np.nan
    numbers.computed[rows] = np.where(one_score & ~scale, likelier.computed, np.nan)
    outcome = np.where(differ & ~one_score, np.int8(outcomes.JUDGEMENT), likelier.outcome)
    numbers.outcome[rows] = np.where(scale, np.int8(outcomes.INCOMPARABLE), outcome)
    asks = np.where(differ, np.int8(outcomes.DIRECTION), likelier.asks)
    numbers.asks[rows] = np.where(scale, np.int8(outcomes.SCALE), asks)
    both.over[rows] = np.where(scale | part.by_entry, np.nan, likelier.size)
    for side in (both.positive, both.reverse):
        side[rows[scale]] = np.nan
    return both


def _same(left: Floats, right: Floats) -> Bools:
    return (np.abs(left - right) < 1e-9) | (np.isnan(left) & np.isnan(right))
