"""What the columns of the frames are called on the form, and so in the messages."""

from __future__ import annotations

from collections.abc import Mapping

HEADER: Mapping[str, str] = {
    "project": "项目名称",
    "department": "主管部门",
    "unit": "实施单位",
    "year": "年度",
}
FORM_LABELS: Mapping[str, str] = {**HEADER, "points_total": "总分一行的分值", "own_total": "总分"}
FUND_LABELS: Mapping[str, str] = {
    "initial": "年初预算数",
    "budget": "全年预算数（A）",
    "executed": "全年执行数（B）",
    "rate": "执行率",
    "points": "分值",
    "own_score": "得分",
    "reason": "原因",
}
INDICATOR_LABELS: Mapping[str, str] = {
    "name": "三级指标",
    "target": "年度指标值（A）",
    "actual": "实际完成值（B）",
    "points": "分值",
    "own_score": "得分",
    "reason": "偏差原因分析及改进措施",
}
TEXTS = ("project", "department", "unit", "name", "target", "actual", "reason")
"""Fields that hold text; what is shown of the others stands in <field>_text."""
FUND_LINES: Mapping[str, str] = {
    "total": "年度资金总额",
    "fiscal": "财政拨款",
    "special_account": "财政专户管理资金",
    "unit_funds": "单位资金",
    "carryover": "上年结转资金",
    "other": "其他资金",
}


def fund_line(label: str, line: str) -> str:
    """A fund line as printed (``其中:当年财政拨款`` → 当年财政拨款), else by its kind."""
    printed = "".join(label.split()).removeprefix("其中").lstrip(":：")
    return printed or FUND_LINES.get(line, line)
