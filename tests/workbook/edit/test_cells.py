"""Fills on cells: where they land, and what stays."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from perfbatch.workbook import addresses
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit import cells

MAIN = f'xmlns="{xml.MAIN}"'

# name | sheet before | marks (cell level) | sheet after; fills show as s="<level>:<format before>"
CASES = """
existing cell | <row r="1"><c r="A1" s="3"><v>1</v></c></row> | A1 error | <row r="1"><c r="A1" s="error:3"><v>1</v></c></row>
cell in front | <row r="1"><c r="B1"/></row> | A1 info | <row r="1"><c r="A1" s="info:0"/><c r="B1"/></row>
cell between | <row r="1"><c r="A1"/><c r="C1"/></row> | B1 info | <row r="1"><c r="A1"/><c r="B1" s="info:0"/><c r="C1"/></row>
cell behind | <row r="1"><c r="A1"/><extLst/></row> | AA1 info | <row r="1"><c r="A1"/><c r="AA1" s="info:0"/><extLst/></row>
row in front | <row r="5"/> | A2 info | <row r="2"><c r="A2" s="info:0"/></row><row r="5"/>
row between | <row r="1"/><row r="5"/> | A3 info | <row r="1"/><row r="3"><c r="A3" s="info:0"/></row><row r="5"/>
row behind | <row r="1"/> | A3 info | <row r="1"/><row r="3"><c r="A3" s="info:0"/></row>
no rows at all |  | B2 info | <row r="2"><c r="B2" s="info:0"/></row>
row's own format | <row r="1" s="7" customFormat="1"/> | B1 info | <row r="1" s="7" customFormat="1"><c r="B1" s="info:7"/></row>
column's format | <row r="1"/> | D1 info | <row r="1"><c r="D1" s="info:9"/></row>
spans grow | <row r="1" spans="2:3"><c r="B1"/></row> | A1 info | <row r="1" spans="1:3"><c r="A1" s="info:0"/><c r="B1"/></row>
no addresses | <row><c/><c/></row><row><c/></row> | B1 error, A2 info | <row><c/><c s="error:0"/></row><row><c s="info:0"/></row>
row without address after one with | <row r="4"><c r="A4"/></row><row><c/></row> | A5 info | <row r="4"><c r="A4"/></row><row><c s="info:0"/></row>
format that is no number | <row r="1"><c r="A1" s="x"/></row> | A1 info | <row r="1"><c r="A1" s="info:0"/></row>
"""  # noqa: E501 (a table)


def _rows() -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in CASES.strip().splitlines()]


@pytest.mark.parametrize(("before", "marks", "after"), [r[1:] for r in _rows()], ids=[r[0] for r in _rows()])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_fill(before: str, marks: str, after: str, prefix: str) -> None:
    """Cells and rows are made in their order, with the look of their row or column under the fill."""
    sheet = etree.fromstring(_sheet(before, prefix))
    levels = {}
    for mark in marks.split(","):
        cell, level = mark.split()
        levels[addresses.cell_numbers(cell) or (0, 0)] = level
    cells.fill(sheet, levels, {}, lambda base, level: f"{level}:{base}")  # type: ignore[arg-type,return-value]
    assert etree.tostring(sheet) == etree.tostring(etree.fromstring(_sheet(after, prefix)))


def _sheet(rows: str, prefix: str) -> str:
    text = f'<cols><col min="4" max="5" style="9"/></cols><sheetData>{rows}</sheetData>'
    text = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", text)
    space = "xmlns:x" if prefix else "xmlns"
    return f'<{prefix}worksheet {space}="{xml.MAIN}">{text}</{prefix}worksheet>'


def test_merged_range_is_filled_as_one() -> None:
    """The mark goes to the top left cell, and the fill to all cells of the range that exist."""
    sheet = etree.fromstring(
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" s="1"/><c r="B1" s="2"/><c r="C1" s="2"/></row>'
        '<row r="2"><c r="A2" s="3"/></row><row r="3"><c r="A3"/></row></sheetData>'
        '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells></worksheet>'
    )
    merges = cells.areas_of([(2, 2)], cells.merged_areas(sheet))
    assert merges == {(2, 2): (1, 1, 2, 2)}
    cells.fill(sheet, {(1, 1): "error"}, {(1, 1): (1, 1, 2, 2)}, lambda base, level: base + 100)
    assert [c.get("s") for c in sheet.iter("{*}c")] == ["101", "102", "2", "103", None]


def test_dimension_holds_the_new_cells() -> None:
    """Readers that trust the stated dimension see the cells that were made."""
    sheet = etree.fromstring(f'<worksheet {MAIN}><dimension ref="B2:C3"/><sheetData/></worksheet>')
    cells.fill(sheet, {(1, 4): "info"}, {}, lambda base, level: 1)
    assert sheet[0].get("ref") == "B1:D3"


@pytest.mark.parametrize(
    ("address", "place"),
    [("A1", (1, 1)), ("$xfd$1048576", (1048576, 16384)), (" b7 ", (7, 2)), ("XFE1", None), ("A0", None),
     ("A1048577", None), ("", None), ("A", None), ("1A", None), ("A1:B2", None), ("R1C1", None),
     ("\uff211", None)],
)  # fmt: skip
def test_address(address: str, place: tuple[int, int] | None) -> None:
    """Addresses on the sheet are read, anything else is none."""
    assert addresses.cell_numbers(address) == place


def test_addresses_are_shown_as_read() -> None:
    """Showing and reading an address are each other's inverse."""
    for column in (1, 26, 27, 52, 702, 703, 16384):
        assert addresses.cell_numbers(addresses.numbered_address(3, column)) == (3, column)
