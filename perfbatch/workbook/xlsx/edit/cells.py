"""Fills laid over cells of a worksheet, cells that do not exist yet made in their place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping

from perfbatch.workbook.addresses import Place, cell_numbers, numbered_address, range_numbers
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit.geometry import pixels_high
from perfbatch.workbook.xlsx.edit.rows import skipped_until
from perfbatch.workbook.xlsx.numbers import number, whole

Area = tuple[int, int, int, int]
Restyle = Callable[[int, str], int]
"""(index of a cell's format, level) -> index of that format with the level's fill."""


def merged_areas(sheet: xml.Element) -> list[Area]:
    """The merged ranges of a worksheet, in file order."""
    merges = xml.child(sheet, "mergeCells")
    if merges is None:
        return []
    areas = (range_numbers(merge.get("ref") or "") for merge in xml.children(merges, "mergeCell"))
    return [area for area in areas if area]


def areas_of(places: Iterable[Place], merges: Iterable[Area]) -> dict[Place, Area]:
    """For every place inside a merged range, that range."""
    columns: dict[int, list[int]] = {}
    for row, column in places:
        columns.setdefault(row, []).append(column)
    rows = sorted(columns)
    inside: dict[Place, Area] = {}
    for area in merges:
        top, left, bottom, right = area
        for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
            for column in columns[row]:
                if left <= column <= right:
                    inside.setdefault((row, column), area)
    return inside


def fill(
    sheet: xml.Element, levels: Mapping[Place, str], merges: Mapping[Place, Area], restyle: Restyle
) -> dict[int, int]:
    """Lay fills over the cells ``levels``, and over all cells of the merged range that begins at one.

    Cells that do not exist are made, with the format of their row or column; of a merged range only the top
    left one. Returns the heights in pixels of the rows that state theirs.
    """
    data = xml.child(sheet, "sheetData")
    if data is None:
        data = xml.insert(sheet, "sheetData", frozenset({
            "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols",
        }))  # fmt: skip
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), level in levels.items():
        by_row.setdefault(row, {})[column] = level
    covered = [(merges[place], level) for place, level in levels.items() if place in merges]
    heights: dict[int, int] = {}
    columns = _ColumnFormats(sheet)
    missing = iter(sorted(by_row))
    next_missing = next(missing, None)
    rows = list(_rows(data))
    for index, element in rows:
        while next_missing is not None and next_missing < index:
            made = element.makeelement(element.tag, {"r": str(next_missing)})
            element.addprevious(made)
            _fill_row(made, next_missing, by_row[next_missing], restyle, columns)
            next_missing = next(missing, None)
        if element.get("hidden") in ("1", "true"):
            heights[index] = 0
        elif element.get("ht"):
            heights[index] = pixels_high(number(element.get("ht")))
        if next_missing == index:
            _fill_row(element, index, by_row[index], restyle, columns)
            next_missing = next(missing, None)
    while next_missing is not None:
        made = xml.new_element(data, "row", r=str(next_missing))
        _fill_row(made, next_missing, by_row[next_missing], restyle, columns)
        next_missing = next(missing, None)
    numbers = [index for index, _ in rows]
    for (top, left, bottom, right), level in covered:
        for index, element in rows[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            _fill_covered(element, (top, left), index, range(left, right + 1), level, restyle)
    _extend_dimension(sheet, levels)
    return heights


def _rows(data: xml.Element) -> Iterator[tuple[int, xml.Element]]:
    """Rows with their numbers; a row without one follows the row before it."""
    index = 0
    name = data.tag[: -len("sheetData")] + "row"
    for element in data:
        if element.tag == name:
            index = whole(element.get("r"), index + 1)
            yield index, element
        else:
            index = skipped_until(element) or index


def _cells(row: xml.Element) -> Iterator[tuple[int, xml.Element]]:
    column = 0
    for cell in row.iterchildren(row.tag[: -len("row")] + "c"):
        place = cell_numbers(cell.get("r") or "")
        column = place[1] if place else column + 1
        yield column, cell


def _fill_row(
    row: xml.Element, index: int, levels: Mapping[int, str], restyle: Restyle, columns: _ColumnFormats
) -> None:
    missing = iter(sorted(levels))
    next_missing = next(missing, None)
    made: list[int] = []
    after: xml.Element | None = None
    for column, cell in _cells(row):
        if next_missing is None:
            break
        while next_missing is not None and next_missing < column:
            cell.addprevious(_made(row, index, next_missing, levels, restyle, columns))
            made.append(next_missing)
            next_missing = next(missing, None)
        if next_missing == column:
            cell.set("s", str(restyle(whole(cell.get("s")), levels[column])))
            next_missing = next(missing, None)
        after = cell
    while next_missing is not None:
        new = _made(row, index, next_missing, levels, restyle, columns)
        if after is None:
            row.insert(0, new)
        else:
            after.addnext(new)
        made.append(next_missing)
        after = new
        next_missing = next(missing, None)
    if made:
        _extend_spans(row, made)


def _made(
    row: xml.Element, index: int, column: int, levels: Mapping[int, str], restyle: Restyle,
    columns: _ColumnFormats,
) -> xml.Element:  # fmt: skip
    """A new cell that looks as the empty place looked, under our fill."""
    if row.get("s") and row.get("customFormat") in ("1", "true"):
        base = whole(row.get("s"))
    else:
        base = columns.of(column)
    tag = row.tag[: -len("row")] + "c"
    return row.makeelement(
        tag, {"r": numbered_address(index, column), "s": str(restyle(base, levels[column]))}
    )


def _fill_covered(
    row: xml.Element, anchor: Place, index: int, columns: range, level: str, restyle: Restyle
) -> None:
    for column, cell in _cells(row):
        if column in columns and (index, column) != anchor:
            cell.set("s", str(restyle(whole(cell.get("s")), level)))


def _extend_spans(row: xml.Element, columns: list[int]) -> None:
    """A row's spans must hold its cells."""
    bounds = [whole(bound) for span in (row.get("spans") or "").split() for bound in span.split(":")]
    if bounds and not all(min(bounds) <= column <= max(bounds) for column in columns):
        row.set("spans", f"{min(bounds + columns)}:{max(bounds + columns)}")


def _extend_dimension(sheet: xml.Element, places: Iterable[Place]) -> None:
    """The stated dimension must hold the cells that were made: some readers look no further."""
    element = xml.child(sheet, "dimension")
    area = range_numbers(element.get("ref") or "") if element is not None else None
    if element is None or area is None:
        return
    top, left, bottom, right = area
    for row, column in places:
        top, bottom = min(top, row), max(bottom, row)
        left, right = min(left, column), max(right, column)
    if (top, left, bottom, right) != area:
        element.set("ref", f"{numbered_address(top, left)}:{numbered_address(bottom, right)}")


class _ColumnFormats:
    """Formats of whole columns, looked up only where a cell has to be made."""

    def __init__(self, sheet: xml.Element) -> None:
        self._sheet = sheet
        self._spans: list[tuple[int, int, int]] | None = None

    def of(self, column: int) -> int:
        if self._spans is None:
            columns = xml.child(self._sheet, "cols")
            self._spans = [
                (whole(c.get("min"), 1), whole(c.get("max"), 1), whole(c.get("style")))
                for c in (xml.children(columns, "col") if columns is not None else ())
            ]
        return next((style for low, high, style in self._spans if low <= column <= high), 0)
