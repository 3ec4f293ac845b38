"""Records → frames: one list a column for a whole chunk, and the value grammar called once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from perfbatch import schema
from perfbatch.read.form.fields import Number, Text
from perfbatch.read.form.forms import Form
from perfbatch.words import Words

if TYPE_CHECKING:
    import pandas as pd

_FORM_TEXTS = ("title", "project", "department", "unit", "leader", "phone", "goal", "outcome")
_FUND_NUMBERS = ("initial", "budget", "executed", "points", "own_score")


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
    data: dict[str, list[Any]] = {}
    add = _adder(data)
    for form_id, file, form in read:
        add("form_id", form_id)
        add("file", file)
        add("sheet", form.sheet)
        add("layout", form.layout)
        add("year", form.year.value)
        add("year_cell", form.year.cell)
        add("year_state", form.year.state)
        for name in _FORM_TEXTS:
            _add_text(add, name, form.texts[name])
        add("project_code", form.project_code)
        add("money_unit", form.money_unit)
        _add_number(add, "points_total", form.points_total)
        _add_number(add, "own_total", form.own_total)
        add("region", form.region)
        add("fallbacks", ",".join(form.fallbacks))
        add(
            "notes", "；".join(words.text("reading", f"form.{code}", **values) for code, values in form.notes)
        )
    return schema.build("forms", data)


def funds_frame(read: Iterable[tuple[str, str, Form]]) -> pd.DataFrame:
    """The frame ``funds`` of (form_id, file, form)."""
    data: dict[str, list[Any]] = {}
    add = _adder(data)
    for form_id, _, form in read:
        for line in form.funds:
            add("form_id", form_id)
            add("line", line.line)
            add("label", line.label)
            add("label_cell", line.label_cell)
            for name in _FUND_NUMBERS:
                _add_number(add, name, getattr(line, name))
            _add_number(add, "rate", line.rate.number)
            add("rate_decimals", line.rate.decimals)
            _add_text(add, "reason", line.reason)
    return schema.build("funds", data)


def indicators_frame(read: Iterable[tuple[str, str, Form]]) -> pd.DataFrame:
    """The frame ``indicators`` of (form_id, file, form), with targets and actuals parsed."""
    import pandas as pd

    from perfbatch.read.values import parse_sides

    data: dict[str, list[Any]] = {}
    add = _adder(data)
    targets: list[str] = []
    actuals: list[str] = []
    years: list[int | None] = []
    for form_id, _, form in read:
        fallbacks = ",".join(form.indicator_fallbacks)
        for number, indicator in enumerate(form.indicators, start=1):
            add("form_id", form_id)
            add("number", number)
            add("level1", indicator.level1)
            add("level1_cell", indicator.level1_cell)
            add("level1_weight", indicator.level1_weight)
            add("level2", indicator.level2)
            add("level2_cell", indicator.level2_cell)
            add("nature", indicator.nature)
            add("fallbacks", fallbacks)
            for name in ("name", "target", "actual", "reason"):
                _add_text(add, name, getattr(indicator, name))
            for name in ("points", "own_score"):
                _add_number(add, name, getattr(indicator, name))
            targets.append(indicator.target_parse)
            actuals.append(indicator.actual_parse)
            years.append(form.year.value)
    if not data:
        return schema.build("indicators", data)
    parsed = parse_sides(targets, actuals, pd.array(years, dtype="Int64"))
    return schema.build("indicators", {**data, **{name: parsed[name] for name in parsed.columns}})


def _adder(data: dict[str, list[Any]]) -> Callable[[str, Any], None]:
    def add(column: str, value: Any) -> None:
        try:
            data[column].append(value)
        except KeyError:
            data[column] = [value]

    return add


def _add_text(add: Callable[[str, Any], None], name: str, field: Text) -> None:
    add(name, field.value)
    add(f"{name}_cell", field.cell)
    add(f"{name}_state", field.state)


def _add_number(add: Callable[[str, Any], None], name: str, field: Number) -> None:
    add(name, field.value)
    add(f"{name}_text", field.text)
    add(f"{name}_cell", field.cell)
    add(f"{name}_state", field.state)
