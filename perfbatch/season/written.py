"""What a person wrote into a 汇总.xlsx of ours: in any copy of it, whatever saved it and in whatever order.

A sheet is known by the hidden headings of its columns, a row by its mark. What nobody can tell any more (a
mark deleted, or torn from its row by sorting some columns only) is kept and shown, never guessed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from perfbatch.checking.identity import marked, shown_mark
from perfbatch.season.confirming import NO, YES, pair_of_key
from perfbatch.season.decisions import (
    BLANK,
    FIELDS,
    REMARK,
    About,
    Answer,
    Change,
    Entry,
    Key,
    Lost,
    Record,
    Values,
    Written,
    same,
    word_of,
)
from perfbatch.season.lines import item_of, put
from perfbatch.text import compact
from perfbatch.values.dates import read_date
from perfbatch.workbook.cell_value import finite
from perfbatch.workbook.headed import Table, tables
from perfbatch.workbook.number_text import to_datetime

if TYPE_CHECKING:
    from perfbatch.workbook.grid import Cell

_ADOPT = YES | {"采用", "同意"}
_DROP = NO | {"不采用", "不同意", "删除", "作废", "撤回"}
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
"""2000-01-01 and 2099-12-31 as a spreadsheet counts days."""
_FIRST_YEAR = 1900
"""Smaller ones are counted from a budget year."""
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCORE = re.compile(r"([-+]?[0-9]+(?:\.[0-9]*)?|[-+]?\.[0-9]+)分?")


@dataclass(frozen=True, slots=True)
class Headings:
    """What heads the columns, in the office's words. ``fields`` in the order of ``FIELDS``; ``subjects`` are
    those that may say what a finding is about."""

    fields: tuple[str, ...]
    mark: str
    last: str
    item: str
    handled: str
    confirm: str
    pair_key: str
    form_no: str
    project: str
    subjects: tuple[str, ...]
    check: str

    @property
    def every(self) -> set[str]:
        """All of them."""
        return {
            *self.fields, self.mark, self.last, self.item, self.handled, self.confirm, self.pair_key,
            self.form_no, self.project, *self.subjects, self.check,
        }  # fmt: skip

    def is_head(self, texts: Collection[str]) -> bool:
        """Whether ``texts`` of one row head a table in which a person may have written."""
        return any(
            wanted <= set(texts)
            for wanted in (
                {self.mark, self.last}, {self.item, self.handled}, {self.confirm, self.pair_key},
                {self.fields[0], self.project},
            )
        )  # fmt: skip


def read_written(
    data: bytes, headings: Headings, source: str, *, passwords: Sequence[str] = (), name: str = ""
) -> Written:
    """What a person wrote in a workbook; ``source`` is what it is called. Raises Refused."""
    found = tables(
        data, headings.every, headings.is_head, key=compact, passwords=passwords, name=name or source
    )
    written = Written(source)
    for table in found:
        if headings.item in table.cells and headings.handled in table.cells:
            _take_items(table, headings, written)
        elif headings.confirm in table.cells:
            _take_pairs(table, headings, written)
        elif headings.mark in table.cells:
            _take_rows(table, headings, written)
        else:
            _take_unmarked(table, headings, written)
    return written


def _take_rows(table: Table, headings: Headings, written: Written) -> None:
    rows = list(_rows(table, headings))
    torn = _torn(table, rows, headings)
    written.gone += _gone(table, headings)
    for row in rows:
        present = [name for name, there in zip(FIELDS, row.there, strict=True) if there]
        if row.key is None:
            if any(row.values):
                written.lost.append(Lost(row.values, row.about, "no_mark", written.source))
            continue
        base = _values(row.last)
        changed = [name for name in present if not same(name, row.says(name), base[FIELDS.index(name)])]
        if torn:
            if any(row.says(name) for name in changed):
                written.lost.append(Lost(row.values, row.about, "torn", written.source))
            continue
        if any(base):
            written.bases[row.key] = Entry(base, about=row.about)
        written.changes += [
            Change(row.key, name, row.says(name), base[FIELDS.index(name)], row.about) for name in changed
        ]


def _torn(table: Table, rows: Sequence[_Row], headings: Headings) -> bool:
    """Whether marks were left behind when their rows were sorted: running numbers that do not agree; or, in
    one form, rows that show each other's findings."""
    known = [(row, _number(text)) for row, text in zip(rows, table.texts(headings.form_no), strict=True)]
    if headings.form_no in table.cells and any(row.key and row.number != shown for row, shown in known):
        return True
    noted = [(row.shown, shown_mark(row.about.subject, row.about.check)) for row in rows if row.shown]
    return any(then != now for then, now in noted) and Counter(then for then, _ in noted) == Counter(
        now for _, now in noted
    )


