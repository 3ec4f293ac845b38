"""绩效指标: levels, template rows, split columns, missing labels, the end of the table."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import math

import pytest

from tests.workbook.parts import INDICATORS, LABELS, TOTAL, form, rows

PLAIN = [
    ("产出指标", "数量指标", "巡检次数"), ("产出指标", "数量指标", "巡检报告"), ("产出指标", "质量指标", "合格率"),
    ("满意度指标", "服务对象满意度指标", "委员满意度"),
]  # fmt: skip

LEVELS = {
    "merged over rows": """
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ | ^ | ^ | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ | ^ | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "repeated in every row": """
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ | 产出指标 | 数量指标 | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ | 产出指标 | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "in the first row only": """
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ |  |  | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ |  | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "broken by line breaks and blanks": """
| ^ | 产\\n出\\n指\\n标 | 数 量 指 标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ | ^ | ^ | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ | ^ | 质量\\n指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 满意度\\n指标 | 服务对象\\n满意度指\\n标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "with blank rows between": """
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ |  |  |  |  |  |  |  |  |
| ^ |  |  | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ |  | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ |  |  |  |  |  |  |  |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "with subtotals": """
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ | ^ | ^ | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ | ^ | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 小计 | < | < |  |  | 80 | 80 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "as headings across the table": """
| ^ | 一、产出指标（80分） | < | < | < | < | < | < | < |
| ^ |  | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ |  |  | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ |  | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 二、满意度指标（10分） | < | < | < | < | < | < | < |
| ^ |  | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "numbered": """
| ^ | 一、产出指标 | （一）数量指标 | 指标1：巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ | ^ | ^ | 指标2：巡检报告 | 4份 | 4份 | 30 | 30 |  |
| ^ | ^ | 2.质量指标 | 指标1 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 二、满意度指标 | 服务对象满意度指标 | 指标一：委员满意度 | 90% | 95% | 10 | 10 |  |""",
    "with the columns' labels again on the second page": f"""
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ |  |  | 巡检报告 | 4份 | 4份 | 30 | 30 |  |
{LABELS}
| ^ | 产出指标 | 质量指标 | 合格率 | 100% | 100% | 20 | 20 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | 90% | 95% | 10 | 10 |  |""",
}


@pytest.mark.parametrize("habit", LEVELS)
def test_levels_however_they_are_given(habit):
    """The same four indicators under the same levels, whatever the habit of the unit."""
    found = form(indicators=LEVELS[habit].replace("\\\\n", "\\n"))
    assert rows(found) == PLAIN
    assert [i.points.value for i in found.indicators] == [30, 30, 20, 10]


def test_a_new_level1_begins_without_a_level2():
    """成本 is not filled down from the level above."""
    found = form(
        indicators="""
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 50 | 50 |  |
| ^ | 成本指标 |  | 经费 | ≤10万元 | 9万元 | 40 | 40 |  |"""
    )
    assert rows(found) == [("产出指标", "数量指标", "巡检次数"), ("成本指标", "", "经费")]


def test_addresses_of_merged_and_repeated_levels():
    """Of a merged level the top left cell, of a repeated one its own."""
    merged = form(indicators=LEVELS["merged over rows"])
    repeated = form(indicators=LEVELS["repeated in every row"])
    assert [i.level1_cell for i in merged.indicators] == ["B14", "B14", "B14", "B17"]
    assert [i.level1_cell for i in repeated.indicators] == ["B14", "B15", "B16", "B17"]
    assert [i.level2_cell for i in merged.indicators] == ["C14", "C14", "C16", "C17"]


