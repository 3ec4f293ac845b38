"""A department against its roster: two projects forgotten, one sent twice, another budget, one too many."""

from __future__ import annotations

from datetime import date

import pandas as pd

from perfbatch.checking import check_batch
from perfbatch.season.expected import Expected, expect

ROSTER = pd.DataFrame(
    [
        (2, "", "市教育局", "市教师发展中心", "骨干教师培训", 120.5, "2022-03-15"),
        (3, "", "市教育局", "市教师发展中心", "学科竞赛", 30.0, "2022-03-15"),
        (4, "", "市教育局", "市教育考试院", "考务专项", 88.0, None),
        (5, "", "市教育局", "市教育考试院", "命题经费", float("nan"), "2022-03-31"),
        (6, "", "市卫健委", "市急救中心", "急救车辆及设备更新", 1000000.0, "2022-03-15"),
    ],
    columns=["row", "code", "department", "unit", "project", "budget", "due"],
).assign(money_unit=["万元"] * 4 + ["元"], contact="", sheet="名单")
ROSTER["due"] = pd.to_datetime(ROSTER["due"]).astype("datetime64[s]")

FORMS = pd.DataFrame(
    [
        ("旧.xlsx", "市教育局", "市教师发展中心", "骨干教师培训", 120.0, "万元"),
        ("新.xlsx", "市教育局", "市教师发展中心", "骨干教师培训", 120.5, "万元"),
        ("考务.xlsx", "市教育局", "市教育考试院", "考务专项", 870000.0, "元"),
        ("急救.xlsx", "市卫健委", "市急救中心", "急救车辆及设备更新项目", 100.0, "万元"),
        ("另外.xlsx", "市卫健委", "市血站", "采血车", 50.0, "万元"),
    ],
    columns=["file", "department", "unit", "project", "budget", "money_unit"],
).assign(
    form_id=lambda f: f["file"] + "#表", sheet="表", year=pd.array([2021] * 5, dtype="Int64"),
    project_cell="B3", project_code="", layout="national", rules="beijing-2021", budget_cell="D8",
)  # fmt: skip
MODIFIED = {"旧.xlsx": 1.0, "新.xlsx": 2.0, "考务.xlsx": 1.0, "急救.xlsx": 1.0, "另外.xlsx": 1.0}


def expected() -> Expected:
    """The roster beside the forms, on 20 March."""
    return expect(ROSTER, FORMS, MODIFIED, date(2022, 3, 20))


def test_the_newest_counts_and_days_are_counted() -> None:
    """Who owes, since how many days."""
    roster = expected().roster
    assert roster["form_id"].tolist() == ["新.xlsx#表", "", "考务.xlsx#表", "", ""]
    assert roster["forms"].tolist() == [2, 0, 1, 0, 0]
    assert roster["handed_in"].tolist() == [True, False, True, False, False]
    assert roster["days_overdue"].fillna(-99).tolist() == [0, 5, -99, -11, 5]


def test_every_finding_of_the_roster() -> None:
    """B502 about no form; B503 in one unit of money; B504 names the nearest."""
    beside = expected()
    found = check_batch(beside.keys, roster=beside.roster)
    said = [
        (row["check"], row["level"], row["file"], row["cell"], row["message"])
        for row in found.to_dict("records")
        if row["check"] != "B501"
    ]
    assert sorted(said) == [
        ("B502", "error", "", "",
         "名单第 3 行的项目“学科竞赛”（市教师发展中心）没有报送自评表，已过应报日期 5 天。"),
        ("B502", "error", "", "", "名单第 5 行的项目“命题经费”（市教育考试院）没有报送自评表。"),
        ("B502", "error", "", "",
         "名单第 6 行的项目“急救车辆及设备更新”（市急救中心）没有报送自评表，已过应报日期 5 天。"),
        ("B503", "error", "旧.xlsx", "D8",
         "全年预算数填的是 120.00 万元，名单第 2 行是 120.50 万元，相差 0.50 万元。"),
        ("B503", "error", "考务.xlsx", "D8",
         "全年预算数填的是 870000.00 元，名单第 4 行是 88.00 万元，相差 10000.00 元。"),
        ("B504", "warning", "另外.xlsx", "B3", "项目“采血车”（市血站）不在应报名单上。"),
        ("B504", "warning", "急救.xlsx", "B3",
         "项目“急救车辆及设备更新项目”（市急救中心）不在应报名单上；相近的有“急救车辆及设备更新”。"),
    ]  # fmt: skip
    assert found.loc[found["check"] == "B502", "form_id"].tolist() == [""] * 3


def test_without_a_roster_nothing_is_said() -> None:
    """Only B501."""
    assert set(check_batch(FORMS)["check"]) == {"B501"}


def test_where_no_form_came_at_all_everything_is_owed() -> None:
    """A folder of refused files, say."""
    beside = expect(ROSTER, FORMS.iloc[:0], {}, date(2022, 3, 20))
    assert check_batch(beside.keys, roster=beside.roster)["check"].tolist() == ["B502"] * 5
