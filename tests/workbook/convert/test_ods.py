"""Looks of OpenDocument tables that LibreOffice itself would not write: other office suites do."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.convert import convert
from perfbatch.workbook.ods.formulas import excel_formula
from perfbatch.workbook.refusal import Refused
from tests.workbook.handmade import zipped

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join([
    *(f'xmlns:{prefix}="{_OASIS}:{uri}:1.0"' for prefix, uri in [
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("number", "datastyle"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    ]),
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
])  # fmt: skip
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_STYLES = """
<office:font-face-decls><style:font-face style:name="F1" svg:font-family="'仿宋_GB2312'"/>
</office:font-face-decls>
<office:styles>
 <style:default-style style:family="table-cell">
  <style:table-cell-properties fo:wrap-option="wrap"/>
  <style:text-properties style:font-name="Arial" fo:font-size="10pt" style:font-name-asian="宋体"
   style:font-size-asian="12pt"/></style:default-style>
 <style:default-style style:family="table-column"><style:table-column-properties style:column-width="2cm"/>
 </style:default-style>
 <style:style style:name="Default" style:family="table-cell"/>
 <style:style style:name="base" style:family="table-cell" style:parent-style-name="Default">
  <style:table-cell-properties fo:background-color="#ffff00" fo:border="0.74pt solid #ff0000"/>
  <style:text-properties style:font-name="F1" fo:font-weight="bold"/></style:style>
 <number:number-style style:name="N9"><number:number number:decimal-places="1" number:min-integer-digits="1"/>
 </number:number-style>
</office:styles>
<office:automatic-styles>
 <style:style style:name="child" style:family="table-cell" style:parent-style-name="base"
  style:data-style-name="N9"><style:table-cell-properties fo:border-left="none" style:vertical-align="middle"
  fo:border-bottom="2.5pt double #0000ff" style:rotation-angle="90"/>
  <style:paragraph-properties fo:text-align="end"/>
  <style:text-properties fo:font-size="16pt" style:text-underline-style="solid"
   style:text-underline-type="double" fo:color="#123456"/></style:style>
 <style:style style:name="loop" style:family="table-cell" style:parent-style-name="loop"/>
 <style:style style:name="red" style:family="text"><style:text-properties fo:color="#ff0000"/></style:style>
 <style:style style:name="wide" style:family="table-column">
  <style:table-column-properties style:column-width="10cm"/></style:style>
 <style:style style:name="tall" style:family="table-row">
  <style:table-row-properties style:row-height="36pt"/></style:style>
