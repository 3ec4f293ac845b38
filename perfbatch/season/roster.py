"""应报名单: which projects are expected, from whom, with what budget, and by when."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.season.doubts import Doubts
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
_NO_NAME = frozenset({"", "无", "空", "暂无"})
"""What a person writes where there is no project (``text_key``)."""
_AS_TEXT = re.compile("^(=\"|')")
"""How a .csv says that digits are a text."""
_POWER = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
_SERIAL = re.compile(r"[34]\d{4}|5[0-4]\d{3}")
"""Days from 1982 to 2050 as a sheet counts them."""
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  no clock
_CENT = 0.005
_IN_FULL = {"千": "千元", "万": "万元", "亿": "亿元"}


@dataclass(frozen=True, slots=True)
class Roster:
    """The projects expected, one row each, and remarks on what in the list is doubtful, in Chinese.

    Columns: sheet, code, department, unit, project, contact, money_unit (str, '' where the list does not say
    it), row (Int64, 1-based in its sheet), budget (float64, in ``money_unit``, NaN where none is given), due
    (datetime64[s], NaT where none). A project that stands twice is one row; where its rows disagree it has no
    budget, and the later due.
    """

    projects: pd.DataFrame
    remarks: tuple[str, ...]


def read_roster(path: Path, *, passwords: Sequence[str] = (), words: Words | None = None) -> Roster:
    """The roster in ``path`` (.xlsx, .xls, .et, .ods, .csv); any visible sheet with the labels counts.

    Department and unit that stand only in the first row of several projects count for those below it.
    Raises ListError where it cannot be used.
    """
    read = read_list(path, "roster", WANTED, passwords)
    doubts = Doubts(path.name, words or load_words())
    for name in read.hidden:
        doubts.add("hidden", sheet=name)
    for name, count in read.hidden_rows.items():
        if count:
            doubts.add("hidden_rows", sheet=name, count=count)
    rows = _with_project(read, doubts)
    budgets, units = _budgets(read, rows, doubts)
    texts = {
        "sheet": read.sheets,
        "code": _codes(read, doubts),
        "department": read.filled_down("department"),
        "unit": read.filled_down("unit"),
        "project": read.column("project"),
        "contact": read.column("contact"),
    }
    frame = pd.DataFrame(
        {
            **{name: pd.array([of[at] for at in rows], dtype="str") for name, of in texts.items()},
            "row": pd.array([read.rows[at] for at in rows], dtype="Int64"),
            "budget": budgets,
            "money_unit": pd.array(units, dtype="str"),
            "due": _due(read, rows, doubts),
        }
    )[list(COLUMNS)]
    return Roster(_once(frame, doubts), doubts.sentences())


def _with_project(read: ListRead, doubts: Doubts) -> list[int]:
    """Places of the rows that name a project; others are said, unless they are notes below the table in one
    cell."""
    named = []
    projects = read.column("project")
    nameless = {text for text, key in zip(projects, text_key(projects), strict=True) if key in _NO_NAME}
    for at, (project, *texts) in enumerate(zip(projects, *read.texts.values(), strict=True)):
        written = [text for text in texts if text]
        if project in nameless and len(written) > 1:
            doubts.add("no_project", sheet=read.sheets[at], row=read.rows[at])
        elif project not in nameless and not _is_note(written):
            named.append(at)
    return named


def _is_note(written: Sequence[str]) -> bool:
    """A merged note across the table: the same words in every column, or 注： and 说明： in the first."""
    return len(set(written)) == 1 and (len(written) > 1 or _NOTE.match(written[0]) is not None)


def _codes(read: ListRead, doubts: Doubts) -> list[str]:
    """项目代码; '' where a cell that is a number has lost the last digits of it, which is said."""
    cells = read.addresses("code")
    found = []
    for at, (value, text) in enumerate(zip(read.held("code"), read.column("code"), strict=True)):
        if isinstance(value, float):
            lost = abs(value) >= _LONG_CODE
            code = f"{value:.0f}" if value == math.floor(value) else compact(text)
        else:
            code = _AS_TEXT.sub("", compact(text)).rstrip('"')
            lost = _POWER.fullmatch(code) is not None
        if lost:
            said = {"sheet": read.sheets[at], "cell": cells[at], "row": read.rows[at]}
            doubts.add("lost_code", **said, text=text[:40])
        found.append("" if lost else code)
    return found


def _units(read: ListRead) -> dict[str, str]:
    """Unit of the budgets of each sheet: in the heading, else in a note above the head; '' where neither."""
    units = {}
    for sheet, headings in read.headings.items():
        found = _UNIT.search(compact(headings.get("budget", ""))) or _STATED_UNIT.search(
            compact(read.above[sheet])
        )
        units[sheet] = found.group(1) if found else ""
    return units


def _budgets(read: ListRead, rows: Sequence[int], doubts: Doubts) -> tuple[Any, list[str]]:
    """全年预算数 of the ``rows``, float64, NaN where there is none, and the unit of each."""
    values, texts, cells = read.held("budget"), read.column("budget"), read.addresses("budget")
    of_sheet = _units(read)
    found, units = np.full(len(rows), math.nan), [of_sheet[read.sheets[at]] for at in rows]
    silent: set[str] = set()
    for place, at in enumerate(rows):
        if not texts[at]:
            continue
        unit = units[place]
        if isinstance(values[at], float):
            found[place] = values[at]
        else:
            written = written_number(texts[at])
            if written is None or written.unit in ("分", "%"):
                said = {"sheet": read.sheets[at], "cell": cells[at], "row": read.rows[at]}
                doubts.add("no_number", **said, text=texts[at][:40])
                continue
            unit = units[place] = unit or _IN_FULL.get(written.unit, written.unit)
            found[place] = written.value * (MONEY[written.unit] / MONEY[unit] if written.unit else 1)
        if not unit and read.sheets[at] not in silent:
            silent.add(read.sheets[at])
            doubts.add("money_unit", sheet=read.sheets[at], cell=cells[at])
    return found, units


def _due(read: ListRead, rows: Sequence[int], doubts: Doubts) -> Any:
    """The last day on which each project may be sent, as datetime64[s]."""
    values, texts, cells = read.held("due"), read.column("due"), read.addresses("due")
    typed_in = [values[at] if isinstance(values[at], datetime) else _serial(texts[at]) for at in rows]
    days = np.array(typed_in, dtype="datetime64[s]").astype("datetime64[D]").astype("datetime64[s]")
    written = [texts[at] if np.isnat(day) else "" for at, day in zip(rows, days, strict=True)]
    parsed = parse(written)
    typed = parsed["until"].to_numpy(dtype="datetime64[s]").copy()
    typed[parsed["kind"].to_numpy() != "date"] = np.datetime64("NaT")
    for at, text, day in zip(rows, written, typed, strict=True):
        if text and np.isnat(day):
            said = {"sheet": read.sheets[at], "cell": cells[at], "row": read.rows[at]}
            doubts.add("no_date", **said, text=text[:40])
    return np.where(np.isnat(days), typed, days)


def _serial(text: str) -> datetime | None:
    """The day of a date that a sheet shows as a number, which is all that five digits can be in 应报日期."""
    return _FIRST_DAY + timedelta(days=int(text)) if _SERIAL.fullmatch(text) else None


def _once(frame: pd.DataFrame, doubts: Doubts) -> pd.DataFrame:
    """Each project once: the same department, unit and project in a later row is said and left out."""
    keys, codes = identity_keys(frame), text_key(frame["code"]).tolist()
    rows, sheets, projects = (frame[name].tolist() for name in ("row", "sheet", "project"))
    yuan = (frame["budget"] * [MONEY.get(unit, 1.0) for unit in frame["money_unit"]]).to_numpy(copy=True)
    budgets, due = frame["budget"].to_numpy(copy=True), frame["due"].to_numpy(copy=True)
    first: dict[tuple[str, ...], int] = {}
    with_code: dict[str, int] = {}
    keep = []

    def said(at: int, before: int) -> dict[str, Any]:
        elsewhere = sheets[before] if sheets[before] != sheets[at] else ""
        return {"sheet": sheets[at], "row": rows[at], "first": rows[before], "elsewhere": elsewhere}

    for at, (key, code) in enumerate(zip(keys, codes, strict=True)):
        before = first.get(key)
        if before is not None and codes[before] in ("", code):
            apart = bool(abs(yuan[at] - yuan[before]) > _CENT)
            if apart:
                budgets[before] = math.nan
            later = bool(due[at] > due[before])
            if later:
                due[before] = due[at]
            doubts.add("same_project", **said(at, before), project=projects[at], budgets=apart, later=later)
            continue
        if code and code in with_code:
            doubts.add("same_code", **said(at, with_code[code]), code=frame["code"].iloc[at])
        first.setdefault(key, at)
        with_code.setdefault(code, at)
        keep.append(at)
    return frame.assign(budget=budgets, due=due).iloc[keep].reset_index(drop=True)


def identity_keys(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Department, unit and project of each row, as they are compared."""
    return list(zip(*(project_keys(frame[name]) for name in ("department", "unit", "project")), strict=True))
