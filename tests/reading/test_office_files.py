"""The same sheet, saved by LibreOffice as every kind of file, reads the same."""
# ruff: noqa: DTZ001  a date cell has no time zone

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from perfbatch.workbook.grid import Grid, Range
from perfbatch.workbook.open import load_grids

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '
SHEET = [
    # cell, value, format, text, state
    ("A1", "项目\n名称", "General", "项目\n名称", "value"),
    ("B2", 0.895, "0.00%", "89.50%", "value"),
    ("C2", "=B2*2", "General", "1.79", "value"),
    ("C3", "=1/0", "General", "#DIV/0!", "error"),
    ("C4", '=""', "General", "", "value"),
    ("D2", datetime(2021, 6, 30), 'yyyy"年"m"月"', "2021年6月", "value"),
    ("D3", datetime(2021, 6, 30), "yyyy-mm-dd", "2021-06-30", "value"),
    ("D4", 152.1493, "0.00", "152.15", "value"),
    ("D5", 0, ACCOUNTING, "-", "value"),
    ("D6", 1234.5, "#,##0.00", "1,234.50", "value"),
    ("D7", "≥95%", "General", "≥95%", "value"),
]
KINDS = ["xlsx", "xls", "ods"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sheet in every kind."""
    folder = tmp_path_factory.mktemp("office")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "自评表"
    for cell, value, code, _, _ in SHEET:
        page[cell] = value
        page[cell].number_format = code
    page.merge_cells("A1:C1")
    book.create_sheet("隐").sheet_state = "hidden"
    source = folder / "source" / "form.xlsx"
    source.parent.mkdir()
    book.save(source)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind in KINDS:
        command = [
            "soffice",
            "--headless",
            profile,
            "--convert-to",
            kind,
            "--outdir",
            str(folder),
            str(source),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_the_same(saved: Path, kind: str) -> None:
    """Texts, values, states, merges and hidden sheets, whatever the file."""
    book = load_grids((saved / f"form.{kind}").read_bytes())
    assert book.kind == kind
    page, hidden = book.grids
    assert (page.name, page.hidden, hidden.name, hidden.hidden) == ("自评表", False, "隐", True)
    assert page.merges == [Range(0, 0, 0, 2)]
    for cell, value, _, text, state in SHEET:
        found = at(page, cell)
        assert found is not None, cell
        assert (cell, text, state) == (cell, found.text, found.state)
        if not str(value).startswith("="):
            assert (cell, value) == (cell, found.value)


def at(grid: Grid, address: str) -> object:
    """The cell at an A1 address of one letter."""
    return grid.cells.get((int(address[1:]) - 1, ord(address[0]) - 65))
