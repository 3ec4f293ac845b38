"""The copy of an .xls looks like it: openpyxl's view of the copy against xlrd's view of the original."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
import xlrd
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell

from perfbatch.workbook.convert import convert
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xls.formulas import formulas_of
from perfbatch.workbook.xls.read import open_xls
from tests.workbook.convert.making import (
    ACROSS,
    DOWN,
    LINES,
    PATTERNS,
    VALUES,
    converted,
    opened,
    saved,
    styled_xls,
)
from tests.workbook.test_xls import biff5

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001


@pytest.fixture(scope="module")
def original() -> xlrd.Book:
    """The .xls as xlrd sees it."""
    return opened(styled_xls())


@pytest.fixture(scope="module")
def copy() -> openpyxl.Workbook:
    """Its copy as openpyxl sees it."""
    return converted(styled_xls(), "xls")


def test_every_cell_has_its_value_and_look(original: xlrd.Book, copy: openpyxl.Workbook) -> None:
    """Values, number formats, fonts, borders, fills and places of every cell, styled blanks included."""
    sheet, page = original.sheet_by_index(0), copy.worksheets[0]
    seen = 0
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            kind = sheet.cell_type(row, column)
            if kind == xlrd.XL_CELL_EMPTY:
                continue
            seen += 1
            cell, xf = page.cell(row + 1, column + 1), original.xf_list[sheet.cell_xf_index(row, column)]
            where = cell.coordinate
            assert (where, value_of(cell.value)) == (where, stated_value(sheet, row, column))
            code = original.format_map[xf.format_key].format_str
            assert (where, cell.number_format) == (where, code)
            assert_font(original, original.font_list[xf.font_index], cell)
            if not isinstance(cell, MergedCell):  # openpyxl draws lines of its own there
                assert_frame(original, xf, cell)
            assert (where, cell.alignment.horizontal) == (where, ACROSS[xf.alignment.hor_align])
            assert (where, cell.alignment.vertical) == (where, DOWN[xf.alignment.vert_align])
            assert bool(cell.alignment.wrap_text) == bool(xf.alignment.text_wrapped)
            assert (cell.alignment.text_rotation or 0) == xf.alignment.rotation
            assert int(cell.alignment.indent) == xf.alignment.indent_level
    assert seen > 70


def value_of(value: Any) -> Any:
    """A date as openpyxl gives it, as the number that stands in the file."""
    if isinstance(value, datetime):
        return (value - EPOCH) / timedelta(days=1)
    return value


def stated_value(sheet: xlrd.sheet.Sheet, row: int, column: int) -> Any:
    """What stands in the .xls; a blank is nothing."""
    value = sheet.cell_value(row, column)
    if sheet.cell_type(row, column) == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return None if value == "" else value


def rgb(book: xlrd.Book, index: int) -> str | None:
    """A colour of the palette as openpyxl writes it."""
    found = book.colour_map.get(index)
    return None if found is None else "FF{:02X}{:02X}{:02X}".format(*found)


def assert_font(book: xlrd.Book, font: xlrd.formatting.Font, cell: Any) -> None:
    """Name, size, weight, slope, underline, strike and colour."""
    stated = (font.name, font.height / 20, bool(font.bold), bool(font.italic), bool(font.struck_out))
    found = (cell.font.name, cell.font.sz, bool(cell.font.b), bool(cell.font.i), bool(cell.font.strike))
    assert (cell.coordinate, found) == (cell.coordinate, stated)
    assert cell.font.u == {0: None, 1: "single", 2: "double"}[font.underline_type]
    colour = rgb(book, font.colour_index)
    if colour is not None:
        assert cell.font.color.rgb == colour


def assert_frame(book: xlrd.Book, xf: xlrd.formatting.XF, cell: Any) -> None:
    """Lines on four sides with their colours, pattern and colours of the fill."""
    for side in ("left", "right", "top", "bottom"):
        line = getattr(cell.border, side)
        style = getattr(xf.border, f"{side}_line_style")
        assert (cell.coordinate, side, line.style) == (cell.coordinate, side, LINES[style])
        colour = rgb(book, getattr(xf.border, f"{side}_colour_index"))
        if style and colour is not None:
            assert line.color.rgb == colour
    pattern = xf.background.fill_pattern
    assert cell.fill.patternType == PATTERNS[pattern]
    if pattern:
        assert cell.fill.fgColor.rgb == rgb(book, xf.background.pattern_colour_index)
    if pattern > 1:
        assert cell.fill.bgColor.rgb == rgb(book, xf.background.background_colour_index)


def test_widths_heights_and_what_is_hidden(original: xlrd.Book, copy: openpyxl.Workbook) -> None:
    """Column widths in 1/256 of a digit and row heights in twips come over exactly."""
    sheet, page = original.sheet_by_index(0), copy.worksheets[0]
    for column, info in sheet.colinfo_map.items():
        letter = openpyxl.utils.get_column_letter(column + 1)
        found = page.column_dimensions[letter]
        assert (letter, found.hidden) == (letter, bool(info.hidden))
        assert found.width == pytest.approx(info.width / 256, abs=1 / 256)
    for row, info in sheet.rowinfo_map.items():
        found = page.row_dimensions[row + 1]
        assert bool(found.hidden) == bool(info.hidden)
        if info.height_mismatch:
            assert found.height == pytest.approx(info.height / 20)
    assert [str(area) for area in page.merged_cells.ranges] == ["A21:D23"]
    assert [(s.title, s.sheet_state) for s in copy.worksheets] == [
        ("自评表（一）", "visible"), ("隐", "hidden"), ("深隐", "veryHidden"),
    ]  # fmt: skip


def test_the_sheet_is_seen_and_printed_as_before(copy: openpyxl.Workbook) -> None:
    """Paper, fit, margins, headers, grid lines, zoom, frozen panes, protection."""
    page = copy.worksheets[0]
    setup = page.page_setup
    assert (setup.orientation, int(setup.paperSize)) == ("landscape", 8)
    assert (page.sheet_properties.pageSetUpPr.fitToPage, int(setup.fitToHeight)) == (True, 0)
    assert (page.page_margins.left, page.page_margins.top) == (0.25, 0.5)
    assert (page.oddHeader.center.text, page.oddFooter.center.text) == ("附件2", "第 &P 页，共 &N 页")
    assert (page.print_options.horizontalCentered, page.sheet_view.showGridLines) == (True, False)
    assert (page.sheet_view.zoomScale, page.freeze_panes) == (85, "B3")
    assert page.protection.sheet


def test_text_is_never_a_formula_or_a_link(copy: openpyxl.Workbook) -> None:
    """=1+1 and an address stay what somebody typed."""
    page = copy.worksheets[0]
    texts = {row: value for row, (value, _) in enumerate(VALUES, 1) if isinstance(value, str)}
    assert {row: page.cell(row, 1).data_type for row in texts} == dict.fromkeys(texts, "s")
    assert {row: page.cell(row, 1).value for row in texts} == texts
    assert page.cell(5, 1).hyperlink is None


def test_a_text_in_several_fonts_keeps_them() -> None:
    """The bold part of a text stays bold."""
    book = openpyxl.load_workbook(io.BytesIO(convert(styled_xls(), "xls").data), rich_text=True)
    pieces = list(book.worksheets[0]["A25"].value)
    assert [str(piece) for piece in pieces] == ["普通", "加粗", "又普通"]
    assert [bool(getattr(getattr(piece, "font", None), "b", False)) for piece in pieces] == [
        False,
        True,
        False,
    ]


def test_the_same_file_gives_the_same_bytes() -> None:
    """No time, no random name in the copy."""
    assert convert(styled_xls(), "xls") == convert(styled_xls(), "xls")


def test_looks_are_shared() -> None:
    """A thousand cells of one look make one format."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    style = xlwt.easyxf("font: bold true; borders: left thin")
    for row in range(1000):
        page.write(row, 0, row, style)
    with zipfile.ZipFile(io.BytesIO(convert(saved(book), "xls").data)) as package:
        styles = package.read("xl/styles.xml").decode()
    assert '<cellXfs count="2">' in styles


