"""Sheets of .xlsx files as grids: values, what a person sees, states, merges."""
# ruff: noqa: DTZ001  a date cell has no time zone

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.grid import Cell, Range
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.read import read_xlsx
from tests.workbook.handmade import (
    CONTENT_TYPES,
    MAIN,
    REL,
    WORKBOOK,
    sheet,
    strings,
    styles,
    workbook_rels,
    xlsx,
)

PERCENT_AND_DATES = styles(
    "0.00%", 'yyyy"年"m"月"', '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "[h]:mm", ";;;"
)
TEXTS = strings(
    "<t>每天</t>",
    "<r><rPr><b/></rPr><t>偏差</t></r><r><t xml:space='preserve"
    "'> 原因</t></r><rPh sb='0' eb='1'><t>pian</t></rPh>",
    "<t>第一行_x000D_\n第二行_x005F_x000D_</t>",
    "<t>#DIV/0!</t>",
    "<t/>",
    "<t>_xD83D__xDE00__x0000_</t>",
)


def only_cell(c: str) -> Cell | None:
    """The cell that a ``c`` element becomes."""
    data = xlsx({"xl/styles.xml": PERCENT_AND_DATES, "xl/sharedStrings.xml": TEXTS}, rows=f"<row>{c}</row>")
    return read_xlsx(data)[0].cells.get((0, 0))


CELLS: list[tuple[str, Any, str, str, bool]] = [
    # element, value, text, state, formula
    ("<c t='s'><v>0</v></c>", "每天", "每天", "value", False),
    ("<c t='s'><v>1</v></c>", "偏差 原因", "偏差 原因", "value", False),
    ("<c t='s'><v>2</v></c>", "第一行\n第二行_x000D_", "第一行\n第二行_x000D_", "value", False),
    ("<c t='s'><v>5</v></c>", "😀", "😀", "value", False),
    ("<c t='inlineStr'><is><t>三级</t></is></c>", "三级", "三级", "value", False),
    ("<c t='inlineStr'><is><r><t>三</t></r><r><t>级</t></r></is></c>", "三级", "三级", "value", False),
    ("<c><v>4</v></c>", 4.0, "4", "value", False),
    ("<c><v>152.1493</v></c>", 152.1493, "152.1493", "value", False),
    ("<c><v>1.7E2</v></c>", 170.0, "170", "value", False),
    ("<c t='n' s='1'><v>0.895</v></c>", 0.895, "89.50%", "value", False),
    ("<c s='2'><v>44377</v></c>", datetime(2021, 6, 30), "2021年6月", "value", False),
    ("<c s='3'><v>0</v></c>", 0.0, "-", "value", False),
    ("<c s='4'><v>1.5</v></c>", 1.5, "36:00", "value", False),
    ("<c s='5'><v>7</v></c>", 7.0, "", "value", False),
    ("<c s='99'><v>7</v></c>", 7.0, "7", "value", False),
    ("<c t='d'><v>2021-06-30</v></c>", datetime(2021, 6, 30), "2021-06-30", "value", False),
    ("<c t='b'><v>1</v></c>", True, "TRUE", "value", False),
    ("<c t='b'><v>0</v></c>", False, "FALSE", "value", False),
    ("<c t='e'><v>#REF!</v></c>", None, "#REF!", "error", False),
    ("<c t='s'><v>3</v></c>", None, "#DIV/0!", "error", False),
    # formulas
    ("<c><f>B1/A1</f><v>0.5</v></c>", 0.5, "0.5", "value", True),
    ("<c t='e'><f>B1/A1</f><v>#DIV/0!</v></c>", None, "#DIV/0!", "error", True),
    ("<c t='str'><f>A1&amp;B1</f><v>完成</v></c>", "完成", "完成", "value", True),
    ("<c><f>B1/A1</f></c>", None, "", "uncached", True),
    ("<c><f>B1/A1</f><v/></c>", None, "", "uncached", True),
    ("<c t='str'><f>B1/A1</f></c>", None, "", "uncached", True),
    ("<c t='str'><f>IF(A1=0,\"\",1)</f><v></v></c>", "", "", "value", True),
    ("<c><f t='shared' si='0'/><v>3</v></c>", 3.0, "3", "value", True),
    ("<c><f t='array' ref='A1:A2'>B1:B2</f><v>3</v></c>", 3.0, "3", "value", True),
    ("<c t='b'><f>TRUE()</f><v>1</v></c>", True, "TRUE", "value", True),
    # what no spreadsheet should write
    ("<c><v>nan</v></c>", "nan", "nan", "value", False),
    ("<c><v>1_0</v></c>", "1_0", "1_0", "value", False),
]


