"""The tables of an OpenDocument spreadsheet as pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from perfbatch.workbook.addresses import MAX_ROWS
from perfbatch.workbook.bounds import CELL_TEXT, Bounds
from perfbatch.workbook.cell_value import visible_text
from perfbatch.workbook.grid import Cell, Grid
from perfbatch.workbook.ods.formulas import excel_formula
from perfbatch.workbook.ods.looks import OdsLooks
from perfbatch.workbook.ods.names import CELL, COLUMN, COVERED, DC, GROUPS, OFFICE, ROW, TABLE, TEXT
from perfbatch.workbook.ods.paper import Papers
from perfbatch.workbook.ods.read import count_of, ods_grids, tables_of
from perfbatch.workbook.ods.styles import DocumentStyles
from perfbatch.workbook.pages.page import Book, Filled, Look, Note, Page, Run, Track, without_value

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a date cell has no time zone
_HIDDEN = ("collapse", "filter")
_PAST_THE_FORM = 64
"""Rows and columns below and beside what the sheet holds, which may have a look of their own."""


def ods_pages(roots: list[etree._Element], *, bounds: Bounds) -> Book:
    """All tables with their looks. Raises Refused: damaged, too_complex."""
    grids = ods_grids(roots, bounds=bounds)
    styles = DocumentStyles(roots)
    looks, papers = OdsLooks(styles), Papers(roots, styles)
    names = {grid.name for grid in grids}
    active = _active(roots)
    pages = []
    for table, grid in zip(tables_of(roots[0]), grids, strict=True):
        page = _Table(table, grid, looks, styles, names, bounds).page()
        page.paper = papers.of(table)
        page.paper.repeat_rows = _header(table, "table-header-rows", ROW, "number-rows-repeated")
        page.paper.repeat_columns = _header(table, "table-header-columns", COLUMN, "number-columns-repeated")
        page.selected = grid.name == active
        page.locked = table.get(f"{TABLE}protected") == "true"
        pages.append(page)
    return Book(pages, looks.default)


class _Table:
    """One table on its way to a page."""

    def __init__(
        self,
        table: etree._Element,
        grid: Grid,
        looks: OdsLooks,
        styles: DocumentStyles,
        names: set[str],
        bounds: Bounds,
    ) -> None:
        self.table, self.grid, self.looks, self.styles = table, grid, looks, styles
        self.names, self.bounds = names, bounds
        self.result = Page(grid.name, int(grid.hidden), merges=grid.merges)
        self.column_styles: list[str] = []
        self.blanks = 0
        last = [(row, column) for row, column in grid.cells]
        last += [(area.bottom, area.right) for area in grid.merges]
        self.last_row = max((row for row, _ in last), default=-1)
        self.last_column = max((column for _, column in last), default=-1)

    def page(self) -> Page:
        """The page."""
        self._columns()
        row = 0
        for line, hidden in _lines(self.table, ROW, False):
            row = self._row(line, row, hidden)
        return self.result

    def _columns(self) -> None:
        column = 0
        for element, hidden in _lines(self.table, COLUMN, False):
            repeated = min(
                count_of(element, "number-columns-repeated", self.bounds.columns),
                self.bounds.columns - column,
            )
            name = element.get(f"{TABLE}default-cell-style-name", "")
            self.column_styles += [name] * repeated
            width = self.styles.length("table-column", element, "column-width")
            hidden = hidden or element.get(f"{TABLE}visibility") in _HIDDEN
            look = self.looks.get(name, chinese=False)
            own = look if look != self.looks.plain else None
            track = Track(None if width is None else self.looks.digits(width), hidden, own)
            used = min(column + repeated, self.last_column + _PAST_THE_FORM)
            self.result.columns.update(dict.fromkeys(range(column, used), track))
            column += repeated

    def _row(self, line: etree._Element, row: int, hidden: bool) -> int:
        repeated = count_of(line, "number-rows-repeated", self.bounds.rows)
        repeated = min(repeated, self.bounds.rows - row)
        height = self.styles.length("table-row", line, "row-height")
        hidden = hidden or line.get(f"{TABLE}visibility") in _HIDDEN
        if row > self.last_row and repeated > _PAST_THE_FORM:
            self.result.row_height = height
        elif row <= self.last_row + _PAST_THE_FORM:
            track = Track(height, hidden)
            if height is not None or hidden:
                self.result.rows.update(dict.fromkeys(range(row, row + repeated), track))
            self._cells(line, row, repeated)
        return row + repeated

    def _cells(self, line: etree._Element, row: int, repeated: int) -> None:
        column = 0
        row_style = line.get(f"{TABLE}default-cell-style-name", "")
        for element in line.iterchildren(CELL, COVERED):
            across = count_of(element, "number-columns-repeated", self.bounds.columns)
            own = element.get(f"{TABLE}style-name") or row_style
            for place in range(column, min(column + across, self.last_column + _PAST_THE_FORM)):
                style = own or (self.column_styles[place] if place < len(self.column_styles) else "")
                self._put(element, range(row, row + repeated), place, style)
            column += across

    def _put(self, element: etree._Element, rows: range, column: int, style: str) -> None:
        note = element.find(f"{OFFICE}annotation")
        for row in rows:
            cell = self.grid.cells.get((row, column))
            if cell is not None:
                self.result.cells[row, column] = self._filled(element, cell, style)
            elif style and self.blanks < self.bounds.blanks:
                look = self.looks.get(style, chinese=False)
                if look != self.looks.plain:
                    self.blanks += 1
                    self.result.cells[row, column] = Filled(None, look)
            if note is not None and len(rows) == 1:
                self.result.notes[row, column] = _note(note)

    def _filled(self, element: etree._Element, cell: Cell, style: str) -> Filled:
        text = cell.text if isinstance(cell.value, str) else ""
        look = self.looks.get(style, chinese=not text.isascii(), code=cell.number_format)
        formula = excel_formula(element.get(f"{TABLE}formula", ""), self.names) if cell.formula else ""
        if cell.state != "value":
            return without_value(cell, look, formula)
        value = cell.value
        if isinstance(value, datetime):
            value = (value - _EPOCH).total_seconds() / 86_400
        runs = self._runs(element, value, look) if isinstance(value, str) and not formula else ()
        return Filled(value, look, formula=formula, runs=runs)

    def _runs(self, element: etree._Element, text: str, look: Look) -> tuple[Run, ...]:
        """The parts of a text in several fonts, () where it is all in one or holds more than plain words."""
        pieces: list[Run] = []
        for number, paragraph in enumerate(element.iterchildren(f"{TEXT}p")):
            if number:
                pieces.append(Run("\n", look))
            pieces.append(Run(paragraph.text or "", look))
            for child in paragraph:
                style = child.get(f"{TEXT}style-name", "")
                if child.tag != f"{TEXT}span" or len(child):
                    return ()
                pieces.append(Run(child.text or "", self.looks.span(style, look, child.text or "")))
                pieces.append(Run(child.tail or "", look))
        joined: list[Run] = []
        for piece in pieces:
            if piece.text and joined and joined[-1].look == piece.look:
                joined[-1] = Run(joined[-1].text + piece.text, piece.look)
            elif piece.text:
                joined.append(piece)
        return tuple(joined) if "".join(piece.text for piece in joined) == text else ()


def _lines(parent: etree._Element, tag: str, hidden: bool) -> Iterator[tuple[etree._Element, bool]]:
    """Rows or columns of a table, those in groups included; and whether their group is folded away."""
    for child in parent:
        if child.tag == tag:
            yield child, hidden
        elif child.tag in GROUPS:
            yield from _lines(child, tag, hidden or child.get(f"{TABLE}display") == "false")


def _header(table: etree._Element, group: str, tag: str, repeated: str) -> tuple[int, int] | None:
    at = 0
    for child in _flat(table, f"{TABLE}{group}", tag):
        if child.tag == tag:
            at += count_of(child, repeated, MAX_ROWS)
        else:
            size = sum(count_of(line, repeated, MAX_ROWS) for line, _ in _lines(child, tag, False))
            return (at, at + size - 1) if 0 < size <= 1000 else None
    return None


def _flat(parent: etree._Element, group: str, tag: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag in (tag, group):
            yield child
        elif child.tag in GROUPS:
            yield from _flat(child, group, tag)


def _note(element: etree._Element) -> Note:
    author = element.findtext(f"{DC}creator", "")
    lines = ["".join(map(str, p.itertext())) for p in element.iterchildren(f"{TEXT}p")]
    return Note(visible_text(author, 54), visible_text("\n".join(lines), CELL_TEXT))


def _active(roots: list[etree._Element]) -> str:
    """Name of the table that was last seen, where the document itself says so (flat files)."""
    for root in roots:
        for item in root.iter("{*}config-item"):
            if "ActiveTable" in item.attrib.values():
                return item.text or ""
    return ""
