"""What the reader saw in a file: its sheets, and of every form each field, its cell, what was made of it.

For ``perfbatch inspect``: a person mends a file or a layout by it in a minute.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from perfbatch.reading import read_sources
from perfbatch.reading.form.find import is_almost
from perfbatch.reading.form.forms import read_forms
from perfbatch.reading.frames import form_ids, forms_frame, funds_frame, indicators_frame
from perfbatch.reading.layouts import Layouts, load_layouts
from perfbatch.schema import SCHEMAS
from perfbatch.words import Words
from perfbatch.workbook.addresses import address
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.reading.discover import Source

Record = dict[str, Any]

_PARSED = ("kind", "operator", "number", "upper", "unit", "from", "until", "tier")
_PLAIN = {
    "forms": ("form_id", "sheet", "layout", "region", "money_unit", "project_code", "fallbacks", "notes"),
    "funds": ("line", "label", "label_cell", "rate_decimals"),
    "indicators": ("number", "level1", "level1_cell", "level1_weight", "level2", "level2_cell", "nature"),
}


def inspect(
    sources: Iterable[Source],
    *,
    layouts: Layouts | None = None,
    passwords: Sequence[str] = (),
    words: Words,
) -> list[Record]:
    """What the reader saw in each file, as records that JSON can hold (no NaN, dates as text).

    A record has path, kind, status, reason, notes, ``sheets`` and ``forms``; a sheet has name, hidden, cells,
    merges, its forms' ids and, where it is almost a form, the labels found, missing and unknown; a form has
    ``fields``, ``funds`` and ``indicators``, each field with cell, raw (what the cell shows), value, state
    and fallback (taken by position). Forms on hidden sheets are there as well. Never raises for a bad file.
    """
    families = layouts or load_layouts()
    return [_file(source, families, passwords, words) for source in sources]


def as_json(records: Sequence[Record]) -> str:
    """The records as JSON text."""
    return json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False)


def _file(source: Source, layouts: Layouts, passwords: Sequence[str], words: Words) -> Record:
    row = read_sources([source], layouts=layouts, passwords=passwords, words=words).files.iloc[0]
    names = ("path", "kind", "size", "sha256", "status", "reason_code", "reason", "notes")
    record: Record = {name: _plain(row[name]) for name in names}
    record |= {"sheets": [], "forms": []}
    if row["status"] == "skipped" or row["reason_code"] == "internal":
        return record
    try:
        grids = load_grids(source.load(), passwords=passwords, name=source.name).grids
    except Refused:
        return record
    for grid in grids:
        sheet, forms = _sheet(grid, source.name, layouts, words)
        record["sheets"].append(sheet)
        record["forms"] += forms
    return record


def _sheet(grid: Grid, file: str, layouts: Layouts, words: Words) -> tuple[Record, list[Record]]:
    found, lacking = read_forms(grid, layouts)
    rows = list(zip(form_ids(file, found), [file] * len(found), found, strict=True))
    forms, funds, indicators = forms_frame(rows, words), funds_frame(rows), indicators_frame(rows)
    cells = {address(*place): cell for place, cell in grid.cells.items()}
    shown = {name: cell.text for name, cell in cells.items()}
    seen = [
        _form(form, _of(funds, form["form_id"]), _of(indicators, form["form_id"]), shown)
        for form in _records(forms)
    ]
    almost = [
        {
            "found": list(one.found),
            "missing": list(one.missing),
            "unknown": [" ".join(text.split()) for text in one.unknown],
            "foreign": one.foreign,
        }
        for one in lacking
        if is_almost(one)
    ]
    sheet = {
        "name": grid.name,
        "hidden": grid.hidden,
        "cells": len(grid.cells),
        "merges": len(grid.merges),
        "forms": [form["form_id"] for form in seen],
        "almost": almost,
    }
    return sheet, seen


def _form(form: Record, funds: list[Record], indicators: list[Record], shown: Mapping[str, str]) -> Record:
    fallbacks = set(filter(None, form["fallbacks"].split(",")))
    record = {name: _plain(form[name]) for name in _PLAIN["forms"]}
    record["fields"] = _fields("forms", form, shown, fallbacks)
    lines = {name.removeprefix("funds.") for name in fallbacks}
    record["funds"] = [_row("funds", line, shown, lines) for line in funds]
    record["indicators"] = []
    for indicator in indicators:
        taken = set(filter(None, indicator["fallbacks"].split(",")))
        one = _row("indicators", indicator, shown, taken)
        for side in ("target", "actual"):
            parsed = {name: _plain(indicator[f"{side}_{name}"]) for name in _PARSED}
            one["fields"][side]["parsed"] = {k: v for k, v in parsed.items() if v not in (None, "")}
        record["indicators"].append(one)
    return record


def _row(frame: str, row: Record, shown: Mapping[str, str], fallbacks: set[str]) -> Record:
    plain = {name: _plain(row[name]) for name in _PLAIN[frame]}
    return {**plain, "fields": _fields(frame, row, shown, fallbacks)}


def _fields(frame: str, row: Record, shown: Mapping[str, str], fallbacks: set[str]) -> Record:
    """Every field that was read from a cell of its own."""
    names = [column.name for column in SCHEMAS[frame]]
    fields = [name.removesuffix("_state") for name in names if name.endswith("_state")]
    return {
        name: {
            "cell": row[f"{name}_cell"],
            "raw": shown.get(row[f"{name}_cell"], ""),
            "value": _plain(row[name]),
            "state": row[f"{name}_state"],
            "fallback": name in fallbacks,
        }
        for name in fields
    }


def _of(frame: pd.DataFrame, form_id: str) -> list[Record]:
    return _records(frame[frame["form_id"] == form_id])


def _records(frame: pd.DataFrame) -> list[Record]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """A value that JSON can hold: None for what is missing, dates as text."""
    import pandas as pd

    if value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
