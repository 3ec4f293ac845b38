"""What each approved indicator is on a blank form: computed, a deadline, several values, or the unit's own.

The judgement is the scoring's own: it is asked with the target put in as its own actual value, so that books,
entries and direction rules are read nowhere twice.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from perfbatch import schema
from perfbatch.rules import RuleBook
from perfbatch.schema import Frames
from perfbatch.scoring import score
from perfbatch.text import compact
from perfbatch.values import parse, read_sides
from perfbatch.values.several import parts_of
from perfbatch.values.typed_numbers import RATIO_SIGNS

NUMBER, DATE, JUDGED, SEVERAL = "number", "date", "judged", "several"
MOST_PARTS = 6
"""Several values in one cell: with more, a person judges."""
_FORMULAS = frozenset({"positive", "reverse", "range"})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a form. ``number``, ``upper``, ``unit`` and ``operator`` are those of the parsed target;
    ``direction`` is "" where none is needed, ``sure`` False where the unit must choose.

    ``target`` is printed with the approved operator where it names none itself.
    """

    level1: str
    level2: str
    name: str
    target: str
    points: float | None
    kind: str = JUDGED
    number: float = 0.0
    upper: float | None = None
    unit: str = ""
    operator: str = ""
    direction: str = ""
    sure: bool = True
    about: bool = False
    falls: bool = False
    until: pd.Timestamp | None = None
    text: bool = False
    """the target is in words, so that the same words as the actual are full marks"""
    simple: bool = True
    """the target is its operator, number and unit and nothing else"""
    ratio: bool = False
    """the target is one (1:20, 2/3), which a spreadsheet takes for an hour or a day"""
    parts: tuple[Indicator, ...] = ()
    """of a target with several values: an indicator each"""


def indicators_of(rows: Sequence[Mapping[str, Any]], year: int | None, book: RuleBook) -> list[Indicator]:
    """The indicators of one project; ``rows`` hold level1, level2, name, target, points (NaN for none) and
    direction ("", positive, reverse) of season.approved."""
    if not rows:
        return []
    targets = [str(row["target"]) for row in rows]
    alone = parse(targets, year)
    actuals = [_as_actual(one, text) for one, text in zip(records(alone), targets, strict=True)]
    sides = pd.DataFrame(read_sides(targets, actuals, year))
    scored = score(_frames(rows, targets, actuals, sides), book).indicators
    result = []
    for row, one in zip(rows, records(scored), strict=True):
        found = _indicator(row, one, book)
        divided = () if found.kind in (NUMBER, DATE) or _by_entry(one) else parts_of(found.target)
        result.append(_several(found, row, divided, year, book) if divided else found)
    return result


def _several(
    one: Indicator, row: Mapping[str, Any], divided: Sequence[str], year: int | None, book: RuleBook
) -> Indicator:
    """With its values as indicators of their own, where each of them is a number of a known direction."""
    parts = indicators_of([{**row, "target": text} for text in divided], year, book)
    plain = len(parts) <= MOST_PARTS and all(
        part.kind == NUMBER and part.sure and not part.about and not part.ratio for part in parts
    )
    plain = plain and not any(scored_by_unit(part, book) for part in parts)
    return dataclasses.replace(one, kind=SEVERAL, parts=tuple(parts)) if plain else one


def scored_by_unit(one: Indicator, book: RuleBook) -> bool:
    """Whether the book leaves numbers like this one to a person."""
    ends = ("positive", "reverse") if one.upper is not None or not one.sure else (one.direction,)
    return any(book.value(f"{end}.formula") == "own" for end in ends)


def _by_entry(one: Mapping[str, Any]) -> bool:
    return bool(one["parameter"].startswith("indicators["))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows, by column name."""
    return frame.to_dict("records")  # type: ignore[return-value]


def _as_actual(parsed: Mapping[str, Any], text: str) -> str:
    """The target's own value as an actual one, without its operator."""
    if parsed["kind"] == "number":
        return f"{parsed['number']:.12g}{parsed['unit']}"
    if parsed["kind"] == "date" and not pd.isna(parsed["until"]):
        return f"{parsed['until']:%Y-%m-%d}"
    return text


