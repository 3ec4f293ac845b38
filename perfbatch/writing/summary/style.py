"""How 汇总.xlsx looks: cell formats, and how every sheet opens and prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from perfbatch.writing.terms import Terms

FONT = "等线"
FONT_SIZE = 10
DARK = "#1F3864"
COLOURS: Mapping[str, tuple[str, str]] = {
    "error": ("#F8CBAD", "#9C0006"),
    "warning": ("#FFEB9C", "#7F6000"),
    "info": ("#DDEBF7", "#1F4E79"),
}
"""Fill and letters of each level. The sign before the word tells them apart on a black-and-white print."""

HEADER_PIXELS = 56
"""Three lines of a heading."""

_A4, _A3 = 9, 8
_PAPER = ((_A4, 11.69), (_A3, 16.54))
_HEIGHT = {_A4: 8.27, _A3: 11.69}
_HEAD_MARGIN, _FOOT_MARGIN = 0.75, 0.6
"""Papers by their long side in inches, the one that every office has first."""
_SIDES = 0.4
"""Margins left and right, inches."""
_SMALLEST = 8.2
"""Points that letters have at least on paper."""
_CHARACTER = 0.096
"""Inches that a character of a column takes at the most: in LibreOffice without 等线. Excel takes 0.075."""
_LINE = {"border": 1, "border_color": "#BFBFBF"}
_TOP = {"valign": "top", **_LINE}
_NUMBER = {**_TOP, "align": "right", "indent": 1}
_SHOWN = {"integer": "#,##0", "score": "0.00", "money": "#,##0.00", "percent": "0.00%"}
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "header": {
        "bold": True, "font_color": "#FFFFFF", "bg_color": DARK, "text_wrap": True, "align": "center",
        "valign": "vcenter", **_LINE,
    },
    "text": {**_TOP, "text_wrap": True},
    # Text that begins like a formula stays text even after someone edits the cell.
    "quoted": {**_TOP, "text_wrap": True, "quote_prefix": True},
    "short": {**_TOP, "align": "center", "text_wrap": True},
    "plain": {**_TOP, "align": "center", "num_format": "0"},
    "integer": {**_NUMBER, "num_format": "#,##0"},
    "score": {**_NUMBER, "num_format": "0.00"},
    "money": {**_NUMBER, "num_format": "#,##0.00"},
    "percent": {**_NUMBER, "num_format": "0.00%"},
    "link": {**_TOP, "font_color": "#0563C1", "underline": 1, "align": "center"},
    "fill": {**_TOP, "text_wrap": True, "bg_color": "#FFFFF0"},
    "fill_score": {**_TOP, "align": "right", "bg_color": "#FFFFF0"},
    **{
        level: {**_TOP, "bg_color": fill, "font_color": letters, "bold": True}
        for level, (fill, letters) in COLOURS.items()
    },
    "title": {"bold": True, "font_size": 18, "font_color": DARK, "valign": "vcenter"},
    "conclusion": {
        "bold": True, "font_size": 13, "font_color": "#1F2937", "text_wrap": True, "valign": "vcenter",
    },
    **{
        f"{look}_{part}": {
            "left": 5, "left_color": line, "bg_color": fill, "font_color": letters, "indent": 1,
            "align": "left", "valign": "vcenter", "text_wrap": True, **more,
        }
        for look, line, fill, letters in (
            ("card", DARK, "#F2F5FA", "#1F2937"),
            ("alarm", COLOURS["error"][1], "#FDECEA", COLOURS["error"][1]),
        )
        for part, more in (
            ("label", {"bold": True}), ("more", {"valign": "top"}),
            ("integer", {"bold": True, "font_size": 24, "num_format": "#,##0", "text_wrap": False}),
            ("percent", {"bold": True, "font_size": 24, "num_format": "0.00%", "text_wrap": False}),
        )
    },
    "section": {"bold": True, "font_size": 12, "font_color": DARK, "bottom": 2, "bottom_color": DARK},
    "label": {**_LINE, "bg_color": "#F2F2F2", "valign": "vcenter", "text_wrap": True},
    "value": {**_LINE, "valign": "vcenter", "text_wrap": True, "align": "left"},
    **{
        f"figure_{kind}": {**_LINE, "valign": "vcenter", "align": "right", "indent": 1, "num_format": form}
        for kind, form in _SHOWN.items()
    },
    "note": {"font_color": "#595959", "italic": True, "text_wrap": True, "valign": "top"},
    "total_text": {**_LINE, "bold": True, "bg_color": "#F2F2F2", "top": 2},
    **{
        f"total_{kind}": {
            **_LINE, "bold": True, "bg_color": "#F2F2F2", "top": 2, "align": "right", "indent": 1,
            "num_format": form,
        }
        for kind, form in _SHOWN.items()
    },
}  # fmt: skip


class Styles:
    """The formats of one workbook by name, as objects for XlsxWriter and as numbers for streamed rows."""

    def __init__(self, book: Any, money: Iterable[str]) -> None:
        """``money``: keys of the columns that hold amounts."""
        looks = dict(FORMATS)
        for key in money:
            for name in ("money", "total_money"):
                # XlsxWriter takes formats that are alike for one; they differ until they are finished.
                looks[f"{name}:{key}"] = {**FORMATS[name], "num_format": f'"{key}"0.00'}
        self._formats = {name: book.add_format(dict(properties)) for name, properties in looks.items()}
        # XlsxWriter numbers a format when it is first used; rows that stream past it need the number now.
        self.numbers = {name: style._get_xf_index() for name, style in self._formats.items()}

    def __getitem__(self, name: str) -> Any:
        return self._formats[name]

    def column(self, kind: str, key: str, before: str = "") -> Any:
        """The format of a column ``key``; money has one for each column, see ``set_decimals``."""
        return self._formats[f"{before}{kind}:{key}" if kind == "money" else before + kind]

    def set_decimals(self, key: str, decimals: int) -> None:
        """Show every amount of column ``key`` with that many decimals, so that they stand in line."""
        for before in ("", "total_"):
            self._formats[f"{before}money:{key}"].set_num_format("#,##0." + "0" * decimals)


def set_up_page(sheet: Any, terms: Terms, name: str, stamp: str) -> None:
    """A4 landscape, as wide as one page, with heading and page numbers."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=_SIDES, right=_SIDES, top=_HEAD_MARGIN, bottom=_FOOT_MARGIN)
    header = terms("print.header", title=terms("title"), sheet=name)
    sheet.set_header(f'&L&"{FONT},Bold"{_literal(header)}&R{_literal(stamp)}')
    sheet.set_footer(f"&C{terms('print.footer')}")


