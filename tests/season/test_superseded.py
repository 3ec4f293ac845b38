"""Which of several forms for one project counts, from a table."""

from __future__ import annotations

import pandas as pd
import pytest

from perfbatch.season.superseded import superseded

# project, year, code, row of the roster, day of the file → the form that counts instead
CASES = {
    "一张": [("清淤", 2021, "", 0, 1, "")],
    "再报": [("清淤", 2021, "", 0, 1, "b"), ("清淤", 2021, "", 0, 2, "")],
    "三张": [("清淤", 2021, "", 0, 2, "c"), ("清淤", 2021, "", 0, 1, "c"), ("清淤", 2021, "", 0, 3, "")],
    "时间相同，分不出先后": [("清淤", 2021, "", 0, 1, ""), ("清淤", 2021, "", 0, 1, "")],
    "不同年度": [("清淤", 2020, "", 0, 1, ""), ("清淤", 2021, "", 0, 2, "")],
    "名称不同，名单上是一个": [("清淤", 2021, "", 0, 1, "b"), ("河道清淤", 2021, "", 0, 2, "")],
    "名称相同，名单上是两个": [("清淤", 2021, "A1", 0, 1, ""), ("清淤", 2021, "A2", 1, 2, "")],
    "名单上没有": [("清淤", 2021, "", -1, 1, "b"), ("清 淤", 2021, "", -1, 2, "")],
    "没有名称": [("", 2021, "", -1, 1, ""), ("", 2021, "", -1, 2, "")],
}


@pytest.mark.parametrize("case", CASES)
def test_the_newest_counts(case: str) -> None:
    """Of one project and year; what nobody can tell counts."""
    rows = CASES[case]
    ids = ["a", "b", "c"][: len(rows)]
    keys = pd.DataFrame(
        {
            "form_id": ids, "file": ids, "department": "市水利局", "unit": "河道管理所",
            "project": [row[0] for row in rows], "project_code": [row[2] for row in rows],
            "year": pd.array([row[1] for row in rows], dtype="Int64"),
            "roster_row": [row[3] for row in rows],
        }
    )  # fmt: skip
    times = {form: float(row[4]) for form, row in zip(ids, rows, strict=True)}
    wanted = {form: row[5] for form, row in zip(ids, rows, strict=True) if row[5]}
    assert superseded(keys, times).by == wanted


def test_nothing_was_sent() -> None:
    """No forms, none superseded."""
    keys = pd.DataFrame({name: pd.array([], dtype="str") for name in (
        "form_id", "file", "department", "unit", "project", "project_code")})  # fmt: skip
    assert superseded(keys.assign(year=pd.array([], dtype="Int64")), {}).by == {}