</office:automatic-styles>
"""


def flat(tables: str) -> bytes:
    """A .fods with these tables."""
    return (
        f'<office:document {_NAMES} office:mimetype="{_MIMETYPE}">{_STYLES}'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document>"
    ).encode()


def copy(rows: str, columns: str = "", *, name: str = "表") -> Any:
    """The one sheet of the copy of a .fods with these rows."""
    data = flat(f'<table:table table:name="{name}">{columns}{rows}</table:table>')
    return openpyxl.load_workbook(io.BytesIO(convert(data, "fods").data)).worksheets[0]


def row(cells: str, more: str = "") -> str:
    """A table-row."""
    return f"<table:table-row {more}>{cells}</table:table-row>"


def text(words: str, more: str = "") -> str:
    """A table-cell with a text."""
    return f'<table:table-cell office:value-type="string" {more}><text:p>{words}</text:p></table:table-cell>'


def number(value: str, more: str = "") -> str:
    """A table-cell with a number."""
    stated = f'office:value-type="float" office:value="{value}" {more}'
    return f"<table:table-cell {stated}><text:p>{value}</text:p></table:table-cell>"


def test_a_style_stands_on_its_parents_and_the_default() -> None:
    """Fill and font of the parent, size of its own, wrap of the default style, lines side by side."""
    cell = copy(row(text("渗透测试", 'table:style-name="child"')))["A1"]
    font = cell.font
    assert (font.name, font.sz, font.b, font.u) == ("仿宋_GB2312", 16, True, "double")
    assert (font.color.rgb, cell.fill.fgColor.rgb) == ("FF123456", "FFFFFF00")
    lines = {side: getattr(cell.border, side).style for side in ("left", "right", "top", "bottom")}
    assert lines == {"left": None, "right": "thin", "top": "thin", "bottom": "double"}
    assert (cell.border.bottom.color.rgb, cell.border.top.color.rgb) == ("FF0000FF", "FFFF0000")
    place = cell.alignment
    assert (place.horizontal, place.vertical, place.wrap_text, place.text_rotation) == (
        "right",
        "center",
        True,
        90,
    )


@pytest.mark.parametrize(("words", "font"), [("渗透测试", ("宋体", 12)), ("ABC", ("Arial", 10))])
def test_a_chinese_text_has_the_asian_font(words: str, font: tuple[str, int]) -> None:
    """Documents state one font for Latin and one for Asian letters; Excel has one."""
    found = copy(row(text(words)))["A1"].font
    assert (found.name, found.sz) == font


def test_styles_of_rows_columns_and_repeated_cells() -> None:
    """A cell without a style has its row's, else its column's; repeated cells stand where they are."""
    page = copy(
        row(number("1") + number("2", 'table:number-columns-repeated="2"'), 'table:number-rows-repeated="2"')
        + row(number("3"), 'table:default-cell-style-name="child" table:style-name="tall"')
        + row("<table:table-cell/>", 'table:number-rows-repeated="1048570"'),
        '<table:table-column table:style-name="wide"/><table:table-column '
        'table:default-cell-style-name="child" table:number-columns-repeated="16383"/>',
    )
    assert [[cell.value for cell in line] for line in page.iter_rows(max_row=3, max_col=3)] == [
        [1, 2, 2], [1, 2, 2], [3, None, None],
    ]  # fmt: skip
    assert page["A1"].fill.patternType is None
    assert (page["B2"].number_format, page["B2"].fill.fgColor.rgb) == ("0.0", "FFFFFF00")
    assert page["A3"].fill.fgColor.rgb == "FFFFFF00"
    assert page.row_dimensions[3].height == 36
    widths = [page.column_dimensions[letter].width for letter in "AB"]
    assert widths[0] / widths[1] == pytest.approx(5, rel=0.001)
    assert page.max_row < 100


def test_covered_cells_are_merged_and_keep_their_lines() -> None:
    """A span becomes a merged range; what stands below it is seen by nobody."""
    wide = text(
        "宽", 'table:number-columns-spanned="2" table:number-rows-spanned="2" table:style-name="base"'
    )
    hidden = "<table:covered-table-cell><text:p>下</text:p></table:covered-table-cell>"
    page = copy(row(wide + hidden) + row(hidden * 2))
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:B2"]
    assert [page[cell].value for cell in ("A1", "B1", "A2")] == ["宽", None, None]


def test_folded_groups_and_filtered_rows_are_hidden() -> None:
    """Rows and columns that nobody sees stay unseen."""
    rows = (
        row(number("1"))
        + f'<table:table-row-group table:display="false">{row(number("2"))}</table:table-row-group>'
        + row(number("3"), 'table:visibility="filter"')
    )
    page = copy(rows, '<table:table-column/><table:table-column table:visibility="collapse"/>')
    assert [bool(page.row_dimensions[line].hidden) for line in (1, 2, 3)] == [False, True, True]
    assert page.column_dimensions["B"].hidden


def test_a_coloured_word_and_a_note() -> None:
    """A span keeps its colour; a note keeps its author."""
    note = "<office:annotation><dc:creator>张三</dc:creator><text:p>请核对</text:p></office:annotation>"
    cell = (
        f'<table:table-cell office:value-type="string">{note}<text:p>共<text:span text:style-name="red">5'
        "</text:span>次</text:p></table:table-cell>"
    )
    data = flat(f'<table:table table:name="表">{row(cell)}</table:table>')
    found = openpyxl.load_workbook(io.BytesIO(convert(data, "fods").data), rich_text=True).worksheets[0]["A1"]
    assert [str(piece) for piece in found.value] == ["共", "5", "次"]
    assert found.value[1].font.color.rgb == "FFFF0000"
    assert (found.comment.author, found.comment.text) == ("张三", "请核对")


@pytest.mark.parametrize(
    ("formula", "excel"),
    [
        ("of:=[.B2]*2", "=B2*2"),
        ("of:=SUM([.A1:.B$3];2)", "=SUM(A1:B$3,2)"),
        ("of:=[$'资 料'.A1]+[$表.$B$2]", "='资 料'!A1+'表'!$B$2"),
        ('of:=IF([.A1]>0;"是;否";"")', '=IF(A1>0,"是;否","")'),
        ("=[.A1]/[.B1]", "=A1/B1"),
        ("of:=[.A1]-([.B1]-[.C1])", "=A1-(B1-C1)"),
        # what is not certain is left out
        ("of:=COM.EXAMPLE.F([.A1])", ""),
        ("of:=[.#REF!]", ""),
        ("of:=[$他表.A1]", ""),
        ("of:=['file:///a.ods'#$表.A1]", ""),
        ("of:=[.A1]~[.B1]", ""),
        ("of:={1;2|3;4}", ""),
        ("of:=", ""),
        ("msoxl:=A1", ""),
        ("of:=名称*2", ""),
    ],
)
def test_formulas_in_excels_spelling(formula: str, excel: str) -> None:
    """References, separators and sheets; anything else leaves the value alone."""
    assert excel_formula(formula, {"资 料", "表"}) == excel


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from(list("=[]().:;$'\"#A1B2~ +-*/SUM表{}|,!")), max_size=30))
def test_any_formula_is_told_or_left_out(formula: str) -> None:
    """No text of a formula raises; what is told is a formula."""
    found = excel_formula(f"of:={formula}", {"表"})
    assert found == "" or (found.startswith("=") and len(found) > 1)


def test_names_that_excel_does_not_take() -> None:
    """Long, twice there but for case, with forbidden signs: mended, and said so."""
    names = ["a" * 40, "A" * 40, "2021/年:表", "'引'", "History", ""]
    tables = "".join(f'<table:table table:name="{name}">{row(text("x"))}</table:table>' for name in names)
    made = convert(flat(tables), "fods")
    found = openpyxl.load_workbook(io.BytesIO(made.data)).sheetnames
    assert found == ["a" * 31, "A" * 28 + "(2)", "2021_年_表", "引", "History_", "Sheet"]
    assert made.renamed == dict(zip(names, found, strict=True))


def test_a_painted_sheet_is_no_bomb() -> None:
    """A style over a million rows does not become a million rows."""
    painted = '<table:table-cell table:style-name="base" table:number-columns-repeated="16384"/>'
    page = copy(row(text("x")) + row(painted, 'table:number-rows-repeated="1048575"'))
    assert page.max_row < 100 and page.max_column < 100


def test_bounds_hold_for_copies_too() -> None:
    """A repetition of values beyond the bounds is refused, as when it is read."""
    rows = row(number("1", 'table:number-columns-repeated="1000"'), 'table:number-rows-repeated="1000"')
    with pytest.raises(Refused) as refused:
        convert(flat(f'<table:table table:name="表">{rows}</table:table>'), "fods", bounds=Bounds(cells=9999))
    assert refused.value.code == "too_complex"


def test_packed_and_flat_give_the_same_copy() -> None:
    """.ods is .fods in a zip."""
    data = flat(f'<table:table table:name="表">{row(text("渗透测试"))}</table:table>')
    packed = zipped({"mimetype": _MIMETYPE, "content.xml": data})
    assert convert(packed, "ods") == convert(data, "fods")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_random_damage_is_converted_or_refused(choose: st.DataObject) -> None:
    """Attributes and words changed anywhere in a document end in a copy or a refusal."""
    cells = text("渗透测试", 'table:style-name="child"') + number("4", 'table:number-columns-repeated="2"')
    data = flat(f'<table:table table:name="表">{row(cells)}{row(text("x"))}</table:table>').decode()
    words = ["", "-1", "NaN", "9" * 30, "child", "#", "1e400pt", "&#9;", "false", "\u202e"]
    for _ in range(choose.draw(st.integers(1, 6))):
        found = choose.draw(
            st.sampled_from(re.findall(r'(?<=[\w-]=")[^"]*(?=")', data)[len(_NAMES.split()) :])
        )
        data = data.replace(f'"{found}"', f'"{choose.draw(st.sampled_from(words))}"', 1)
    with contextlib.suppress(Refused):
        openpyxl.load_workbook(io.BytesIO(convert(data.encode(), "fods").data))