def paper(widths: Iterable[float]) -> int:
    """The smallest paper on which columns of these widths, in characters, are legible; else A3."""
    inches = sum(widths) * _CHARACTER
    fitting = (kind for kind, side in _PAPER if (side - 2 * _SIDES) / inches * FONT_SIZE >= _SMALLEST)
    return next(fitting, _A3)


def print_scale(kind: int, widths: Iterable[float], least: float) -> int:
    """Per cent at which columns of these widths, in characters, are as wide as one page of that paper, and
    ``least`` inches of rows as high; legible in any case where the paper is."""
    side = dict(_PAPER)[kind]
    across = (side - 2 * _SIDES) / (sum(widths) * _CHARACTER)
    down = max(inches_on(kind, 1) / least, _SMALLEST / FONT_SIZE)
    return int(100 * min(1, across, down))


def inches_on(kind: int, factor: float) -> float:
    """Inches of rows that a page of that paper takes at a scale of ``factor``."""
    return (_HEIGHT[kind] - _HEAD_MARGIN - _FOOT_MARGIN) / factor


def set_up_rows(sheet: Any, frozen: int) -> None:
    """The header row and the first ``frozen`` columns stay in sight and on every page."""
    sheet.freeze_panes(1, frozen)
    sheet.repeat_rows(0)
    if frozen:
        sheet.repeat_columns(0, frozen - 1)
    sheet.set_row_pixels(0, HEADER_PIXELS)
    sheet.hide_gridlines(2)


def _literal(text: str) -> str:
    return text.replace("&", "&&")