@pytest.mark.parametrize(("first", "second", "weights"), [
    ("产出指标（50分）", "", [50, 50]),
    ("产出指标（50分）", "产出指标（50分）", [50, 50]),
    ("产出指标（50分）", "产出指标", [50, 50]),
    ("产出指标", "（50分）", [50, 50]),
    ("（50分）", "", [50, 50]),
    ("产出指标", "", [math.nan, math.nan]),
])  # fmt: skip
def test_weights_printed_in_labels(first, second, weights):
    """The weight of a 一级指标 belongs to all of its rows, also where it stands in the cell below."""
    found = form(
        indicators=f"""
| ^ | {first} | 数量指标 | 巡检次数 | 12次 | 12次 | 30 | 30 |  |
| ^ | {second} |  | 巡检报告 | 4份 | 4份 | 20 | 20 |  |"""
    )
    assert [i.level1_weight for i in found.indicators] == [pytest.approx(w, nan_ok=True) for w in weights]


@pytest.mark.parametrize("row", [
    "| ^ |  |  | 指标2： |  |  |  |  |  |",
    "| ^ |  |  | 指标2 |  |  |  |  |  |",
    "| ^ |  |  | …… |  |  |  |  |  |",
    "| ^ |  |  | ... |  |  |  |  |  |",
    "| ^ |  |  | 指标3：…… |  |  |  |  |  |",
    "| ^ |  | 生态效益指标 |  |  |  |  |  |  |",
    "| ^ |  | 生态效益指标 | / | / | / | / | / | / |",
    "| ^ |  | 生态效益指标 | 指标1：/ |  |  | / | / |  |",
    "| ^ |  | 生态效益指标 | — | — | — | — | — |  |",
    "| ^ |  | 生态效益指标 | 无 | 无 | 无 | 0 | 0 |  |",
    "| ^ |  | 生态效益指标 | 不适用 |  |  |  |  |  |",
    "| ^ |  | - | - |  |  |  |  |  |",
    "| ^ |  |  |  |  |  |  | #0 |  |",
    "| ^ |  |  |  |  |  |  | !#DIV/0! |  |",
    "| ^ |  |  | 指标2： |  |  |  | ? |  |",
    "| ^ |  | 经济效益指标 | 有名称而什么也没有填 |  |  |  |  |  |",
    "| ^ |  |  |  |  |  |  |  | 说明写在这里 |",
])  # fmt: skip
def test_rows_of_the_template_are_no_indicators(row):
    """指标2：, ……, a 二级指标 with nothing beside it, signs for 'does not apply', a formula left over."""
    first, second, third = INDICATORS.strip().splitlines()
    found = form(indicators="\n".join([first, second, row, third]))
    assert [name for _, _, name in rows(found)] == ["巡检次数", "投诉率", "委员满意度"]


@pytest.mark.parametrize(("row", "name", "state"), [
    ("| ^ |  |  | 指标2： |  |  | 5 |  |  |", "", "blank"),
    ("| ^ |  | 生态效益指标 |  | 有所改善 |  |  |  |  |", "", "blank"),
    ("| ^ |  |  | ? | 5 | 5 | 5 | 5 |  |", "", "uncached"),
    ("| ^ |  |  | 有名称 |  |  | #0 |  |  |", "有名称", "value"),
    ("| ^ |  |  | 有名称 |  |  |  | ? |  |", "有名称", "value"),
])  # fmt: skip
def test_rows_that_say_something_are_indicators(row, name, state):
    """Points or a target without a name count: they are in the sum of 100."""
    first, second, third = INDICATORS.strip().splitlines()
    found = form(indicators="\n".join([first, second, row, third]))
    assert len(found.indicators) == 4
    assert (found.indicators[2].name.value, found.indicators[2].name.state) == (name, state)


def test_name_merged_over_several_rows():
    """Rows with values of their own under one name are indicators, rows without are none."""
    found = form(
        indicators="""
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 50 | 50 |  |
| ^ | ^ | ^ | ^ | ^ | ^ | ^ | ^ |  |
| ^ | ^ | 质量指标 | 合格率 | 100% | 100% | 40 | 40 |  |"""
    )
    assert [name for _, _, name in rows(found)] == ["巡检次数", "合格率"]


