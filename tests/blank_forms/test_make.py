"""``perfbatch template``: from roster and targets to a folder of forms; what cannot be used is said."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

import perfbatch
from perfbatch.blank_forms import TemplateOptions, make
from perfbatch.cli import app
from perfbatch.form_identity import find_identity
from perfbatch.season.matching import match
from perfbatch.season.roster import read_roster
from tests.blank_forms.filling import FIRST, form, indicators, sheet_of
from tests.scoring.tables import book

ROSTER = ("项目代码", "主管部门", "实施单位", "项目名称", "全年预算数（万元）")
TARGETS = ("项目名称", "主管部门", "实施单位", "一级指标", "二级指标", "三级指标", "指标值", "分值")


def listed(path: Path, heading: Sequence[str], *rows: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    return path


def template(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["template", *map(str, arguments)])
    return result.exit_code, result.output


def test_what_is_known_is_filled_in_and_locked(tmp_path: Path) -> None:
    roster = listed(tmp_path / "名单.csv", ROSTER, ("A-1", "市水务局", "水文站", "河道整治", "120.5"))
    targets = listed(
        tmp_path / "目标.csv", TARGETS,
        ("河道整治", "市水务局", "水文站", "产出指标", "数量指标", "整治长度", "≥5公里", "60"),
        ("河道整治", "市水务局", "水文站", "效益指标", "社会效益指标", "水质", "明显改善", "30"),
        ("别的项目", "市水务局", "水文站", "产出指标", "数量指标", "长度", "≥5公里", "90"),
    )  # fmt: skip
    made = make(tmp_path / "表", TemplateOptions(roster=roster, targets=(targets,), year=2026))
    assert [path.relative_to(tmp_path / "表").as_posix() for path in made.paths] == [
        "市水务局/水文站/河道整治 自评表.xlsx"
    ]
    assert any("别的项目" in remark for remark in made.remarks)
    assert not any("应为 100" in remark for remark in made.remarks)
    frames = perfbatch.read(made.paths[0])
    one = frames.forms.iloc[0]
    assert (one["project"], one["department"], one["unit"], one["project_code"], one["year"]) == (
        "河道整治", "市水务局", "水文站", "A-1", 2026,
    )  # fmt: skip
    assert frames.indicators[["level1", "level2", "name", "target", "points"]].values.tolist() == [
        ["产出指标", "数量指标", "整治长度", "≥5公里", 60.0],
        ["效益指标", "社会效益指标", "水质", "明显改善", 30.0],
    ]  # fmt: skip
    assert frames.funds["budget"].tolist()[0] == 120.5
    sheet = sheet_of(made.paths[0])
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert {"E15", "H15", "E16", "G16", "H16"} <= unlocked
    assert not unlocked & {"B4", "B5", "E5", "C15", "D15", "F15", "G15", "D8", "F8", "H8"}
    assert sheet.protection.sheet and sheet.protection.password is None


def test_a_roster_without_a_unit_and_an_indicator_without_a_target(tmp_path: Path) -> None:
    """A bare budget is taken for 万元, which is said; the target is left to the unit."""
    roster = listed(
        tmp_path / "名单.csv", (*ROSTER[:4], "预算数"), ("", "市水务局", "水文站", "河道整治", "120.5")
    )
    place = ("河道整治", "市水务局", "水文站", "产出指标", "数量指标")
    targets = listed(tmp_path / "目标.csv", TARGETS, (*place, "整治长度", "", "90"))
    made = make(tmp_path / "表", TemplateOptions(roster=roster, targets=(targets,), year=2026))
    frames = perfbatch.read(made.paths[0])
    assert frames.funds["budget"].tolist()[0] == 120.5
    assert any("按万元" in remark for remark in made.remarks)
    assert frames.indicators[["name", "target"]].values.tolist() == [["整治长度", ""]]
    assert not sheet_of(made.paths[0])["D15"].protection.locked


def test_approved_points_that_do_not_add_up_are_said(tmp_path: Path) -> None:
    """The unit cannot change them."""
    place = ("河道整治", "市水务局", "水文站", "产出指标", "数量指标", "长度", "≥5公里")
    rows = [(*place, points) for points in ("60", "")]
    for row, said in zip(rows, (True, False), strict=True):
        targets = listed(tmp_path / f"目标{said}.csv", TARGETS, row)
        made = make(tmp_path / f"表{said}", TemplateOptions(targets=(targets,)))
        assert any("合计 70，应为 100" in remark for remark in made.remarks) is said


def test_one_form_where_nothing_is_known(tmp_path: Path) -> None:
    code, said = template("-o", tmp_path / "表")
    assert code == 0 and "已写好 1 份" in said
    assert [path.name for path in (tmp_path / "表").iterdir()] == ["项目支出绩效自评表.xlsx"]


def test_a_password_protects_where_asked(tmp_path: Path) -> None:
    assert template("-o", tmp_path / "表", "--protect", "密码1234")[0] == 0
    assert sheet_of(next((tmp_path / "表").iterdir())).protection.password


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layout", "other"], "national"),
        (["--rules", "没有的手册"], "没有的手册"),
        (["--roster", "没有.xlsx"], "没有.xlsx"),
        (["--roster", "无表头.csv"], "项目名称"),
        (["--targets", "无表头.csv"], "指标"),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    listed(tmp_path / "无表头.csv", ("甲", "乙"), ("1", "2"))
    code, said = template("-o", "表", *arguments)
    assert code == 2 and words in said and "Traceback" not in said
    assert not (tmp_path / "表").exists()


def test_nothing_is_written_where_something_is(tmp_path: Path) -> None:
    (tmp_path / "表").mkdir()
    (tmp_path / "表" / "旧.txt").write_text("旧", encoding="utf-8")
    code, said = template("-o", tmp_path / "表")
    assert code == 2 and "已经有内容" in said
    assert [path.name for path in (tmp_path / "表").iterdir()] == ["旧.txt"]


HOSTILE = [
    ("../../外面", "..", "../../../etc/passwd"),
    ("CON", "aux.", 'a<b>:"c|d?*'),
    ("=cmd|' /C calc'!A0", "+1+1", '=HYPERLINK("http://x","y")'),
    ("甲" * 300, "乙" * 300, "丙" * 300),
    ("部门", "单位", "同名"),
    ("部门", "单位", "同 名"),
    ("部门", "单位", "制表\t符\n换行"),
]


def test_names_are_no_paths_and_no_formulas(tmp_path: Path) -> None:
    rows = [(f"c{at}", *names, "1") for at, names in enumerate(HOSTILE)]
    roster = listed(tmp_path / "名单.csv", ROSTER, *rows)
    made = make(tmp_path / "表", TemplateOptions(roster=roster))
    assert len(made.paths) == len(set(made.paths)) == len(HOSTILE)
    for path in made.paths:
        assert path.resolve().is_relative_to(tmp_path / "表") and path.is_file()
        assert len(path.relative_to(tmp_path / "表").parts) == 3
        assert all(len(part.encode()) <= 255 for part in path.parts)
        sheet = sheet_of(path)
        for at in ("B4", "B5", "E5"):
            assert sheet[at].data_type != "f"
    assert {path.name for path in tmp_path.iterdir()} == {"名单.csv", "表"}


def saved_with(path: Path, data: bytes, **cells: str) -> pd.DataFrame:
    """The forms read from a form in which cells were written over."""
    path.write_bytes(data)
    workbook = openpyxl.load_workbook(path)
    for at, text in cells.items():
        workbook.worksheets[0][at] = text
    workbook.save(path)
    return perfbatch.read(path).forms


def test_a_form_comes_back_as_the_project_that_it_was_issued_to(tmp_path: Path) -> None:
    """Without its printed code, under another name of its unit; a copied identity makes it nobody's."""
    ours, another = ("A-1", "某局", "某单位", "某项目", "1"), ("A-2", "某局", "乙", "别的", "1")
    roster = read_roster(listed(tmp_path / "名单.csv", ROSTER, ours, another)).projects
    data = form(indicators(book("")), book(""), code="A-1")
    whole = saved_with(tmp_path / "a.xlsx", data)
    assert find_identity(whole["issued"].iloc[0]) is not None
    assert whole["notes"].iloc[0] == ""
    assert match(whole, roster).how[0] == "code"
    renamed = saved_with(tmp_path / "b.xlsx", data, E4="", B5="某局（机关）", E5="某单位（本级）")
    assert list(match(renamed, roster).project) == [0] and match(renamed, roster).how[0] == "issued"
    copied = saved_with(tmp_path / "c.xlsx", data, E4="", B4="第三个", E5="丙")
    assert list(match(copied, roster).project) == [-1]
    assert "发给另一个项目" in copied["notes"].iloc[0]
    stolen = saved_with(tmp_path / "d.xlsx", data, E4="", B4="别的", E5="乙")
    assert list(match(stolen, roster).project) == [1] and match(stolen, roster).how[0] == "name"
    assert "发给另一个项目" in stolen["notes"].iloc[0]


