"""Is the value of a parameter of the kind and in the range that ``parameters`` states?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from perfbatch.rules.backtracking import blows_up
from perfbatch.rules.errors import Said, problem
from perfbatch.rules.parameters import Spec


class BadValueError(ValueError):
    """The value cannot be used; the message is the sentence for the person."""

    def __init__(self, said: Said, allowed: tuple[str, ...] = ()) -> None:
        """``allowed`` are the possible values where they can be listed."""
        super().__init__(str(said))
        self.said = said
        self.allowed = allowed


def checked(spec: Spec, value: Any) -> Any:
    """``value`` as the rule book keeps it (lists as tuples). Raises BadValueError."""
    return _KINDS[spec.kind](spec, value)


def short_number(number: float) -> str:
    """A number without needless decimals: 90, 0.01."""
    return f"{number:.12g}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _within(spec: Spec, value: Any) -> bool:
    return _is_number(value) and spec.minimum <= value <= spec.maximum


def _bounds(spec: Spec) -> dict[str, str]:
    return {"low": short_number(spec.minimum), "high": short_number(spec.maximum), "unit": spec.unit}


def _flag(_: Spec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValueError(problem("flag"), ("true", "false"))
    return value


def _choice(spec: Spec, value: Any) -> str:
    if not isinstance(value, str) or value not in spec.choices:
        labels = [f"{choice}（{label}）" for choice, label in spec.choices.items()]
        message = problem("choice", allowed=labels, given="")
        raise BadValueError(message, tuple(spec.choices))
    return value


def _number(spec: Spec, value: Any) -> float:
    if not _within(spec, value):
        raise BadValueError(problem("number", **_bounds(spec)))
    return float(value)


def _count(spec: Spec, value: Any) -> int:
    if not _within(spec, value) or not isinstance(value, int):
        raise BadValueError(problem("count", **_bounds(spec)))
    return value


def _span(spec: Spec, value: Any) -> tuple[float, float]:
    right = isinstance(value, list) and len(value) == 2 and all(_within(spec, end) for end in value)
    if not right or not value[0] < value[1]:
        raise BadValueError(problem("span", **_bounds(spec)))
    return float(value[0]), float(value[1])


def _items(value: Any, required: set[str], optional: set[str], sentence: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise BadValueError(problem(sentence))
    for item in value:
        if not isinstance(item, dict) or not required <= set(item) <= required | optional:
            raise BadValueError(problem(sentence), tuple(sorted(required | optional)))
    return value


def _excess_bands(_: Spec, value: Any) -> tuple[dict[str, float], ...]:
    bands = []
    for item in _items(value, {"from", "deduct"}, {"more"}, "excess_bands"):
        start, deduct, more = item["from"], item["deduct"], item.get("more", 0)
        numbers = all(_is_number(number) for number in (start, deduct, more))
        if not numbers or start <= 0 or not 0 <= deduct <= 100 or not 0 <= more <= 100:
            raise BadValueError(problem("excess_bands"))
        bands.append({"from": float(start), "deduct": float(deduct), "more": float(more)})
    starts = [band["from"] for band in bands]
    if starts != sorted(set(starts)):
        raise BadValueError(problem("ascending"))
    return tuple(bands)


def _grade_bands(spec: Spec, value: Any) -> tuple[dict[str, Any], ...]:
    bands: list[dict[str, Any]] = []
    for item in _items(value, {"from", "grade"}, set(), "grade_bands"):
        if not _within(spec, item["from"]) or not isinstance(item["grade"], str) or not item["grade"].strip():
            raise BadValueError(problem("grade_bands"))
        bands.append({"from": float(item["from"]), "grade": item["grade"]})
    starts = [band["from"] for band in bands]
    ascending = sorted(set(starts))
    if not bands or len({band["grade"] for band in bands}) != len(bands):
        raise BadValueError(problem("grade_bands"))
    if starts not in (ascending, ascending[::-1]):
        raise BadValueError(problem("ordered"))
    if ascending[0] != 0:
        raise BadValueError(problem("lowest_grade"))
    return tuple(sorted(bands, key=lambda band: -band["from"]))


def _level1_points(spec: Spec, value: Any) -> tuple[dict[str, Any], ...]:
    items = []
    for item in _items(value, {"level1", "points"}, set(), "level1_points"):
        level1 = item["level1"]
        if not isinstance(level1, str) or not level1.strip() or not _within(spec, item["points"]):
            raise BadValueError(problem("level1_points"))
        items.append({"level1": level1, "points": float(item["points"])})
    return tuple(items)


def _words(_: Spec, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise BadValueError(problem("words"))
    return tuple(value)


def _patterns(spec: Spec, value: Any) -> tuple[str, ...]:
    return tuple(pattern(word) for word in _words(spec, value))


_SHOWN = 200
"""Characters of a pattern that a sentence shows."""


def pattern(text: str) -> str:
    """``text`` itself where it is a regular expression that no text can hold up. Raises BadValueError."""
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadValueError(problem("pattern", pattern=text[:_SHOWN], detail=str(error))) from error
    if blows_up(text):
        raise BadValueError(problem("pattern_slow", pattern=text[:_SHOWN]))
    return text


_KINDS: dict[str, Callable[[Spec, Any], Any]] = {
    "flag": _flag,
    "choice": _choice,
    "number": _number,
    "count": _count,
    "span": _span,
    "excess_bands": _excess_bands,
    "grade_bands": _grade_bands,
    "level1_points": _level1_points,
    "words": _words,
    "patterns": _patterns,
}