def test_points_merged_over_several_indicators_count_once():
    """The first has the points, the others have no place for them; the target counts for each."""
    found = form(
        indicators="""
| ^ | 产出指标 | 数量指标 | 巡检次数 | 按计划完成 | 完成 | 50 | 50 |  |
| ^ | ^ | ^ | 巡检报告 | ^ | 完成 | ^ | ^ |  |"""
    )
    assert [(i.points.value, i.points.state) for i in found.indicators] == [
        (50, "value"), (pytest.approx(math.nan, nan_ok=True), "absent"),
    ]  # fmt: skip
    assert [i.target.value for i in found.indicators] == ["按计划完成"] * 2


def test_reason_merged_over_several_indicators_counts_for_each():
    """One explanation for three indicators."""
    found = form(
        indicators="""
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 10次 | 50 | 42 | 受疫情影响。今后提早安排。 |
| ^ | ^ | ^ | 巡检报告 | 4份 | 3份 | 20 | 15 | ^ |
| ^ | ^ | 质量指标 | 合格率 | 100% | 90% | 20 | 18 | ^ |"""
    )
    assert [i.reason for i in found.indicators] == [("受疫情影响。今后提早安排。", "I14", "value")] * 3


def test_reason_and_improvement_in_two_columns():
    """改进措施 of a column of its own stands behind the reason, headed; alone it is no reason."""
    labels = "| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析 | 改进措施 |"
    found = form(
        labels=labels,
        total="",
        notes="",
        indicators="""
| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 10次 | 50 | 42 | 受疫情影响 | 提早安排 |
| ^ | ^ | ^ | 巡检报告 | 4份 | 3份 | 40 | 30 |  | 提早安排 |""",
    )
    assert [i.reason.value for i in found.indicators] == ["受疫情影响\n改进措施：提早安排", ""]


PLATFORM = "| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 完成值 | 权重 | 得分 | 未完成原因分析 |"


@pytest.mark.parametrize(("nature", "value", "measure", "target", "nature_kept"), [
    ("＝", "#100", "%", "＝100%", "＝"),
    ("≥", "#20", "次", "≥20次", "≥"),
    ("≤", "30", "万元", "≤30万元", "≤"),
    ("大于等于", "#20", "次", "大于等于20次", "大于等于"),
    ("定性", "效果明显", "文字描述", "效果明显", "定性"),
    ("定性", "优良中低差", "", "优良中低差", "定性"),
    ("定量指标", "#5", "人", "5人", "定量指标"),
    ("≥", "≥20", "次", "≥20次", "≥"),
    ("≥", "20次", "次", "≥20次", "≥"),
    ("≥", "#0.95{0%}", "%", "≥95%", "≥"),
    ("≥", "#95", "无", "≥95", "≥"),
    ("", "#95", "%", "95%", ""),
    ("≥", "", "次", "", "≥"),
])  # fmt: skip
def test_split_targets_of_the_platform(nature, value, measure, target, nature_kept):
    """指标性质, 指标值 and 度量单位 become one target; nothing is doubled."""
    found = form(
        labels=PLATFORM,
        total="",
        notes="",
        indicators=f"""
| ^ | 产出指标 | 数量指标 | 覆盖率 | {nature} | {value} | {measure} | 12 | 60 | 60 |  |
| ^ | 效益指标 | 社会效益指标 | 保障率 | ≥ | 1 | % | 12 | 30 | 30 |  |""",
    )
    assert found.layout == "platform"
    indicator = found.indicators[0]
    assert (indicator.target.value, indicator.target.cell) == (target, "F14")
    assert (indicator.nature, indicator.target_parse) == (nature_kept, target)
    assert (indicator.actual.value, indicator.points.cell, indicator.own_score.cell) == ("12", "I14", "J14")


