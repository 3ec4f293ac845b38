"""部门整体支出绩效自评表 in the summary: counted apart, money and scores not beside those of the projects."""

from __future__ import annotations

from pathlib import Path

import openpyxl

import perfbatch
from tests.real_forms import by_xlsxwriter, drawing


def test_a_departments_form_is_counted_apart(tmp_path: Path) -> None:
    """Its row says what it is; 部门汇总 and 总览 count it, and sum the projects only."""
    for name in ("hunan_2021", "department_with_tasks"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.xlsx").write_bytes(by_xlsxwriter(drawing(name)))
    perfbatch.run([str(tmp_path / "in")], tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "汇总.xlsx", data_only=True)
    projects = _rows(book["项目汇总"])
    kinds = {row["项目名称"] or "": row["表的种类"] for row in projects}
    assert kinds[""] == "部门整体"
    assert sorted(kinds.values()) == ["部门整体", "项目支出"]
    budget = {row["表的种类"]: row["全年预算数（万元）"] for row in projects}
    (total,) = (row for row in _rows(book["部门汇总"]) if row["主管部门"] == "合计")
    assert total["其中部门整体表"] == 1
    assert total["自评表数"] == 2
    assert total["全年预算数（万元）"] == budget["项目支出"]
    texts = [cell.value for row in book["总览"].iter_rows() for cell in row]
    assert "其中部门整体" in texts


def _rows(sheet) -> list[dict[str, object]]:
    """The rows of a sheet by their headings."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]