def copied_into(book: openpyxl.Workbook, sheet: Worksheet, title: str, *, down: int = 0) -> None:
    """What 'move or copy sheet' leaves of a form in another workbook: cells and merges; ``down``: rows put
    in above the indicators."""
    copy = book.create_sheet(title)
    moved = FIRST - 1

    def shifted(row: int) -> int:
        return row + down if row >= moved else row

    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                copy.cell(shifted(cell.row), cell.column, cell.value)
    for area in sheet.merged_cells.ranges:
        copy.merge_cells(
            start_row=shifted(area.min_row), end_row=shifted(area.max_row), start_column=area.min_col,
            end_column=area.max_col,
        )  # fmt: skip


@pytest.mark.parametrize("what", ["sheet renamed", "row inserted", "behind a cover", "two in one workbook"])
def test_the_identity_survives_what_people_do_with_sheets(tmp_path: Path, what: str) -> None:
    """Under another file name, without properties, and with the unit written otherwise."""
    names = [("A-1", "某局", "某单位", "某项目"), ("A-2", "某局", "乙单位", "别的项目")]
    roster = read_roster(listed(tmp_path / "名单.csv", ROSTER, *((*name, "1") for name in names))).projects
    book_ = openpyxl.Workbook()
    cover = book_.active
    assert isinstance(cover, Worksheet)
    cover.title = "封面"
    for code, department, unit, project in names[: 2 if "two" in what else 1]:
        data = form(
            indicators(book("")), book(""), code=code, department=department, unit=unit, project=project
        )
        (tmp_path / "a.xlsx").write_bytes(data)
        sheet = sheet_of(tmp_path / "a.xlsx")
        sheet["E4"], sheet["B5"], sheet["E5"] = None, f"{department}机关", f"{unit}（本级）"
        copied_into(book_, sheet, f"Sheet1 ({len(book_.worksheets)})", down=2 if "row" in what else 0)
    if "cover" not in what:
        book_.remove(cover)
    book_.save(tmp_path / "新建文件.xlsx")
    forms = perfbatch.read(tmp_path / "新建文件.xlsx").forms
    assert [find_identity(line) is not None for line in forms["issued"]] == [True] * len(forms)
    found = match(forms, roster)
    assert list(found.project) == list(range(2 if "two" in what else 1))
    assert set(found.how) == {"issued"}