def test_operator_and_number_under_one_label():
    """≥ and 50 in two cells under a label that is merged over both."""
    found = form(
        labels="| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | < | 实际完成值 | 分值 | 得分 |",
        indicators="| ^ | 产出指标 | 数量指标 | 巡检次数 | ≥ | #50 | 60 | 90 | 90 |",
        total="| 总分 | < | < | < | < | < | < | 100 | 98.95 |",
    )
    assert found.indicators[0].target == ("≥50", "E14", "value")


@pytest.mark.parametrize(("cell", "shown", "given_to_grammar"), [
    ('@2021-06-30{yyyy"年"m"月"d"日"}', "2021年6月30日", "2021年6月30日"),
    ("@2021-06-30{yyyy-mm-dd}", "2021-06-30", "2021-06-30"),
    ('@2021-06-01{yyyy"年"m"月"}', "2021年6月", "2021年6月"),
    ('@2020-06-30{m"月"d"日"}', "6月30日", "2020-06-30"),
    ("#0.96{0%}", "96%", "96%"),
    ("#12", "12", "12"),
    ("TRUE", "TRUE", "TRUE"),
])  # fmt: skip
def test_values_are_kept_as_shown(cell, shown, given_to_grammar):
    """Dates and percentages as a person sees them; a date that hides its year is parsed with it."""
    found = form(indicators=f"| ^ | 产出指标 | 时效指标 | 完成时间 | {cell} | {cell} | 90 | 90 |  |")
    indicator = found.indicators[0]
    assert (indicator.actual.value, indicator.actual_parse) == (shown, given_to_grammar)
    assert (indicator.target.value, indicator.target_parse) == (shown, given_to_grammar)


@pytest.mark.parametrize(("cell", "value", "text", "state"), [
    ("8.95分", 8.95, "8.95分", "value"), ("3.50 ", 3.5, "3.50", "value"), ("１７", 17, "１７", "value"),
    ("#8.949999999999999", 8.949999999999999, "8.95", "value"), ("#0.1{0%}", 10, "10%", "value"),
    ("满分", math.nan, "满分", "nonsense"), ("?", math.nan, "", "uncached"), ("!#REF!", math.nan, "#REF!", "error"),
    ("/", math.nan, "/", "not_applicable"), ("　", math.nan, "", "blank"), ("TRUE", math.nan, "TRUE", "nonsense"),
    ("@2021-06-30{yyyy-mm-dd}", math.nan, "2021-06-30", "nonsense"),
])  # fmt: skip
def test_scores_and_their_states(cell, value, text, state):
    """A score is a number, or it is said what it is."""
    found = form(indicators=f"| ^ | 产出指标 | 数量指标 | 巡检次数 | 12次 | 12次 | 90 | {cell} |  |")
    own = found.indicators[0].own_score
    assert own.value == pytest.approx(value, nan_ok=True)
    assert (own.state, own.cell) == (state, "H14")
    assert own.text == text or cell.startswith("#8.94")


def test_columns_in_another_order_and_columns_between():
    """指标解释, 评分标准 and 备注 are passed over; the columns may stand in any order."""
    found = form(
        labels="| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标解释 | 分值 | 评分标准 | 年度指标值 | 实际完成值 | 得分 | 备注 |",
        indicators="| ^ | 产出指标 | 数量指标 | 巡检次数 | 全年巡检 | 90 | 少一次扣1分 | ≥12次 | 12次 | 88 | 见附件 |",
        total="", notes="",
    )  # fmt: skip
    only = found.indicators[0]
    assert (only.points.value, only.target.value, only.actual.value, only.own_score.value) == (
        90,
        "≥12次",
        "12次",
        88,
    )
    assert only.reason.state == "absent"


@pytest.mark.parametrize("labels", ["自评得分 | 财政评审得分", "得分 | 自评得分", "得分 | 财政审核得分"])
def test_the_units_own_score_is_taken(labels):
    """自评得分 before 得分, and never the score of the office that reviewed it."""
    own = labels.split(" | ").index("自评得分") if "自评得分" in labels else 0
    cells = " | ".join("88" if n == own else "77" for n in range(2))
    found = form(
        labels=f"| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | {labels} |",
        indicators=f"| ^ | 产出指标 | 数量指标 | 巡检次数 | ≥12次 | 12次 | 90 | {cells} |",
        total="", notes="",
    )  # fmt: skip
    assert found.indicators[0].own_score.value == 88


