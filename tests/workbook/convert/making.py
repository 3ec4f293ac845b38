"""Old workbooks to convert: an .xls with everything that xlwt can write, and what xlrd says of it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import xlrd
import xlwt

from perfbatch.workbook.convert import convert

FONTS = (
    # name, size, bold, italic, underline, struck out, colour
    ("宋体", 12, False, False, 0, False, None),
    ("仿宋_GB2312", 10.5, True, False, 0, False, "FF0000"),
    ("Times New Roman", 16, False, True, 1, False, "0000FF"),
    ("黑体", 22, True, True, 2, True, "008000"),
)
LINES = {0: None, 1: "thin", 2: "medium", 3: "dashed", 4: "dotted", 5: "thick", 6: "double", 7: "hair",
         8: "mediumDashed", 9: "dashDot", 10: "mediumDashDot", 11: "dashDotDot", 12: "mediumDashDotDot",
         13: "slantDashDot"}  # fmt: skip
PATTERNS = {0: None, 1: "solid", 2: "mediumGray", 3: "darkGray", 4: "lightGray", 5: "darkHorizontal",
            6: "darkVertical", 7: "darkDown", 8: "darkUp", 9: "darkGrid", 10: "darkTrellis",
            11: "lightHorizontal", 12: "lightVertical", 13: "lightDown", 14: "lightUp", 15: "lightGrid",
            16: "lightTrellis", 17: "gray125", 18: "gray0625"}  # fmt: skip
ACROSS = {0: None, 1: "left", 2: "center", 3: "right", 4: "fill", 5: "justify", 6: "centerContinuous",
          7: "distributed"}  # fmt: skip
DOWN = {0: "top", 1: "center", 2: None, 3: "justify", 4: "distributed"}
"""The bottom is where Excel puts a text when nothing is said."""
VALUES = (
    # value, number format
    ("项目\n名称", "General"), (" 前后有空格 ", "General"), ("=1+1", "General"), ("@甲", "General"),
    ("http://example.invalid/", "General"), ("3.50 ", "@"), ("_x0041_", "General"), ("<&>\"'", "General"),
    (0.895, "0.00%"), (152.1493, "0.00"), (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '),
    (-1234.5, "#,##0.00;[Red]-#,##0.00"), (1e15, "General"), (0.1, "0.0"), (1234567.891, '#,##0.00"万元"'),
    (datetime(2021, 6, 30), 'yyyy"年"m"月"d"日"'), (datetime(2021, 6, 30, 12, 30), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
    (True, "General"), (False, "General"), (None, "General"),
)  # fmt: skip


def styled_xls() -> bytes:
    """Every value with a format, every font, line, pattern, place of a text, and the sheet's own settings."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("自评表（一）")
    for row, (value, code) in enumerate(VALUES):
        page.write(row, 0, value, xlwt.easyxf(num_format_str=code))
    for row, (name, size, bold, italic, underline, struck, _) in enumerate(FONTS):
        style = xlwt.XFStyle()
        style.font.name, style.font.height, style.font.bold = name, int(size * 20), bold
        style.font.italic, style.font.underline, style.font.struck_out = italic, underline, struck
        style.font.colour_index = (8, 10, 12, 17)[row]
        page.write(row, 1, "字体", style)
    for line in LINES:
        style = xlwt.XFStyle()
        style.borders.left = style.borders.bottom = line
        style.borders.right, style.borders.top = (line + 1) % 14, 1
        style.borders.left_colour, style.borders.top_colour = 10, 12
        page.write(line, 2, "", style)
    for pattern in PATTERNS:
        style = xlwt.XFStyle()
        style.pattern.pattern = pattern
        style.pattern.pattern_fore_colour, style.pattern.pattern_back_colour = 13, 11
        page.write(pattern, 3, "底纹", style)
    for across in ACROSS:
        style = xlwt.XFStyle()
        style.alignment.horz, style.alignment.vert = across, across % 4
        style.alignment.wrap, style.alignment.rota = across % 2, (0, 45, 90, 135, 0, 255, 180, 10)[across]
        style.alignment.inde = across if across in (1, 3) else 0
        style.alignment.shri = int(across == 4)
        page.write(across, 4, "位置", style)
    page.write_merge(
        20, 22, 0, 3, "合并", xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    )
    page.write_rich_text(24, 0, ["普通", ("加粗", xlwt.easyfont("bold true")), "又普通"])
    for column, width in enumerate((1000, 2962, 5000, 256, 12345)):
        page.col(column).width = width
    page.col(5).hidden = True
    for row, height in enumerate((20.25, 33.75, 15, 409)):
        page.row(row).height_mismatch = True
        page.row(row).height = int(height * 20)
    page.row(10).hidden = True
    page.portrait, page.paper_size_code, page.fit_num_pages = False, 8, 1
    page.fit_width_to_pages, page.fit_height_to_pages = 1, 0
    page.left_margin, page.top_margin = 0.25, 0.5
    # past the setters, which take Python 2 strings only
    page._Worksheet__header_str, page._Worksheet__footer_str = "&C附件2", "&C第 &P 页，共 &N 页"
    page.print_centered_horz = True
    page.show_grid = False
    page.normal_magn = 85
    page.panes_frozen, page.horz_split_pos, page.vert_split_pos = True, 2, 1
    page.protect = True
    book.add_sheet("隐").visibility = 1
    book.add_sheet("深隐").visibility = 2
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of an xlwt workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def converted(data: bytes, kind: str) -> openpyxl.Workbook:
    """The .xlsx made of a workbook, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(convert(data, kind).data), rich_text=False)


def opened(data: bytes) -> xlrd.Book:
    """An .xls as xlrd reads it."""
    return xlrd.open_workbook(file_contents=data, formatting_info=True)
