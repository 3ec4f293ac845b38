"""A rule book as a person reads it: rows of key, value, unit, clause and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from perfbatch.rules.book import Entry, RuleBook
from perfbatch.rules.parameters import PARAMETERS, Spec
from perfbatch.rules.values import short
from perfbatch.words import load_words


@dataclass(frozen=True, slots=True)
class Row:
    """One row of ``perfbatch rules show``, of 规则说明 and of the docs page; text throughout."""

    key: str
    meaning: str
    value: str
    unit: str
    clause: str
    why: str


def rows(book: RuleBook) -> list[Row]:
    """All parameters in reading order, then the per-indicator entries (key ``indicators[1]`` …)."""
    shown = [
        Row(
            key, PARAMETERS[key].meaning, value_text(key, parameter.value),
            PARAMETERS[key].unit if PARAMETERS[key].kind in ("number", "count") else "",
            book.clause(key), parameter.why,
        )
        for key, parameter in book.parameters.items()
    ]  # fmt: skip
    for number, entry in enumerate(book.indicators, 1):
        clause = book.source_text(entry.clause) if entry.clause else ""
        shown.append(Row(f"indicators[{number}]", "", _entry(entry), "", clause, entry.why))
    return shown


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
            "excess_band", start=short(band["from"]), deduct=short(band["deduct"]),
            more=short(band["more"]) if band["more"] else "",
        )
        for band in bands
    ])  # fmt: skip


def _grades(_: Spec, bands: Any) -> str:
    return _joined([_say("grade_band", start=short(band["from"]), grade=band["grade"]) for band in bands])


def _level1(_: Spec, items: Any) -> str:
    return _joined([_say("level1", level1=item["level1"], points=short(item["points"])) for item in items])


def _words(_: Spec, words: Any) -> str:
    return "、".join(words) or _say("empty")


_SHOWN: dict[str, Callable[[Spec, Any], str]] = {
    "flag": _flag,
    "choice": lambda spec, value: spec.choices[value],
    "number": lambda _, value: short(value),
    "count": lambda _, value: short(value),
    "span": lambda _, value: _say("span", low=short(value[0]), high=short(value[1])),
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
