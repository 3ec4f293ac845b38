"""Which indicators deviate in the sense of note 3, in which way, and by how much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.rounding import without_noise

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

KINDS = ("", "missed", "late", "docked", "over")
_MISSED, _LATE, _DOCKED, _OVER = 1, 2, 3, 4


def judge_deviations(
    missed: Bools, late: Bools, excess: Floats, ruled: Bools, size: Floats, points: Floats, own: Floats,
    full: Bools, book: RuleBook,
) -> tuple[NDArray[np.int8], Floats]:  # fmt: skip
    """Code into KINDS and size in % of each indicator's deviation.

    ``missed`` holds late ones too; ``ruled`` says that the rule itself took points off for over-completion,
    which then is the deviation, however many the unit took off; ``full`` that the own score agrees with 分值.
    ``size`` is (B - A) / A, kept for missed and over; docked has the share of 分值 that the unit itself took
    off; late has no size.
    """
    lost = points - own
    docked = (lost > 0) & ~full
    limit = book.value("deviation.excess")
    over = excess >= limit if book.value("deviation.excess_inclusive") else excess > limit
    kind = np.where(over | ruled, np.int8(_OVER), np.int8(0))
    kind = np.where(docked & ~ruled, np.int8(_DOCKED), kind)
    kind = np.where(late, np.int8(_LATE), kind)
    kind = np.where(missed & ~late, np.int8(_MISSED), kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = without_noise(lost / points * 100)
    measured = np.where((kind == _MISSED) | (kind == _OVER), size, np.nan)
    return kind, np.where(kind == _DOCKED, share, measured)
