"""What an actual value's own words settle: 不足95%, 超过5次, 90%以上, 18-22次 are bounds, not points.

The actual is an interval, and so is what meets the target. Inside: met; apart: missed; else nobody can say,
and a person is asked (docs/specification.md, section 2).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from perfbatch.scoring.direction import POSITIVE, REVERSE
from perfbatch.scoring.encode import Encoded

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Against(NamedTuple):
    """How the actuals stand against their targets."""

    outside: Bools
    """the target is missed, for certain"""
    settled: Bools
    """it is certain whether the target is met"""
    by_words: Bools
    """missed as the actual's own words say, without a number that a formula could take"""
    by_equality: Bools
    """missed only because the target's > or < leaves equality out"""


def against(given: Encoded, gap: Floats, reverse: Bools, is_range: Bools) -> Against:
    """``gap`` is how far B lies above A (or the nearer end of a range), 0 where they are the same;
    ``reverse`` is whether less is better, of a range whether B lies above it.
    """
    strict = (given.target_points > 0) & ~given.target_equal & ~is_range
    beyond = np.where(reverse, gap > 0, gap < 0)
    equality = strict & (gap == 0)
    outside = beyond | equality
    bounded = (given.actual_points > 0) | ~np.isnan(given.actual_upper)
    everywhere = np.ones(len(gap), dtype=bool)
    if not bounded.any():
        return Against(outside, everywhere, ~everywhere, equality)
    met, missed = _bounded(given, gap, reverse, is_range, strict)
    outside = np.where(bounded, missed, outside)
    return Against(outside, ~bounded | met | missed, bounded & missed, equality & ~bounded)


def _bounded(
    given: Encoded, gap: Floats, reverse: Bools, is_range: Bools, strict: Bools
) -> tuple[Bools, Bools]:
    """Which actual intervals lie inside what meets the target, and which apart from it."""
    up, down = given.actual_points == POSITIVE, given.actual_points == REVERSE
    spread = ~np.isnan(given.actual_upper)
    least = np.where(down, -np.inf, given.actual)
    most = np.where(up, np.inf, np.where(spread, given.actual_upper, given.actual))
    # What meets the target, in B's own terms: gap says equality without noise.
    same = gap == 0
    a = np.where(same & ~is_range, given.actual, given.target)
    upper = np.where(is_range, np.maximum(given.target, given.upper), np.where(reverse, a, np.inf))
    lower = np.where(is_range, np.minimum(given.target, given.upper), np.where(reverse, -np.inf, a))
    # An end that either side leaves out is not shared.
    shared = ~strict & (given.actual_equal | spread)
    left_out = strict & (given.actual_equal | spread)
    above = np.isneginf(lower) | (least > lower) | ((least == lower) & ~left_out)
    below = np.isposinf(upper) | (most < upper) | ((most == upper) & ~left_out)
    missed = (most < lower) | (least > upper) | (((most == lower) | (least == upper)) & ~shared)
    return above & below, missed & np.isfinite(given.actual)
