"""Several values in one cell, compared one by one where both sides have as many.

See docs/specification.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.columns import Columns
from perfbatch.scoring.encode import Encoded, encode
from perfbatch.scoring.texts import decode
from perfbatch.values import parse_sides
from perfbatch.values.several import parts_of

Bools = NDArray[np.bool_]


class Judged(Protocol):
    """What is asked of the rule that judges the parts: one item a part."""

    @property
    def missed(self) -> Bools:
        """The target was missed."""

    @property
    def computed(self) -> NDArray[np.float64]:
        """Score, NaN where a person must judge."""


@dataclass(frozen=True, slots=True)
class Parts:
    """One item an indicator; False and "" where a cell holds one value."""

    met: Bools
    """every value reaches its target"""
    missed: Bools
    """one does not"""
    target: pa.Array
    """the first target that was missed"""
    actual: pa.Array
    """what stands beside it"""

    @classmethod
    def none(cls, size: int) -> Parts:
        """Of indicators with one value in each cell."""
        nothing = np.zeros(size, dtype=bool)
        return cls(nothing, nothing, *[decode(nothing.astype(np.int8), ("",)) for _ in range(2)])


def one_by_one(
    indicators: Columns,
    rows: NDArray[np.intp],
    book: RuleBook,
    rule: Callable[[Columns, Encoded, RuleBook], Judged],
) -> Parts:
    """The cells of ``rows`` with several values; ``rule`` judges their parts as indicators of their own."""
    size = len(indicators)
    some = indicators.take(rows)
    divided = [
        (row, targets, actuals)
        for row, target, actual in zip(
            rows.tolist(), some["target"].to_pylist(), some["actual"].to_pylist(), strict=True
        )
        if (targets := parts_of(target)) and len(actuals := parts_of(actual)) == len(targets)
    ]
    if not divided:
        return Parts.none(size)
    of = np.repeat([row for row, _, _ in divided], [len(targets) for _, targets, _ in divided])
    wanted = [text for _, targets, _ in divided for text in targets]
    done = [text for _, _, actuals in divided for text in actuals]
    texts = pd.DataFrame({"target": wanted, "actual": done}, dtype="str")
    parts = indicators.take(of).over(texts).over(parse_sides(wanted, done))
    judged = rule(parts, encode(parts, book), book)
    points = parts["points"]
    reached = ~judged.missed & (judged.computed >= points)
    met, missed = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    missed[of[judged.missed]] = True
    met[of] = True
    met[of[~reached]] = False
    first = np.flatnonzero(judged.missed)[::-1]
    at = np.zeros(size, dtype=np.int64)
    at[of[first]] = first + 1  # backwards, so that the first one stays
    return Parts(met, missed, decode(at, ("", *wanted)), decode(at, ("", *done)))
