"""An office's own workbook as the form: its named places are filled, all else stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perfbatch.batch.errors import RunError
from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.indicator_rows import terms_of
from perfbatch.blank_forms.kinds import NUMBER, Indicator, scored_by_unit
from perfbatch.blank_forms.own_checks import input_checks, red_where
from perfbatch.blank_forms.page import TABLE, Sentences
from perfbatch.blank_forms.project import Project
from perfbatch.blank_forms.typed import number_in
from perfbatch.rules import RuleBook
from perfbatch.words import Words
from perfbatch.workbook.addresses import Place, numbered_address
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.edit.guards import InputCheck, guard
from perfbatch.workbook.xlsx.edit.values import Formula, NamedArea, named_areas, put
from perfbatch.workbook.xlsx.edit.workbook import EditedWorkbook

Value = str | float | Formula
_GUARDED = ("actual", "points", "own_score", "reason")
_RED = "FFFF7F7F"
_LONGEST_FORMULA = 8_000
"""Characters; Excel takes 8,192."""


def fill_own(data: bytes, project: Project, book: RuleBook, words: Words, *, identity: str) -> bytes:
    """The workbook with what is known in its named places (``places`` of templates/blank_forms.toml).

    A cell that holds a formula is left as it is. Raises RunError where it is no such workbook, names none of
    the places, or has fewer rows than the project has indicators.
    """
    try:
        workbook = EditedWorkbook(data)
        areas = named_areas(workbook)
        names = dict(words.table(TABLE)["places"])
        found = {key: areas[name] for key, name in names.items() if name in areas}
        if not found:
            raise RunError("template_names", names=list(names.values()))
        values: dict[str, dict[tuple[int, int], Value]] = {}
        for part, place, value in _values(found, project, book, identity, names):
            values.setdefault(part, {})[place] = value
        for part, mine in values.items():
            put(workbook, part, mine)
        _guard(workbook, found, project, book, words)
        return workbook.package.write()
    except Refused as refusal:
        raise RunError("template_form", why=refusal.sentence(words)) from refusal


def _values(
    found: Mapping[str, NamedArea], project: Project, book: RuleBook, identity: str, names: Mapping[str, str]
) -> list[tuple[str, tuple[int, int], Value]]:
    single: dict[str, Any] = {
        "project": project.project, "code": project.code, "department": project.department,
        "unit": project.unit, "year": project.year, "budget": project.budget, "goal": project.goal,
        "identity": identity,
    }  # fmt: skip
    values = [
        (found[key].part, found[key].area[:2], value)
        for key, value in single.items()
        if key in found and value not in ("", None)
    ]
    count = len(project.indicators)
    for key in ("level1", "level2", "name", "target", "points"):
        if key in found and _rows(found[key]) < count:
            raise RunError(
                "template_rows", name=names[key], rows=_rows(found[key]), project=project.project, count=count
            )
    for at, one in enumerate(project.indicators):
        known: dict[str, Value | None] = {
            "level1": one.level1, "level2": one.level2, "name": one.name, "target": one.target,
            "points": one.points, "own_score": _score(found, at, one, book),
        }  # fmt: skip
        values += [
            (found[key].part, _place(found[key], at), value)
            for key, value in known.items()
            if key in found and value not in ("", None)
        ]
    return values


def _guard(
    workbook: EditedWorkbook, found: Mapping[str, NamedArea], project: Project, book: RuleBook, words: Words
) -> None:
    """Input checks and red cells on the sheet with the indicators, where it names what they stand on."""
    parts = {found[name].part for name in _GUARDED if name in found}
    if len(parts) != 1:
        return
    checks: dict[Place, InputCheck] = {}
    red: dict[Place, str] = {}
    say = Sentences(words)
    for number, one in enumerate(project.indicators):
        areas = {name: found[name] for name in _GUARDED if name in found and _rows(found[name]) > number}
        places = {name: _place(area, number) for name, area in areas.items()}
        at = {name: numbered_address(*place) for name, place in places.items()}
        computed = _score(found, number, one, book) is not None
        for name, check in input_checks(one, at, book, say, computed=computed):
            if name in places:
                checks[places[name]] = check
        red |= {places[name]: condition for name, condition in red_where(one, at, book, say)}
    guard(workbook, parts.pop(), checks, red, _RED)


def _rows(area: NamedArea) -> int:
    return area.area[2] - area.area[0] + 1


def _place(area: NamedArea, at: int) -> tuple[int, int]:
    return area.area[0] + at, area.area[1]


def _score(found: Mapping[str, NamedArea], at: int, one: Indicator, book: RuleBook) -> Formula | None:
    """得分 where the book computes it and the workbook names the cells that it stands on."""
    needed = [found.get(key) for key in ("actual", "points", "own_score")]
    if (
        one.kind != NUMBER
        or not one.sure
        or one.ratio
        or any(area is None or _rows(area) <= at for area in needed)
    ):
        return None
    if len({area.part for area in needed if area}) > 1 or (one.upper is None and one.number <= 0):
        return None
    if scored_by_unit(one, book):
        return None
    actual, points, _ = (numbered_address(*_place(area, at)) for area in needed if area)
    value = f"({number_in(actual, one.unit.replace(chr(34), ''), one.number)})"
    ready = f"IF(LEN({actual})=0,FALSE,AND(ISNUMBER({value}),ISNUMBER({points})))"
    score = formulas.score(terms_of(one, value, points), book)
    formula = f'IF({ready},{score},"")'
    return Formula(formula, "") if len(formula) <= _LONGEST_FORMULA else None
