"""One worksheet of ours, appended to a workbook as its last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from perfbatch.caching import CachedByArgument, cached
from perfbatch.workbook.addresses import cell_numbers, column_letters, numbered_address
from perfbatch.workbook.bounds import CELL_TEXT
from perfbatch.workbook.sheet_names import cut_to_units, free_name
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit.added_styles import LEVEL_COLOURS, AddedStyles, solid
from perfbatch.workbook.xlsx.edit.workbook import EditedWorkbook

MAX_LINKS = 65_530
_SHORT = 300


Value = str | float | None


class AddedRow(NamedTuple):
    """A row: ``looks`` are the styles (of ``STYLES``) of its cells, from column A on.

    ``values`` are what the cells hold; there are no more of them than looks, and cells beyond them are empty.
    ``link`` is (column, sheet, address): a click on that cell leads there, inside this workbook. ``height``
    is in points, 0 for as usual.
    """

    looks: tuple[str, ...] = ()
    values: Sequence[Value] = ()
    link: tuple[int, str, str] | None = None
    height: float = 0


@dataclass(frozen=True, slots=True)
class AddedSheet:
    """What the added sheet holds. Rows and columns are counted from 1, addresses are of the A1 kind.

    ``widths`` are in characters, one a column from A on; ``merges`` ranges like A1:H1; ``freeze`` the first
    cell that scrolls; ``print_titles`` first and last row repeated on every page; ``autofilter`` a range;
    ``breaks`` rows that end a page; ``ignored`` a range where texts may look like numbers;
    ``footer`` Excel's footer code (&C… is the middle, &P the page, &N their number). Printed on A4,
    landscape or not, as wide as the page.
    """

    title: str
    rows: Sequence[AddedRow]
    widths: Sequence[float] = ()
    merges: Sequence[str] = ()
    freeze: str = ""
    print_titles: tuple[int, int] | None = None
    autofilter: str = ""
    breaks: Sequence[int] = ()
    ignored: str = ""
    landscape: bool = True
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """A named look: font, fill, border, alignment and number format."""

    size: float = 10
    bold: bool = False
    colour: str = ""
    underline: bool = False
    fill: str = ""
    border: bool = True
    horizontal: str = ""
    vertical: str = "center"
    wrap: bool = False
    number: str = ""


STYLES: Mapping[str, Style] = {
    "plain": Style(border=False),
    "title": Style(size=16, bold=True, border=False, horizontal="center"),
    "subtitle": Style(size=12, bold=True, border=False),
    "header": Style(bold=True, fill="FFD9D9D9", horizontal="center", wrap=True),
    "label": Style(bold=True, fill="FFF2F2F2", wrap=True),
    "text": Style(),
    "centred": Style(horizontal="center"),
    "wrapped": Style(wrap=True),
    "number": Style(number="0.00", horizontal="right"),
    "integer": Style(number="0", horizontal="right"),
    # Rates are kept in %, 89.5 for 89.50 %: the sign is part of the format and nothing is multiplied.
    "percent": Style(number='0.00"%"', horizontal="right"),
    "note": Style(size=9, colour="FF595959", border=False, wrap=True, vertical="top"),
    "link": Style(colour="FF0563C1", underline=True, horizontal="center"),
    "error": Style(fill=LEVEL_COLOURS["error"], bold=True, horizontal="center"),
    "warning": Style(fill=LEVEL_COLOURS["warning"], horizontal="center"),
    "info": Style(fill=LEVEL_COLOURS["info"], horizontal="center"),
    "ok": Style(fill="FFE2EFDA", horizontal="center"),
    "warn_text": Style(colour="FFC00000", bold=True, wrap=True, vertical="top"),
}

_FONT = (
    '<font>{bold}{underline}<sz val="{size:g}"/>{colour}<name val="宋体"/><family val="3"/>'
    '<charset val="134"/></font>'
)
_EDGE = '<{0} style="thin"><color rgb="FF7F7F7F"/></{0}>'
_EDGES = "".join(_EDGE.format(edge) for edge in ("left", "right", "top", "bottom"))
_BORDER = f"<border>{_EDGES}<diagonal/></border>"


def add(workbook: EditedWorkbook, styles: AddedStyles, sheet: AddedSheet) -> str:
    """Append ``sheet`` to the workbook; the name that it got there."""
    name = free_name(sheet.title, [known.name for known in workbook.sheets], "Sheet")
    titles = "${}:${}".format(*sheet.print_titles) if sheet.print_titles else ""
    workbook.add_sheet(
        name, markup(sheet, styles, strict=workbook.strict), titles, _absolute(sheet.autofilter)
    )
    return name


def markup(sheet: AddedSheet, styles: AddedStyles, *, strict: bool) -> bytes:
    """The worksheet part, children in the schema's order."""
    main = xml.MAIN_STRICT if strict else xml.MAIN
    formats: dict[str, bytes] = {}
    dressed: dict[tuple[str, ...], list[bytes]] = {}
    rows: list[bytes] = []
    links: list[str] = []
    for index, (looks, values, link, height) in enumerate(sheet.rows, 1):
        numbers = dressed.get(looks)
        if numbers is None:
            for look in looks:
                if look not in formats:
                    formats[look] = b'%d"' % _format(styles, look)
            numbers = dressed[looks] = [formats[look] for look in looks]
        row = list(_row(index, len(looks)))
        row[1] = _HEIGHTS[height]
        row[3::3] = numbers
        row[4 : 4 + 3 * len(values) : 3] = map(_content, values)
        rows += row
        if link and len(links) < MAX_LINKS:
            column, *place = link
            target = xml.escape(location(*place))
            links.append(f'<hyperlink ref="{numbered_address(index, column)}" location="{target}"/>')
    merges = '"/><mergeCell ref="'.join(sheet.merges)
    orientation = "landscape" if sheet.landscape else "portrait"
    footer = f"<oddFooter>{xml.escape(sheet.footer)}</oddFooter>" if sheet.footer else ""
    before = (
        f'<worksheet xmlns="{main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
        _view(sheet.freeze),
        '<sheetFormatPr defaultRowHeight="15"/>',
        _columns(tuple(sheet.widths)),
        "<sheetData>",
    )
    after = (
        "</sheetData>",
        f'<autoFilter ref="{sheet.autofilter}"/>' if sheet.autofilter else "",
        f'<mergeCells count="{len(sheet.merges)}"><mergeCell ref="{merges}"/></mergeCells>' if merges else "",
        f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "",
        '<printOptions horizontalCentered="1"/>',
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
        f'<pageSetup paperSize="9" orientation="{orientation}" fitToWidth="1" fitToHeight="0"/>',
        f"<headerFooter>{footer}</headerFooter>" if footer else "",
        _breaks(sheet.breaks),
        f'<ignoredErrors><ignoredError sqref="{sheet.ignored}" numberStoredAsText="1"/></ignoredErrors>'
        if sheet.ignored
        else "",
        "</worksheet>",
    )
    return b"".join((xml.DECLARATION, "".join(before).encode(), *rows, "".join(after).encode()))


