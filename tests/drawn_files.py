"""Drawn tables as real workbooks, by several writers."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.cell.cell import MergedCell

from perfbatch.workbook.grid import Cell, Grid


def with_openpyxl(grids: Sequence[Grid]) -> bytes:
    """An .xlsx written by openpyxl; a formula that was never calculated has no value."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        if grid.hidden:
            sheet.sheet_state = "hidden"
        for (row, column), cell in grid.cells.items():
            target = sheet.cell(row + 1, column + 1)
            assert not isinstance(target, MergedCell)
            target.value = "=A1" if cell.state == "uncached" else _value(cell)
            target.number_format = cell.number_format
            if cell.state == "error":
                target.data_type = "e"
        for top, left, bottom, right in grid.merges:
            sheet.merge_cells(
                start_row=top + 1, end_row=bottom + 1, start_column=left + 1, end_column=right + 1
            )
    return _bytes(book.save)


def with_xlsxwriter(grids: Sequence[Grid], *, formulas: bool = False) -> bytes:
    """An .xlsx written by XlsxWriter; ``formulas``: every number is the cached value of a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_numbers": False})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        if grid.hidden:
            sheet.hide()
        for top, left, bottom, right in grid.merges:
            sheet.merge_range(top, left, bottom, right, "")
        for (row, column), cell in grid.cells.items():
            style = book.add_format({"num_format": cell.number_format})
            value = _value(cell)
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value, style)
            elif formulas and isinstance(value, float):
                sheet.write_formula(row, column, f"={value}*1", style, value)
            else:
                sheet.write(row, column, value, style)
    book.close()
    return stream.getvalue()


def with_xlwt(grids: Sequence[Grid]) -> bytes:
    """A .xls (BIFF8) written by xlwt."""
    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, xlwt.XFStyle] = {}
    for grid in grids:
        sheet = book.add_sheet(grid.name)
        if grid.hidden:
            sheet.visibility = 1
        merged = {(m.top, m.left): m for m in grid.merges}
        for (row, column), cell in grid.cells.items():
            style = styles.setdefault(
                cell.number_format, xlwt.easyxf(num_format_str=cell.number_format or "General")
            )
            extent = merged.get((row, column))
            if extent is not None:
                sheet.write_merge(row, extent.bottom, column, extent.right, _value(cell), style)
            else:
                sheet.write(row, column, _value(cell), style)
        for extent in grid.merges:
            if (extent.top, extent.left) not in grid.cells:
                sheet.merge(extent.top, extent.bottom, extent.left, extent.right)
    return _bytes(book.save)


def converted(data: bytes, kind: str, folder: Path) -> bytes:
    """A workbook as LibreOffice saves it in another kind (ods, xls, xlsx)."""
    source = folder / "drawn.xlsx"
    source.write_bytes(data)
    output = folder / "converted"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(output), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (output / f"drawn.{kind}").read_bytes()


def _value(cell: Cell) -> str | float | bool | datetime | None:
    return cell.text if cell.state == "error" else cell.value


def _bytes(save: object) -> bytes:
    stream = io.BytesIO()
    save(stream)  # type: ignore[operator]
    return stream.getvalue()
