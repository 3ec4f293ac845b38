"""Every example in tests/data/score comes out as its table says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfbatch.rules import load
from perfbatch.scoring import score
from perfbatch.scoring.form_totals import grade_totals
from perfbatch.values import parse_sides
from tests.scoring.making import frames
from tests.scoring.tables import DATA, DEVIATIONS, DIRECTIONS, NONE, RULES, SOURCES, book, number, rows

# heading: column, words of the table; None for numbers
EXPECTED: dict[str, tuple[str, Mapping[str, str] | None]] = {
    "规则": ("rule", RULES),
    "方向": ("direction", DIRECTIONS),
    "方向依据": ("direction_source", SOURCES),
    "重算得分": ("computed_score", None),
    "认可得分": ("accepted_score", None),
    "偏差": ("deviation_kind", DEVIATIONS),
    "偏差大小": ("deviation_size", None),
    "执行率": ("computed_rate", None),
}


def differences(row: Mapping[str, str], scored: Mapping[str, Any]) -> list[str]:
    """What came out otherwise than the row says; blank cells say nothing."""
    found = []
    for heading, (column, words) in EXPECTED.items():
        said = row.get(heading, "")
        if said == "":
            continue
        got = scored[column]
        if words is None:
            wanted = number(said)
            agree = math.isnan(got) if math.isnan(wanted) else math.isclose(got, wanted, abs_tol=1e-8)
        else:
            agree = got == ("" if said == NONE else words[said])
        if not agree:
            found.append(f"{row['所在']}（{row['说明']}）：{heading} 应为 {said}，得到 {got}")
    if row.get("未达标") and scored["missed"] != (row["未达标"] == "是"):
        found.append(f"{row['所在']}（{row['说明']}）：未达标 应为 {row['未达标']}")
    if row.get("参数") and scored["parameter"] != row["参数"]:
        found.append(f"{row['所在']}（{row['说明']}）：参数 应为 {row['参数']}，得到 {scored['parameter']}")
    return found


@pytest.mark.parametrize("path", sorted((DATA / "indicators").glob("*.tsv")), ids=lambda path: path.stem)
def test_indicators_come_out_as_the_table_says(path: Path) -> None:
    """Target, actual, points and own score give rule, direction, scores and deviation of the table."""
    examples = list(rows(path))
    assert examples
    wrong = []
    for name in dict.fromkeys(row["手册"] for row in examples):
        mine = [row for row in examples if row["手册"] == name]
        parsed = parse_sides([r["年度指标值"] for r in mine], [r["实际完成值"] for r in mine], 2021)
        records = [
            {
                "level2": row["二级指标"], "name": row["三级指标"], "target": row["年度指标值"],
                "actual": row["实际完成值"], "points": number(row["分值"]),
                "own_score": number(row["自评得分"]), **sides,
                "approved_direction": DIRECTIONS.get(row.get("批复方向", ""), ""),
            }
            for row, sides in zip(mine, parsed.to_dict("records"), strict=True)
        ]  # fmt: skip
        scored = score(frames(records), book(name)).indicators
        for row, result in zip(mine, scored.to_dict("records"), strict=True):
            wrong += differences(row, result)
    assert wrong == []


def test_fund_lines_come_out_as_the_table_says() -> None:
    """Budget, spending, points and own score give rate, rule and scores of the table."""
    wrong = []
    for row in rows(DATA / "budget" / "lines.tsv"):
        line = {
            "budget": number(row["全年预算数"]), "executed": number(row["全年执行数"]),
            "points": number(row["分值"]), "own_score": number(row["自评得分"]),
        }  # fmt: skip
        scored = score(frames([], [line]), book(row["手册"])).funds
        wrong += differences(row, scored.to_dict("records")[0])
    assert wrong == []


def test_totals_get_the_grade_of_the_table() -> None:
    """Grades are given after rounding: 89.995 is 优, 89.994 is 良."""
    examples = list(rows(DATA / "grades" / "totals.tsv"))
    found = grade_totals(pd.Series([number(row["总分"]) for row in examples]).to_numpy(), load())
    assert found.to_pylist() == [row["等级"].replace(NONE, "") for row in examples]
