"""Every check on both sides of its boundary, as tables in tests/data/check/*.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfbatch.checking import catalogue, check
from perfbatch.scoring import score
from tests.checking.build import each, frames, said

DATA = Path(__file__).parent.parent / "data" / "check"
TOPICS = ("structure", "funds", "indicators", "reasons", "totals")


def _cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (topic, case)
        for topic in TOPICS
        for case in tomllib.loads((DATA / f"{topic}.toml").read_text(encoding="utf-8"))["case"]
    ]


CASES = _cases()


@cache
def _checked(rules: str | None) -> dict[str, pd.DataFrame]:
    """Findings of all cases under these rules, checked as one chunk, by their reasons."""
    cases = [case for _, case in CASES if case.get("rules") == rules]
    found = each([case["set"] for case in cases], rules)
    return dict(zip([case["why"] for case in cases], found, strict=True))


@pytest.mark.parametrize("case", [c for _, c in CASES], ids=[f"{topic}: {c['why']}" for topic, c in CASES])
def test_a_changed_form_has_exactly_the_findings_of_the_table(case: dict[str, Any]) -> None:
    """Neither more nor fewer, with level and place, one after the other."""
    findings = _checked(case.get("rules"))[case["why"]]
    assert sorted(case["finds"]) == sorted(said(findings)), findings["message"].tolist()


APART = ("batch", "roster", "targets", "last_year")


def test_every_check_has_a_form_with_it_and_a_form_without() -> None:
    """The tables (and test_batch.py, test_roster.py and the like for B…) leave no check out."""
    found = {finding.split()[0] for _, case in CASES for finding in case["finds"]}
    assert {check.id for check in catalogue() if check.topic not in APART} == found


def test_every_case_says_why_and_knows_no_other_key() -> None:
    """A mistyped key in a table never passes silently, and no two cases have the same reason."""
    assert len({case["why"] for _, case in CASES}) == len(CASES)
    for topic, case in CASES:
        assert {"why", "set", "finds"} <= set(case) <= {"why", "set", "finds", "rules"}, (topic, case)


def test_the_sum_of_points_names_the_budget_where_it_is_the_odd_one() -> None:
    """T402 says so where 预算执行 has another 分值 than the rule book states, and only there."""
    odd, usual = each(
        [
            {"total.points": "8", "total.own_score": "7.20"},
            {"1.level1": "产出指标(49分)", "1.points": "9", "1.own_score": "9.00"},
        ],
        None,
    )
    said_of_odd = odd.loc[odd["check"] == "T402", "message"].item()
    assert "（其中预算执行 8.00，按规定为 10.00）" in said_of_odd
    assert not usual["message"].str.contains("其中预算执行").any()


def test_points_printed_in_a_label_are_the_forms_own_rule() -> None:
    """预算执行情况（20分） is never held against the rule book's 10, a typed 20 is."""
    finds = {}
    for written in ("20", "预算执行情况（20分）"):
        made = frames({"total.own_score": "18.00", "1.points": "0", "1.own_score": "0"})
        total = made.funds["line"].eq("total")
        made.funds.loc[total, ["points", "points_text"]] = [20.0, written]
        findings = check(score(made, "beijing-2021"), "beijing-2021").findings
        finds[written] = findings.loc[findings["check"] == "F102", "message"].tolist()
    assert finds == {"20": ["年度资金总额的分值为 20.00，按规定为 10.00。"], "预算执行情况（20分）": []}


def test_a_wrong_rate_names_the_score_that_follows_from_the_right_one() -> None:
    """F101 stands for F102, and so says what F102 would have said; where the score is right it does not."""
    wrong, right = each([{"total.rate": "95%", "total.own_score": "9.50"}, {"total.rate": "95%"}])
    sentence = "年度资金总额的执行率为 95%，应为 90.00%（全年执行数 153.00 ÷ 全年预算数 170.00）"
    assert wrong["message"].tolist() == [f"{sentence}，得分相应应为 9.00。"]
    assert right["message"].tolist() == [f"{sentence}。"]


def test_a_score_above_its_points_is_said_whatever_the_budget() -> None:
    """F104 hides no score above 分值, and none below 0."""
    above, below = each([{"total.budget": "", "total.own_score": own} for own in ("11", "-1")])
    assert said(above) == ["F104 error total.budget", "F102 error total.own_score"]
    assert above["message"].tolist()[1] == "年度资金总额的得分为 11.00，超过分值 10.00。"
    assert "小于 0" in below["message"].tolist()[1]


def test_a_score_above_its_points_names_the_computed_one() -> None:
    """I201 stands for I202, and so says what the rule gives; where a person judges it gives nothing."""
    computed, judged = each(
        [
            {"2.actual": "2份", "2.own_score": "15"},
            {"6.actual": "举办活动三场，反响较好", "6.own_score": "21"},
        ]
    )
    by_check = computed.set_index("check")
    assert by_check.loc["I201", "message"] == (
        "“编制报告数量”得分为 15.00，超过分值 10.00，"
        "按正向指标（没有写明方向，按越高越好推断）计算应为 5.00。"
    )
    assert by_check.loc["I201", "expected"] == "5.00"
    assert judged.set_index("check").loc["I201", "message"] == "“社会影响”得分为 21.00，超过分值 20.00。"
