"""Tables of OpenDocument spreadsheets as grids."""
# ruff: noqa: DTZ001  a date cell has no time zone

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.grid import Cell, Range
from perfbatch.workbook.ods.read import read_fods, read_ods
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from tests.workbook.handmade import zipped

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:{"oasis:names:tc:opendocument:xmlns" if prefix != "calcext" else ""}{uri}:1.0"'
    for prefix, uri in [
        ("office", ":office"), ("table", ":table"), ("text", ":text"), ("style", ":style"),
        ("number", ":datastyle"), ("calcext", "org:documentfoundation:names:experimental:calc:xmlns:calcext"),
    ]
)  # fmt: skip
_STYLES = """
<number:percentage-style style:name="N1"><number:number number:decimal-places="2"
 number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>
<number:date-style style:name="N2"><number:year number:style="long"/><number:text>年</number:text>
<number:month/><number:text>月</number:text></number:date-style>
<number:number-style style:name="N3P0"><number:number number:decimal-places="2" number:min-integer-digits="1"
 number:grouping="true"/></number:number-style>
<number:number-style style:name="N3"><number:text>-</number:text><style:map style:condition="value()&gt;0"
 style:apply-style-name="N3P0"/></number:number-style>
<number:date-style style:name="N4"><number:month/><number:text>/</number:text><number:day/>
<number:text>/</number:text><number:year/></number:date-style>
<style:style style:name="percent" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="month" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="accounting" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="american" style:family="table-cell" style:data-style-name="N4"/>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="percent"/>
<style:style style:name="loop" style:family="table-cell" style:parent-style-name="loop"/>
<style:style style:name="hidden" style:family="table">
<style:table-properties table:display="false"/></style:style>
"""


def content(tables: str) -> str:
    """A content.xml with these tables."""
    return (
        f"<office:document-content {_NAMES}><office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )


def ods(tables: str) -> bytes:
    """An .ods with these tables."""
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "content.xml": content(tables)})


def one_table(rows: str, *, bounds: Bounds | None = None) -> Any:
    """The grid of a single table."""
    (grid,) = read_ods(ods(f'<table:table table:name="表">{rows}</table:table>'), bounds=bounds or Bounds())
    return grid


def only_cell(element: str) -> Cell | None:
    """The cell that a table-cell becomes."""
    cell: Cell | None = one_table(f"<table:table-row>{element}</table:table-row>").cells.get((0, 0))
    return cell


def written(kind: str, value: str, text: str, more: str = "") -> str:
    """A table-cell of a value-type with its value and the text that is shown."""
    attribute = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    stated = f'office:{attribute}="{value}"' if value else ""
    shown = f"<text:p>{text}</text:p>" if text else ""
    return cell(f'{more} office:value-type="{kind}" {stated}', shown)


def cell(attributes: str, inside: str) -> str:
    """A table-cell."""
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


FORMULA = 'table:formula="of:=[.B1]/[.A1]"'
STRING = 'office:value-type="string"'
CELLS: list[tuple[str, Any, str, str, str]] = [
    # element, value, text, format, state
    (written("float", "152.1493", "152.15"), 152.1493, "152.15", "General", "value"),
    (written("float", "4", ""), 4.0, "4", "General", "value"),
    (written("percentage", "0.895", "89.50%", 'table:style-name="percent"'),
     0.895, "89.50%", "0.00%", "value"),
    (written("percentage", "0.895", "", 'table:style-name="child"'), 0.895, "89.50%", "0.00%", "value"),
    (written("percentage", "0.895", "", 'table:style-name="loop"'), 0.895, "89.50%", "0.00%", "value"),
    (written("float", "0", "-", 'table:style-name="accounting"'), 0.0, "-", "#,##0.00", "value"),
    (written("date", "2021-06-30", "2021年6月", 'table:style-name="month"'),
     datetime(2021, 6, 30), "2021年6月", 'yyyy"年"m"月"', "value"),
    (written("date", "2021-06-30", "6/30/21", 'table:style-name="american"'),
     datetime(2021, 6, 30), "2021-06-30", "m/d/yy", "value"),
    (written("date", "2021-06-30T00:00:00", ""), datetime(2021, 6, 30), "2021-06-30", "yyyy-mm-dd", "value"),
    (written("time", "PT36H00M00S", ""), 1.5, "36:00:00", "[h]:mm:ss", "value"),
    (written("boolean", "true", "TRUE"), True, "TRUE", "General", "value"),
    (written("float", "1", "TRUE"), True, "TRUE", "General", "value"),
    (written("string", "", "每天"), "每天", "每天", "General", "value"),
    (cell(STRING, '<text:p>第<text:span>一</text:span>行<text:s text:c="2"/>完</text:p>'
          "<text:p>第二行<text:line-break/>第三行</text:p>"),
     "第一行  完\n第二行\n第三行", "第一行  完\n第二行\n第三行", "General", "value"),
    (cell(STRING, "<office:annotation><text:p>批注</text:p></office:annotation><text:p>三级</text:p>"),
     "三级", "三级", "General", "value"),
    # formulas
    (written("float", "0.5", "0.5", FORMULA), 0.5, "0.5", "General", "value"),
    (cell(f'{FORMULA} {STRING} calcext:value-type="error"', "<text:p>#DIV/0!</text:p>"),
     None, "#DIV/0!", "General", "error"),
    (cell(f"{FORMULA} {STRING}", "<text:p>Err:502</text:p>"), None, "Err:502", "General", "error"),
    (cell(FORMULA, ""), None, "", "General", "uncached"),
    (written("float", "", "", FORMULA), None, "", "General", "uncached"),
    (cell(FORMULA, "<text:p/>"), "", "", "General", "value"),
]  # fmt: skip


