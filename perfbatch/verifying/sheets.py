"""The sheets of a 汇总.xlsx that somebody saved, held against the fingerprints of those that were written.

Rows may have been sorted, filtered and hidden, columns moved, and the file saved by any program. What else
differs is named: by its cells where one column tells which, else by its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

from perfbatch.fingerprint import Fingerprint, Live, beside_mark, cells_of, live_in, plain, value_of
from perfbatch.workbook.addresses import column_letters
from perfbatch.workbook.headed import LARGE
from perfbatch.workbook.kind import OOXML, ZIP, zip_kind
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.package import Package
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.read import Tabs
from perfbatch.workbook.xlsx.sheet import sheet_rows

if TYPE_CHECKING:
    from perfbatch.verifying.record import SheetRow

_HEAD_WITHIN = 20
"""Rows among which the headings are looked for."""
Rows = Iterable[tuple[int, Mapping[int, Any]]]


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in a sheet; ``code`` names its sentence under [sheet] in templates/verify.toml."""

    sheet: str
    code: str
    state: Literal["differs", "missing", "additional", "decided"] = "differs"
    values: Mapping[str, Any] = field(default_factory=dict)


def compare(paths: Sequence[Path], sheets: Sequence[SheetRow]) -> list[Change]:
    """What differs in the workbook ``paths[0]``; a sheet whose every cell holds gives none."""
    try:
        return list(_compared(paths[0], {sheet.name: sheet for sheet in sheets}))
    except (Refused, OSError):
        return [Change(paths[0].name, "unreadable")]


def _compared(path: Path, wanted: dict[str, SheetRow]) -> Iterator[Change]:
    """What differs; what formulas give may, where something was written that they may follow."""
    changes = list(_each(path, wanted))
    written = any(change.state == "decided" for change in changes)
    for change in changes:
        if change.code != "recalculated":
            yield change
        elif not written:
            yield Change(change.sheet, "formulas", values=change.values)


def _each(path: Path, wanted: dict[str, SheetRow]) -> Iterator[Change]:
    for name, rows in _sheets(path):
        sheet = wanted.pop(name, None)
        if sheet is None:
            if any(any(map(plain, cells.values())) for _, cells in rows):
                yield Change(name, "additional", "additional")
        elif sheet.columns:
            yield from _table(sheet, rows)
        else:
            yield from _page(sheet, rows)
    for name in wanted:
        yield Change(name, "missing", "missing")


def _sheets(path: Path) -> Iterator[tuple[str, Rows]]:
    """The sheets of a workbook with their rows, as values by column."""
    data = path.read_bytes()
    package = Package(data, LARGE) if data.startswith(ZIP) else None
    if package is not None and zip_kind(package) in OOXML:
        try:
            tabs = Tabs(package, LARGE, frugal=True)
            for tab, content in tabs:
                rows = ((row, cells(None)) for row, cells in sheet_rows(content, tabs.context))
                yield tab.name, ((row, {at: value_of(one) for at, one in of.items()}) for row, of in rows)
            return
        except Refused:
            raise
        except Exception as error:
            raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error
    for grid in load_grids(data, name=path.name, bounds=LARGE).grids:
        found: dict[int, dict[int, Any]] = {}
        for (row, column), cell in grid.cells.items():
            found.setdefault(row, {})[column] = value_of(cell)
        yield grid.name, sorted(found.items())


def _page(sheet: SheetRow, rows: Rows) -> Iterator[Change]:
    """A sheet that is no table: its rows are what they hold."""
    found = Fingerprint(0)
    marked: list[tuple[int, bytes]] = []
    formulas = _Formulas(sheet)
    for row, cells in rows:
        mark = found.add_row(cells_of(cells, None))
        if mark is not None:
            marked.append((row, mark))
            formulas.add(row, mark, live_in(cells, None))
    if (found.rows, f"{found.total:064x}") != (sheet.rows, sheet.total):
        yield _where(sheet, marked, [], {})
    yield from formulas.changes()


class _Formulas:
    """Formulas of one sheet that give something else than when they were written."""

    def __init__(self, sheet: SheetRow) -> None:
        self._sheet = sheet
        self._known = Counter(sheet.live)
        self._cells: list[str] = []

    def add(self, row: int, mark: bytes, formulas: Iterable[tuple[int, int, Live]]) -> None:
        """Those of one row; one that no program has worked out yet says nothing."""
        for place, at, one in formulas:
            if one.value is None:
                continue
            given = beside_mark(mark, place, plain(one.value))
            if self._known[given]:
                self._known[given] -= 1
            else:
                self._cells.append(f"{column_letters(at)}{row + 1}")

    def changes(self) -> Iterator[Change]:
        """One for the sheet, where its marks are known."""
        if self._cells and self._sheet.marks:
            yield Change(self._sheet.name, "recalculated", values={"cells": self._cells})