def test_labels_over_two_rows():
    """指标值 over 年度指标值 and 实际完成值; the levels merged over both rows."""
    found = form(
        labels="""
| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | < | 分值 | 得分 | 偏差原因 |
| ^ | ^ | ^ | ^ | 目标值 | 完成值 | ^ | ^ | ^ |""",
        indicators=INDICATORS,
    )
    assert (found.indicators[0].target.value, found.indicators[0].actual.value) == ("≥12次", "12次")
    assert found.indicators[0].target.cell == "E15"


def test_labels_over_two_rows_without_merges():
    """The second row of labels stands below blanks."""
    found = form(
        labels="""
| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | < | 分值 | 得分 | 偏差原因 |
| ^ |  |  |  | 目标值 | 完成值 |  |  |  |""",
        indicators=INDICATORS,
    )
    assert (found.indicators[0].target.value, found.indicators[0].actual.value) == ("≥12次", "12次")
    assert len(found.indicators) == 3


def test_levels_labelled_below_a_common_heading():
    """绩效指标 over 一级, 二级 and 三级指标, the other labels merged down."""
    found = form(
        labels="""
| 绩效指标完成情况 | 绩效指标 | < | < | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因 |
| ^ | 一级指标 | 二级指标 | 三级指标 | ^ | ^ | ^ | ^ | ^ |""",
        indicators=INDICATORS,
    )
    assert rows(found)[0] == ("产出指标", "数量指标", "巡检次数")
    assert found.indicators[0].points.value == 50


def test_a_form_of_two_levels():
    """Without 三级指标 the 二级指标 is the indicator."""
    found = form(
        labels="| 绩效指标 | 一级指标 | < | 二级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因 |",
        indicators="""
| ^ | 产出指标 | < | 巡检次数 | 12次 | 12次 | 60 | 60 |  |
| ^ | 满意度指标 | < | 委员满意度 | 90% | 95% | 30 | 30 |  |""",
    )
    assert rows(found) == [("产出指标", "", "巡检次数"), ("满意度指标", "", "委员满意度")]
    assert found.fallbacks == []


def test_a_level_without_its_label_is_taken_by_position():
    """No label over the 二级指标: it stands between 一级指标 and 三级指标, and is marked so."""
    found = form(labels=LABELS.replace("二级指标", ""))
    assert rows(found)[0] == ("产出指标", "数量指标", "巡检次数")
    assert found.fallbacks == ["indicators.level2"]
    assert found.indicator_fallbacks == ["level2"]


def test_a_value_without_its_label_is_taken_by_position():
    """No label over 实际完成值: it stands between 年度指标值 and 分值."""
    found = form(labels=LABELS.replace("实际完成值", ""))
    assert [i.actual.value for i in found.indicators] == ["12次", "3%", "95%"]
    assert found.indicator_fallbacks == ["actual"]


def test_a_level_with_a_label_that_nobody_knows():
    """考核内容 between 二级指标 and 年度指标值 can only be the 三级指标."""
    found = form(labels=LABELS.replace("三级指标", "考核内容"))
    assert rows(found)[0] == ("产出指标", "数量指标", "巡检次数")
    assert found.indicator_fallbacks == ["name"]


def test_cost_as_a_level_of_its_own():
    """Forms since 2023 have 成本指标 as a 一级指标."""
    found = form(
        indicators="| ^ | 成本指标（20分） | 经济成本指标 | 项目总成本 | ≤90万元 | 90万元 | 20 | 20 |  |"
        + INDICATORS
    )
    assert rows(found)[0] == ("成本指标", "经济成本指标", "项目总成本")
    assert found.indicators[0].level1_weight == 20