@pytest.mark.parametrize(("element", "value", "text", "code", "state"), CELLS)
def test_a_cell_holds_what_a_person_sees(element: str, value: Any, text: str, code: str, state: str) -> None:
    """Values, shown texts, formats and states."""
    cell = only_cell(element)
    assert cell is not None
    assert (value, text, code, state) == (cell.value, cell.text, cell.number_format, cell.state)


def test_repeated_and_covered_cells_stand_where_they_are_seen() -> None:
    """Repetitions are counted out, spans become merges, what is covered is not seen."""
    one = written("float", "1", "1", 'table:number-columns-repeated="2"')
    wide = written("string", "", "宽", 'table:number-columns-spanned="2" table:number-rows-spanned="2"')
    grid = one_table(
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2">'
        f'<table:table-cell table:number-columns-repeated="3"/>{one}'
        f"</table:table-row>"
        f"<table:table-row-group><table:table-row>{wide}<table:covered-table-cell><text:p>下</text:p>"
        f"</table:covered-table-cell>{written('float', '2', '2')}</table:table-row></table:table-row-group>"
        '<table:table-row table:number-rows-repeated="1048569">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    values = {place: cell.value for place, cell in grid.cells.items()}
    assert values == {(3, 3): 1.0, (3, 4): 1.0, (4, 3): 1.0, (4, 4): 1.0, (5, 0): "宽", (5, 2): 2.0}
    assert grid.merges == [Range(5, 0, 6, 1)]


def test_a_style_may_come_from_the_row_or_the_column() -> None:
    """A cell without a style of its own has that of its row, else of its column."""
    bare = written("percentage", "0.5", "")
    grid = one_table(
        '<table:table-column/><table:table-column table:default-cell-style-name="percent"/>'
        f"<table:table-row>{bare}{bare}</table:table-row>"
        '<table:table-row table:default-cell-style-name="percent">'
        f"{written('float', '0.5', '')}</table:table-row>"
    )
    assert [grid.cells[0, 1].number_format, grid.cells[1, 0].text] == ["0.00%", "50.00%"]


def test_hidden_tables_are_marked() -> None:
    """As in every other kind of file."""
    tables = '<table:table table:name="显"/><table:table table:name="隐" table:style-name="hidden"/>'
    assert [(grid.name, grid.hidden) for grid in read_ods(ods(tables))] == [("显", False), ("隐", True)]


def test_a_flat_file_reads_as_a_packed_one() -> None:
    """.fods is the same in one XML text."""
    row = f"<table:table-row>{written('float', '4', '4')}</table:table-row>"
    text = content(f'<table:table table:name="表">{row}</table:table>')
    flat = text.replace(
        "<office:document-content",
        '<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"',
    ).replace("</office:document-content", "</office:document")
    (grid,) = read_fods(flat.encode())
    assert grid.cells[0, 0].value == 4.0
    assert load_grids(flat.encode()).kind == "fods"


@pytest.mark.parametrize(
    ("rows", "cells"),
    [("1048576", "1"), ("1000", "16384"), ("1048576", "16384")],
)
def test_a_repetition_is_no_bomb(rows: str, cells: str) -> None:
    """A few bytes may claim a sheet full of values."""
    value = written("float", "1", "1", f'table:number-columns-repeated="{cells}"')
    with pytest.raises(Refused) as refused:
        one_table(
            f'<table:table-row table:number-rows-repeated="{rows}">{value}</table:table-row>',
            bounds=Bounds(cells=9999),
        )
    assert refused.value.code == "too_complex"


@pytest.mark.parametrize("data", [zipped({"mimetype": "x"}), ods("")[:200]])
def test_what_has_no_content_is_damaged(data: bytes) -> None:
    """Neither a package without content nor half of one is a workbook."""
    with pytest.raises(Refused) as refused:
        read_ods(data)
    assert refused.value.code == "damaged"
