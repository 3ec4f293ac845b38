"""What the columns of the frames are called on the form, and so in the messages."""

from __future__ import annotations

from collections.abc import Mapping

from perfbatch.schema import label

HEADER: Mapping[str, str] = {name: label("forms", name) for name in ("project", "department", "unit", "year")}
FORM_LABELS: Mapping[str, str] = {**HEADER, "points_total": "总分一行的分值", "own_total": "总分"}
FUND_LABELS: Mapping[str, str] = {
    name: label("funds", name)
    for name in ("initial", "budget", "executed", "rate", "points", "own_score", "reason")
}
INDICATOR_LABELS: Mapping[str, str] = {
    name: label("indicators", name) for name in ("name", "target", "actual", "points", "own_score", "reason")
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
