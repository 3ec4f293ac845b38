"""指标明细: every indicator with its scores; beyond the printed page, how the recomputed one came about."""

from __future__ import annotations

from perfbatch.schema import label
from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.shared_columns import (
    ACTUAL,
    CLAUSE,
    DEPARTMENT,
    DEVIATION_KIND,
    DEVIATION_SIZE,
    FORM_NO,
    LEVEL2,
    LOST_POINTS,
    NAME,
    OWN_SCORE,
    POINTS,
    PROJECT,
    REASON,
    TARGET,
    UNIT,
)  # fmt: skip

COLUMNS = (
    FORM_NO,
    column(
        "number", "plain", 6,
        heading="序号",
        meaning="该指标在表中自上而下的顺序。",
        value=lambda rows: rows.number("number"),
    ),
    PROJECT,
    NAME,
    DEPARTMENT,
    UNIT,
    LEVEL2,
    TARGET,
    ACTUAL,
    POINTS,
    OWN_SCORE,
    column(
        "computed_score", "score", 7,
        heading=label("indicators", "computed_score"),
        meaning="按规则手册的公式算出的分；空白表示没有公式可用，由人判断。",
        value=lambda rows: rows.number("computed_score"),
    ),
    column(
        "accepted_score", "score", 7,
        heading=label("indicators", "accepted_score"),
        meaning="计入核验总分的分：能重算的用重算得分，否则用自评得分（不超过分值）。",
        value=lambda rows: rows.number("accepted_score"),
    ),
    column(
        "difference", "score", 7,
        heading=label("indicators", "difference"),
        meaning="自评得分减核验得分：正数为自评偏高，负数为自评偏低。",
        value=lambda rows: rows.number("difference"),
    ),
    DEVIATION_KIND,
    DEVIATION_SIZE,
    LOST_POINTS,
    REASON,
    column(
        "level1", "text", (8, 9),
        heading="一级指标",
        meaning="自评表所填的一级指标。",
        value=lambda rows: rows.text("level1"),
        printed=False,
    ),
    column(
        "completion", "percent", 9,
        heading="完成率",
        meaning="实际完成值 ÷ 年度指标值（B÷A），换算成同一单位后计算。",
        value=lambda rows: rows.number("completion") / 100,
        printed=False,
    ),
    column(
        "direction", "short", 6,
        heading="方向",
        meaning="正向：越大越好；反向：越小越好；空白：不按大小比较。",
        value=lambda rows: rows.say("direction", rows.text("direction")),
        printed=False,
    ),
    column(
        "direction_source", "text", (8, 10),
        heading="方向来自",
        meaning="由什么定的方向：规则手册、批复的目标、指标值的符号（≥、≤等）、指标值写的增减、指标值为零、指标名称，或默认为正向。",
        value=lambda rows: rows.say("direction_source", rows.text("direction_source")),
        printed=False,
    ),
    column(
        "rule", "text", (8, 10),
        heading="计分规则",
        meaning="用哪条规则计分。",
        value=lambda rows: rows.say("rule", rows.text("rule")),
        printed=False,
    ),
    CLAUSE.with_(high=14, printed=False),
)  # fmt: skip
