"""What the grammar makes of one text."""

from __future__ import annotations

from typing import NamedTuple

NAN = float("nan")
MONTH_END = 0
"""Day of a ``Day`` that stands for the last of its month, whichever that is in its year."""


class Day(NamedTuple):
    """A day, perhaps of a year not yet known: ``year`` is 1900 or later, or counts from the budget year
    (-1, 0 or 1) where the text names none."""

    year: int
    month: int
    day: int


class Reading(NamedTuple):
    """One text taken apart: the columns of ``schema._parsed``, dates without year where none is written.

    ``trend`` is 1 where the number is a rise (增长5%), -1 a fall (下降5%), else 0; ``about`` says that the
    number is a rough one (约, 左右, 上下), ``nearly`` that an actual is not quite there (接近, 将近).
    ``other`` is a second reading of the same text, for use beside a side of that kind: 6月 is a date, or
    beside a number 6 months.
    """

    kind: str
    operator: str = ""
    number: float = NAN
    upper: float = NAN
    unit: str = ""
    tier: str = ""
    first: Day | None = None
    last: Day | None = None
    trend: int = 0
    about: bool = False
    nearly: bool = False
    other: Reading | None = None


BLANK = Reading("")
TEXT = Reading("text")
