"""Is more better, or less? Section 3: the first that speaks decides, and is kept beside the score."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.entries import NONE
from perfbatch.scoring.texts import Bools, lookup, matching

Small = NDArray[np.int8]

DIRECTIONS = ("", "positive", "reverse")
SOURCES = ("", "rulebook", "operator", "name", "default")
POSITIVE, REVERSE = 1, 2
_RULEBOOK, _OPERATOR, _NAME, _DEFAULT = 1, 2, 3, 4


def pointing(operators: pd.Series) -> Small:
    """Direction in which each operator (>= > <= < = or "") points, 0 where it points nowhere."""
    return lookup(operators, 0, {">": POSITIVE, "<": REVERSE})


def decide(
    indicators: pd.DataFrame, numeric: Bools, points: Small, entry: NDArray[np.int16], book: RuleBook
) -> tuple[Small, Small]:
    """Codes into DIRECTIONS and SOURCES for each indicator; 0 where ``numeric`` is False.

    ``points`` is where the operator in 年度指标值 points, ``entry`` the matching entry of ``book``.
    """
    direction = np.where(numeric, points, np.int8(0))
    source = np.where(direction > 0, np.int8(_OPERATOR), np.int8(0))
    if book.indicators:
        stated = np.array([*(DIRECTIONS.index(e.direction) for e in book.indicators), 0], dtype=np.int8)
        said = np.where(numeric, stated[entry], np.int8(0))  # NONE is the last of stated
        direction = np.where(said > 0, said, direction)
        source = np.where(said > 0, np.int8(_RULEBOOK), source)
    silent = np.flatnonzero(numeric & (direction == 0))
    if len(silent):
        reverse = _named_reverse(indicators, silent, book)
        direction[silent] = np.where(reverse, np.int8(REVERSE), np.int8(POSITIVE))
        source[silent] = np.where(reverse, np.int8(_NAME), np.int8(_DEFAULT))
    return direction, source


def _named_reverse(indicators: pd.DataFrame, rows: NDArray[np.intp], book: RuleBook) -> Bools:
    pattern = book.pattern("direction.reverse_words")
    if pattern is None:
        return np.zeros(len(rows), dtype=bool)
    reverse = matching(indicators["level2"], rows, pattern)
    unsaid = np.flatnonzero(~reverse)
    reverse[unsaid] = matching(indicators["name"], rows[unsaid], pattern)
    return reverse


assert NONE == -1, "stated[entry] above takes the last item where no entry fits"