def _frames(
    rows: Sequence[Mapping[str, Any]], targets: list[str], actuals: list[str], sides: pd.DataFrame
) -> Frames:
    size = len(rows)
    points = [float(row["points"]) if _is_given(row["points"]) else 10.0 for row in rows]
    indicators = schema.build(
        "indicators",
        {
            "form_id": ["1"] * size,
            "level1": [str(row["level1"]) for row in rows],
            "level2": [str(row["level2"]) for row in rows],
            "name": [str(row["name"]) for row in rows],
            "target": targets,
            "actual": actuals,
            "points": points,
            "own_score": points,
            "approved_direction": [str(row["direction"]) for row in rows],
            **{str(name): sides[name] for name in sides},
        },
    )
    return Frames(
        forms=schema.build("forms", {"form_id": ["1"]}),
        funds=schema.build("funds", {}),
        indicators=indicators,
        files=schema.build("files", {}),
        findings=schema.build("findings", {}, "check"),
    )


def _is_given(points: Any) -> bool:
    return points is not None and not pd.isna(points)


def _indicator(row: Mapping[str, Any], one: Mapping[str, Any], book: RuleBook) -> Indicator:
    target = str(row["target"])
    plain: dict[str, Any] = {
        "level1": str(row["level1"]), "level2": str(row["level2"]), "name": str(row["name"]),
        "target": target, "points": float(row["points"]) if _is_given(row["points"]) else None,
    }  # fmt: skip
    undecided = one["rule"] == "judgement" and one["asks"] == "direction"
    numeric = one["target_kind"] == "number" and not _by_entry(one)
    numeric &= one["rule"] in _FORMULAS or undecided or not one["direction_sure"]
    # Where nobody knows the direction the unit chooses it; of ≥0 and the like there is nothing to choose.
    choosable = one["target_operator"] in ("", "=") and one["target_number"] > 0
    numeric &= bool(one["direction_sure"]) or choosable
    if numeric:
        operator = one["target_operator"]
        if one["direction_source"] == "approved" and operator == "":
            sign = "≥" if one["direction"] == "positive" else "≤"
            plain["target"], operator = f"{sign}{target}", f"{sign}"
        return Indicator(
            **plain, kind=NUMBER, number=float(one["target_number"]),
            upper=None if pd.isna(one["target_upper"]) else float(one["target_upper"]),
            unit=one["target_unit"] or _unit_of_entry(one, book), operator=operator,
            direction=one["direction"], sure=bool(one["direction_sure"]), about=bool(one["target_about"]),
            falls=one["target_change"] == "fall", simple=_is_simple(one, target),
            ratio=one["target_unit"] == "" and _RATIO.search(compact(target)) is not None,
        )  # fmt: skip
    if one["rule"] == "deadline":
        return Indicator(**plain, kind=DATE, until=one["target_until"])
    return Indicator(**plain, text=one["rule"] == "text")


_RATIO = re.compile(rf"\d[:{''.join(RATIO_SIGNS)}]\d")
_SIGNS = re.compile("[≥≤＞＜><=＝]+")


def _is_simple(one: Mapping[str, Any], target: str) -> bool:
    rest = _SIGNS.sub("", compact(target))
    return rest == f"{one['target_number']:.12g}{one['target_unit']}"


def _unit_of_entry(one: Mapping[str, Any], book: RuleBook) -> str:
    """The unit that the rule book states for an indicator whose target names none."""
    for entry in book.indicators:
        fits = all(
            not pattern or re.search(pattern, str(one[column]))
            for pattern, column in ((entry.level2, "level2"), (entry.name, "name"))
        )
        if fits:
            return entry.unit
    return ""
