"""An office's own workbook: named places are filled, every other part and cell stays as it was."""

from __future__ import annotations

import datetime
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

import perfbatch
from perfbatch.batch.errors import RunError
from perfbatch.blank_forms.own_workbook import fill_own
from perfbatch.blank_forms.project import Project
from perfbatch.words import load_words
from tests.blank_forms.filling import KNOWN, OFFICE, indicators, office
from tests.blank_forms.red_cells import add_conditions, red_cells
from tests.scoring.tables import book

NAMES = {
    "项目名称": "B2", "主管部门": "B3", "实施单位": "D3", "年度": "B1", "全年预算数": "D6",
    "表单识别码": "A40",
    "一级指标": "A10:A29", "二级指标": "B10:B29", "三级指标": "C10:C29", "年度指标值": "D10:D29",
    "实际完成值": "E10:E29", "分值": "F10:F29", "得分": "G10:G29", "偏差原因": "H10:H29",
}  # fmt: skip
HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)


def own_form(**places: str) -> bytes:
    """A form as an office has it: its own look, a second sheet, a note, a picture of a stamp, a formula."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "我们的 表"
    cells: dict[str, Any] = {
        "A1": "项目支出绩效自评表", "A2": "项目名称", "A3": "主管部门", "C3": "实施单位",
        "A5": "项目资金（万元）",
        "B5": "资金", "C5": "年初预算数", "D5": "全年预算数（A）",
        "E5": "全年执行数（B）", "F5": "分值", "G5": "执行率",
        "H5": "得分", "B6": "年度资金总额", "F6": 10, "E6": 89.5, "G6": "=E6/D6", "H6": "=ROUND(G6*F6,2)",
        **{f"{letter}9": head for letter, head in zip("ABCDEFGH", HEADS, strict=True)},
        "A30": "总分", "F30": "=F6+SUM(F10:F29)", "G30": "=H6+SUM(G10:G29)", "J1": "办公室留白",
    }  # fmt: skip
    for at, value in cells.items():
        sheet[at] = value
    sheet["A2"].comment = Comment("照批复填写", "财务")
    sheet.conditional_formatting.add("A1:B2", openpyxl.formatting.rule.CellIsRule("equal", ["1"]))
    theirs = DataValidation(type="whole", formula1="0", formula2="9", operator="between")
    sheet.add_data_validation(theirs)
    theirs.add("E11")
    workbook.create_sheet("说明")["A1"] = "填表说明"
    for name, place in {**NAMES, **places}.items():
        first, _, last = place.partition(":")
        absolute = ":".join(f"${end[0]}${end[1:]}" for end in (first, last) if end)
        workbook.defined_names[name] = DefinedName(name, attr_text=f"'我们的 表'!{absolute}")
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def project(count: int = len(KNOWN)) -> Project:
    known = indicators(book(""), KNOWN[:count])
    return Project("=某项目", "A-1", "某局", "某单位", 2021, 100.0, "", known)


def filled(data: bytes) -> bytes:
    return fill_own(data, project(), book(""), load_words(), identity="PB1|x")


def test_all_but_the_named_places_stays_byte_for_byte() -> None:
    before = own_form()
    after = filled(before)
    with zipfile.ZipFile(BytesIO(before)) as a, zipfile.ZipFile(BytesIO(after)) as b:
        assert a.namelist() == b.namelist()
        changed = [name for name in a.namelist() if a.read(name) != b.read(name)]
        for name, added in (("xl/worksheets/sheet1.xml", GUARDS), ("xl/styles.xml", {"dxfs"})):
            old_part, new_part = (_without(package.read(name), added) for package in (a, b))
            assert old_part == new_part
    assert set(changed) == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
    old, new = (openpyxl.load_workbook(BytesIO(data))["我们的 表"] for data in (before, after))
    named = {cell.coordinate for place in NAMES.values() for row in _cells(new, place) for cell in row}
    for row in new.iter_rows():
        for cell in row:
            assert cell.style_id == old[cell.coordinate].style_id
            if cell.coordinate not in named:
                assert cell.value == old[cell.coordinate].value
    assert new["B2"].value == "=某项目" and new["B2"].data_type == "s"
    assert [new[f"C{at}"].value for at in range(10, 21)] == [*(one[1] for one in KNOWN), None]
    assert [new["B1"].value, new["D6"].value, new["A40"].value] == [2021, 100, "PB1|x"]


GUARDS = {"sheetData", "dataValidations", "conditionalFormatting", "dimension"}
"""What may change in the sheet: of sheetData only named cells, which is asked for cell by cell."""


def _without(part: bytes, names: set[str]) -> list[bytes]:
    """The children of a part's root but for those."""
    return [etree.tostring(one) for one in etree.fromstring(part) if etree.QName(one).localname not in names]


