"""Sheets of .xls and .et files as grids."""
# ruff: noqa: DTZ001  a date cell has no time zone

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlwt

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.grid import Grid, Range
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xls.read import read_xls
from perfbatch.workbook.xls.records import formula_cells


def saved(fill: Callable[[Any], None]) -> bytes:
    """An .xls with the sheets that ``fill`` adds."""
    book = xlwt.Workbook(encoding="utf-8")
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form() -> bytes:
    """One sheet with every kind of cell, and a hidden one."""

    def fill(book: Any) -> None:
        page = book.add_sheet("自评表")
        page.write(0, 0, "项目\n名称")
        for column, (value, code) in enumerate([
            (0.895, "0.00%"), (datetime(2021, 6, 30), 'yyyy"年"m"月"'), (datetime(2021, 6, 30), "yyyy-mm-dd"),
            (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '), (152.1493, "0.00"), (4, "General"),
        ]):  # fmt: skip
            page.write(1, column, value, xlwt.easyxf(num_format_str=code))
        page.write(2, 0, True)
        for column, formula in enumerate(["B2*2", "SUM(A2:B2)", 'IF(B2>1,"",1)', "A2/B2-1"]):
            page.write(3, column, xlwt.Formula(formula))
        page.write_merge(5, 6, 0, 3, "合并")
        book.add_sheet("隐").visibility = 1

    return saved(fill)


def test_cells_hold_what_a_person_sees() -> None:
    """Numbers, percentages, dates and truth values with their formats."""
    grid = read_xls(form())[0]
    shown = {place: cell.text for place, cell in grid.cells.items() if place[0] < 3}
    assert shown == {
        (0, 0): "项目\n名称", (1, 0): "89.50%", (1, 1): "2021年6月", (1, 2): "2021-06-30", (1, 3): "-",
        (1, 4): "152.15", (1, 5): "4", (2, 0): "TRUE",
    }  # fmt: skip
    assert [grid.cells[1, column].value for column in range(6)] == [
        0.895, datetime(2021, 6, 30), datetime(2021, 6, 30), 0.0, 152.1493, 4.0,
    ]  # fmt: skip


def test_arithmetic_without_a_result_was_never_calculated() -> None:
    """An empty text is no result of a sum; of IF(…,"",…) it may well be."""
    cells = read_xls(form())[0].cells
    assert [cells[3, column].state for column in range(4)] == ["uncached", "uncached", "value", "uncached"]
    assert all(cells[3, column].formula for column in range(4))


def test_merges_and_hidden_sheets() -> None:
    """As in every other kind of file."""
    page, hidden = read_xls(form())
    assert page.merges == [Range(5, 0, 6, 3)]
    assert page.at(6, 3) == page.cells[5, 0]
    assert (page.hidden, hidden.hidden) == (False, True)


def test_a_wps_file_is_told_by_its_name() -> None:
    """The content of .et and .xls is the same."""
    assert load_grids(form(), name="自评表.et").kind == "et"
    assert load_grids(form(), name="自评表.xls").kind == "xls"


def biff5(codepage: int | None, label: bytes = "项目支出绩效自评表".encode("gbk")) -> bytes:
    """A workbook stream as Chinese Excel 95 wrote it: texts in GBK, whatever the code page says."""
    name = "表".encode("gbk")

    def record(number: int, body: bytes) -> bytes:
        return number.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body

    book_bof, sheet_bof = (
        record(0x0809, b"\x00\x05" + kind + b"\x10\x18\xcc\x07") for kind in (b"\x05\x00", b"\x10\x00")
    )
    pages = record(0x0042, codepage.to_bytes(2, "little")) if codepage else b""
    font = record(0x0031, b"\xc8\x00\x00\x00\xff\x7f\x90\x01\x00\x00\x00\x00\x00\x00\x05Arial")
    xf = record(0x00E0, b"\x00\x00\x00\x00\xf5\xff\x20\x00\xc0\x20\x00\x00\x00\x00\x00\x00")
    before = book_bof + pages + font * 4 + xf * 16
    boundsheet_size = 4 + 7 + len(name)
    start = len(before) + boundsheet_size + 4
    boundsheet = record(0x0085, start.to_bytes(4, "little") + b"\x00\x00" + bytes([len(name)]) + name)
    cell = record(0x0204, b"\x00\x00\x00\x00\x00\x00" + len(label).to_bytes(2, "little") + label)
    return before + boundsheet + record(0x0A, b"") + sheet_bof + cell + record(0x0A, b"")


@pytest.mark.parametrize("codepage", [936, 1252, None])
def test_old_chinese_files_are_read_as_gbk(codepage: int | None) -> None:
    """Programs of the time stated a western code page, or none, and wrote GBK."""
    (grid,) = read_xls(biff5(codepage))
    assert (grid.name, grid.cells[0, 0].text) == ("表", "项目支出绩效自评表")


def test_a_western_text_of_the_time_is_read_as_stated() -> None:
    """What is no valid GBK is what its code page says."""
    (grid,) = read_xls(biff5(1252, b"Budget\x92 95, se\xf1or"))
    assert grid.cells[0, 0].text == "Budget\u2019 95, señor"


def test_two_streams_may_claim_a_sector() -> None:
    """Some export programs write that; Excel and WPS open it."""
    data = bytearray(form())
    table = 512 + 512 * int.from_bytes(data[76:80], "little")
    chain = [int.from_bytes(data[at : at + 4], "little", signed=True) for at in range(table, table + 512, 4)]
    root = 512 + 512 * int.from_bytes(data[48:52], "little")
    data[root + 116 : root + 124] = chain.index(-2).to_bytes(4, "little") + (64).to_bytes(4, "little")
    assert read_xls(bytes(data))[0].cells == read_xls(form())[0].cells


def test_an_error_value_keeps_its_name() -> None:
    """#DIV/0! is never read as a blank."""

    def fill(book: Any) -> None:
        page = book.add_sheet("表")
        row = page.row(0)
        for column, code in enumerate(["#DIV/0!", "#REF!", 0x2A]):
            row.set_cell_error(column, code)

    grid = read_xls(saved(fill))[0]
    assert [(cell.state, cell.value, cell.text) for cell in grid.cells.values()] == [
        ("error", None, "#DIV/0!"), ("error", None, "#REF!"), ("error", None, "#N/A"),
    ]  # fmt: skip


def test_dates_of_the_1904_system() -> None:
    """A workbook of an old Mac."""

    def fill(book: Any) -> None:
        book.dates_1904 = True
        book.add_sheet("表").write(0, 0, datetime(2021, 6, 30), xlwt.easyxf(num_format_str="yyyy-mm-dd"))

    cell = read_xls(saved(fill))[0].cells[0, 0]
    assert (cell.value, cell.text) == (datetime(2021, 6, 30), "2021-06-30")


@pytest.mark.parametrize("bounds", [Bounds(cells=3), Bounds(sheets=1)])
def test_what_is_too_much_is_refused(bounds: Bounds) -> None:
    """The bounds hold for old files as well."""
    with pytest.raises(Refused) as refused:
        read_xls(form(), bounds=bounds)
    assert refused.value.code == "too_complex"


def test_formulas_of_a_broken_stream_are_those_that_could_be_walked() -> None:
    """A stream that ends anywhere does not stop the walk."""
    for end in range(0, 4000, 97):
        assert isinstance(formula_cells(form()[512 : 512 + end]), list)


def test_no_grid_is_lost() -> None:
    """Every sheet is there, in order."""
    grids: list[Grid] = read_xls(saved(lambda book: [book.add_sheet(name) for name in "甲乙丙"] and None))
    assert [grid.name for grid in grids] == list("甲乙丙")
