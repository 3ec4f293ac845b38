"""The annotated copy of one workbook: notes and fills on its cells, nothing else changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.schema import LEVELS
from perfbatch.whole_files import write_whole
from perfbatch.words import Words, load_words
from perfbatch.workbook.xlsx.edit.added_sheet import AddedSheet
from perfbatch.workbook.xlsx.edit.marking import AddedSheetMaker, Annotated, Mark, mark_workbook

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("sheet", "cell", "level", "message")


def annotate(
    source: Path | str | bytes,
    target: Path | str | None,
    marks: pd.DataFrame,
    *,
    added: AddedSheet | AddedSheetMaker | None = None,
    words: Words | None = None,
) -> Annotated:
    """Write a copy of the workbook ``source`` with ``marks`` on it to ``target`` (None: only return it).

    ``marks`` has the columns sheet, cell (an address like B7), level (error, warning or info) and message,
    all text. Each cell gets the fill of its worst level and one note with all messages; the unit's own notes
    stay in front. Marks that have no place are in the outcome's ``unplaced``. ``target`` is written whole or
    not at all, ``source`` never.

    Raises ValueError where ``marks`` lacks a column or ``target`` is ``source``; Refused where the
    workbook cannot be marked without harm; OSError where a file cannot be read or written.
    """
    missing = [column for column in COLUMNS if column not in marks.columns]
    if missing:
        raise ValueError(f"marks: missing columns {missing}")
    rows = zip(*(marks[column].astype(object).fillna("").map(str) for column in COLUMNS), strict=True)
    return annotate_marks(source, target, map(Mark._make, rows), added=added, words=words)


def annotate_marks(
    source: Path | str | bytes,
    target: Path | str | None,
    marks: Iterable[Mark],
    *,
    added: AddedSheet | AddedSheetMaker | None = None,
    words: Words | None = None,
) -> Annotated:
    """``annotate`` for marks that are in no frame: the same, without pandas."""
    if isinstance(source, bytes):
        data = source
    else:
        data = Path(source).read_bytes()
        if target is not None and Path(target).exists() and Path(target).samefile(source):
            raise ValueError(f"{target}: the copy would overwrite its original")
    outcome = mark_workbook(data, marks, LEVELS, words or load_words(), added)
    if target is not None:
        write_whole(Path(target), outcome.data)
    return outcome
