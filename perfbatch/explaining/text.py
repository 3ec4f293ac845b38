"""Numbers and sentences of a story."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from perfbatch.checking.figures import amounts, percents, scores
from perfbatch.rules import PARAMETERS, RuleBook, shown_rows, value_text
from perfbatch.rules.values import short_number as short
from perfbatch.words import Words
from perfbatch.writing.terms import Terms

__all__ = [
    "TABLE", "Line", "Sentences", "clause_line", "equals", "figure", "has", "parameter_line", "percent",
    "points", "short",
]  # fmt: skip

TABLE = "story"
Line = tuple[str, str]
"""Label and text."""


class Sentences:
    """Sentences of templates/story.toml, and the terms for codes that 汇总.xlsx uses."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.terms = Terms(words)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence ``key``."""
        return self._words.text(TABLE, key, **values)

    def line(self, key: str, /, **values: Any) -> Line:
        """The sentence ``key`` with the label of its group: sum.ratio stands under label.sum."""
        return self(f"label.{key.partition('.')[0]}"), self(key, **values)

    def field(self, field: str) -> str:
        """Heading of the column that a field is read from."""
        return self.terms.field(field)


def has(value: float) -> bool:
    """A number, and not NaN."""
    return not math.isnan(value)


def points(value: float) -> str:
    """A score: 3.50; （空） for none."""
    return scores(np.array([value]))[0]


def figure(value: float) -> str:
    """A result on its way: two decimals, up to six where there are more."""
    return amounts(np.array([value]))[0]


def equals(value: float) -> str:
    """= before a figure that is the whole number, ≈ before one that is cut."""
    return "=" if abs(value - round(value, 6)) < 1e-9 else "≈"


def percent(value: float) -> str:
    """A rate: 89.50%; （空） for none."""
    return percents(np.array([value]))[0]


def parameter_line(key: str, book: RuleBook, say: Sentences) -> Line:
    """The rule-book parameter (or entry) with its value and the book that set it."""
    if key in book.parameters:
        spec = PARAMETERS[key]
        unit = spec.unit if spec.kind in ("number", "count") else ""
        value = value_text(key, book.value(key)) + unit
        return say.line("parameter.value", key=key, meaning=spec.meaning, value=value,
                        book=book.parameters[key].book)  # fmt: skip
    shown = next(row for row in shown_rows(book) if row.key == key)
    return say.line("parameter.entry", key=key, value=shown.value, why=shown.why, book=book.name)


def clause_line(key: str, book: RuleBook, say: Sentences) -> Line:
    """The clause that ``key`` rests on, with its wording where the book quotes it."""
    if key in book.parameters:
        source = book.sources[book.parameters[key].clause]
    else:
        number = int(key.removeprefix("indicators[").removesuffix("]"))
        clause = book.indicators[number - 1].clause or book.parameters["judgement.formula"].clause
        source = book.sources[clause]
    return say.line("clause.text", clause=book.clause(key), title=source.title, text=source.text)
