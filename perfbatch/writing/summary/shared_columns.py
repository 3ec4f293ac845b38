"""Columns that stand on several sheets with the same words: of the form, the indicator, the finding."""

from __future__ import annotations

from typing import Any

import numpy as np

from perfbatch.schema import label
from perfbatch.writing.summary.columns import column


def _relative_deviation(rows: Any) -> Any:
    """(B − A) ÷ A as scored; beside a deviation of another kind, of what was completed."""
    kinds, sizes = rows.text("deviation_kind"), rows.number("deviation_size")
    scored = np.isin(kinds.astype(str), ("missed", "over")) & ~np.isnan(sizes)
    return np.round(np.where(scored, sizes, rows.number("completion") - 100) / 100, 9)


def _lost_points(rows: Any) -> Any:
    lost = np.round(rows.number("points") - rows.number("own_score"), 6)
    return np.where(lost > 0, lost, np.nan)


FORM_NO = column(
    "form_no", "plain", 6,
    heading="表号",
    meaning="本次核验中自评表的顺序号，各表用它互相对应。",
    value=lambda rows: rows.form_numbers,
)  # fmt: skip
DEPARTMENT_NO = column(
    "department_no", "plain", 6,
    heading="部门编号",
    meaning="主管部门的顺序号，《部门汇总》的公式按它统计。",
)  # fmt: skip
DEPARTMENT = column(
    "department", "text", (10, 13),
    heading=label("forms", "department"),
    meaning="自评表表头填写的主管部门。",
    value=lambda rows: rows.of_form("department"),
)  # fmt: skip
UNIT = column(
    "unit", "text", (10, 13),
    heading=label("forms", "unit"),
    meaning="自评表表头填写的实施单位。",
    value=lambda rows: rows.of_form("unit"),
)  # fmt: skip
PROJECT = column(
    "project", "text", (12, 16),
    heading=label("forms", "project"),
    meaning="自评表表头填写的项目名称。",
    value=lambda rows: rows.of_form("project"),
)  # fmt: skip
LEVEL = column(
    "level", "level", 11,
    heading="级别",
    meaning="● 必须整改：应退回单位改正；▲ 请核实：请审核人员判断；○ 提示：供参考，不必处理。",
    value=lambda rows: rows.text("level"),
)  # fmt: skip
FILE = column(
    "file", "text", (16, 40),
    heading="文件",
    meaning="自评表所在的文件（在输入文件夹下的路径）。",
    value=lambda rows: rows.text("file"),
    printed=False,
)  # fmt: skip
SHEET = column(
    "sheet", "text", (8, 16),
    heading="工作表",
    meaning="自评表所在的工作表。",
    value=lambda rows: rows.text("sheet"),
    printed=False,
)  # fmt: skip
CLAUSE = column(
    "clause", "text", (10, 16),
    heading="依据",
    meaning="规则手册中的依据条款。",
    value=lambda rows: rows.text("clause"),
)  # fmt: skip

LEVEL2 = column(
    "level2", "text", (8, 10),
    heading=label("indicators", "level2"),
    meaning="自评表所填的二级指标。",
    value=lambda rows: rows.text("level2"),
)  # fmt: skip
NAME = column(
    "name", "text", (12, 17),
    heading=label("indicators", "name"),
    meaning="自评表所填的三级指标。",
    value=lambda rows: rows.text("name"),
)  # fmt: skip
TARGET = column(
    "target", "text", (10, 14),
    heading=label("indicators", "target"),
    meaning="年初设定的指标值，按表中所写。",
    value=lambda rows: rows.text("target"),
)  # fmt: skip
ACTUAL = column(
    "actual", "text", (10, 14),
    heading=label("indicators", "actual"),
    meaning="单位所填的全年实际完成值，按表中所写。",
    value=lambda rows: rows.text("actual"),
)  # fmt: skip
POINTS = column(
    "points", "score", 7,
    heading=label("indicators", "points"),
    meaning="该项满分。",
    value=lambda rows: rows.number("points"),
)  # fmt: skip
OWN_SCORE = column(
    "own_score", "score", 7,
    heading="自评得分",
    meaning="单位自己打的分；空白表示没有填，或填的不是数。",
    value=lambda rows: rows.number("own_score"),
)  # fmt: skip
DEVIATION_KIND = column(
    "deviation_kind", "short", 9,
    heading=label("indicators", "deviation_kind"),
    meaning="未达标：没有完成指标值；逾期：晚于规定时间；自评扣分：得分低于分值；"
    "超额完成：超出指标值达到规则手册规定的比例；执行率偏低：低于规则手册规定的执行率。",
    value=lambda rows: rows.say("deviation_kind", rows.text("deviation_kind")),
)  # fmt: skip
DEVIATION_SIZE = column(
    "deviation_size", "percent", 9,
    heading="偏差（B−A）÷A",
    meaning="实际完成值比指标值多或少的比例；资金行是执行数比预算数。不能用数表示的为空白。",
    value=_relative_deviation,
)  # fmt: skip
LOST_POINTS = column(
    "lost_points", "score", 7,
    heading="少得分",
    meaning="分值减自评得分：单位自己少打的分；空白表示没有少打，或没有填得分。",
    value=_lost_points,
)  # fmt: skip
REASON = column(
    "reason", "text", (10, 24),
    heading="偏差原因（原文）",
    meaning="“偏差原因分析及改进措施”栏中现有的文字。",
    value=lambda rows: rows.text("reason"),
)  # fmt: skip