def _breaks(rows: Sequence[int]) -> str:
    entries = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in rows)
    count = len(rows)
    return f'<rowBreaks count="{count}" manualBreakCount="{count}">{entries}</rowBreaks>' if rows else ""


def location(sheet: str, address: str) -> str:
    """Target of a link inside the workbook: 'Sheet name'!A1."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{address}"


@cached(4096)
def _row(index: int, cells: int) -> tuple[bytes, ...]:
    """The pieces of an empty row: its begin, height and, for each cell, its begin, format and the rest."""
    pieces = [f'<row r="{index}"'.encode(), b""]
    for column in range(1, cells + 1):
        cell = f'<c r="{numbered_address(index, column)}" s="'
        pieces += ((cell if column > 1 else f">{cell}").encode(), b'0"', b"/>")
    pieces.append(b"</row>" if cells else b"></row>")
    return tuple(pieces)


@cached(128)
def _columns(widths: tuple[float, ...]) -> str:
    columns = [
        f'<col min="{index}" max="{index}" width="{width:g}" customWidth="1"/>'
        for index, width in enumerate(widths, 1)
    ]
    return f"<cols>{''.join(columns)}</cols>" if columns else ""


def _height(points: float) -> bytes:
    return f' ht="{points:g}" customHeight="1"'.encode() if points else b""


def _markup_of(value: Value) -> bytes:
    """The rest of a cell's markup."""
    if not value:
        # 0, 0.0 and -0.0 are one argument, as 1 and 1.0 are: equal numbers are written alike.
        return b"><v>0</v></c>" if value is not None and not isinstance(value, str) else b"/>"
    if not isinstance(value, str):
        return (
            b"><v>%b</v></c>" % repr(float(value)).removesuffix(".0").encode() if isfinite(value) else b"/>"
        )
    text = xml.text_markup(value if len(value) <= CELL_TEXT // 2 else cut_to_units(value, CELL_TEXT))
    # Space within a text stays without being asked for.
    keep = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{keep}>{text}</t></is></c>'.encode()


def _is_short(value: Value) -> bool:
    return len(value) <= _SHORT if isinstance(value, str) else value == value  # no NaN is equal to another


_content = CachedByArgument(_markup_of, _is_short).__getitem__
_HEIGHTS = CachedByArgument(_height, isfinite)


def _view(freeze: str) -> str:
    place = cell_numbers(freeze) if freeze else None
    if place is None or place == (1, 1):
        return '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    row, column = place
    pane = "bottomRight" if row > 1 and column > 1 else "bottomLeft" if row > 1 else "topRight"
    splits = (f' xSplit="{column - 1}"' if column > 1 else "") + (f' ySplit="{row - 1}"' if row > 1 else "")
    return (
        f'<sheetViews><sheetView workbookViewId="0"><pane{splits} topLeftCell="{numbered_address(*place)}" '
        f'activePane="{pane}" state="frozen"/><selection pane="{pane}"/></sheetView></sheetViews>'
    )


def _format(styles: AddedStyles, look: str) -> int:
    font, fill, border, end = _MARKUP[look]
    font_id = styles.append("fonts", font)
    fill_id = styles.append("fills", fill) if fill else 0
    border_id = styles.append("borders", border) if border else 0
    code = STYLES[look].number
    number = styles.number_format(code) if code else 0
    return styles.append(
        "cellXfs",
        f'<xf numFmtId="{number}" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" {end}',
    )


def _markup(style: Style) -> tuple[str, str, str, str]:
    """Font, fill and border ('' for none) and what a format says after their ids."""
    font = _FONT.format(
        bold="<b/>" if style.bold else "",
        underline="<u/>" if style.underline else "",
        size=style.size,
        colour=f'<color rgb="{style.colour}"/>' if style.colour else "",
    )
    horizontal = f'horizontal="{style.horizontal}" ' if style.horizontal else ""
    wrap = ' wrapText="1"' if style.wrap else ""
    end = (
        'xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment {horizontal}vertical="{style.vertical}"{wrap}/></xf>'
    )
    return font, solid(style.fill) if style.fill else "", _BORDER if style.border else "", end


_MARKUP = {look: _markup(style) for look, style in STYLES.items()}


def _absolute(reference: str) -> str:
    """$A$3:$H$9 for A3:H9."""
    places = [cell_numbers(corner) for corner in reference.split(":")] if reference else []
    return ":".join(f"${column_letters(place[1] - 1)}${place[0]}" for place in places if place)
