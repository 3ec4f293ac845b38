"""A rule book as a person reads it: rows of key, value, unit, clause and why, and sentences about it.

Sentences state no figure of their own: ``{deviation.excess}`` in them is the value in force.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from perfbatch.rules.book import Entry, Parameter, RuleBook
from perfbatch.rules.parameters import PARAMETERS, Spec
from perfbatch.rules.values import short_number
from perfbatch.words import load_words


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of ``perfbatch rules show``, of 规则说明 and of the docs page; text throughout."""

    key: str
    meaning: str
    value: str
    unit: str
    clause: str
    why: str


def shown_rows(book: RuleBook) -> list[ShownRow]:
    """All parameters in reading order, then the per-indicator entries (key ``indicators[1]`` …)."""
    shown = [
        ShownRow(
            key, PARAMETERS[key].meaning, value_text(key, parameter.value),
            PARAMETERS[key].unit if PARAMETERS[key].kind in ("number", "count") else "",
            book.clause(key), _why(parameter, book.parameters),
        )
        for key, parameter in book.parameters.items()
    ]  # fmt: skip
    for number, entry in enumerate(book.indicators, 1):
        clause = book.source_text(entry.clause) if entry.clause else ""
        shown.append(ShownRow(f"indicators[{number}]", "", _entry(entry), "", clause, entry.why))
    return shown


_PLACE = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)*)(?::\.([0-9])f)?\}")


def in_force(text: str, parameters: Mapping[str, Parameter]) -> str:
    """``text`` with every {key} of a parameter replaced by its value and unit, {key:.2f} by the bare number
    with that many decimals; other braces stay.
    """

    def fill(match: re.Match[str]) -> str:
        key, decimals = match.groups()
        if key not in parameters:
            return match[0]
        value, spec = parameters[key].value, PARAMETERS[key]
        if decimals:
            return f"{value:.{decimals}f}"
        shown = value_text(key, value)
        if spec.kind == "span":
            return shown if shown.endswith(spec.unit) else shown + spec.unit
        if spec.kind not in ("number", "count"):
            return shown
        return shown + (spec.unit if spec.unit == "%" else f" {spec.unit}")

    return _PLACE.sub(fill, text)


def _why(parameter: Parameter, parameters: Mapping[str, Parameter]) -> str:
    why = in_force(parameter.why, parameters)
    return _say("why_of", book=parameter.why_of, why=why) if parameter.why_of else why


def value_text(key: str, value: Any) -> str:
    """The value of parameter ``key`` as people write it, without its unit where it is one number."""
    spec = PARAMETERS[key]
    return _SHOWN[spec.kind](spec, value)


def _say(key: str, **values: Any) -> str:
    return load_words().text("rules", f"show.{key}", **values)


def _flag(_: Spec, value: bool) -> str:
    return _say("yes" if value else "no")


def _joined(parts: list[str]) -> str:
    return _say("between").join(parts) if parts else _say("empty")


def _excess(_: Spec, bands: Any) -> str:
    return _joined([
        _say(
            "excess_band", start=short_number(band["from"]), deduct=short_number(band["deduct"]),
            more=short_number(band["more"]) if band["more"] else "",
        )
        for band in bands
    ])  # fmt: skip


def _grades(_: Spec, bands: Any) -> str:
    return _joined(
        [_say("grade_band", start=short_number(band["from"]), grade=band["grade"]) for band in bands]
    )


def _level1(_: Spec, items: Any) -> str:
    return _joined(
        [_say("level1", level1=item["level1"], points=short_number(item["points"])) for item in items]
    )


def _words(_: Spec, words: Any) -> str:
    return "、".join(words) or _say("empty")


_SHOWN: dict[str, Callable[[Spec, Any], str]] = {
    "flag": _flag,
    "choice": lambda spec, value: spec.choices[value],
    "number": lambda _, value: short_number(value),
    "count": lambda _, value: short_number(value),
    "span": lambda _, value: _say("span", low=short_number(value[0]), high=short_number(value[1])),
    "excess_bands": _excess,
    "grade_bands": _grades,
    "level1_points": _level1,
    "words": _words,
    "patterns": _words,
}


def _entry(entry: Entry) -> str:
    effects = []
    if entry.direction:
        effects.append(_say(f"entry_{entry.direction}"))
    if entry.target_kind:
        effects.append(_say(f"kind.{entry.target_kind}"))
    if entry.unit:
        effects.append(_say("entry_unit", unit=entry.unit))
    if entry.judged:
        effects.append(_say("entry_judged"))
    where = _say("entry_where", level2=entry.level2, name=entry.name)
    return _say("entry", where=where, effects=_joined(effects))
