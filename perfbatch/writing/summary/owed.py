"""未报送: the projects of the roster that no form is, with the days that they are overdue."""

from __future__ import annotations

from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.shared_columns import DEPARTMENT, PROJECT, UNIT

COLUMNS = (
    column(
        "roster_row", "plain", 8,
        heading="名单行号",
        meaning="项目在应报名单里的行号。",
        value=lambda rows: rows.number("row"),
    ),
    DEPARTMENT.with_(
        key="listed_department",
        meaning="应报名单上的主管部门。",
        value=lambda rows: rows.text("department"),
    ),
    UNIT.with_(
        key="listed_unit_name",
        meaning="应报名单上的实施单位。",
        value=lambda rows: rows.text("unit"),
    ),
    PROJECT.with_(
        key="listed_project",
        meaning="应报名单上的项目名称。",
        low=20,
        high=36,
        value=lambda rows: rows.text("project"),
    ),
    column(
        "code", "text", (10, 24),
        heading="项目代码",
        meaning="应报名单上的项目代码。",
        value=lambda rows: rows.text("code"),
    ),
    column(
        "listed_budget", "money", (12, 16),
        heading="名单预算数",
        meaning="应报名单上的预算数，单位见下一列。",
        value=lambda rows: rows.number("budget"),
    ),
    column(
        "money_unit", "short", 8,
        heading="金额单位",
        meaning="名单预算数的单位。",
        value=lambda rows: rows.text("money_unit"),
    ),
    column(
        "contact", "text", (10, 20),
        heading="联系人",
        meaning="应报名单上的联系人。",
        value=lambda rows: rows.text("contact"),
    ),
    column(
        "due", "short", 12,
        heading="应报日期",
        meaning="应报名单上的应报日期；空白表示名单没有写。",
        value=lambda rows: rows.day("due"),
    ),
    column(
        "days_overdue", "integer", 9,
        heading="逾期天数",
        meaning="到统计日期为止超过应报日期的天数；负数表示还没有到期。",
        value=lambda rows: rows.number("days_overdue"),
    ),
)  # fmt: skip
