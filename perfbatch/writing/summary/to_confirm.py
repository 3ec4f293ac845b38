"""待确认: near misses between what was sent and what was listed; a word written here counts next time."""

from __future__ import annotations

from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.shared_columns import FILE, SHEET

YES_NO = ("是", "否")
CONFIRM, KEY = "confirm", "pair_key"
"""Keys of the columns that are read back."""

COLUMNS = (
    column(
        "pair_kind", "short", 8,
        heading="核对什么",
        meaning="项目：自评表与应报名单；指标：自评表的指标与批复的绩效目标。",
        value=lambda rows: rows.say("pair_kind", "kind"),
    ),
    column(
        "stated_unit", "text", (12, 20),
        heading="表上单位",
        meaning="自评表填写的实施单位；没有填写的是主管部门。",
        value=lambda rows: rows.text("unit"),
    ),
    column(
        "stated", "text", (20, 34),
        heading="表上名称",
        meaning="自评表填写的项目名称或三级指标。",
        value=lambda rows: rows.text("stated"),
    ),
    column(
        "listed_unit", "text", (12, 20),
        heading="名单单位",
        meaning="应报名单或批复目标上的单位。",
        value=lambda rows: rows.text("listed_unit"),
    ),
    column(
        "listed", "text", (20, 34),
        heading="名单名称",
        meaning="应报名单或批复目标上名称最相近的项目或指标。",
        value=lambda rows: rows.text("listed"),
    ),
    column(
        "likeness", "score", 8,
        heading="相似度",
        meaning="两个名称有多相像，100 为相同。相像不等于同一个，所以要由人确认。",
        value=lambda rows: rows.number("likeness"),
    ),
    column(
        CONFIRM, "fill", 10,
        heading="是否同一个",
        meaning="填“是”：下一次核验按同一个处理；填“否”：不再提示；留空：下次再问。",
        value=lambda rows: rows.text("confirm"),
        choices=YES_NO,
    ),
    FILE.with_(value=lambda rows: rows.text("file")),
    SHEET.with_(value=lambda rows: rows.text("sheet")),
    column(
        KEY, "text", 12,
        heading="识别码",
        meaning="程序据此认出这一行，请不要改动。",
        value=lambda rows: rows.text("key"),
        printed=False,
        hidden=True,
    ),
)  # fmt: skip
