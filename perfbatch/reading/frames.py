"""Records → frames: a row of values a record, turned into columns, and the value grammar called once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from perfbatch import schema
from perfbatch.form_identity import digests, identities_in
from perfbatch.reading.form.forms import Form
from perfbatch.words import Words

if TYPE_CHECKING:
    import pandas as pd


def _text(*names: str) -> tuple[str, ...]:
    """The columns of text fields, in the order in which a Text holds them."""
    return tuple(column for name in names for column in (name, f"{name}_cell", f"{name}_state"))


def _number(*names: str) -> tuple[str, ...]:
    """The columns of number fields, in the order in which a Number holds them."""
    return tuple(
        column for name in names for column in (name, f"{name}_text", f"{name}_cell", f"{name}_state")
    )


_FORM_TEXTS = ("title", "project", "department", "unit", "leader", "phone", "goal", "outcome")
_FORM = (
    "form_id", "file", "sheet", "layout", "year", "year_cell", "year_state", *_text(*_FORM_TEXTS),
    "project_code", "money_unit", *_number("points_total", "own_total"), "region", "fallbacks", "notes",
    "printed_notes",
    "kind", "points_place", "reason_place", "reason_place_cell", "hidden", *_number("reviewer_total"),
    "other_points", "other_own_score",
)  # fmt: skip
_FUND_LINE = (
    "form_id", "line", "label", "label_cell", *_number("initial", "budget", "executed", "rate"),
    "rate_decimals", *_number("points", "own_score"), *_text("reason"), *_number("reviewer_score"),
)  # fmt: skip
_INDICATOR_PLAIN = ("level1", "level1_cell", "level1_weight", "level2", "level2_cell", "nature")
_INDICATOR_FIELDS = {
    **{name: _text(name) for name in ("name", "target", "actual", "reason")},
    **{name: _number(name) for name in ("points", "own_score", "reviewer_score")},
}


def form_ids(file: str, forms: Sequence[Form]) -> list[str]:
    """Identity of each form of a file: file#sheet, file#sheet#2 for the second on that sheet."""
    seen: dict[str, int] = {}
    ids = []
    for form in forms:
        number = seen[form.sheet] = seen.get(form.sheet, 0) + 1
        ids.append(f"{file}#{form.sheet}" if number == 1 else f"{file}#{form.sheet}#{number}")
    return ids


def forms_frame(read: Iterable[tuple[str, str, Form]], words: Words) -> pd.DataFrame:
    """The frame ``forms`` of (form_id, file, form)."""
    rows = []
    for form_id, file, form in read:
        texts = [value for name in _FORM_TEXTS for value in form.texts[name]]
        notes = [words.text("reading", f"form.{code}", **values) for code, values in form.notes]
        rows.append((
            form_id, file, form.sheet, form.layout, *form.year, *texts, form.project_code, form.money_unit,
            *form.points_total, *form.own_total, form.region, ",".join(form.fallbacks), "；".join(notes),
            form.printed_notes,
            form.kind, form.points_place, *form.reasons, form.hidden, *form.reviewer_total,
            *form.other,
        ))  # fmt: skip
    return _with_identities(schema.build("forms", _columns(_FORM, rows)), words)


def _with_identities(forms: pd.DataFrame, words: Words) -> pd.DataFrame:
    """``forms`` with the identities that they carry, and a note where one belongs to another project."""
    import pandas as pd

    found = identities_in(forms["printed_notes"].tolist())
    issued = [one.line() if one else "" for one in found]
    if not any(issued):
        return forms  # as almost always
    said = words.text("reading", "form.another_identity")
    names = (name for name, _ in digests(forms))
    notes = [
        "；".join(filter(None, (note, said if one and project and one.project != name else "")))
        for note, one, name, project in zip(forms["notes"], found, names, forms["project"], strict=True)
    ]
    return forms.assign(issued=pd.array(issued, dtype="str"), notes=pd.array(notes, dtype="str"))


def funds_frame(read: Iterable[tuple[str, str, Form]]) -> pd.DataFrame:
    """The frame ``funds`` of (form_id, file, form)."""
    rows = [
        (
            form_id, line.line, line.label, line.label_cell, *line.initial, *line.budget, *line.executed,
            *line.rate.number, line.rate.decimals, *line.points, *line.own_score, *line.reason,
            *line.reviewer_score,
        )
        for form_id, _, form in read for line in form.funds
    ]  # fmt: skip
    return schema.build("funds", _columns(_FUND_LINE, rows))


def indicators_frame(read: Sequence[tuple[str, str, Form]]) -> pd.DataFrame:
    """The frame ``indicators`` of (form_id, file, form), with targets and actuals parsed."""
    from perfbatch.values import read_sides

    indicators = [one for _, _, form in read for one in form.indicators]
    if not indicators:
        return schema.build("indicators", {})
    columns: dict[str, Any] = {
        "form_id": [form_id for form_id, _, form in read for _ in form.indicators],
        "number": [number for _, _, form in read for number in range(1, len(form.indicators) + 1)],
        **{name: list(map(attrgetter(name), indicators)) for name in _INDICATOR_PLAIN},
        "fallbacks": [
            fallbacks for _, _, form in read for fallbacks in [",".join(form.indicator_fallbacks)]
            for _ in form.indicators
        ],
        **read_sides(
            [one.target_parse for one in indicators],
            [one.actual_parse for one in indicators],
            [form.year.value for _, _, form in read for _ in form.indicators],
        ),
    }  # fmt: skip
    for name, parts in _INDICATOR_FIELDS.items():
        columns |= zip(parts, zip(*map(attrgetter(name), indicators), strict=True), strict=True)
    return schema.build("indicators", columns)


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """The rows' values as columns; none where there is no row."""
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
