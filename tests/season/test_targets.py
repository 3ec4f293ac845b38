"""Approved targets from a flat list, and which indicator of a form each of them is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from perfbatch.season.errors import ListError
from perfbatch.season.targets import COLUMNS, hold, read_target_list
from tests.drawn import draw
from tests.drawn_files import with_openpyxl

LIST = """
| 2021年度批复绩效目标 | < | < | < | < | < | < |
| 项目名称 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 分值 |
| 骨干教师培训 | 产出指标 | 数量指标 | 培训人次 | ≥ | #500 | 人次 | #10 |
| | | | 培训期数 | | ≥4期 | 期 | 10分 |
| | | 质量指标 | 合格率 | ≥ | #95 | % | |
| | 满意度指标 | 满意度指标 | 满意度 | 定性 | 满意 | | #10 |
| 考务专项 | 产出指标 | 时效指标 | 完成时间 | | 2021年6月前 | | |
"""


def read_from(drawing: str, folder: Path) -> pd.DataFrame:
    """The targets in a drawn list."""
    path = folder / "批复目标.xlsx"
    path.write_bytes(with_openpyxl([draw(drawing)]))
    return read_target_list(path).rows


def test_a_flat_list(tmp_path: Path) -> None:
    """Project and levels fill down; operator, number and unit are joined as the platform splits them."""
    frame = read_from(LIST, tmp_path)
    assert list(frame.columns) == list(COLUMNS)
    assert frame[["project", "level2", "name", "target", "cell"]].to_numpy().tolist() == [
        ["骨干教师培训", "数量指标", "培训人次", "≥500人次", "F3"],
        ["骨干教师培训", "数量指标", "培训期数", "≥4期", "F4"],
        ["骨干教师培训", "质量指标", "合格率", "≥95%", "F5"],
        ["骨干教师培训", "满意度指标", "满意度", "满意", "F6"],
        ["考务专项", "时效指标", "完成时间", "2021年6月前", "F7"],
    ]
    assert frame["points"].fillna(-1).tolist() == [10, 10, -1, 10, -1]


def test_a_list_without_targets_is_said(tmp_path: Path) -> None:
    """Which labels were found, and which are wanted."""
    with pytest.raises(ListError, match="项目名称") as raised:
        read_from("| 项目名称 | 三级指标 |\n| 甲 | 乙 |", tmp_path)
    assert raised.value.code == "labels"


def approved(*names: tuple[str, str]) -> pd.DataFrame:
    """Approved indicators of one project: level2 and name."""
    return pd.DataFrame(
        {
            "department": "甲局", "unit": "甲中心", "project": "一号",
            "level2": [level for level, _ in names], "name": [name for _, name in names],
            "project_number": 0,
        }
    )  # fmt: skip


def stated(*names: tuple[str, str]) -> pd.DataFrame:
    """Indicators of one form."""
    return pd.DataFrame(
        {"form_id": "f", "level2": [level for level, _ in names], "name": [name for _, name in names]}
    )


def test_equal_names_are_joined_likenesses_offered() -> None:
    """What is left over is missing, or was not approved."""
    held = hold(
        stated(("数量指标", "培训 人次"), ("数量指标", "开展培训期数"), ("质量指标", "另外的指标")),
        approved(("数量指标", "培训人次"), ("数量指标", "培训期数"), ("质量指标", "合格率")),
        {"f": 0},
    )
    assert held.approved.tolist() == [0, -1, -1]
    assert held.missing == [("f", 1), ("f", 2)]
    assert [(offer.form, offer.project) for offer in held.offers] == [(1, 1)]


def test_a_name_that_stands_twice_goes_by_its_level() -> None:
    """Else by order."""
    held = hold(
        stated(("质量指标", "完成率"), ("时效指标", "完成率"), ("时效指标", "完成率")),
        approved(("时效指标", "完成率"), ("质量指标", "完成率"), ("时效指标", "完成率")),
        {"f": 0},
    )
    assert held.approved.tolist() == [1, 0, 2] and not held.missing


def test_a_form_without_approved_targets_is_left_alone() -> None:
    """Nothing is missing where nothing was approved."""
    held = hold(stated(("数量指标", "培训人次")), approved(("数量指标", "培训人次")), {})
    assert held.approved.tolist() == [-1] and not held.missing and not held.offers


def test_a_code_reaches_no_further_than_its_project(tmp_path: Path) -> None:
    """A project without a code has none, whatever stands above it; levels go on within one project."""
    frame = read_from(
        """
        | 项目代码 | 项目名称 | 一级指标 | 三级指标 | 指标值 |
        | 440100210001 | 一号 | 产出指标 | 培训人次 | 500人次 |
        | | 一号 | | 培训期数 | 4期 |
        | | 二号 | | 完成时间 | 2021年6月前 |
        """,
        tmp_path,
    )
    assert frame[["code", "project", "level1"]].to_numpy().tolist() == [
        ["440100210001", "一号", "产出指标"], ["440100210001", "一号", "产出指标"], ["", "二号", ""],
    ]  # fmt: skip