@pytest.mark.parametrize(("element", "value", "text", "state", "formula"), CELLS)
def test_a_cell_holds_what_a_person_sees(
    element: str, value: Any, text: str, state: str, formula: bool
) -> None:
    """Strings, numbers, dates, errors and formulas, each with its state."""
    cell = only_cell(element)
    assert cell is not None
    assert (value, text, state, formula) == (cell.value, cell.text, cell.state, cell.formula)
    assert type(value) is type(cell.value)


@pytest.mark.parametrize(
    "element",
    ["<c/>", "<c s='1'/>", "<c><v/></c>", "<c t='s'><v/></c>", "<c t='s'><v>4</v></c>", "<c t='inlineStr'/>"],
)
def test_a_cell_that_holds_nothing_is_not_there(element: str) -> None:
    """Styles alone, and empty texts, make no cell."""
    assert only_cell(element) is None


def test_a_module_listed_as_a_sheet_is_no_sheet() -> None:
    """Old macro workbooks list their modules with an empty r:id; a sheet whose part is lost is damage."""
    listed = WORKBOOK.replace("</sheets>", '<sheet name="Module1" sheetId="9" r:id="{}"/></sheets>')
    cell = '<row r="1"><c r="A1"><v>1</v></c></row>'
    (grid,) = read_xlsx(xlsx({"xl/workbook.xml": listed.format("")}, cell))
    assert grid.cells[0, 0].value == 1
    with pytest.raises(Refused) as refused:
        read_xlsx(xlsx({"xl/workbook.xml": listed.format("rId77")}, cell))
    assert refused.value.code == "damaged"


def test_a_text_that_points_nowhere_is_damage() -> None:
    """A missing shared string is never read as a blank."""
    with pytest.raises(Refused) as refused:
        only_cell("<c t='s'><v>99</v></c>")
    assert refused.value.code == "damaged"


def test_cells_without_addresses_stand_where_they_come() -> None:
    """Rows and cells without r follow the ones before; those with r count from there."""
    rows = "<row><c><v>1</v></c><c r='D1'><v>2</v></c><c><v>3</v></c></row>"
    rows += "<row r='5'><c><v>4</v></c></row><row/>"
    rows += "<row><c r='B7'><v>5</v></c></row>"
    cells = read_xlsx(xlsx(rows=rows))[0].cells
    places = {(0, 0): 1.0, (0, 3): 2.0, (0, 4): 3.0, (4, 0): 4.0, (6, 1): 5.0}
    assert places == {place: cell.value for place, cell in cells.items()}


def test_a_declared_dimension_is_not_believed() -> None:
    """A sheet that claims one cell, or all of them, has those that it has."""
    for claim in ("A1", "A1:XFD1048576"):
        part = f'<worksheet xmlns="{MAIN}"><dimension ref="{claim}"/><sheetData><row r="9">'
        part += '<c r="H9"><v>1</v></c></row></sheetData></worksheet>'
        grid = read_xlsx(xlsx({"xl/worksheets/sheet1.xml": part}))[0]
        assert list(grid.cells) == [(8, 7)]


def test_dates_of_the_1904_system() -> None:
    """The same number is four years later in a workbook made on an old Mac."""
    workbook = WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    parts = {"xl/workbook.xml": workbook, "xl/styles.xml": styles("yyyy-mm-dd")}
    grid = read_xlsx(xlsx(parts, rows="<row><c s='1'><v>42915</v></c></row>"))[0]
    assert grid.cells[0, 0].value == datetime(2021, 6, 30)
    assert grid.cells[0, 0].text == "2021-06-30"


def test_merged_ranges_point_to_their_top_left_cell() -> None:
    """A covered cell shows what its range shows; what stands in it is seen by nobody."""
    rows = "<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c></row><row r='2'><c r='B2'/></row>"
    grid = read_xlsx(xlsx(rows=rows, after="<mergeCells><mergeCell ref='A1:B2'/></mergeCells>"))[0]
    assert grid.merges == [Range(0, 0, 1, 1)]
    assert grid.anchor == {(0, 1): (0, 0), (1, 0): (0, 0), (1, 1): (0, 0)}
    cell = grid.at(1, 1)
    assert cell is not None
    assert cell.value == 1.0
    assert set(grid.cells) == {(0, 0)}


