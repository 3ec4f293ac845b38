"""The score that counts: the computed one, else the unit's own within [0, 分值]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.rounding import without_noise

Floats = NDArray[np.float64]


def accept(computed: Floats, own: Floats, points: Floats, book: RuleBook) -> Floats:
    """Accepted score; NaN where there is neither a computed nor an own score.

    Blank 分值 caps nothing; without the parameter ``cap`` only 0 is a bound.
    """
    stands = np.maximum(own, 0.0)
    if book.value("cap"):
        stands = np.where(np.isnan(points), stands, np.minimum(stands, np.maximum(points, 0.0)))
    return np.where(np.isnan(computed), stands, computed)


def difference(own: Floats, accepted: Floats) -> Floats:
    """own - accepted; NaN where either is missing."""
    return without_noise(own - accepted)
