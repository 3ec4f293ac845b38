"""Input checks and red cells for an office's own workbook: what our own look has, without its helper cells.

A condition of a conditional format may hold no list of constants, and cannot stand on a hidden column here:
so each is written out, and reads numbers only (a text is refused as it is typed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.indicator_rows import terms_of
from perfbatch.blank_forms.kinds import DATE, JUDGED, NUMBER, Indicator
from perfbatch.blank_forms.page import Sentences
from perfbatch.blank_forms.typed import number_shown
from perfbatch.rules import RuleBook
from perfbatch.workbook.xlsx.edit.guards import InputCheck

_LONGEST = 8_000
"""Characters of a condition; Excel takes 8,192."""


def input_checks(
    one: Indicator, at: Mapping[str, str], book: RuleBook, say: Sentences, *, computed: bool
) -> Iterator[tuple[str, InputCheck]]:
    """(name of the cell, check) of one indicator; ``at`` holds the cells that the workbook names, by
    ``actual``, ``points``, ``own_score`` and ``reason``; ``computed``: 得分 is a formula of ours."""
    titles = say.text("prompt.title"), say.text("error.title")
    if one.kind == NUMBER and not one.ratio:
        hint = say.text("prompt.number", unit=one.unit)
        yield "actual", InputCheck("decimal", "-1E+14", "1E+14", titles, hint, say.text("error.number"))
    if one.kind == DATE:
        example = f"{one.until:%Y-%m-%d}"
        hint, error = (say.text(f"{kind}.date", example=example) for kind in ("prompt", "error"))
        yield "actual", InputCheck("date", "DATE(1990,1,1)", "DATE(2100,12,31)", titles, hint, error)
    if one.kind == JUDGED:
        tiers = ",".join(map(str, say.table("tiers").values()))
        yield (
            "actual",
            InputCheck("list", f'"{tiers}"', "", titles, say.text("prompt.judged"), "", strict=False),
        )
    if not computed and "points" in at:
        hint = say.text("prompt.score", points=say.text("columns.points"))
        yield "own_score", InputCheck("decimal", "0", at["points"], titles, hint, say.text("error.score"))
    limit = formulas.short(book.value("deviation.excess"))
    hint = say.text("prompt.reason", excess=limit)
    yield "reason", InputCheck("textLength", "0", "32000", titles, hint, "", strict=False)


def red_where(
    one: Indicator, at: Mapping[str, str], book: RuleBook, say: Sentences
) -> Iterator[tuple[str, str]]:
    """(name of the cell, condition under which it is red) of one indicator."""
    scored = "own_score" in at and "points" in at
    missed, deviates = _missed(one, at, book, say)
    if scored:
        own, points = at["own_score"], at["points"]
        given = f"AND(ISNUMBER({own}),ISNUMBER({points}))"
        wrong = [f"NOT({formulas.within(own, points, book)})"]
        if one.kind == DATE and missed:
            wrong.append(f"AND({missed},{own}>={points}-{formulas.half_step(book)})")
        if one.kind == JUDGED and "actual" in at:
            wrong += [
                f'AND({at["actual"]}="{tier}",{formulas.outside_tier(own, points, key, book)})'
                for key, tier in say.table("tiers").items()
            ]
        yield from _short("own_score", f"IF({given},OR({','.join(wrong)}),FALSE)")
        tolerance = formulas.number(float(book.value("rounding.tolerance")) + 1e-9)
        deviates.append(f"IF({given},{points}-{own}>{tolerance},FALSE)")
    if "reason" in at and deviates:
        empty = _is_empty(at["reason"], book)
        yield from _short("reason", f"AND({empty},OR({','.join(deviates)}))")


def _missed(one: Indicator, at: Mapping[str, str], book: RuleBook, say: Sentences) -> tuple[str, list[str]]:
    """The condition that the target is missed, "" for none; and the conditions of a deviation so far."""
    if "actual" not in at:
        return "", []
    actual = at["actual"]
    if one.kind == DATE and one.until is not None:
        until = one.until
        late = f"IF(ISNUMBER({actual}),INT({actual})>DATE({until.year},{until.month},{until.day}),FALSE)"
        return late, [late]
    if one.kind == NUMBER and one.sure and not one.ratio:
        value = f"({number_shown(actual, one.unit, one.number)})"
        terms = terms_of(one, value, at.get("points", "0"))
        conditions = [formulas.missed(terms, book), formulas.over(terms, book)]
        deviates = [f"IF(ISNUMBER({actual}),{condition},FALSE)" for condition in conditions if condition]
        return deviates[0], deviates
    if one.kind == JUDGED:
        lower = [f'{actual}="{tier}"' for tier in list(say.table("tiers").values())[1:]]
        return "", lower
    return "", []


def _is_empty(cell: str, book: RuleBook) -> str:
    """A condition: a reason says nothing, by the words of the book."""
    words: list[Any] = [word for word in book.value("reason.empty_words") if '"' not in word]
    return f"OR(LEN(TRIM({cell}))=0,{','.join(f'TRIM({cell})={chr(34)}{word}{chr(34)}' for word in words)})"


def _short(name: str, condition: str) -> Iterator[tuple[str, str]]:
    if len(condition) <= _LONGEST:
        yield name, condition
