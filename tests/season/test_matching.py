"""Which form is which project of the roster."""

from __future__ import annotations

import pandas as pd
import pytest

from perfbatch.season.matching import Pair, match
from perfbatch.season.roster import identity_keys

ROSTER = [
    # code, department, unit, project
    ("440100210001", "市教育局", "市教师发展中心", "骨干教师培训"),
    ("", "市教育局", "市教育考试院", "考务专项"),
    ("", "市教育局", "市第一中学", "校舍维修"),
    ("", "市卫健委", "市第一中学", "校舍维修"),
    ("", "市卫健委", "市急救中心", "急救车辆及设备更新"),
    ("", "市农业农村局", "", "农机购置补贴"),
]


def frame(rows: list[tuple[str, str, str, str]], code: str) -> pd.DataFrame:
    """Rows of code, department, unit and project."""
    return pd.DataFrame(rows, columns=[code, "department", "unit", "project"], dtype="str")


@pytest.mark.parametrize(
    ("form", "project", "how", "offered"),
    [
        (("440100210001", "别的局", "别的单位", "改了名的项目"), 0, "code", []),
        (("", "市教育局", "市教师发展中心", "骨干教师 培训"), 0, "name", []),
        (("", "教育局", "市教育考试院（盖章）", "考务专项"), -1, "", [1]),
        (("", "", "市教育考试院", "考务专项"), 1, "name", []),
        (("", "市教育局", "市第一中学", "校舍维修"), 2, "name", []),
        (("", "某局", "市第一中学", "校舍维修"), -1, "", [2, 3]),
        (("", "市卫健委", "市急救中心", "急救车辆及设备更新项目"), -1, "", [4]),
        (("", "市卫健委", "市急救中心", "完全另外的事情"), -1, "", []),
        (("", "市农业农村局", "市农机站", "农机购置补贴"), 5, "name", []),
        (("", "市教育局", "市教育考试院", ""), -1, "", []),
    ],
)
def test_by_code_else_by_name_and_never_by_likeness(
    form: tuple[str, str, str, str], project: int, how: str, offered: list[int]
) -> None:
    """Near misses are offered, likeliest first."""
    found = match(frame([form], "project_code"), frame(ROSTER, "code"))
    assert found.project.tolist() == [project] and found.how == [how]
    assert sorted(offer.project for offer in found.offers) == offered


def test_a_persons_word_counts_both_ways() -> None:
    """是 joins, 否 is not offered again, and neither reaches another pair."""
    forms = frame([("", "市卫健委", "市急救中心", "急救车辆及设备更新项目")], "project_code")
    roster = frame(ROSTER, "code")
    pair = Pair(*identity_keys(forms)[0], *identity_keys(roster)[4])
    yes, no = match(forms, roster, {pair: True}), match(forms, roster, {pair: False})
    assert yes.project.tolist() == [4] and yes.how == ["confirmed"] and not yes.offers
    assert no.project.tolist() == [-1] and not no.offers


def test_a_project_that_a_form_has_is_offered_to_no_other() -> None:
    """Two forms of one project are both it; a like name of the same unit is not."""
    rows = [("", "市卫健委", "市急救中心", "急救车辆及设备更新")] * 2
    rows.append(("", "市卫健委", "市急救中心", "急救车辆及设备更新二期"))
    found = match(frame(rows, "project_code"), frame(ROSTER, "code"))
    assert found.project.tolist() == [4, 4, -1] and not found.offers


def test_a_code_that_stands_twice_decides_nothing() -> None:
    """Then names do."""
    roster = frame(
        [("1001000001", "甲局", "甲中心", "一号"), ("1001000001", "甲局", "甲中心", "二号")], "code"
    )
    found = match(frame([("1001000001", "甲局", "甲中心", "二号")], "project_code"), roster)
    assert found.project.tolist() == [1] and found.how == ["name"]
