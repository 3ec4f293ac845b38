"""The published form, line by line (spec section 7): from the file to the findings."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from perfbatch.checking import check
from perfbatch.reading import read
from perfbatch.schema import Frames
from perfbatch.scoring import score

SEED = Path(__file__).parent.parent / "sample_inputs/北京市政协办公厅/政协委员履职平台专项运维.xlsx"

# 指标 | A | B | 分值 | 自评 | 重算（– 为由人判断，括号内为采用分）| 规则 | 问题
TABLE = """
budget                               | 170.000000   | 152.149300   | 10 | 8.95  | 8.95      | budget    |
渗透测试次数                         | 4            | 2            | 7  | 3.50  | 3.50      | positive  | R301 error
漏洞扫描次数                         | 1            | 2            | 7  | 7.00  | 7.00      | positive  | R301 warning
驻场运维人数                         | 5            | 5            | 6  | 6.00  | 6.00      | positive  |
信息系统安全保护等级                 | 三级         | 三级         | 2  | 2.00  | 2.00      | text      |
系统正常运行率                       | ≥95%         | ≥95%         | 3  | 3.00  | 3.00      | positive  | I205 info
系统运行故障率                       | ≤5%          | ≤5%          | 3  | 3.00  | 3.00      | reverse   | I205 info
市级政务云租用及网络信息安全保障率   | 100%         | 100%         | 2  | 2.00  | 2.00      | positive  |
项目前期准备时间                     | 2021年3月前  | 2021年3月前  | 2  | 2.00  | 2.00      | deadline  | I205 info
合同签订时间                         | 2021年6月前  | 2021年12月   | 2  | 1.00  | – (1.00)  | late      | R301 error, I206 info
工作总结完成时间                     | 2021年12月前 | 2021年12月   | 2  | 2.00  | 2.00      | deadline  |
系统使用服务周期                     | 每天         | 每天         | 4  | 4.00  | 4.00      | text      |
项目预算控制总数                     | 170万元      | 152.15万元   | 10 | 8.95  | 10.00     | reverse   | R301 error, I202 warning
通过委员履职平台系统维护、信息资料输入、数据修改维护 | 宣传 | 通过 | 30 | 25.00 | – (25.00) | judgement | R301 error, I206 info
委员和机关工作人员的满意度           | ≥90%         | 超过90%      | 10 | 9.00  | 10.00     | positive  | R301 error, I202 warning
"""  # noqa: E501
LINES = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.fixture(scope="module")
def frames() -> Frames:
    """The seed through read, score and check, by the default rule book."""
    return check(score(read(SEED)))


def test_the_table_is_the_whole_form(frames: Frames) -> None:
    """As many indicators as the table has lines beside the budget, in its order."""
    assert frames.indicators["name"].tolist() == [line[0] for line in LINES[1:]]
    assert len(frames.forms) == 1


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_line(frames: Frames, line: list[str]) -> None:
    """Values, own score, recomputed score, rule and findings of one line."""
    name, target, actual, points, own, computed, rule, findings = line
    found = frames.findings
    if name == "budget":
        row = frames.funds[frames.funds["line"] == "total"].iloc[0]
        shown = (row["budget_text"], row["executed_text"])
        mine = found[found["line"] == "total"]
    else:
        row = frames.indicators[frames.indicators["name"] == name].iloc[0]
        # of the two sentences, the table holds the beginning
        shown = (row["target"][: len(target)], row["actual"][: len(actual)])
        mine = found[found["indicator"] == row["number"]]
    assert shown == (target, actual)
    assert (row["points"], row["own_score"], row["rule"]) == (float(points), float(own), rule)
    if computed.startswith("–"):
        assert math.isnan(row["computed_score"])
        assert row["accepted_score"] == float(computed.strip("– ()"))
    else:
        assert row["computed_score"] == row["accepted_score"] == float(computed)
    expected = sorted(tuple(finding.split()) for finding in findings.split(", ") if finding)
    assert sorted(zip(mine["check"], mine["level"], strict=True)) == expected


def test_header_and_totals(frames: Frames) -> None:
    """100 points, 87.40 own, 89.45 recomputed, 良 both."""
    form = frames.forms.iloc[0]
    assert (form["project"], form["unit"]) == ("政协委员履职平台专项运维", "北京市政协本级行政")
    assert form["year"] == 2021
    assert form["department"] == "中国人民政治协商会议北京市委员会办公厅 (财务处)"
    assert (form["leader"], form["phone"], form["phone_state"]) == ("赵峰", "", "blank")
    assert (form["points_total"], form["points_sum"]) == (100, 100)
    assert (form["own_total"], form["own_sum"], form["computed_total"]) == (87.40, 87.40, 89.45)
    assert (form["grade_own"], form["grade_computed"]) == ("良", "良")


def test_what_must_be_mended(frames: Frames) -> None:
    """5 deviations without a reason must be mended, 1 is to be checked; nothing beside the table."""
    missing = frames.findings[frames.findings["check"].isin(["R301", "R302"])]
    assert missing["level"].value_counts().to_dict() == {"error": 5, "warning": 1}
    stated = sum(len(line[7].split(", ")) for line in LINES if line[7])
    assert len(frames.findings) == stated


def test_the_reverse_budget_control_says_why(frames: Frames) -> None:
    """Directions: the operator where there is one, the name for 成本, else the default."""
    rows = frames.indicators.set_index("name")[["direction", "direction_source"]]
    assert rows.loc["项目预算控制总数"].tolist() == ["reverse", "name"]
    assert rows.loc["系统运行故障率"].tolist() == ["reverse", "operator"]
    assert rows.loc["渗透测试次数"].tolist() == ["positive", "default"]
    assert rows.loc["合同签订时间"].tolist() == ["", ""]
