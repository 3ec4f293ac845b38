"""应报名单: which projects are expected, from whom, with what budget, and by when."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.season.lists import ListRead, read_list
from perfbatch.text import compact, project_keys, text_key
from perfbatch.values import parse
from perfbatch.values.typed_numbers import MONEY, written_number
from perfbatch.words import Words, load_words

WANTED = ("department", "unit", "project")
"""Columns without which a list is no roster."""
COLUMNS = (
    "sheet", "row", "code", "department", "unit", "project", "budget", "money_unit", "contact", "due",
)  # fmt: skip
"""Columns of ``Roster.projects``."""
_LONG_CODE = 1e15
"""Above it a number in a cell has lost digits of a code."""
_UNIT = re.compile(r"(亿元|万元|千元|元)")
_STATED_UNIT = re.compile(r"(?:金额)?单位[:：]?\s*(?:人民币)?(亿元|万元|千元|元)")
_NOTE = re.compile(r"(注|说明|备注|填报说明)\s*[:：]")
DEFAULT_UNIT = "万元"


@dataclass(frozen=True, slots=True)
class Roster:
    """The projects expected, one row each, and remarks on what in the list is doubtful, in Chinese.

    Columns: sheet, code, department, unit, project, contact, money_unit (str), row (Int64, 1-based in its
    sheet), budget (float64, in ``money_unit``, NaN where none is given), due (datetime64[s], NaT where none).
    A project that stands twice is one row.
    """

    projects: pd.DataFrame
    remarks: tuple[str, ...]


def read_roster(path: Path, *, passwords: Sequence[str] = (), words: Words | None = None) -> Roster:
    """The roster in ``path`` (.xlsx, .xls, .et, .ods, .csv); any visible sheet with the labels counts.

    Department and unit that stand only in the first row of several projects count for those below it.
    Raises ListError where it cannot be used.
    """
    words = words or load_words()
    read = read_list(path, "roster", WANTED, passwords)
    remarks = [words.text("season", "remark.hidden", sheet=name) for name in read.hidden]
    rows = _with_project(read, words, remarks)
    unit, stated = _money_unit(read)
    if "budget" in read.headings and not stated:
        remarks.append(words.text("season", "remark.money_unit"))
    texts = {
        "sheet": read.sheets,
        "code": list(map(_code, read.held("code"), read.column("code"))),
        "department": read.filled_down("department"),
        "unit": read.filled_down("unit"),
        "project": read.column("project"),
        "contact": read.column("contact"),
    }
    frame = pd.DataFrame(
        {
            **{name: pd.array([of[at] for at in rows], dtype="str") for name, of in texts.items()},
            "row": pd.array([read.rows[at] for at in rows], dtype="Int64"),
            "budget": _budgets(read, rows, unit, words, remarks),
            "money_unit": pd.array([unit] * len(rows), dtype="str"),
            "due": _due(read, rows, words, remarks),
        }
    )[list(COLUMNS)]
    return Roster(_once(frame, words, remarks), tuple(remarks))


def _with_project(read: ListRead, words: Words, remarks: list[str]) -> list[int]:
    """Places of the rows that name a project; others are said, unless they are notes below the table in one
    cell."""
    named = []
    for at, (project, row, *texts) in enumerate(
        zip(read.column("project"), read.rows, *read.texts.values(), strict=True)
    ):
        written = [text for text in texts if text]
        if not project and len(written) > 1:
            remarks.append(words.text("season", "remark.no_project", row=row))
        elif project and not _is_note(written):
            named.append(at)
    return named


def _is_note(written: Sequence[str]) -> bool:
    """A merged note across the table: the same words in every column, or 注： and 说明： in the first."""
    return len(set(written)) == 1 and (len(written) > 1 or _NOTE.match(written[0]) is not None)


def _code(value: Any, text: str) -> str:
    if isinstance(value, float) and value == math.floor(value) and abs(value) < _LONG_CODE:
        return f"{value:.0f}"
    return compact(text)


def _money_unit(read: ListRead) -> tuple[str, bool]:
    """Unit of the budgets, and whether the list states it: in the heading, else in a note above the head."""
    found = _UNIT.search(compact(read.headings.get("budget", ""))) or _STATED_UNIT.search(compact(read.above))
    return (found.group(1), True) if found else (DEFAULT_UNIT, False)


def _budgets(read: ListRead, rows: Sequence[int], unit: str, words: Words, remarks: list[str]) -> Any:
    """全年预算数 of the ``rows`` in ``unit``, float64, NaN where there is none."""
    values, texts = read.held("budget"), read.column("budget")
    found = np.full(len(rows), math.nan)
    for place, at in enumerate(rows):
        if not texts[at]:
            continue
        if isinstance(values[at], float):
            found[place] = values[at]
            continue
        written = written_number(texts[at])
        if written is None or written.unit in ("分", "%"):
            remarks.append(words.text("season", "remark.no_number", row=read.rows[at], text=texts[at][:40]))
        else:
            found[place] = written.value * MONEY[written.unit or unit] / MONEY[unit]
    return found


def _due(read: ListRead, rows: Sequence[int], words: Words, remarks: list[str]) -> Any:
    """The last day on which each project may be sent, as datetime64[s]."""
    values, texts = read.held("due"), read.column("due")
    typed_in = [values[at] if isinstance(values[at], datetime) else None for at in rows]
    days = np.array(typed_in, dtype="datetime64[s]").astype("datetime64[D]").astype("datetime64[s]")
    written = [texts[at] if np.isnat(day) else "" for at, day in zip(rows, days, strict=True)]
    parsed = parse(written)
    typed = parsed["until"].to_numpy(dtype="datetime64[s]").copy()
    typed[parsed["kind"].to_numpy() != "date"] = np.datetime64("NaT")
    for at, text, day in zip(rows, written, typed, strict=True):
        if text and np.isnat(day):
            remarks.append(words.text("season", "remark.no_date", row=read.rows[at], text=text[:40]))
    return np.where(np.isnat(days), typed, days)


def _once(frame: pd.DataFrame, words: Words, remarks: list[str]) -> pd.DataFrame:
    """Each project once: the same department, unit and project in a later row is said and left out."""
    keys, codes = identity_keys(frame), text_key(frame["code"]).tolist()
    rows, projects = frame["row"].tolist(), frame["project"].tolist()
    first: dict[tuple[str, ...], int] = {}
    with_code: dict[str, int] = {}
    keep = []
    for at, (key, code) in enumerate(zip(keys, codes, strict=True)):
        before = first.get(key)
        if before is not None and codes[before] in ("", code):
            said = {"row": rows[at], "first": rows[before], "project": projects[at]}
            remarks.append(words.text("season", "remark.same_project", **said))
            continue
        if code and code in with_code:
            said = {"row": rows[at], "first": rows[with_code[code]], "code": frame["code"].iloc[at]}
            remarks.append(words.text("season", "remark.same_code", **said))
        first.setdefault(key, at)
        with_code.setdefault(code, at)
        keep.append(at)
    return frame.iloc[keep].reset_index(drop=True)


def identity_keys(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Department, unit and project of each row, as they are compared."""
    return list(zip(*(project_keys(frame[name]) for name in ("department", "unit", "project")), strict=True))