def test_checks_and_red_cells_stand_where_the_schema_wants_them() -> None:
    """Beside the office's own, which keep their place and their cells."""
    with zipfile.ZipFile(BytesIO(filled(own_form()))) as package:
        sheet = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
        styles = package.read("xl/styles.xml")
    names = [etree.QName(one).localname for one in sheet]
    assert [name for at, name in enumerate(names) if name not in names[:at]] == [
        "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "sheetData", "conditionalFormatting",
        "dataValidations", "pageMargins", "legacyDrawing",
    ]  # fmt: skip
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    checks = list(sheet.iter(f"{main}dataValidation"))
    stated = [one.get("count") for one in sheet.iter(f"{main}dataValidations")]
    assert stated == [str(len(checks))]
    where = [check.get("sqref") for check in checks]
    assert where.count("E11") == 1 and len(where) == len(set(where))
    assert {"E10", "E12", "E16", "E17", "G17", "H10", "H19"} <= set(where) and "G10" not in where
    ranks = [rule.get("priority") for rule in sheet.iter(f"{main}cfRule")]
    assert len(ranks) == len(set(ranks)) > 10
    conditions = [str(one.text) for one in sheet.iter(f"{main}formula")]
    assert not [text for text in conditions if "{" in text or len(text) > 8192]
    assert styles.count(b"FFFF7F7F") == 1


def _cells(sheet: Worksheet, place: str) -> Any:
    found = sheet[place]
    return found if isinstance(found, tuple) else ((found,),)


def test_a_formula_of_the_office_is_left() -> None:
    workbook = openpyxl.load_workbook(BytesIO(own_form()))
    workbook["我们的 表"]["G10"] = "=F10*0.5"
    buffer = BytesIO()
    workbook.save(buffer)
    assert openpyxl.load_workbook(BytesIO(filled(buffer.getvalue())))["我们的 表"]["G10"].value == "=F10*0.5"


def test_what_cannot_be_filled_is_said() -> None:
    nameless = openpyxl.Workbook()
    buffer = BytesIO()
    nameless.save(buffer)
    for data, code in ((b"no workbook", "template_form"), (buffer.getvalue(), "template_names"),
                       (own_form(三级指标="C10:C12"), "template_rows")):  # fmt: skip
        with pytest.raises(RunError) as caught:
            filled(data)
        assert caught.value.code == code
        assert load_words().text("cli", f"error.{code}", **caught.value.values)


TYPED: dict[int, tuple[Any, ...]] = {
    10: (40, None, None), 11: (5, None, None), 12: ("90%", None, "到货晚，下一步加快。"),
    13: (0.04, None, None),
    14: (35, None, None), 15: (96, None, "无"), 16: (datetime.date(2021, 7, 1), 10, "到货晚，下一步加快。"),
    17: ("部分达成预期指标并具有一定效果", 9, None), 18: (0.7, 4, None), 19: (0, 5, None),
}  # fmt: skip
"""Row: actual value, own score where the form leaves it to the unit, reason."""


@pytest.mark.office
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_its_scores_and_red_cells_are_perfbatchs(tmp_path: Path) -> None:
    folder = tmp_path / "filled"
    folder.mkdir()
    path = folder / "a.xlsx"
    path.write_bytes(filled(own_form()))
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["我们的 表"]
    for at, (actual, own, reason) in TYPED.items():
        sheet[f"E{at}"], sheet[f"H{at}"] = actual, reason
        if own is not None:
            assert sheet[f"G{at}"].value is None
            sheet[f"G{at}"] = own
    sheet["E16"].number_format = "yyyy-mm-dd"
    workbook.save(path)
    add_conditions(path, "我们的 表")
    saved = office(folder, "xlsx")
    frames = perfbatch.check(perfbatch.score(perfbatch.read(saved / "a.xlsx"), book("")), book(""))
    scored = frames.indicators.iloc[:6]
    assert scored["own_score"].tolist() == scored["computed_score"].tolist()
    assert scored["own_score"].tolist()[:3] == [8.0, 10.0, 9.47]
    mine = frames.findings[frames.findings["check"].isin(["R301", "R302", "I204", "I209", "I201"])]
    red = red_cells(saved / "a.xlsx")
    assert red == set(mine["cell"]) == {"H10", "H14", "G16", "G17", "H17", "H18"}
