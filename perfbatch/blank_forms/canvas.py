"""A sheet of ours while it is drawn: text stays text, formulas have values, input is checked."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

Value = str | float | int
Check = Literal["decimal", "list", "date", "textLength"]
_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
OPEN = PatternFill("solid", fgColor="FFFBE6")
LABEL = PatternFill("solid", fgColor="EEF2F7")
RED = PatternFill("solid", bgColor="FF7F7F", fgColor="FF7F7F")
_LOCKED, _UNLOCKED = Protection(locked=True), Protection(locked=False)
_FONT, _BOLD = Font(name="宋体", size=10), Font(name="宋体", size=10, bold=True)
_TITLE, _SMALL = Font(name="宋体", size=16, bold=True), Font(name="宋体", size=8, color="808080")
_RED_FONT = Font(name="宋体", size=10, color="C00000")
FONTS = {"plain": _FONT, "label": _BOLD, "title": _TITLE, "small": _SMALL, "status": _RED_FONT}
_ALIGN = {
    side: Alignment(horizontal=side, vertical="center", wrap_text=True)
    for side in ("left", "center", "right")
}
_LONGEST = 32_000
_EMPTY_VALUE = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL)
_TYPE = re.compile(rb' t="[a-z]+"')


class Canvas:
    """The one visible sheet of a blank form."""

    def __init__(self, name: str) -> None:
        self.book = Workbook()
        sheet = self.book.active
        assert sheet is not None
        self.sheet = sheet
        self.sheet.title = name
        self.values: dict[str, Value] = {}
        self._styles: dict[tuple[str | bool, ...], StyleArray] = {}
        self._validations: dict[tuple[str, ...], DataValidation] = {}

    def put(
        self, at: str, value: Value | None, *, font: str = "plain", side: str = "center", open_: bool = False,
        boxed: bool = True, form: str = "General", fill: PatternFill | None = None,
    ) -> None:  # fmt: skip
        """A text or number; a text stays one, also where it begins with =."""
        cell = self.sheet[at]
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST] or None
            if cell.value is not None:
                cell.data_type = "s"
        elif value is not None:
            cell.value = value
        self._look(at, font, side, open_, boxed, form, fill)

    def formula(
        self, at: str, formula: str, value: Value, *, font: str = "plain", side: str = "center",
        open_: bool = False, boxed: bool = True, form: str = "General",
    ) -> None:  # fmt: skip
        """A formula with the value that it has while the form is blank."""
        self.sheet[at].value = f"={formula}"
        self.values[at] = value
        self._look(at, font, side, open_, boxed, form, None)

    def _look(
        self, at: str, font: str, side: str, open_: bool, boxed: bool, form: str, fill: PatternFill | None
    ) -> None:
        cell = self.sheet[at]
        key = (font, side, open_, boxed, form, fill is not None)
        if key in self._styles:  # openpyxl looks each part of a style up anew
            cell._style = copy(self._styles[key])
            return
        cell.font, cell.alignment, cell.number_format = FONTS[font], _ALIGN[side], form
        cell.protection = _UNLOCKED if open_ else _LOCKED
        if boxed:
            cell.border = _BOX
        if fill is not None or open_:
            cell.fill = fill or OPEN
        self._styles[key] = copy(cell._style)

    def label(self, at: str, text: str, until: str = "") -> None:
        """A printed label, merged down or across ``until``."""
        self.put(at, text, font="label", fill=LABEL)
        self.merge(at, until)

    def merge(self, at: str, until: str) -> None:
        """Merge a rectangle; all of it looks as its first cell does."""
        if not until or until == at:
            return
        look = self.sheet[at]._style
        for row in self.sheet[f"{at}:{until}"]:
            for cell in row:
                cell._style = copy(look)
        self.sheet.merged_cells.add(f"{at}:{until}")

    def check(
        self, at: str, kind: Check, prompt: str, error: str, *, title: tuple[str, str], first: str = "",
        second: str = "", choices: Sequence[str] = (), strict: bool = True,
    ) -> None:  # fmt: skip
        """A check of what is typed, with a hint beside the cell; ``strict`` refuses what does not fit."""
        if choices:
            first = '"' + ",".join(choices) + '"'
        key = (kind, prompt, error, first, second, str(strict))
        known = self._validations.get(key)
        if known is None:
            known = DataValidation(
                type=kind, allow_blank=True, showErrorMessage=strict, showInputMessage=bool(prompt),
                operator="between" if second else None, formula1=first or None, formula2=second or None,
            )  # fmt: skip
            known.promptTitle, known.prompt = title[0][:32], prompt[:255]
            known.errorTitle, known.error = title[1][:32], error[:255]
            self._validations[key] = known
            self.sheet.add_data_validation(known)
        known.add(at)

    def red_where(self, area: str, condition: str) -> None:
        """Fill ``area`` red where the condition, stated for its first cell, holds."""
        self.sheet.conditional_formatting.add(area, FormulaRule(formula=[condition], fill=RED))  # type: ignore[no-untyped-call]

    def heights(self, row: int, points: float) -> None:
        """Height of a row."""
        self.sheet.row_dimensions[row].height = round(points, 2)

    def height(self, row: int) -> float:
        """Height of a row that has one."""
        return float(self.sheet.row_dimensions[row].height or 0)

    def finish(
        self, *, widths: Mapping[str, float], hidden: Sequence[str], area: str, password: str
    ) -> bytes:
        """The workbook: widths, one A4 page, protection, and every formula with its value."""
        sheet = self.sheet
        for letter, width in widths.items():
            sheet.column_dimensions[letter].width = width
        for letter in hidden:
            sheet.column_dimensions[letter].hidden = True
        sheet.print_area = area
        sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.5
        protection = sheet.protection
        protection.sheet, protection.formatRows, protection.formatColumns = True, False, False
        protection.selectLockedCells = False
        if password:
            protection.password = password
        sheet.sheet_view.showGridLines = False
        buffer = io.BytesIO()
        # Not compressed yet: the sheet is gone through once more.
        ExcelWriter(self.book, ZipFile(buffer, "w", ZIP_STORED)).save()
        return _with_values(buffer.getvalue(), self.values)


def lines(text: str, width: int) -> int:
    """Lines that a text takes in a cell ``width`` half widths wide."""
    return sum(
        max(1, math.ceil(sum(2 if ord(letter) > 255 else 1 for letter in line) / width))
        for line in text.split("\n")
    )


def _with_values(data: bytes, values: dict[str, Value]) -> bytes:
    """The package with the formulas' values, which openpyxl does not write."""

    def valued(match: re.Match[bytes]) -> bytes:
        at, rest, formula = match[1].decode(), _TYPE.sub(b"", match[2]), match[3]
        value = values[at]
        if isinstance(value, str):
            text = value.replace("&", "&amp;").replace("<", "&lt;").encode()
            return b'<c r="%s"%s t="str"><f>%s</f><v>%s</v></c>' % (match[1], rest, formula, text)
        return b'<c r="%s"%s><f>%s</f><v>%s</v></c>' % (match[1], rest, formula, f"{value:.15g}".encode())

    source = ZipFile(io.BytesIO(data))
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=6) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content, count = _EMPTY_VALUE.subn(valued, content)
                assert count == len(values), f"{count} of {len(values)} formulas found"
            target.writestr(item.filename, content)
    return buffer.getvalue()
