"""``perfbatch template``: from roster and targets to a folder of forms; what cannot be used is said."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import perfbatch
from perfbatch.blank_forms import TemplateOptions, make
from perfbatch.cli import app
from perfbatch.form_identity import find_identity
from perfbatch.season.matching import match
from perfbatch.season.roster import read_roster
from tests.blank_forms.filling import form, indicators, sheet_of
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


def test_a_slip_of_the_hand_makes_no_identity(tmp_path: Path) -> None:
    data = form(indicators(book("")), book(""), code="A-1")
    path = tmp_path / "a.xlsx"
    line = perfbatch.read([(path.write_bytes(data), path)[1]]).forms["issued"].iloc[0]
    assert find_identity(line) is not None
    assert find_identity(line.replace("A-1", "A-7")) is None
    assert find_identity("表单识别码：" + line + "。") == find_identity(line)


def test_the_goal_comes_from_the_approved_sheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        ("项目支出绩效目标申报表",), ("（2023年度）",), ("项目名称", "河道清淤", "主管部门", "县水利局"),
        ("实施单位", "县河道管理所"), ("总体目标", "清淤8公里，汛期不积水。"),
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