BUDGET = column(
    "budget", "money", (12, 14),
    heading="全年预算数（万元）",
    meaning="年度资金总额的全年预算数（A），折合万元。",
)  # fmt: skip
EXECUTED = column(
    "executed", "money", (12, 14),
    heading="全年执行数（万元）",
    meaning="年度资金总额的全年执行数（B），折合万元。",
)  # fmt: skip
RATE = column(
    "rate", "percent", 9,
    heading="执行率",
    meaning="全年执行数 ÷ 全年预算数，按数字重算；缺预算数或执行数的为空白，也不计入部门的执行率。",
)  # fmt: skip
ERRORS = column(
    "errors", "integer", 7,
    heading="● 必须整改",
    meaning="《问题清单》中“必须整改”的条数。",
)  # fmt: skip
WARNINGS = column(
    "warnings", "integer", 7,
    heading="▲ 请核实",
    meaning="《问题清单》中“请核实”的条数。",
)  # fmt: skip
INFOS = column(
    "infos", "integer", 7,
    heading="○ 提示",
    meaning="《问题清单》中“提示”的条数。",
)  # fmt: skip
MISSING_ERRORS = column(
    "missing_errors", "integer", 7,
    heading="● 缺原因",
    meaning="《缺偏差原因》中“必须整改”的条数，已包含在“必须整改”之内。",
)  # fmt: skip
MISSING_WARNINGS = column(
    "missing_warnings", "integer", 7,
    heading="▲ 缺原因",
    meaning="《缺偏差原因》中“请核实”的条数，已包含在“请核实”之内。",
)  # fmt: skip
ACCEPTED = column(
    "accepted", "integer", 7,
    heading="认可",
    meaning="《问题清单》中审核意见为“认可”的条数：不再要求整改，不计入前面各栏的条数。",
)  # fmt: skip
FORMS = column(
    "forms", "integer", 7,
    heading="自评表数",
    meaning="读到的自评表份数。",
)  # fmt: skip
STATE = column(
    "state", "short", 8,
    heading="整改状态",
    meaning="对照这个项目上一次报送：新增、未整改、已变化（问题还在，填报或应为的内容变了）、已整改；"
    "空白表示同一项目另有更新的一份，以那一份为准。",
    value=lambda rows: rows.say("state", rows.of_finding("state")),
)  # fmt: skip
FIRST_SEEN = column(
    "first_seen", "short", 9,
    heading="首次发现",
    meaning="历史记录里第一次发现这个问题的一期。",
    value=lambda rows: rows.of_finding("first_seen"),
)  # fmt: skip
TIMES = column(
    "times", "plain", 6,
    heading="发现次数",
    meaning="历史记录里发现这个问题的期数，含本期；已整改的是整改以前的期数。",
    value=lambda rows: rows.number_of_finding("times"),
)  # fmt: skip
COPY = column(
    "copy", "link", 11,
    heading="批注件",
    meaning="点击打开带批注的副本；空白表示没有副本。",
    value=lambda rows: [rows.terms("copy_link") if copy else "" for copy in rows.copies()],
)  # fmt: skip
LINK = column(
    "link", "link", 7,
    heading="位置",
    meaning="应填写或更正的单元格；点击打开批注件并到达该单元格。",
    value=lambda rows: rows.text("cell"),
)  # fmt: skip
SUBJECT = column(
    "subject", "text", (10, 17),
    heading="指标或资金行",
    meaning="问题所在的三级指标或资金行；空白表示问题在表头、合计或整张表。",
    value=lambda rows: rows.subjects(),
)  # fmt: skip
CHECK = column(
    "check", "short", 7,
    heading="核验项",
    meaning="核验项的编号，说明见《规则说明》。",
    value=lambda rows: rows.text("check"),
)  # fmt: skip
