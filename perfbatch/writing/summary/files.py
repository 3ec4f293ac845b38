"""文件清单: what became of every file."""

from __future__ import annotations

from perfbatch.writing.chunk_rows import FileRows
from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.links import cell_link
from perfbatch.writing.summary.shared_columns import COPY, FORMS


def _explanations(rows: FileRows) -> list[str]:
    both = zip(rows.text("reason"), rows.text("notes"), strict=True)
    return ["\n".join(filter(None, texts)) for texts in both]


COLUMNS = (
    column(
        "path", "text", (24, 60),
        heading="文件",
        meaning="在输入文件夹下的路径。",
        value=lambda rows: rows.text("path"),
    ),
    column(
        "status", "short", 10,
        heading="处理结果",
        meaning="已处理；未处理（读不了，原因见说明）；跳过（不是自评文件，如临时文件）。",
        value=lambda rows: rows.say("status", "status"),
    ),
    column(
        "kind", "short", 10,
        heading="种类",
        meaning="按文件内容判断的种类。",
        value=lambda rows: rows.say("kind", "kind"),
    ),
    column(
        "size", "integer", 14,
        heading="大小（字节）",
        meaning="文件大小。",
        value=lambda rows: rows.number("size"),
    ),
    FORMS.with_(value=lambda rows: rows.number("forms")),
    column(
        "explanation", "text", (30, 60),
        heading="说明",
        meaning="没有处理的原因和办法，或读取时的备注。",
        value=_explanations,
    ),
    COPY.with_(link=lambda rows: [cell_link(copy, "", "") for copy in rows.copies()]),
)  # fmt: skip