@pytest.mark.parametrize("ref", ["A1:A1048576", "A1:XFD1", "A1:XFD1048576"])
def test_a_merge_of_whole_columns_ends_where_the_sheet_is_used(ref: str) -> None:
    """No million anchors for a column that was merged as a whole."""
    rows = "<row r='1'><c r='A1'><v>1</v></c></row><row r='9'><c r='H9'><v>2</v></c></row>"
    grid = read_xlsx(xlsx(rows=rows, after=f"<mergeCells><mergeCell ref='{ref}'/></mergeCells>"))[0]
    assert len(grid.anchor) < 9 * 8
    assert grid.merges[0].bottom <= 8
    assert grid.merges[0].right <= 7


def test_a_merge_below_the_last_cell_is_kept_whole() -> None:
    """The reason cell of the last indicators may be merged and blank, and not even written."""
    rows = "<row r='1'><c r='A1'><v>1</v></c></row>"
    grid = read_xlsx(xlsx(rows=rows, after="<mergeCells><mergeCell ref='$H$3:$H$5'/></mergeCells>"))[0]
    assert grid.merges == [Range(2, 7, 4, 7)]


def test_sheets_come_in_the_order_of_their_tabs_with_hidden_ones_marked() -> None:
    """Hidden and very hidden sheets are kept and marked; chart sheets are left out."""
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="封面" r:id="rId1"/>'
        '<sheet name="图" r:id="rId9"/><sheet name="隐" state="hidden" r:id="rId5"/>'
        '<sheet name="深" state="veryHidden" r:id="rId6"/></sheets></workbook>'
    )
    more = "".join(
        f'<Relationship Id="rId{number}" Type="{REL}/{kind}" Target="{target}"/>'
        for number, kind, target in [
            (5, "worksheet", "worksheets/sheet1.xml"), (6, "worksheet", "worksheets/sheet1.xml"),
            (9, "chartsheet", "chartsheets/sheet1.xml"),
        ]
    )  # fmt: skip
    parts = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": workbook_rels(more=more)}
    grids = read_xlsx(xlsx(parts))
    assert [(grid.name, grid.hidden) for grid in grids] == [("封面", False), ("隐", True), ("深", True)]


