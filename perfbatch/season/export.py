"""A history as files for other tools: .csv of its findings, .xlsx of all that people read in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import xlsxwriter

from perfbatch.whole_files import settle, waiting_beside
from perfbatch.writing.text import guard_formulas, printable

if TYPE_CHECKING:
    from perfbatch.season.history import History

KINDS = (".csv", ".xlsx")
_ROWS = 1_048_575
_BATCH = 20_000
FINDINGS = (
    "period", "department", "unit", "project", "code", "file", "sheet", "cell", "level", "check_id",
    "subject", "line", "message", "state", "first_seen", "times",
)  # fmt: skip
"""Columns of an exported finding, str but times (int)."""
_FINDINGS = """
SELECT f.period, o.department, o.unit, o.name, o.code, o.file, o.sheet, f.cell, f.level, f.check_id,
       f.subject, f.line, f.message, f.state, f.first_seen, f.times
FROM findings f JOIN forms o ON o.project = f.project AND o.period = f.period
WHERE ?1 = '' OR f.period = ?1 ORDER BY f.period, o.department, o.unit, o.name, f.rowid
"""


def export(history: History, path: Path, words: Mapping[str, Mapping[str, str]], period: str = "") -> int:
    """Write ``path`` (``KINDS``), whole or not at all; the number of findings in it.

    ``words``: sheets, headings by column, and what people say for the codes of a column (``say_<column>``).
    ``period``: only this one. Raises OSError, HistoryError.
    """
    waiting = waiting_beside(path)
    try:
        write = _write_csv if path.suffix.lower() == ".csv" else _write_xlsx
        rows = write(history, waiting, words, period)
        settle(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)
    return rows


def _findings(
    history: History, words: Mapping[str, Mapping[str, str]], period: str
) -> Iterator[pd.DataFrame]:
    """The findings in pieces, in people's words."""
    with history.explained():
        cursor = history.db.execute(_FINDINGS, [period])
        while rows := cursor.fetchmany(_BATCH):
            frame = pd.DataFrame(rows, columns=list(FINDINGS))
            for column in FINDINGS:
                said = words.get(f"say_{column}")
                if said:
                    frame[column] = frame[column].map(lambda code, said=said: said.get(code, code))
            yield frame


def _write_csv(history: History, path: Path, words: Mapping[str, Mapping[str, str]], period: str) -> int:
    rows = 0
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        heads = [words["headings"][name] for name in FINDINGS]
        pd.DataFrame(columns=heads).to_csv(file, index=False, lineterminator="\n")
        for frame in _findings(history, words, period):
            for name in FINDINGS:
                if name != "times":
                    texts = pa.array(map(printable, frame[name]), pa.large_string())
                    frame[name] = guard_formulas(texts).to_pylist()
            frame.to_csv(file, index=False, header=False, lineterminator="\n")
            rows += len(frame)
    return rows


def _write_xlsx(history: History, path: Path, words: Mapping[str, Mapping[str, str]], period: str) -> int:
    with xlsxwriter.Workbook(str(path), {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }) as book:  # fmt: skip
        bold = book.add_format({"bold": True})
        rounds = pd.DataFrame(history.rounds())
        if period and len(rounds):
            rounds = rounds[rounds["period"] == period]
        _sheets(book, words, "rounds", iter([rounds]), bold)
        of_departments = history.table("departments", period or None)
        _sheets(book, words, "departments", iter([of_departments]), bold)
        return _sheets(book, words, "findings", _findings(history, words, period), bold)


def _sheets(
    book: Any, words: Mapping[str, Mapping[str, str]], key: str, frames: Iterator[pd.DataFrame], bold: Any
) -> int:
    """One table, going on in another sheet where one is full; the number of its rows."""
    name, total, sheet, row = words["sheets"][key], 0, None, 0
    number = 0
    for frame in frames:
        for values in frame.itertuples(index=False, name=None):
            if sheet is None or row >= _ROWS:
                number += 1
                sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
                sheet.freeze_panes(1, 0)
                for at, column in enumerate(frame.columns):
                    sheet.write_string(0, at, words["headings"].get(column, column), bold)
                    sheet.set_column(at, at, 40 if column == "message" else 14)
                row = 0
            row += 1
            total += 1
            for at, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, at, printable(value)[:32_000])
                elif value == value and value is not None:
                    sheet.write_number(row, at, value)
    if sheet is None:
        book.add_worksheet(name)
    return total
