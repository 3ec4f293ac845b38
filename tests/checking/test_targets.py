"""B511…B514: one indicator of a right form (tests/checking/build.py) against what was approved for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from perfbatch.checking import check
from perfbatch.checking.evidence import ApprovedTargets
from perfbatch.schema import Frames
from perfbatch.scoring import score
from tests.checking.build import batch

NOTHING = pd.DataFrame(
    {
        name: pd.array([], dtype="str")
        for name in ("form_id", "level2", "name", "target", "file", "place", "near")
    }
).assign(again=np.array([], dtype=bool))
TARGETS = """
| 序号 | 批复的指标值 | 方向 | 发现           | 为什么                                     |
| 1    | ≥200人       | positive |            | 一样                                       |
| 1    | 200人        |      |                | 少写了符号                                 |
| 1    | ≥0.02万人    | positive |            | 同类单位                                   |
| 1    | ≥300人       | positive | B511 error | 正向，填得更低                             |
| 1    | ≥150人       | positive | B511 warning | 正向，填得更高                           |
| 2    | 5份          |      | B511 error     | 没有符号，“数量”说明方向                   |
| 2    | ≥5份         | positive | B511 error | 批复的符号说明方向                         |
| 5    | ≤150万元     | reverse | B511 error  | 反向，填得更高                             |
| 5    | ≤180万元     | reverse | B511 warning | 反向，填得更低                            |
| 4    | 2021年10月前 |      | B511 error     | 期限更晚                                   |
| 4    | 2022年1月前  |      | B511 warning   | 期限更早                                   |
| 6    | 效果明显     |      |                | 文字相同                                   |
| 6    | 效果显著     |      | B511 warning   | 只是文字不同                               |
| 8    | ≤90%         | reverse | B511 warning | 符号相反，说不准难易                      |
"""
CASES = [[cell.strip() for cell in line[1:-1].split("|")] for line in TARGETS.strip().splitlines()[1:]]


def held(number: int, **said: object) -> Frames:
    """The right form; its indicator ``number`` is approved as ``said``."""
    frames = batch([{}])
    indicators = frames.indicators.copy()
    for name, value in {"approved_file": "批复表.xlsx", "approved_cell": "批复!D8", **said}.items():
        indicators.loc[indicators["number"] == number, name] = value
    return score(frames.with_(indicators=indicators))


def found(frames: Frames, approved: ApprovedTargets | None) -> list[str]:
    """Id and level of what the approved targets give rise to."""
    said = check(frames, approved=approved).findings
    ours = said[said["check"].str.startswith("B51")]
    return (ours["check"] + " " + ours["level"]).tolist()


@pytest.mark.parametrize(("number", "target", "direction", "expected", "why"), CASES, ids=lambda text: text)
def test_another_target(number: str, target: str, direction: str, expected: str, why: str) -> None:
    """An error only where it is easier, for certain."""
    frames = held(int(number), approved_target=target, approved_direction=direction)
    approved = ApprovedTargets(frozenset(), NOTHING)
    assert found(frames, approved) == ([expected] if expected else []), why


@pytest.mark.parametrize(("points", "expected"), [(10, []), (8, ["B514 warning"]), (np.nan, [])])
def test_another_weight(points: float, expected: list[str]) -> None:
    """Where the approved one is known."""
    frames = held(1, approved_target="≥200人", approved_points=points, approved_points_cell="批复!E8")
    assert found(frames, ApprovedTargets(frozenset(), NOTHING)) == expected


def test_missing_and_added_ones() -> None:
    """Only on forms that have approved targets; 预算执行率 is every form's own."""
    frames = held(1, approved_target="≥200人")
    form = frames.forms["form_id"].iloc[0]
    missing = pd.DataFrame(
        [
            (form, "", "满意率", "≥90%", "批复表.xlsx", "批复!D9", "满意度", False),
            (form, "", "预算执行率", "100%", "批复表.xlsx", "批复!D10", "", False),
        ],
        columns=list(NOTHING),
    )
    approved = ApprovedTargets(frozenset([form]), missing)
    assert sorted(found(frames, approved)) == ["B512 error", *["B513 warning"] * 7]
    said = check(frames, approved=approved).findings
    assert said.loc[said["check"] == "B512", "message"].tolist() == [
        "批复的指标“满意率”（指标值“≥90%”，批复表.xlsx 的 批复!D9）在表中没有填报；表上相近的有“满意度”。"
    ]
    assert found(frames, ApprovedTargets(frozenset(), missing[:0])) == []
    once_more = missing[:1].assign(again=True)  # the form has one of that name, held against another target
    assert found(frames, ApprovedTargets(frozenset(), once_more)) == ["B512 warning"]


def test_nothing_is_said_where_no_targets_were_given() -> None:
    """Whatever the frames hold."""
    assert found(held(1, approved_target="≥300人"), None) == []
