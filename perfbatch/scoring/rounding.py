"""The one rounding of scores: half up, on the decimal number that a person sees."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from perfbatch.scoring.columns import at, texts

Floats = NDArray[np.float64]

# 8.945 is kept as 8.9449999999999993: the hundredths are nudged by more than what a few operations
# can lose (some 1e-15 of the value) and by far less than anybody writes.
_RELATIVE = 1e-12
_ABSOLUTE = 1e-9
_COARSEST = 0.05 + _ABSOLUTE
_DECIMALS = re.compile("[.．]([0-9]+)")


def round_half_up(values: ArrayLike, decimals: int) -> Floats:
    """``values`` rounded to ``decimals`` places, halves away from zero; float64, NaN stays NaN.

    Equals decimal.ROUND_HALF_UP of the number as written for up to 8 places and 12 digits in all.
    """
    given = np.asarray(values, dtype=np.float64)
    scale = 10.0**decimals
    scaled = np.abs(given)
    scaled *= scale * (1 + _RELATIVE)
    scaled += 0.5 + _ABSOLUTE
    np.floor(scaled, out=scaled)
    scaled /= scale
    np.copysign(scaled, given, out=scaled)
    scaled += 0.0  # no minus zero
    return scaled


def without_noise(values: ArrayLike) -> Floats:
    """``values`` to 9 decimals: 199.99999999999997 is 200, so that a boundary is met when it is met."""
    rounded = np.asarray(values, dtype=np.float64).round(9)
    rounded += 0.0
    return rounded


def scores_agree(
    own: Floats, computed: Floats, written: pd.Series[str] | pa.Array, tolerance: float
) -> NDArray[np.bool_]:
    """Where an own score agrees with a computed one (docs/specification.md, section 4): within ``tolerance``,
    or at the decimals, one at least, in which it is ``written`` (1.4 beside 1.43). False where
    either is missing.
    """
    agree: NDArray[np.bool_] = np.abs(own - computed) <= tolerance + _ABSOLUTE
    apart = np.flatnonzero(~agree & (np.abs(own - computed) < _COARSEST))
    if len(apart):
        places = np.array([_places(text) for text in at(texts(written), apart).to_pylist()])
        for decimals in np.unique(places):
            rows = apart[places == decimals]
            rounded = round_half_up(computed[rows], int(decimals))
            agree[rows] = np.abs(own[rows] - rounded) <= _ABSOLUTE
    return agree


def _places(text: str) -> int:
    """Decimals in which a number is written, at least one."""
    found = _DECIMALS.search(text)
    return len(found[1]) if found else 1


def significant(values: ArrayLike) -> Floats:
    """``values`` at 9 significant digits or a little more: 8 decimals from 1 on, 9 below.

    99.99999999% of a target is all of it, and 0.1 + 0.2 is 0.3.
    """
    given = np.asarray(values, dtype=np.float64)
    return np.where(np.abs(given) >= 1, given.round(8), given.round(9))
