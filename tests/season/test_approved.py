"""Approved targets as offices keep them: forms, lists, folders of both, and files that are none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import process_time

import pandas as pd
import pytest

import perfbatch
from perfbatch.options import Options
from perfbatch.reading.discover import InputError
from perfbatch.season.approved import Approved, read_approved
from perfbatch.season.errors import ListError
from perfbatch.season.expected import expect
from perfbatch.season.roster import read_roster
from perfbatch.words import load_words
from tests.drawn import draw
from tests.drawn_files import with_openpyxl
from tests.season.test_a_departments_season import APPROVED, FORM, LIST, RIVER


def file(folder: Path, name: str, table: str) -> Path:
    """A drawn table as a workbook."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(with_openpyxl([draw(table)]))
    return folder / name


def read(*paths: Path) -> Approved:
    """The targets in ``paths``."""
    return read_approved(paths, load_words())


def test_forms_and_lists_in_one_folder(tmp_path: Path) -> None:
    """What is neither is said, and left out."""
    folder = tmp_path / "批复"
    file(folder, "批复表.xlsx", APPROVED)
    file(folder, "清单.xlsx", LIST)
    file(folder, "通讯录.xlsx", "| 姓名 | 电话 |\n| 王强 | 13700000000 |")
    approved = read(folder)
    assert approved.rows.groupby("project")["name"].size().to_dict() == {"水库巡查": 3, "河道清淤": 3}
    (remark,) = approved.remarks
    assert (
        remark.startswith("批复目标文件夹里的 批复/通讯录.xlsx 没有使用") or "通讯录.xlsx 没有使用" in remark
    )


@pytest.mark.parametrize(
    ("table", "code", "said"),
    [
        ("| 姓名 | 电话 |\n| 王强 | 1 |", "targets", "没有看到任何认得的表头"),
        ("| 项目名称 | 三级指标 |\n| 甲 | 乙 |", "targets", "看到的表头有：项目名称、三级指标"),
        ("| 项目名称 | 三级指标 | 指标值 |", "empty", "没有一行"),
        ("| 项目名称 | 三级指标 | 指标值 |\n|  | 长度 | 8 |", "targets_nameless", "补上项目名称"),
    ],
)
def test_files_without_targets_are_said(table: str, code: str, said: str, tmp_path: Path) -> None:
    """What was seen, and what to do; nothing is written."""
    path = file(tmp_path, "目标.xlsx", table)
    with pytest.raises(ListError, match=said) as raised:
        read(path)
    assert raised.value.code == code
    forms = file(tmp_path / "表", "表.xlsx", FORM.format(**RIVER))
    with pytest.raises(ListError):
        perfbatch.run([forms], tmp_path / "结果", options=Options(targets=(path,), workers=0))
    assert not (tmp_path / "结果").exists()


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """Said like any input."""
    with pytest.raises(InputError):
        read(tmp_path / "没有.xlsx")
    (tmp_path / "空").mkdir()
    with pytest.raises(ListError, match="没有一个文件是"):
        read(tmp_path / "空")


def test_the_first_of_two_sources_counts(tmp_path: Path) -> None:
    """And the other one is said."""
    first, second = file(tmp_path, "一.xlsx", APPROVED), file(tmp_path, "二.xlsx", APPROVED)
    approved = read(first, second)
    assert set(approved.rows["file"]) == {"一.xlsx"} and len(approved.rows) == 3
    (remark,) = approved.remarks
    assert "一.xlsx" in remark and "二.xlsx" in remark and "河道清淤" in remark


@pytest.mark.parametrize(
    ("stated", "held"),
    [("2021", True), ("2022", False), ("", True)],
    ids=["its own year", "another year", "no year on the approved form"],
)
def test_the_targets_of_a_year_are_for_the_forms_of_that_year(
    stated: str, held: bool, tmp_path: Path
) -> None:
    """Never those of another one."""
    year = f"（{stated}年度）" if stated else "（本年度）"
    path = file(tmp_path, "批复表.xlsx", APPROVED.replace("（2021年度）", year))
    form = file(tmp_path / "表", "表.xlsx", FORM.format(**RIVER))
    frames, approved = read(path).beside(perfbatch.read(form))
    assert bool((frames.indicators["approved_file"] != "").any()) is held
    assert bool(approved.forms) is held


def test_a_list_that_names_no_office_goes_by_the_project(tmp_path: Path) -> None:
    """项目名称 alone."""
    path = file(tmp_path, "清单.xlsx", "| 项目名称 | 三级指标 | 指标值 |\n| 河道清淤 | 清淤长度 | ≥8公里 |")
    frames, _ = read(path).beside(perfbatch.read(file(tmp_path / "表", "表.xlsx", FORM.format(**RIVER))))
    found = frames.indicators.set_index("name").loc["清淤长度"]
    assert (found["approved_target"], found["approved_cell"]) == ("≥8公里", "Sheet1!C2")


def test_fifty_thousand_rows_are_a_matter_of_seconds(tmp_path: Path) -> None:
    """Read and matched with a thousand forms, near misses looked for."""
    rows = [f"{n // 500}局,{n // 50}中心,{n}号项目,{n % 90 + 1}" for n in range(50_000)]
    path = tmp_path / "名单.csv"
    path.write_text("\n".join(["主管部门,实施单位,项目名称,全年预算数（万元）", *rows]), encoding="utf-8")
    started = process_time()
    roster = read_roster(path)
    numbers = range(0, 50_000, 50)
    forms = pd.DataFrame(
        {
            "form_id": [f"{n}#表" for n in numbers],
            "file": [f"{n}" for n in numbers],
            "project_code": "",
            "department": [f"{n // 500}局" for n in numbers],
            "unit": [f"{n // 50}中心" for n in numbers],
            "project": [f"{n}号项目{'经费' if n % 1000 == 0 else ''}" for n in numbers],
        }
    )
    found = expect(roster.projects, forms, {}, date(2022, 3, 20))
    assert len(roster.projects) == 50_000 and found.roster["handed_in"].sum() == 950
    assert process_time() - started < 30
