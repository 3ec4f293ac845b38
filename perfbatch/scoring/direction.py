"""Is more better, or less? Section 3: the first that speaks decides, and is kept beside the score.

What is stated is sure: by the rule book's own entry, the approved target, the operator or an amount of change
in 年度指标值. A target of zero and the name are inferred, and sure only where the rules of
``perfbatch.rules.directions`` assert and the two agree.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.rules.directions import direction_rules, named_direction
from perfbatch.scoring.columns import Columns
from perfbatch.scoring.entries import NONE
from perfbatch.scoring.texts import Bools, lookup, matching

Small = NDArray[np.int8]

DIRECTIONS = ("", "positive", "reverse")
SOURCES = ("", "rulebook", "approved", "operator", "change", "zero", "name", "default")
POSITIVE, REVERSE = 1, 2
_RULEBOOK, _APPROVED, _OPERATOR, _CHANGE, _ZERO, _NAME, _DEFAULT = range(1, 8)


class Decided(NamedTuple):
    """One item an indicator: codes into DIRECTIONS and SOURCES (0 where none is needed), and how sure."""

    direction: Small
    source: Small
    sure: Bools


def pointing(operators: pa.Array) -> Small:
    """Direction in which each operator (>= > <= < = or "") points, 0 where it points nowhere."""
    return lookup(operators, 0, {">": POSITIVE, "<": REVERSE})


def decide(
    indicators: Columns, needed: Bools, points: Small, entry: NDArray[np.int16], book: RuleBook
) -> Decided:
    """Direction of each indicator; none where ``needed`` is False.

    ``points`` is where the operator in 年度指标值 points, ``entry`` the matching entry of ``book``.
    """
    # ≥0 is true of whatever was done.
    zero = indicators["target_number"] == 0
    points = np.where(zero & (points == POSITIVE) & _includes_equality(indicators), np.int8(0), points)
    direction = np.where(needed, points, np.int8(0))
    source = np.where(direction > 0, np.int8(_OPERATOR), np.int8(0))
    approved = lookup(indicators["approved_direction"], 0, {"p": POSITIVE, "r": REVERSE})
    _speak(direction, source, needed, approved, _APPROVED)
    if book.indicators:
        stated = np.array([*(DIRECTIONS.index(e.direction) for e in book.indicators), 0], dtype=np.int8)
        _speak(direction, source, needed, stated[entry], _RULEBOOK)  # NONE is the last of stated
    sure = np.ones(len(direction), dtype=bool)
    silent = np.flatnonzero(needed & (direction == 0))
    if len(silent):
        direction[silent], source[silent], sure[silent] = _unstated(
            indicators.take(silent), zero[silent], book
        )
    return Decided(direction, source, sure)


def _speak(direction: Small, source: Small, needed: Bools, said: Small, who: int) -> None:
    """``who`` decides wherever it has said something."""
    speaks = needed & (said > 0)
    if speaks.any():
        direction[speaks], source[speaks] = said[speaks], who


def _includes_equality(indicators: Columns) -> Bools:
    return lookup(indicators["target_operator"], 1, {"=": 1}) > 0


def _unstated(indicators: Columns, zero: Bools, book: RuleBook) -> Decided:
    """Indicators whose direction neither entry, approved target nor operator states."""
    rules = direction_rules()
    rule = _rule_of(indicators)
    ruled = np.array([DIRECTIONS.index(one.direction) for one in rules], dtype=np.int8)[rule]
    asserts = np.array([one.sure for one in rules], dtype=bool)[rule]
    usual = np.array([one.default for one in rules], dtype=bool)[rule]
    direction, sure = ruled.copy(), asserts.copy()
    source = np.where(usual, np.int8(_DEFAULT), np.int8(_NAME))
    # A target of zero asks for as little as can be. A name (or 二级指标) that asserts the contrary leaves it
    # open; so does ≥0, which is true of whatever was done, unless the name is of something bad.
    speechless = (rule == len(rules) - 1) & (pointing(indicators["target_operator"]) != POSITIVE)
    against = (ruled == POSITIVE) & asserts & ~speechless
    direction[zero], source[zero], sure[zero] = REVERSE, _ZERO, ~against[zero]
    falls = lookup(indicators["target_change"], 0, {"f": 1}) > 0
    direction[falls], source[falls], sure[falls] = POSITIVE, _CHANGE, True
    worded = _by_the_books_words(indicators, book)
    direction[worded], source[worded], sure[worded] = REVERSE, _RULEBOOK, True
    return Decided(direction, source, sure)


def _rule_of(indicators: Columns) -> NDArray[np.int64]:
    """Number of the rule that the name falls under; found once for each distinct name, 二级指标 and unit."""
    codes = np.zeros(len(indicators), dtype=np.int64)
    distinct: list[list[str]] = []
    for column in ("name", "level2", "target_unit"):
        encoded = indicators[column].dictionary_encode()
        words = encoded.dictionary.to_pylist()
        codes = codes * max(len(words), 1) + encoded.indices.to_numpy()
        distinct.append(words)
    keys, rows = np.unique(codes, return_inverse=True)
    names, levels, units = distinct
    numbers = []
    for key in keys.tolist():
        above, unit = divmod(key, len(units))
        name, level = divmod(above, len(levels))
        numbers.append(named_direction(names[name], levels[level], units[unit]).number)
    return np.array(numbers, dtype=np.int64)[rows]


def _by_the_books_words(indicators: Columns, book: RuleBook) -> Bools:
    """Indicators that hold a word of direction.reverse_words, where the book has any."""
    pattern = book.pattern("direction.reverse_words")
    if pattern is None:
        return np.zeros(len(indicators), dtype=bool)
    reverse = matching(indicators["level2"], None, pattern)
    unsaid = np.flatnonzero(~reverse)
    reverse[unsaid] = matching(indicators["name"], unsaid, pattern)
    return reverse


assert NONE == -1, "stated[entry] above takes the last item where no entry fits"
