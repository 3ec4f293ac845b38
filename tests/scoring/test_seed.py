"""docs/specification.md, section 7: the seed form, line by line, under Beijing 2021."""

from __future__ import annotations

import math

import pytest

from perfbatch.schema import Frames
from perfbatch.scoring import score
from tests.scoring.making import date, frames, number, text

SENTENCE = "宣传北京市政协在我市民主政治建设中发挥的作用、展示委员参政议政的履职风采"
RESULT = "通过委员履职平台系统维护、信息资料输入、数据修改维护，宣传北京市政协在我市民主政治建设中发挥的作用"

# name, level2, target, actual, points, own
LINES = [
    ("渗透测试次数", "数量指标", number("target", 4), number("actual", 2), 7, 3.50),
    ("漏洞扫描次数", "数量指标", number("target", 1), number("actual", 2), 7, 7.00),
    ("驻场运维人数", "数量指标", number("target", 5), number("actual", 5), 6, 6.00),
    ("信息系统安全保护等级", "质量指标", text("target", "三级"), text("actual", "三级"), 2, 2.00),
    ("系统正常运行率", "质量指标", number("target", 95, "%", ">="), number("actual", 95, "%", ">="), 3, 3.00),
    ("系统运行故障率", "质量指标", number("target", 5, "%", "<="), number("actual", 5, "%", "<="), 3, 3.00),
    (
        "市级政务云租用及网络信息安全保障率", "质量指标",
        number("target", 100, "%"), number("actual", 100, "%"), 2, 2.00,
    ),
    (
        "项目前期准备时间", "时效指标",
        date("target", "2021年3月前", None, "2021-03-31", "<="),
        date("actual", "2021年3月前", None, "2021-03-31", "<="), 2, 2.00,
    ),
    (
        "合同签订时间", "时效指标",
        date("target", "2021年6月前", None, "2021-06-30", "<="),
        date("actual", "2021年12月", "2021-12-01", "2021-12-31"), 2, 1.00,
    ),
    (
        "工作总结完成时间", "时效指标",
        date("target", "2021年12月前", None, "2021-12-31", "<="),
        date("actual", "2021年12月", "2021-12-01", "2021-12-31"), 2, 2.00,
    ),
    ("系统使用服务周期", "时效指标", text("target", "每天"), text("actual", "每天"), 4, 4.00),
    (
        "项目预算控制总数", "成本指标",
        number("target", 170, "万元"), number("actual", 152.15, "万元"), 10, 8.95,
    ),
    ("通过委员履职平台系统维护", "社会效益指标", text("target", SENTENCE), text("actual", RESULT), 30, 25.00),
    (
        "委员和机关工作人员的满意度", "服务对象满意度指标",
        number("target", 90, "%", ">="), number("actual", 90, "%", ">"), 10, 9.00,
    ),
]  # fmt: skip

# name: computed, accepted, rule, direction, who decided, deviation
EXPECTED = {
    "渗透测试次数": (3.50, 3.50, "positive", "positive", "default", "missed"),
    "漏洞扫描次数": (7.00, 7.00, "positive", "positive", "name", "over"),
    "驻场运维人数": (6.00, 6.00, "positive", "positive", "default", ""),
    "信息系统安全保护等级": (2.00, 2.00, "text", "", "", ""),
    "系统正常运行率": (3.00, 3.00, "positive", "positive", "operator", ""),
    "系统运行故障率": (3.00, 3.00, "reverse", "reverse", "operator", ""),
    "市级政务云租用及网络信息安全保障率": (2.00, 2.00, "positive", "positive", "name", ""),
    "项目前期准备时间": (2.00, 2.00, "deadline", "", "", ""),
    "合同签订时间": (None, 1.00, "late", "", "", "late"),
    "工作总结完成时间": (2.00, 2.00, "deadline", "", "", ""),
    "系统使用服务周期": (4.00, 4.00, "text", "", "", ""),
    "项目预算控制总数": (10.00, 10.00, "reverse", "reverse", "name", "docked"),
    "通过委员履职平台系统维护": (None, 25.00, "judgement", "", "", "docked"),
    "委员和机关工作人员的满意度": (10.00, 10.00, "positive", "positive", "operator", "docked"),
}


@pytest.fixture(scope="module")
def scored() -> Frames:
    rows = [
        {"name": name, "level2": level2, **target, **actual, "points": points, "own_score": own}
        for name, level2, target, actual, points, own in LINES
    ]
    funds = [
        {"initial": 200, "budget": 170, "executed": 152.1493, "rate": 89.5, "points": 10, "own_score": 8.95},
        {
            "line": "fiscal",
            "budget": 170,
            "executed": 152.1493,
            "rate": 89.5,
            "points": 10,
            "own_score": 8.95,
        },
        {"line": "carryover"},
    ]
    return score(frames(rows, funds, [{"own_total": 87.40, "points_total": 100}]))


@pytest.mark.parametrize("name", EXPECTED)
def test_each_line_of_the_seed(scored: Frames, name: str) -> None:
    """Scores, rule, direction and deviation, as docs/specification.md, section 7 has them."""
    row = scored.indicators.set_index("name").loc[name]
    computed = None if math.isnan(row["computed_score"]) else row["computed_score"]
    found = (
        computed, row["accepted_score"], row["rule"], row["direction"], row["direction_source"],
        row["deviation_kind"],
    )  # fmt: skip
    assert found == EXPECTED[name]


def test_the_budget_line_of_the_seed(scored: Frames) -> None:
    """170 planned, 152.1493 spent: 执行率 89.50 %, 8.95 of 10."""
    total = scored.funds.iloc[0]
    assert round(total["computed_rate"], 2) == 89.50
    assert (total["computed_score"], total["accepted_score"], total["difference"]) == (8.95, 8.95, 0)
    assert (total["rule"], total["clause"]) == ("budget", "自评表表式")


def test_the_totals_of_the_seed(scored: Frames) -> None:
    """100 points, 87.40 by the unit's own scores, 89.45 recomputed, 良 either way."""
    form = scored.forms.iloc[0]
    assert (form["points_sum"], form["own_sum"], form["computed_total"]) == (100, 87.40, 89.45)
    assert (form["grade_own"], form["grade_computed"], form["rules"]) == ("良", "良", "beijing-2021")


def test_the_seed_has_six_deviations(scored: Frames) -> None:
    """Five to be mended (missed, late or docked), one to be checked (漏洞扫描 at twice its target)."""
    kinds = scored.indicators["deviation_kind"]
    assert list(kinds[kinds != ""]) == ["missed", "over", "late", "docked", "docked", "docked"]
    over = scored.indicators[kinds == "over"].iloc[0]
    assert (over["excess"], over["deviation_size"], over["completion"]) == (100, 100, 200)


def test_every_score_names_clause_and_parameter(scored: Frames) -> None:
    """No indicator is scored without the clause and the parameter that it rests on."""
    by_rule = scored.indicators.drop_duplicates("rule").set_index("rule")
    assert by_rule["parameter"].to_dict() == {
        "positive": "positive.formula", "text": "text.formula", "reverse": "reverse.formula",
        "deadline": "deadline.formula", "late": "deadline.formula", "judgement": "judgement.formula",
    }  # fmt: skip
    assert by_rule["clause"].to_dict() == {
        "positive": "北京市2021年度自评表填报注意事项第2条", "text": "perfbatch 约定",
        "reverse": "北京市2021年度自评表填报注意事项第2条",
        "deadline": "perfbatch 约定", "late": "perfbatch 约定", "judgement": "perfbatch 约定",
    }  # fmt: skip
