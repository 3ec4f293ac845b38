"""问题清单: every finding, in the order of the forms, most severe first in each."""

from __future__ import annotations

from perfbatch.caching import cached
from perfbatch.checking.catalogue import catalogue
from perfbatch.writing.chunk import translated
from perfbatch.writing.chunk_rows import FindingRows
from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.decided import AT_THE_END, OPINION
from perfbatch.writing.summary.links import Link, cell_links
from perfbatch.writing.summary.shared_columns import (
    CHECK,
    CLAUSE,
    DEPARTMENT,
    FILE,
    FIRST_SEEN,
    FORM_NO,
    LEVEL,
    LINK,
    PROJECT,
    SHEET,
    STATE,
    SUBJECT,
    TIMES,
    UNIT,
)  # fmt: skip


@cached(1)
def _titles() -> dict[str, str]:
    return {check.id: check.title for check in catalogue()}


def cells_in_copies(rows: FindingRows) -> list[Link | None]:
    """Links to the cells that findings are about."""
    return list(cell_links(rows.chunk.copies, *(rows.text(name) for name in ("file", "sheet", "cell"))))


COLUMNS = (
    FORM_NO,
    LEVEL,
    PROJECT,
    SUBJECT,
    CHECK,
    DEPARTMENT,
    UNIT,
    column(
        "field", "text", (8, 10),
        heading="栏目",
        meaning="问题所在的栏目。",
        value=lambda rows: translated(rows.text("field"), rows.terms.field),
    ),
    LINK.with_(link=cells_in_copies),
    column(
        "message", "text", (20, 32),
        heading="问题",
        meaning="问题是什么。",
        value=lambda rows: rows.text("message"),
    ),
    column(
        "found", "text", (9, 12),
        heading="表中所填",
        meaning="表中现在的内容。",
        value=lambda rows: rows.text("found"),
    ),
    column(
        "expected", "text", (9, 12),
        heading="应为",
        meaning="按规则算出的、或应当填写的内容。",
        value=lambda rows: rows.text("expected"),
    ),
    column(
        "advice", "text", (16, 26),
        heading="处理办法",
        meaning="怎样改。",
        value=lambda rows: rows.text("advice"),
    ),
    CLAUSE.with_(high=14),
    column(
        "title", "text", (10, 15),
        heading="核验内容",
        meaning="核验项查什么。",
        value=lambda rows: translated(rows.text("check"), lambda check: _titles().get(check, "")),
        printed=False,
    ),
    FILE,
    SHEET,
    STATE.with_(printed=False),
    FIRST_SEEN.with_(printed=False),
    TIMES.with_(printed=False),
    OPINION.with_(printed=False),
    *AT_THE_END,
)  # fmt: skip
