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

from perfbatch.season.lists import ListRead, ListRow, filled_down, read_list
from perfbatch.text import compact, project_keys, text_key
from perfbatch.values import parse
from perfbatch.values.typed_numbers import MONEY, written_number
from perfbatch.words import Words, load_words

WANTED = ("department", "unit", "project")
"""Columns without which a list is no roster."""
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
    rows = _with_project(read.rows, words, remarks)
    unit, stated = _money_unit(read)
    if "budget" in read.headings and not stated:
        remarks.append(words.text("season", "remark.money_unit"))
    frame = pd.DataFrame(
        {
            "sheet": pd.array([row.sheet for row in rows], dtype="str"),
            "row": pd.array([row.row for row in rows], dtype="Int64"),
            "code": pd.array([_code(row) for row in rows], dtype="str"),
            "department": pd.array(filled_down(rows, "department"), dtype="str"),
            "unit": pd.array(filled_down(rows, "unit"), dtype="str"),
            "project": pd.array([row.text("project") for row in rows], dtype="str"),
            "budget": np.array([_budget(row, unit, words, remarks) for row in rows], dtype="float64"),
            "money_unit": pd.array([unit] * len(rows), dtype="str"),
            "contact": pd.array([row.text("contact") for row in rows], dtype="str"),
            "due": _due(rows, words, remarks),
        }
    )
    return Roster(_once(frame, words, remarks), tuple(remarks))


def _with_project(rows: Sequence[ListRow], words: Words, remarks: list[str]) -> list[ListRow]:
    """Rows that name a project; others are said, unless they are notes below the table in one cell."""
    named = []
    for row in rows:
        if row.text("project"):
            named.append(row)
        elif sum(bool(row.text(key)) for key in row.cells) > 1:
            remarks.append(words.text("season", "remark.no_project", row=row.row))
    return [row for row in named if not _is_note(row)]


def _is_note(row: ListRow) -> bool:
    """A merged note across the table: the same words in every column, or 注： and 说明： in the first."""
    texts = {row.text(key) for key in row.cells if row.text(key)}
    return len(texts) == 1 and (len(row.cells) > 1 or _NOTE.match(texts.pop()) is not None)


def _code(row: ListRow) -> str:
    cell = row.cells.get("code")
    if cell is None:
        return ""
    if (
        isinstance(cell.value, float)
        and cell.value == math.floor(cell.value)
        and abs(cell.value) < _LONG_CODE
    ):
        return f"{cell.value:.0f}"
    return compact(cell.text or "")


def _money_unit(read: ListRead) -> tuple[str, bool]:
    """Unit of the budgets, and whether the list states it: in the heading, else in a note above the head."""
    found = _UNIT.search(compact(read.headings.get("budget", ""))) or _STATED_UNIT.search(compact(read.above))
    return (found.group(1), True) if found else (DEFAULT_UNIT, False)


def _budget(row: ListRow, unit: str, words: Words, remarks: list[str]) -> float:
    cell = row.cells.get("budget")
    text = row.text("budget")
    if cell is None or not text:
        return math.nan
    if isinstance(cell.value, float):
        return cell.value
    written = written_number(text)
    if written is None or written.unit in ("分", "%"):
        remarks.append(words.text("season", "remark.no_number", row=row.row, text=text[:40]))
        return math.nan
    return written.value * MONEY[written.unit or unit] / MONEY[unit]


def _due(rows: Sequence[ListRow], words: Words, remarks: list[str]) -> Any:
    """The last day on which each project may be sent, as datetime64[s]."""
    cells = [row.cells.get("due") for row in rows]
    days = (
        np.array(
            [cell.value if cell is not None and isinstance(cell.value, datetime) else None for cell in cells],
            dtype="datetime64[s]",
        )
        .astype("datetime64[D]")
        .astype("datetime64[s]")
    )
    texts = [row.text("due") if np.isnat(day) else "" for row, day in zip(rows, days, strict=True)]
    read = parse(texts)
    typed = read["until"].to_numpy(dtype="datetime64[s]").copy()
    typed[read["kind"].to_numpy() != "date"] = np.datetime64("NaT")
    for row, text, day in zip(rows, texts, typed, strict=True):
        if text and np.isnat(day):
            remarks.append(words.text("season", "remark.no_date", row=row.row, text=text[:40]))
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