def _gone(table: Table, headings: Headings) -> Iterator[tuple[str, str]]:
    """Sheet and heading of columns in which a person may have written under another heading."""
    for name, heading in zip(FIELDS, headings.fields, strict=True):
        wanted = name != REMARK or headings.subjects[0] in table.cells  # only 缺偏差原因 has room for it
        if wanted and heading not in table.cells:
            yield table.sheet, heading


def _take_unmarked(table: Table, headings: Headings, written: Written) -> None:
    """A sheet that somebody took the marks from, or of a version without them."""
    written.lost += [
        Lost(row.values, row.about, "no_marks", written.source)
        for row in _rows(table, headings)
        if any(row.values)
    ]


def _take_items(table: Table, headings: Headings, written: Written) -> None:
    written.items = written.items or Record()
    for line, word in zip(table.texts(headings.item), table.texts(headings.handled), strict=True):
        if not put(line, written.items):
            continue
        item, said = item_of(line), compact(word).casefold()
        if item is not None and said in _ADOPT | _DROP:
            written.answers.append(Answer(item, said in _ADOPT))


def _take_pairs(table: Table, headings: Headings, written: Written) -> None:
    written.confirmed = written.confirmed or {}
    answers = zip(table.texts(headings.pair_key), table.texts(headings.confirm), strict=True)
    for text, answer in answers:
        word, pair = compact(answer).casefold(), pair_of_key(text)
        if pair is not None and word in YES | NO:
            written.confirmed[pair] = word in YES


@dataclass(frozen=True, slots=True)
class _Row:
    key: Key | None
    number: str
    shown: str
    last: str
    values: Values
    there: tuple[bool, ...]
    """Which of the fields the sheet has a column for."""
    about: About

    def says(self, name: str) -> str:
        return self.values[FIELDS.index(name)]


def _rows(table: Table, headings: Headings) -> Iterator[_Row]:
    there = tuple(heading in table.cells for heading in headings.fields)
    columns = [table.cells.get(heading) or [None] * len(table.rows) for heading in headings.fields]
    subjects = [table.texts(heading) for heading in headings.subjects if heading in table.cells]
    subject = map("".join, zip(*subjects, strict=True)) if subjects else iter([""] * len(table.rows))
    abouts = map(About, table.texts(headings.project), subject, table.texts(headings.check))
    marks, lasts = table.texts(headings.mark), table.texts(headings.last)
    for mark, last, cells, about in zip(marks, lasts, zip(*columns, strict=True), abouts, strict=True):
        values = _dated(tuple(_value(name, cell) for name, cell in zip(FIELDS, cells, strict=True)))
        found = marked(mark)
        if found is None:
            yield _Row(None, "", "", last, values, there, about)
        else:
            yield _Row(Key(*found[:3]), found.form, found.shown, last, values, there, about)


def _value(name: str, cell: Cell | None) -> str:
    """What a person wrote, as the record keeps it: words of ours as they are written, numbers and days in one
    way, anything else as it stands."""
    if cell is None:
        return ""
    text = cell.text.strip()
    if name == "score":
        return _score(cell, text)
    if name == "day":
        return _day(cell, text)
    return word_of(text) if name == "decision" else text


def _score(cell: Cell, text: str) -> str:
    if isinstance(cell.value, float) and "%" not in text:
        return _shortest(cell.value)
    found = _SCORE.fullmatch(compact(text))
    number = finite(found[1]) if found else None
    return text if number is None else _shortest(number)


def _shortest(number: float) -> str:
    return repr(number + 0.0).removesuffix(".0")


def _day(cell: Cell, text: str) -> str:
    moment = cell.value
    if isinstance(moment, float) and _FIRST_SERIAL <= moment <= _LAST_SERIAL:
        moment = to_datetime(moment)
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d}"
    read = read_date(compact(text))
    if read is None or read.first is None or read.first != read.last or read.last.year < _FIRST_YEAR:
        return text
    day = read.last
    return date(day.year, day.month, day.day).isoformat()


def _dated(values: Values) -> Values:
    """``values`` with a day that is none put behind the note, where a person reads it."""
    day, note = FIELDS.index("day"), FIELDS.index("note")
    if not values[day] or _ISO.fullmatch(values[day]):
        return values
    said = list(values)
    said[note], said[day] = f"{values[note]}（{values[day]}）", ""
    return tuple(said)


def _number(text: str) -> str:
    """A running number as the mark has it."""
    number = finite(compact(text).replace(",", ""))
    return "" if number is None else str(int(number))


def _values(last: str) -> Values:
    """What the run had written; nothing where somebody spoilt it: then all there is a person's."""
    try:
        said = json.loads(last) if last else BLANK
    except (ValueError, RecursionError):
        return BLANK
    if not isinstance(said, list | tuple) or len(said) != len(FIELDS):
        return BLANK
    return tuple(text if isinstance(text, str) else "" for text in said)