FORMULAS = [
    "B1/A1*10", "SUM(A1:B1)", "ROUND(MIN($B$1/A1,1)*10,2)", 'IF(A1>0,"是","否")', "'资 料'!A1+1",
    "SUM('资 料'!$A1:B$3)", "(A1+B1)*-2%", 'A1&"万元 1.0"', 'SUMIF(A1:A3,">0",B1:B3)', "A1>=B1", "0.5*A1^2",
    "A1-(B1-C1)", "A1/(B1/C1)", "-(A1+1)^2", 'IF(A1="",0,A1)',
]  # fmt: skip


def test_formulas_are_told() -> None:
    """The formulas that forms hold, as somebody typed them."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    book.add_sheet("资 料").write(0, 0, 5)
    for row, formula in enumerate(FORMULAS):
        page.write(row, 3, xlwt.Formula(formula))
    written = formulas_of(*open_xls(saved(book)))[0]
    assert written == {(row, 3): f"={formula}" for row, formula in enumerate(FORMULAS)}


_LEAVES = st.sampled_from(["A1", "$B2", "C$3", "$D$4", "A1:B2", "7", "0.25", '"万元"', "SUM(A1:B9)", "12%"])
_FORMULA = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(
            "({}){}({})".format, inner, st.sampled_from(["+", "-", "*", "/", "^", "&", "<=", "<>"]), inner
        ),
        st.builds("{}-{}".format, _LEAVES, _LEAVES),
        st.builds("-({})".format, inner),
        st.builds("ROUND({},2)".format, inner),
        st.builds("IF({},{},{})".format, inner, inner, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(_FORMULA)
def test_a_formula_keeps_its_brackets_and_order(formula: str) -> None:
    """Any formula comes over sign by sign."""
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("表").write(5, 5, xlwt.Formula(formula))
    assert formulas_of(*open_xls(saved(book)))[0] == {(5, 5): f"={formula}"}


def test_never_calculated_stays_so() -> None:
    """The copy holds no value where the original held none: the finding S003 stands at a formula."""
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("表").write(0, 0, xlwt.Formula("B1/C1"))
    data = saved(book)
    (grid,) = load_grids(convert(data, "xls").data).grids
    assert (grid.cells[0, 0].state, grid.cells[0, 0].formula) == ("uncached", True)


@pytest.mark.parametrize("codepage", [936, None])
def test_an_excel_95_file(codepage: int | None) -> None:
    """BIFF5 with Chinese in GBK: name of the sheet, text and font."""
    page = converted(biff5(codepage), "xls").worksheets[0]
    assert (page.title, page["A1"].value, page["A1"].font.name) == ("表", "项目支出绩效自评表", "Arial")


def test_error_values_stay_errors() -> None:
    """#DIV/0! and #N/A typed in, without a formula."""
    book = xlwt.Workbook(encoding="utf-8")
    row = book.add_sheet("表").row(0)
    for column, code in enumerate(["#DIV/0!", 0x2A]):
        row.set_cell_error(column, code)
    (grid,) = load_grids(convert(saved(book), "xls").data).grids
    assert [(cell.state, cell.text) for cell in grid.cells.values()] == [
        ("error", "#DIV/0!"),
        ("error", "#N/A"),
    ]


