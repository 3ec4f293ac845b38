"""An .ods or flat .fods as grids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.cell_value import (
    bool_cell,
    error_cell,
    finite,
    is_error,
    number_cell,
    text_cell,
    uncached_cell,
    visible_text,
)
from perfbatch.workbook.grid import Cell, Grid, Range
from perfbatch.workbook.iso_dates import duration_days, iso_serial
from perfbatch.workbook.merging import add_grid, make_grid
from perfbatch.workbook.number_text import parse_format
from perfbatch.workbook.ods.names import CALC, CELL, COLUMN, COVERED, GROUPS, OFFICE, ROW, TABLE, TEXT
from perfbatch.workbook.ods.number_formats import CellFormats
from perfbatch.workbook.package import Package
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused

_NOT_TEXT = frozenset({f"{OFFICE}annotation", f"{TEXT}ruby-text", f"{TEXT}note"})
_NOT_SHOWN = ("collapse", "filter")
_PERCENT = re.compile(r"-?[\d,]+(?:\.(\d{1,9}))?%")


def read_ods(data: bytes | Package, *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """All tables of an .ods in order, hidden ones marked. Raises Refused: damaged, too_complex."""
    return ods_grids(ods_roots(data if isinstance(data, Package) else Package(data, bounds)), bounds=bounds)


def read_fods(data: bytes, *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """All tables of a flat .fods. Raises Refused: damaged, too_complex."""
    return ods_grids(fods_roots(data, bounds=bounds), bounds=bounds)


def ods_roots(package: Package) -> list[etree._Element]:
    """Roots of content.xml and, where there is one, styles.xml. Raises Refused: damaged."""
    content = package.tree("content.xml")
    if content is None:
        raise Refused("damaged", detail="no content.xml")
    styles = package.tree("styles.xml")
    return [content] if styles is None else [content, styles]


def fods_roots(data: bytes, *, bounds: Bounds = DEFAULT) -> list[etree._Element]:
    """The one root of a flat file. Raises Refused: damaged, unpacks_too_large."""
    if len(data) > bounds.tree_bytes:
        raise Refused("unpacks_too_large", limit=bounds.tree_bytes, found=len(data))
    return [parse_xml(data)]


def tables_of(root: etree._Element) -> list[etree._Element]:
    """The tables of a document, in the order of their tabs."""
    return root.findall(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table")


def ods_grids(roots: list[etree._Element], *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """The grids of a parsed document. Raises Refused: damaged, too_complex."""
    root, styles = roots[0], CellFormats(roots)
    tables = tables_of(root)
    if len(tables) > bounds.sheets:
        raise Refused("too_complex", limit=bounds.sheets, found=len(tables), part="sheets")
    if not tables and root.find(f"{OFFICE}body/{OFFICE}spreadsheet") is None:
        raise Refused("damaged", detail="no spreadsheet")
    grids: list[Grid] = []
    left = bounds.cells
    for table in tables:
        grid = _table(table, styles, left, bounds)
        left -= len(grid.cells)
        add_grid(grids, grid, bounds)
    return grids


def _table(table: etree._Element, styles: CellFormats, left: int, bounds: Bounds) -> Grid:
    cells: dict[tuple[int, int], Cell] = {}
    merges: list[Range] = []
    columns = _column_styles(table, bounds)
    row, last_column = 0, -1
    hidden_rows: set[int] = set()
    for line in rows_of(table):
        found, spans, width = _line(line, columns, styles, bounds)
        repeated = count_of(line, "number-rows-repeated", bounds.rows)
        copies = repeated if found or spans else 0
        total = len(cells) + copies * len(found)
        if total > left:
            raise Refused("too_complex", limit=bounds.cells, found=total, part="cells")
        if len(merges) + copies * len(spans) > bounds.merges:
            raise Refused("too_complex", limit=bounds.merges, found=copies * len(spans), part="merges")
        for copy in range(copies):
            cells.update({(row + copy, column): cell for column, cell in found.items()})
            merges.extend(
                Range(row + copy, column, row + copy + down - 1, column + across - 1)
                for column, down, across in spans
            )
        last_column = max(last_column, width - 1)
        if line.get(f"{TABLE}visibility") in _NOT_SHOWN and copies:
            hidden_rows.update(range(row, row + copies))
        row += repeated
        if row > bounds.rows and found:
            raise Refused("damaged", detail=f"row {row}")
    name = table.get(f"{TABLE}name", "")
    hidden = table.get(f"{TABLE}style-name", "") in styles.hidden_tables
    last_row = max((place[0] for place in cells), default=-1)
    unseen = (frozenset(hidden_rows), _hidden_columns(table, bounds))
    used = (last_row, last_column)
    return make_grid(name, cells, merges, hidden=hidden, used=used, bounds=bounds, unseen=unseen)


def _line(
    line: etree._Element, columns: list[str], styles: CellFormats, bounds: Bounds
) -> tuple[dict[int, Cell], list[tuple[int, int, int]], int]:
    """Cells of one row by column, merged ranges that begin there (column, rows, columns), columns in use."""
    found: dict[int, Cell] = {}
    spans: list[tuple[int, int, int]] = []
    column = used = 0
    row_style = line.get(f"{TABLE}default-cell-style-name", "")
    for element in line.iterchildren(CELL, COVERED):
        repeated = count_of(element, "number-columns-repeated", bounds.columns)
        if element.tag == CELL:
            own = element.get(f"{TABLE}style-name") or row_style
            style = own or (columns[column] if column < len(columns) else "")
            cell = _cell(element, styles.code(style), bounds)
            if cell is not None:
                if column + repeated > bounds.columns:
                    raise Refused("damaged", detail=f"column {column + repeated}")
                found.update(dict.fromkeys(range(column, column + repeated), cell))
                used = column + repeated
            down = count_of(element, "number-rows-spanned", bounds.rows)
            across = count_of(element, "number-columns-spanned", bounds.columns)
            if down > 1 or across > 1:
                spans.append((column, down, across))
                used = max(used, column + 1)
        column += repeated
    return found, spans, used


def _cell(element: etree._Element, code: str, bounds: Bounds) -> Cell | None:
    """The cell of a table-cell element, None where it holds nothing."""
    formula = element.get(f"{TABLE}formula") is not None
    kind = element.get(f"{OFFICE}value-type") or element.get(f"{CALC}value-type") or ""
    if not kind and len(element) == 0:
        return uncached_cell(code) if formula else None
    paragraphs = [_paragraph(p) for p in element.iterchildren(f"{TEXT}p", f"{TEXT}h")]
    shown = visible_text("\n".join(paragraphs), bounds.text)
    if element.get(f"{CALC}value-type") == "error" or is_error(shown):
        return error_cell(shown, code, formula=formula)
    number = _number(element, kind)
    if kind == "boolean":
        return bool_cell(element.get(f"{OFFICE}boolean-value") == "true", code, formula=formula)
    if number is None:
        text = shown or visible_text(element.get(f"{OFFICE}string-value", ""), bounds.text)
        if formula and not paragraphs and kind != "string":
            return uncached_cell(code)
        return text_cell(text, "General", formula=formula)
    if shown in ("TRUE", "FALSE") and number == (shown == "TRUE"):
        return bool_cell(shown == "TRUE", code, formula=formula)
    code = _fitting(code, kind, shown)
    cell = number_cell(number, code, formula=formula)
    # what a person sees is in the file, and known better there than by any format
    seen = shown and isinstance(cell.value, float)
    return cell._replace(text=shown.strip()) if seen else cell


def _number(element: etree._Element, kind: str) -> float | None:
    if kind in ("float", "percentage", "currency"):
        return finite(element.get(f"{OFFICE}value", ""))
    if kind == "date":
        return iso_serial(element.get(f"{OFFICE}date-value", ""))
    if kind == "time":
        return duration_days(element.get(f"{OFFICE}time-value", ""))
    return None


def _fitting(code: str, kind: str, shown: str) -> str:
    """A code for the kind of value, where the style states none or another one."""
    if kind == "date":
        return code if parse_format(code).date else "yyyy-mm-dd"
    if kind == "time" and code == "General":
        return "[h]:mm:ss"
    if kind == "percentage" and "%" not in code:
        written = _PERCENT.fullmatch(shown.strip())
        decimals = len(written[1] or "") if written else 2
        return f"0.{'0' * decimals}%" if decimals else "0%"
    return code


def _paragraph(element: etree._Element) -> str:
    """Text of a paragraph with its spaces, tabs and line breaks; remarks and pronunciation left out."""
    pieces = [element.text or ""]
    for child in element:
        name = child.tag
        if name == f"{TEXT}s":
            pieces.append(" " * count_of(child, "c", 1000, namespace=TEXT))
        elif name == f"{TEXT}tab":
            pieces.append("\t")
        elif name == f"{TEXT}line-break":
            pieces.append("\n")
        elif name not in _NOT_TEXT:
            pieces.append(_paragraph(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def rows_of(parent: etree._Element) -> Iterator[etree._Element]:
    """Rows of a table, those in groups included, those of tables in its drawings not."""
    for child in parent:
        if child.tag == ROW:
            yield child
        elif child.tag in GROUPS:
            yield from rows_of(child)


def _column_styles(table: etree._Element, bounds: Bounds) -> list[str]:
    """Default cell style of each column, as far as any is stated."""
    styles: list[str] = []
    for column in table.iter(COLUMN):
        width = min(count_of(column, "number-columns-repeated", bounds.columns), bounds.columns - len(styles))
        styles.extend([column.get(f"{TABLE}default-cell-style-name", "")] * width)
    return styles


def _hidden_columns(table: etree._Element, bounds: Bounds) -> frozenset[int]:
    """Columns that are not shown."""
    hidden: set[int] = set()
    column = 0
    for element in table.iter(COLUMN):
        width = min(count_of(element, "number-columns-repeated", bounds.columns), bounds.columns - column)
        if element.get(f"{TABLE}visibility") in _NOT_SHOWN:
            hidden.update(range(column, column + width))
        column += width
    return frozenset(hidden)


def count_of(element: etree._Element, name: str, most: int, *, namespace: str = TABLE) -> int:
    """A repetition or a span: at least 1, at most ``most``."""
    stated = element.get(f"{namespace}{name}", "1")
    return min(max(int(stated), 1), most) if stated.isdecimal() and len(stated) < 10 else 1