@dataclass(slots=True)
class _Head:
    """Where the columns of a table stand now."""

    row: int
    places: list[int]
    """Of the columns that count; -1 where a heading is gone."""
    open: list[int]
    others: list[int]
    """Columns with a heading that the sheet did not have."""


def _table(sheet: SheetRow, rows: Rows) -> Iterator[Change]:
    each = iter(rows)
    above: list[tuple[int, Mapping[int, Any]]] = []
    head = None
    for row, cells in each:
        head = _head(sheet, row, cells)
        if head is not None or row >= _HEAD_WITHIN:
            break
        above.append((row, cells))
    if head is None:
        yield Change(sheet.name, "no_head")
        return
    lost = [heading for heading, at in zip(sheet.columns, head.places, strict=True) if at < 0]
    if lost:
        yield Change(sheet.name, "columns_missing", "missing", {"columns": lost})
    found = Fingerprint(len(sheet.columns))
    marked: list[tuple[int, bytes]] = []
    written: list[tuple[bytes, str, str, str]] = []
    extra: set[int] = set()
    formulas = _Formulas(sheet)
    for row, cells in each:
        counted = cells_of(cells, head.places)
        mark = found.add_row(counted)
        for at, cell in enumerate(counted):
            found.sums[at] += crc32(cell)
        extra.update(at for at in cells if at in head.others and plain(cells[at]))
        extra.update(at for at in cells if at > max(head.places) and at not in head.open and plain(cells[at]))
        if mark is None:
            continue
        marked.append((row, mark))
        formulas.add(row, mark, live_in(cells, head.places))
        for number, at in enumerate(head.open):
            if at >= 0 and (said := plain(cells.get(at))):
                cell_at = f"{column_letters(at)}{row + 1}"
                written.append((beside_mark(mark, number, said), cell_at, sheet.open[number], said.decode()))
    for row, cells in above:
        if any(map(plain, cells.values())):
            yield Change(sheet.name, "above", "additional", {"rows": [row + 1]})
    if extra:
        letters = [column_letters(at) for at in sorted(extra)]
        yield Change(sheet.name, "columns_added", "additional", {"columns": letters})
    if not lost and (found.rows, f"{found.total:064x}") != (sheet.rows, sheet.total):
        differing = [
            at
            for at, (now, then) in enumerate(zip(found.sums, sheet.column_sums, strict=False))
            if now != then
        ]
        yield _where(sheet, marked, differing, dict(enumerate(head.places)))
    yield from formulas.changes()
    yield from _decided(sheet, written)


def _head(sheet: SheetRow, row: int, cells: Mapping[int, Any]) -> _Head | None:
    """The row as the one of the headings; None where it is another."""
    at_heading: dict[bytes, int] = {}
    for at in sorted(cells):
        at_heading.setdefault(plain(cells[at]), at)
    places = [at_heading.get(plain(heading), -1) for heading in sheet.columns]
    if sum(at >= 0 for at in places) * 2 <= len(places):
        return None
    left = [at_heading.get(plain(heading), -1) for heading in sheet.open]
    known = {*places, *left}
    return _Head(row, places, left, [at for at in cells if at not in known and plain(cells[at])])


def _where(
    sheet: SheetRow, marked: Sequence[tuple[int, bytes]], columns: Sequence[int], places: Mapping[int, int]
) -> Change:
    """Which rows are not those that were written, and which of those are gone."""
    if not sheet.marks:
        return Change(sheet.name, "differs", values={"columns": [sheet.columns[at] for at in columns]})
    waiting = Counter(sheet.marks)
    changed = []
    for row, mark in marked:
        if waiting[mark]:
            waiting[mark] -= 1
        else:
            changed.append(row + 1)
    gone = []
    for number, mark in enumerate(sheet.marks, 2):
        if waiting[mark]:
            waiting[mark] -= 1
            gone.append(number)
    if len(changed) == len(gone) and len(columns) == 1:
        letters = column_letters(places[columns[0]])
        cells = [f"{letters}{row}" for row in changed]
        return Change(sheet.name, "cells", values={"cells": cells, "column": sheet.columns[columns[0]]})
    names = [sheet.columns[at] for at in columns] if len(changed) == len(gone) else []
    return Change(sheet.name, "rows", values={"rows": changed, "removed": gone, "columns": names})


def _decided(sheet: SheetRow, written: Sequence[tuple[bytes, str, str, str]]) -> Iterator[Change]:
    """What a person wrote where there is room for it, and what was taken away there."""
    known = Counter(sheet.written)
    new = []
    for mark, cell, heading, said in written:
        if known[mark]:
            known[mark] -= 1
        else:
            new.append({"cell": cell, "column": heading, "said": said})
    gone = max(0, known.total() - len(new))
    if new:
        yield Change(sheet.name, "decided", "decided", {"cells": new})
    if gone:
        yield Change(sheet.name, "emptied", "decided", {"count": gone})
