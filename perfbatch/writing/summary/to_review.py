"""审核待办: what the auditor must look at again: decisions on what has changed since, conflicts between
reviewers, scores that cannot be applied, and what nobody can tell any more. Nothing of it is ever dropped by
a run; a word written under 处理 settles it."""

from __future__ import annotations

from perfbatch.writing.summary.columns import column

ITEM, HANDLED = "item", "handled"
"""Keys of the columns that are read back."""
HANDLE = ("采用", "不采用")

COLUMNS = (
    column(
        "standing", "short", 14,
        heading="事项",
        meaning="需重新审核：问题变了；意见不一致：几个人写的不一样；得分不能采用；对不上：这次没有这个问题；认不出：看不出是哪一行。",
        value=lambda rows: rows.say("standing", "standing"),
    ),
    column(
        "review_project", "text", (16, 26),
        heading="项目",
        meaning="写意见时那一行的项目名称。",
        value=lambda rows: rows.text("project"),
    ),
    column(
        "review_subject", "text", (12, 22),
        heading="指标、资金行",
        meaning="写意见时那一行的指标或资金行；空白表示整张表。",
        value=lambda rows: rows.text("subject"),
    ),
    column(
        "review_check", "short", 8,
        heading="核验项编号",
        meaning="写意见时那一行的核验项。",
        value=lambda rows: rows.text("check"),
    ),
    column(
        "review_said", "text", (20, 40),
        heading="写的内容",
        meaning="审核人员写的内容，原样。",
        value=lambda rows: rows.text("said"),
    ),
    column(
        "review_source", "text", (10, 20),
        heading="写在哪个文件",
        meaning="写这些内容的汇总.xlsx。",
        value=lambda rows: rows.text("source"),
    ),
    column(
        "review_reason", "text", (24, 40),
        heading="为什么、怎么办",
        meaning="为什么没有照办，怎样处理。",
        value=lambda rows: rows.text("reason"),
    ),
    column(
        HANDLED, "fill", 10,
        heading="处理",
        meaning="采用：照写的内容办；不采用：从此不再列出。留空：下次仍列在这里。",
        value=lambda rows: rows.text("handled"),
        choices=HANDLE,
    ),
    column(
        ITEM, "text", 12,
        heading="待办识别码",
        meaning="程序据此认出这一行，请不要改动。",
        value=lambda rows: rows.text("record"),
        printed=False,
        hidden=True,
    ),
)  # fmt: skip