@pytest.mark.parametrize("after", [
    "| 合计 | < | < | < | < | < | 100 | 98.95 |  |",
    "| 自评总分 | < | < | < | < | < | 100 | 98.95 |  |",
    "| 填报注意事项：得分不能超过分值 | < | < | < | < | < | < | < | < |",
    "| 评价结论 | < | 很好 | 很好 | 很好 | 很好 | 很好 | 很好 | 很好 |",
    "| 注：1.其他 |  | 联系人 | 李四 | 电话 | 6600 | 5 | 5 |  |",
    "| 填表人：张三 |  |  | 审核人：李四 | 电话 | 6600 | 5 | 5 |  |",
])  # fmt: skip
def test_what_ends_the_table(after):
    """The total, the notes, the conclusions, the signatures: nothing below them is an indicator."""
    found = form(total=after, notes="| ^ | 产出指标 | 数量指标 | 不算 | 1 | 1 | 1 | 1 |  |".replace("^", " "))
    assert [name for _, _, name in rows(found)] == ["巡检次数", "投诉率", "委员满意度"]


@pytest.mark.parametrize("name", ["合计完成率", "其他资金到位率", "说明会次数", "备注更新次数", "总分达标率"])
def test_a_name_that_begins_like_a_label_is_a_name(name):
    """Only whole labels end the table."""
    found = form(indicators=INDICATORS + f"\n| ^ |  |  | {name} | 1 | 1 | #0 | #0 |  |")
    assert rows(found)[-1][2] == name


# ---- the total -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "points", "own", "cell"), [
    (TOTAL, 100, 98.95, "H17"),
    ("| 总  分： | < | < | < | < | < | #100 | 98.95分 |  |", 100, 98.95, "H17"),
    ("| 合计 | < | < | < |  |  | 100 | 98.95 |  |", 100, 98.95, "H17"),
    ("| 自评总分 |  |  |  |  |  |  | 98.95 |  |", None, 98.95, "H17"),
    ("| 总分 | < | < | < | 98.95 | < | < | < | < |", None, 98.95, "E17"),
    ("|  |  |  |  |  | 合计 | 100 | 98.95 |  |", 100, 98.95, "H17"),
    ("| 总分：98.95分 | < | < | < | < | < | < | < | < |", None, 98.95, "A17"),
    ("| 合计 | < | < | < | < | < | 100 |  |  |\n| 自评总分 | < | < | < | < | < |  | 98.95 |  |", 100, 98.95, "H18"),
])  # fmt: skip
def test_where_the_total_stands(row, points, own, cell):
    """In its columns, in a cell of its own, in the label, in a second row."""
    found = form(total=row)
    assert (found.own_total.value, found.own_total.cell) == (own, cell)
    assert found.points_total.value == (
        pytest.approx(points) if points else pytest.approx(math.nan, nan_ok=True)
    )


@pytest.mark.parametrize(
    ("cell", "state"), [("?", "uncached"), ("!#REF!", "error"), ("", "blank"), ("优", "nonsense")]
)
def test_totals_that_are_none(cell, state):
    """A formula without value or an error is said; the cell is where the total belongs."""
    found = form(total=f"| 总分 | < | < | < | < | < | #100 | {cell} |  |")
    assert (found.own_total.state, found.own_total.cell) == (state, "H17")


def test_no_total():
    """A form without a total row has no place for it, and a note says so."""
    found = form(total="")
    assert (found.own_total.state, found.own_total.cell) == ("absent", "")
    assert ("no_total", {"label": "总分"}) in found.notes


def test_total_above_the_table():
    """自评总分 among the header fields."""
    found = form(total="", header="| 项目名称 | < | 平台运维 | < | < | 自评总分（分） | < | 98.95 | < |")
    assert (found.own_total.value, found.own_total.cell) == (98.95, "H3")
