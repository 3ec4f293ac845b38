"""B521, B522: indicators of a right form (tests/checking/build.py) against last year's form."""

from __future__ import annotations

import pandas as pd
import pytest

from perfbatch.batch.last_year import beside
from perfbatch.checking import check_last_year
from perfbatch.schema import Frames
from perfbatch.scoring import score
from perfbatch.season.history import OldIndicator
from tests.checking.build import batch

TARGETS = """
| 序号 | 上年的指标值 | 发现      | 为什么                 |
| 1    | ≥200人       |           | 一样                   |
| 1    | 200人        |           | 只少写了符号           |
| 1    | ≥0.02万人    |           | 同类单位，一样多       |
| 1    | ≥300人       | B521 info | 正向，今年填得更低     |
| 1    | ≥150人       |           | 今年更难，不是降低     |
| 1    |              |           | 上年没有这个指标       |
| 5    | ≤150万元     | B521 info | 反向，今年填得更高     |
| 5    | ≤180万元     |           | 反向，今年填得更低     |
| 4    | 2020年10月前 |           | 期限年年不同，不比     |
| 6    | 效果显著     |           | 文字不比               |
"""
CASES = [[cell.strip() for cell in line[1:-1].split("|")] for line in TARGETS.strip().splitlines()[1:]]
REASONS = """
| 今年的原因                       | 上年的原因                   | 发现      |
| 招标流程较长，下年度提前启动。   | 招标流程较长，下年度提前启动 | B522 info |
| 招标流程较长，下年度提前启动。   | 招标流程较长                 |           |
| 无                               | 无                           |           |
|                                  |                              |           |
"""
REASON_CASES = [[cell.strip() for cell in line[1:-1].split("|")] for line in REASONS.strip().splitlines()[1:]]


def beside_last_year(number: int, **said: str) -> Frames:
    """The right form; its indicator ``number`` was as ``said`` last year."""
    frames = score(batch([{}]))
    nothing = pd.array([""] * len(frames.indicators), dtype="str")
    indicators = frames.indicators.assign(last_target=nothing, last_reason=nothing)
    for name, value in said.items():
        indicators.loc[indicators["number"] == number, name] = value
    return frames.with_(indicators=indicators)


def found(frames: Frames) -> list[str]:
    """Id and level of what last year's form gives rise to."""
    said = check_last_year(frames.forms, frames.indicators)
    return (said["check"] + " " + said["level"]).tolist()


@pytest.mark.parametrize(("number", "target", "expected", "why"), CASES, ids=lambda text: text)
def test_a_target_that_fell(number: str, target: str, expected: str, why: str) -> None:
    """Numbers alone, and only where the direction is sure."""
    assert found(beside_last_year(int(number), last_target=target)) == ([expected] if expected else []), why


@pytest.mark.parametrize(("reason", "last", "expected"), REASON_CASES, ids=lambda text: text)
def test_last_years_reason(reason: str, last: str, expected: str) -> None:
    """Word for word, blanks and punctuation aside; a reason that says nothing is another check's."""
    frames = beside_last_year(4, reason=reason, reason_state="value" if reason else "blank", last_reason=last)
    assert found(frames) == ([expected] if expected else [])


def test_indicators_are_known_by_name_and_level() -> None:
    """The second of two alike is the second; one without a name is nobody's."""
    now = pd.DataFrame(
        {
            "form_id": ["a", "a", "a", "a", "b"],
            "level2": ["数量", "数量", "质量", "", "数量"],
            "name": ["培训 人次", "培训人次", "培训人次", "", "培训人次"],
        }
    )
    old = {
        "a": [
            OldIndicator("数量", "培训人次", "1", "甲"), OldIndicator("数量", "培训人次", "2", "乙"),
            OldIndicator("", "", "3", "丙"),
        ],
        "c": [OldIndicator("数量", "培训人次", "4", "丁")],
    }  # fmt: skip
    assert beside(now, old)["last_target"].tolist() == ["1", "2", "", "", ""]
