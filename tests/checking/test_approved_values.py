"""Stated targets held against the approved ones, from a table that a finance officer can read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from perfbatch.checking.approved_values import compare

TABLE = Path(__file__).parent.parent / "data" / "season" / "targets.tsv"
with TABLE.open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("case", CASES, ids=[case["说明"] for case in CASES])
def test_how_a_target_stands_to_the_approved_one(case: dict[str, str]) -> None:
    """One pair at a time."""
    found = compare([case["批复"]], [case["表中"]], [case["方向"]], [case["把握"] == "1"], 2021)
    assert found.tolist() == [case["结果"]]


def test_many_at_once_as_one_by_one() -> None:
    """Rows do not reach each other."""
    columns = [[case[name] for case in CASES] for name in ("批复", "表中", "方向")]
    found = compare(*columns, [case["把握"] == "1" for case in CASES], [2021] * len(CASES))
    assert found.tolist() == [case["结果"] for case in CASES]


def test_none() -> None:
    """No rows, no answer."""
    assert compare([], [], [], []).tolist() == []