def test_sheets_keep_their_names_and_order() -> None:
    """Blanks, quotes and figures in names included."""
    book = xlwt.Workbook(encoding="utf-8")
    names = ["2021", "a'b", "表 一"]
    for name in names:
        book.add_sheet(name)
    assert converted(saved(book), "xls").sheetnames == names


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 30), st.integers(0, 12)),
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20),
            st.floats(-1e12, 1e12).map(lambda number: round(number, 4)),
            st.booleans(),
        ),
        max_size=30,
    ),
    st.sampled_from(["General", "0.00%", "0.00", "yyyy-mm-dd", '0"分"', "@", "#,##0.00;[Red]-#,##0.00"]),
)
def test_the_copy_reads_as_the_original(cells: dict[tuple[int, int], Any], code: str) -> None:
    """Whatever stands in an .xls, the reader sees the same cells in its copy."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    style = xlwt.easyxf(num_format_str=code)
    for (row, column), value in cells.items():
        page.write(row, column, value, style)
    data = saved(book)
    (before,), (after,) = load_grids(data).grids, load_grids(convert(data, "xls").data).grids
    assert dict(after.cells) == dict(before.cells)


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), styled_xls()[:3000]])
@pytest.mark.parametrize("kind", ["xls", "ods", "fods"])
def test_what_is_broken_is_refused(data: bytes, kind: str) -> None:
    """Refused, and nothing else."""
    with pytest.raises(Refused):
        convert(data, kind)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_damage_is_converted_or_refused(choose: st.DataObject) -> None:
    """Bytes changed anywhere in an .xls end in a copy or a refusal."""
    data = bytearray(styled_xls())
    for _ in range(choose.draw(st.integers(1, 8))):
        data[choose.draw(st.integers(512, len(data) - 1))] = choose.draw(st.integers(0, 255))
    with contextlib.suppress(Refused):
        openpyxl.load_workbook(io.BytesIO(convert(bytes(data), "xls").data))
