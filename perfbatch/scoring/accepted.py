"""The score that counts: the computed one, else the unit's own within [0, 分值]; when two agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.rounding import round_half_up, without_noise
from perfbatch.scoring.texts import arrow

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_NOISE = 1e-9
_HALF_A_TENTH = 0.05


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


def agree(own: Floats, other: Floats, coarse: Bools, book: RuleBook) -> Bools:
    """Whether two scores are the same: within rounding.tolerance, or at the one decimal in which a ``coarse``
    own score was written (1.4 beside 1.43). False beside NaN.
    """
    apart = np.abs(own - other)
    same: Bools = apart <= book.value("rounding.tolerance") + _NOISE
    rows = np.flatnonzero(coarse & ~same & (apart <= _HALF_A_TENTH + _NOISE))
    if len(rows):
        same[rows] = np.abs(round_half_up(other[rows], 1) - own[rows]) <= _NOISE
    return same


def written_coarsely(own: Floats, others: tuple[Floats, ...], shown: pd.Series, book: RuleBook) -> Bools:
    """Which own scores were written with one decimal or none; only asked where it can matter, near one of
    ``others``. A score shown as 1.40 was written with two.
    """
    tolerance = book.value("rounding.tolerance") + _NOISE
    near = np.zeros(len(own), dtype=bool)
    for other in others:
        apart = np.abs(own - other)
        near |= (apart > tolerance) & (apart <= _HALF_A_TENTH + _NOISE)
    rows = np.flatnonzero(near)
    coarse = np.zeros(len(own), dtype=bool)
    if len(rows):
        tenths = own[rows] * 10
        in_full = pc.match_substring_regex(arrow(shown).take(pa.array(rows)), r"[.．][0-9０-９]{2}")  # noqa: RUF001
        in_full = in_full.fill_null(False).to_numpy(zero_copy_only=False)
        coarse[rows] = (np.abs(tenths - np.rint(tenths)) < _NOISE) & ~in_full
    return coarse
