"""青神县 2023 as published, its indicators unfilled, from a workbook to its annotated copy."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import perfbatch
from tests.drawn import draw, drawn
from tests.drawn_files import with_openpyxl, with_xlsxwriter, with_xlwt

UNFILLED = {"J9", "H15", "J15", "H16", "J16"}
"""得分 of the budget; 完成值 and 得分 of both indicators."""


@pytest.mark.parametrize(
    ("ending", "writer"), [("xlsx", with_xlsxwriter), ("xlsx", with_openpyxl), ("xls", with_xlwt)]
)
def test_only_what_is_unfilled_is_found(tmp_path: Path, ending: str, writer: object) -> None:
    """S002 at each blank; the printed instructions are no answers, and nothing else is held against it."""
    data = writer([draw(drawn("qingshen"), "自评表")])  # type: ignore[operator]
    (tmp_path / f"工资性支出.{ending}").write_bytes(data)
    result = perfbatch.run([tmp_path / f"工资性支出.{ending}"], tmp_path / "结果", workers=0)
    assert (result.tally.forms, dict(result.tally.files)["processed"]) == (1, 1)
    findings = pd.read_csv(tmp_path / "结果" / "数据" / "findings.csv", dtype=str, keep_default_na=False)
    found = {check: set(group["cell"]) for check, group in findings.groupby("check")}
    assert found.pop("S002") == UNFILLED
    # a blank 合计 is a total that is not there
    assert found == {}
    forms = pd.read_csv(tmp_path / "结果" / "数据" / "forms.csv", dtype=str, keep_default_na=False)
    row = forms.iloc[0]
    assert (row["layout"], row["project_code"], row["year"]) == ("platform", "51000021R000000019951", "2023")
    assert (row["unit"], row["department"]) == ("青神县发展和改革局", "青神县发展和改革局本级")
    copy = openpyxl.load_workbook(tmp_path / "结果" / "批注" / "工资性支出.xlsx").worksheets[0]
    assert {cell.coordinate for line in copy.iter_rows() for cell in line if cell.comment} >= UNFILLED