def test_a_slip_of_the_hand_makes_no_identity(tmp_path: Path) -> None:
    data = form(indicators(book("")), book(""), code="A-1")
    path = tmp_path / "a.xlsx"
    line = perfbatch.read([(path.write_bytes(data), path)[1]]).forms["issued"].iloc[0]
    assert find_identity(line) is not None
    assert find_identity(line.replace("A-1", "A-7")) is None
    assert find_identity("表单识别码：" + line + "。") == find_identity(line)


@pytest.mark.parametrize("label", ["总体目标", "年度目标", "年度绩效目标", "绩效目标"])
def test_the_goal_comes_from_the_approved_sheet(tmp_path: Path, label: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        ("项目支出绩效目标申报表",), ("（2023年度）",), ("项目名称", "河道清淤", "主管部门", "县水利局"),
        ("实施单位", "县河道管理所"), (label, "清淤8公里，汛期不积水。"),
        ("一级指标", "二级指标", "三级指标", "指标值"), ("产出指标", "数量指标", "清淤长度", "≥8公里"),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%"),
    ):  # fmt: skip
        sheet.append(row)
    workbook.save(tmp_path / "批复.xlsx")
    (path,) = make(tmp_path / "表", TemplateOptions(targets=(tmp_path / "批复.xlsx",))).paths
    frames = perfbatch.read(path)
    assert frames.forms["goal"].tolist() == ["清淤8公里，汛期不积水。"]
    assert frames.forms["year"].tolist() == [2023]
    assert frames.indicators["target"].tolist() == ["≥8公里", "≥90%"]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["B13"].value == "清淤8公里，汛期不积水。" and sheet["B13"].protection.locked
    assert not sheet["F15"].protection.locked
