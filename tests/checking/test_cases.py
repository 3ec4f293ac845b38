"""Every check on both sides of its boundary, as tables in tests/data/check/*.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfbatch.checking import catalogue
from tests.checking.build import each, said

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


def test_every_check_has_a_form_with_it_and_a_form_without() -> None:
    """The tables (and test_batch.py for B…) leave no check out."""
    found = {finding.split()[0] for _, case in CASES for finding in case["finds"]}
    assert {check.id for check in catalogue() if check.topic != "batch"} == found


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
