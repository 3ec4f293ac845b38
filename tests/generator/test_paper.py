"""A sample looks like a form on paper: LibreOffice prints it on A4, one page, nothing lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "sample_inputs"
FORMS = (
    "北京市政协办公厅/政协委员履职平台专项运维.xlsx",
    "市文化和旅游局/市图书馆-公共文化设施免费开放.xlsx",
)


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on this machine")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_samples_print_whole_on_one_page_of_a4(tmp_path: Path) -> None:
    """From the title to the last line below the table."""
    files = [str(FOLDER / form) for form in FORMS]
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    for form, last in zip(FORMS, ("60分以下为差", "财务负责人"), strict=True):
        pdf = tmp_path / (Path(form).stem + ".pdf")
        facts = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
        assert "Pages:           1" in facts and "A4" in facts
        text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
        flat = "".join(text.split())
        assert "项目支出绩效自评表" in flat and last in flat
