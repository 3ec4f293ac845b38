"""LibreOffice opens marked copies: values, notes, pictures, charts and the added sheet are there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from perfbatch.workbook.xlsx.edit.added_sheet import AddedRow, AddedSheet
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import FORM, loaded, parts, rich

pytestmark = pytest.mark.office
MARKS = [Mark(FORM, "A1", "error", "一"), Mark(FORM, "B6", "warning", "二"), Mark(FORM, "C30", "info", "三")]
ADDED = AddedSheet("核验结果", [AddedRow(("text", "link"), ("级别", "B6"), (2, FORM, "B6"))], freeze="A2")


def test_libreoffice_reads_the_copy(tmp_path: Path) -> None:
    """Converted by LibreOffice, the copy still has all notes, pictures, the chart and the new sheet."""
    if shutil.which("soffice") is None:
        pytest.skip("soffice (LibreOffice) is not installed")
    source = tmp_path / "copy.xlsx"
    source.write_bytes(annotate_marks(rich(), None, MARKS, added=ADDED).data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(source)],
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    data = (tmp_path / "out/copy.xlsx").read_bytes()
    book = loaded(data)
    sheet = book[FORM]
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert notes.keys() == {"A1", "B6", "C7", "C30"}
    assert "单位自己的批注" in notes["B6"]
    assert "【请核实】二" in notes["B6"]
    assert sheet["A1"].fill.fgColor.rgb == "FFFF7F7F"
    assert book.sheetnames[-1] == "核验结果"
    assert book["核验结果"]["B1"].hyperlink is not None
    names = parts(data)
    assert any(name.startswith("xl/media/") for name in names)
    assert any(name.startswith("xl/charts/chart") for name in names)
