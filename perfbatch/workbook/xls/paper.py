"""How a sheet of an .xls is printed: records that xlrd passes over (MS-XLS 2.4)."""

from __future__ import annotations

from struct import unpack, unpack_from

import xlrd

from perfbatch.workbook.cell_value import visible_text
from perfbatch.workbook.grid import Range
from perfbatch.workbook.pages.page import Paper
from perfbatch.workbook.xls.records import sheet_records

_MARGINS = {0x26: "left", 0x27: "right", 0x28: "top", 0x29: "bottom"}
_HEADER, _FOOTER, _PROTECT, _BOOLEANS, _CENTRED_ACROSS, _CENTRED_DOWN, _SETUP = (
    0x14, 0x15, 0x12, 0x81, 0x83, 0x84, 0xA1,
)  # fmt: skip
_PORTRAIT, _UNKNOWN, _NO_ORIENTATION, _FIT = 0x02, 0x04, 0x40, 0x100
_PRINT_AREA, _PRINT_TITLES = "Print_Area", "Print_Titles"


def paper_of(book: xlrd.Book, sheet: xlrd.sheet.Sheet, stream: bytes, start: int) -> tuple[Paper, bool]:
    """Print setup of the worksheet that begins at ``start``, and whether it is protected."""
    paper, locked, fit, pages = Paper(), False, False, (1, 1)
    for record, at, size in sheet_records(stream, start):
        body = stream[at : at + size]
        if record in _MARGINS and size >= 8:
            paper.margins[_MARGINS[record]] = unpack("<d", body[:8])[0]
        elif record in (_HEADER, _FOOTER):
            text = _in_a_section(visible_text(_string(book, body), 255))
            if record == _HEADER:
                paper.header = text
            else:
                paper.footer = text
        elif record == _BOOLEANS and size >= 2:
            fit = bool(unpack_from("<H", body)[0] & _FIT)
        elif record in (_CENTRED_ACROSS, _CENTRED_DOWN) and size >= 2:
            across, down = paper.centred
            stated = bool(unpack_from("<H", body)[0])
            paper.centred = (stated, down) if record == _CENTRED_ACROSS else (across, stated)
        elif record == _PROTECT and size >= 2:
            locked = bool(unpack_from("<H", body)[0])
        elif record == _SETUP and size >= 12:
            pages = _setup(paper, body)
    paper.fit = pages if fit else None
    paper.breaks = [stop[0] for stop in sheet.horizontal_page_breaks if stop[0] > 0]
    _names(book, sheet, paper)
    return paper, locked


def _setup(paper: Paper, body: bytes) -> tuple[int, int]:
    """Take over a SETUP record; the pages across and down to which the sheet is fitted."""
    size, scale, _, across, down, options = unpack_from("<HHhHHH", body)
    if not options & _UNKNOWN:
        paper.size = size if 0 < size <= 118 else 0
        paper.scale = scale or 100
        paper.landscape = not options & (_PORTRAIT | _NO_ORIENTATION)
    if len(body) >= 32:
        paper.margins["header"], paper.margins["footer"] = unpack_from("<dd", body, 16)
    return (across, down)


def _in_a_section(text: str) -> str:
    """A header that names no section stands in the middle."""
    return text if not text or text.startswith(("&L", "&C", "&R")) else f"&C{text}"


def _string(book: xlrd.Book, body: bytes) -> str:
    if book.biff_version < 80:
        return body[1 : 1 + body[0]].decode(book.encoding or "gb18030", "replace") if body else ""
    if len(body) < 3:
        return ""
    length, wide = unpack_from("<H", body)[0], body[2] & 1
    text = body[3 : 3 + length * (2 if wide else 1)]
    return text.decode("utf-16-le" if wide else "latin-1", "replace")


def _names(book: xlrd.Book, sheet: xlrd.sheet.Sheet, paper: Paper) -> None:
    """Print area and repeated rows and columns, which are defined names."""
    for name in book.name_obj_list:
        if not name.builtin or name.scope != sheet.number or name.name not in (_PRINT_AREA, _PRINT_TITLES):
            continue
        result = getattr(name, "result", None)
        for reference in result.value if result is not None and isinstance(result.value, list) else []:
            _, _, top, bottom, left, right = reference.coords
            area = Range(top, left, bottom - 1, right - 1)
            if name.name == _PRINT_AREA:
                paper.area = area if paper.area is None else None
            elif left == 0 and right >= 256:
                paper.repeat_rows = (top, bottom - 1)
            elif top == 0 and bottom >= 16384:
                paper.repeat_columns = (left, right - 1)