ROW = "<row><c t='s'><v>0</v></c></row>"
STRANGE_PACKAGES: dict[str, dict[str, str | bytes]] = {
    "absolute target": {"xl/_rels/workbook.xml.rels": workbook_rels("/xl/worksheets/sheet1.xml")},
    "target with steps": {"xl/_rels/workbook.xml.rels": workbook_rels("./../xl/worksheets/sheet1.xml")},
    "target with backslash": {"xl/_rels/workbook.xml.rels": workbook_rels("worksheets\\sheet1.xml")},
    "target in capitals": {"xl/_rels/workbook.xml.rels": workbook_rels("Worksheets/Sheet1.XML")},
    "members with backslashes": {
        "xl/worksheets/sheet1.xml": "",
        "xl\\worksheets\\sheet1.xml": sheet(ROW),
    },
    "members in other case": {
        "[Content_Types].xml": "",
        "[content_types].xml": CONTENT_TYPES,
        "xl/worksheets/sheet1.xml": "",
        "XL/Worksheets/Sheet1.xml": sheet(ROW),
    },
    "prefixed names": {
        "xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row>'
        '<x:c t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    },
    "strict names": {
        name: (content or sheet(ROW))
        .replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, content in {
            "xl/worksheets/sheet1.xml": "",
            "xl/workbook.xml": WORKBOOK,
            "xl/_rels/workbook.xml.rels": workbook_rels(),
        }.items()
    },
    "no styles": {"xl/styles.xml": ""},
    "comments and processing instructions": {
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><!-- a --><worksheet xmlns="{MAIN}"><sheetData>'
        "<!-- b --><row><!-- c --><c t='s'><!-- d --><v>0</v></c><?e f?></row></sheetData></worksheet>",
    },
    "UTF-16": {
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="UTF-16"?>{sheet(ROW)}'.encode("utf-16")
    },
    "no package relationships": {"_rels/.rels": ""},
}


@pytest.mark.parametrize("case", STRANGE_PACKAGES)
def test_packages_of_other_programs_read_the_same(case: str) -> None:
    """Names, targets and namespaces vary between programs; the cell is the same."""
    parts = {"xl/sharedStrings.xml": TEXTS, **STRANGE_PACKAGES[case]}
    assert read_xlsx(xlsx(parts, rows=ROW))[0].cells[0, 0].value == "每天"


def test_a_sheet_without_strings_part_reads_its_numbers() -> None:
    """Neither sharedStrings nor styles is needed where no cell points at them."""
    assert read_xlsx(xlsx(rows="<row><c><v>8.95</v></c></row>"))[0].cells[0, 0].text == "8.95"


TINY = Bounds(
    members=8,
    part_bytes=4000,
    tree_bytes=3000,
    total_bytes=9000,
    ratio=10,
    ratio_from=2000,
    sheets=1,
    cells=3,
    merges=2,
    covered=50,
    styles=3,
)
TWO_SHEETS = WORKBOOK.replace("</sheets>", '<sheet name="又" r:id="rId1"/></sheets>')
TOO_MUCH = {
    "members": ("too_complex", xlsx({f"xl/media/{i}.png": b"x" for i in range(9)})),
    "sheets": ("too_complex", xlsx({"xl/workbook.xml": TWO_SHEETS})),
    "cells": (
        "too_complex",
        xlsx(rows="<row><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>"),
    ),
    "merges": ("too_complex", xlsx(after="<mergeCells>" + "<mergeCell ref='A1:B1'/>" * 3 + "</mergeCells>")),
    "covered": ("too_complex", xlsx(after="<mergeCells><mergeCell ref='A1:J6'/></mergeCells>")),
    "styles": ("too_complex", xlsx({"xl/styles.xml": styles("0", "0.0", "0.00", "0%")})),
    "ratio": ("unpacks_too_large", xlsx(rows=" " * 2500)),
    "part": (
        "unpacks_too_large",
        xlsx({"xl/sharedStrings.xml": strings(*(f"<t>{i:x}</t>" for i in range(400)))}),
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_is_too_much_is_refused_before_it_hurts(case: str) -> None:
    """Every bound bites, with its own code."""
    code, data = TOO_MUCH[case]
    with pytest.raises(Refused) as refused:
        read_xlsx(data, bounds=TINY)
    assert code == refused.value.code


def test_entities_are_not_expanded() -> None:
    """A billion laughs are refused, and a file outside is not fetched."""
    laughs = "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
    for declared in (f"<!ENTITY a0 'ha'>{laughs}", "<!ENTITY a9 SYSTEM 'file:///etc/hostname'>"):
        part = f"<!DOCTYPE x [{declared}]>" + sheet("<row><c t='str'><v>&a9;</v></c></row>")
        with pytest.raises(Refused) as refused:
            read_xlsx(xlsx({"xl/worksheets/sheet1.xml": part}))
        assert refused.value.code == "damaged"


def test_a_large_sheet_reads_as_a_small_one_does() -> None:
    """Above some size rows are read one by one; the grid is the same."""
    rows = "".join(f"<row r='{r}'><c r='A{r}'><v>{r}</v></c><c s='1'/></row>" for r in range(1, 2001))
    after = "<mergeCells><mergeCell ref='A1:B1'/></mergeCells>"
    small = read_xlsx(xlsx(rows=rows, after=after))[0]
    large = read_xlsx(xlsx(rows=rows + " " * 5_000_000, after=after), bounds=Bounds(ratio=10_000))[0]
    assert small == large
    assert len(small.cells) == 2000


def test_a_workbook_of_openpyxl() -> None:
    """Values, formats, merges and uncached formulas as openpyxl writes them."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["项目名称", 0.895, datetime(2021, 6, 30), "=B1*10", True])
    page["B1"].number_format = "0.00%"
    page.merge_cells("A2:C3")
    out = io.BytesIO()
    book.save(out)
    grid = read_xlsx(out.getvalue())[0]
    assert [cell.text for cell in grid.cells.values()] == ["项目名称", "89.50%", "2021-06-30", "", "TRUE"]
    assert grid.cells[0, 3].state == "uncached"
    assert grid.merges == [Range(1, 0, 2, 2)]


def test_a_workbook_of_xlsxwriter() -> None:
    """Shared and rich strings, cached formula results and formats as XlsxWriter writes them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("自评表")
        page.write_rich_string("A1", "偏差", book.add_format({"bold": True}), "原因")
        page.write_formula("B1", "=B2", book.add_format({"num_format": "0.00%"}), 0.895)
        page.write_formula("C1", '=IF(B2=0,"",1)', None, "")
        page.write_formula("D1", "=1/0", None, "#DIV/0!")
        page.merge_range("A2:B2", 8.95)
        book.add_worksheet("隐").hide()
    grids = read_xlsx(out.getvalue())
    cells = grids[0].cells
    assert [cell.text for cell in cells.values()] == ["偏差原因", "89.50%", "", "#DIV/0!", "8.95"]
    assert [cell.state for cell in cells.values()] == ["value", "value", "uncached", "error", "value"]
    assert [grid.hidden for grid in grids] == [False, True]
