"""整改跟踪: every finding that is to be mended or looked at, and what became of it since it was sent last."""

from __future__ import annotations

from typing import Any

import numpy as np

from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.links import Link, cell_links
from perfbatch.writing.summary.season_rows import SeasonRows
from perfbatch.writing.summary.shared_columns import (
    CHECK,
    DEPARTMENT,
    FILE,
    FIRST_SEEN,
    LEVEL,
    LINK,
    PROJECT,
    SHEET,
    STATE,
    SUBJECT,
    TIMES,
    UNIT,
)  # fmt: skip


class TrackedRows(SeasonRows):
    """Rows of ``season_frames.Rounds.tracked``; ``copies`` are the paths of the copies by file."""

    def __init__(self, frame: Any, terms: Any, copies: dict[str, str]) -> None:
        super().__init__(frame, terms)
        self.copies = copies

    def subjects(self) -> Any:
        """The indicator or the line of the funds, "" for neither."""
        names = np.array(self.text("subject"), dtype=object)
        return np.where(names != "", names, np.array(self.say("line", "line"), dtype=object))

    def links(self) -> list[Link | None]:
        """Links to the cells that findings are about."""
        return list(cell_links(self.copies, self.text("file"), self.text("sheet"), self.text("cell")))


def _remarks(rows: TrackedRows) -> list[str]:
    not_sent, again = rows.terms("tracking.not_sent"), rows.terms("tracking.again")
    accepted = rows.terms("tracking.accepted")
    states = zip(
        rows.number("sent"), rows.text("state"), rows.number("times"), rows.number("accepted"), strict=True
    )
    return [
        not_sent if not sent else accepted if ok else again if state == "new" and times > 1 else ""
        for sent, state, times, ok in states
    ]


COLUMNS = (
    STATE.with_(value=lambda rows: rows.say("state", "state")),
    LEVEL,
    DEPARTMENT.with_(value=lambda rows: rows.text("department")),
    UNIT.with_(value=lambda rows: rows.text("unit")),
    PROJECT.with_(value=lambda rows: rows.text("project")),
    SUBJECT,
    CHECK,
    column(
        "tracked_message", "text", (20, 34),
        heading="问题",
        meaning="问题是什么；已整改的，是上次报送时的问题。",
        value=lambda rows: rows.text("message"),
    ),
    FIRST_SEEN.with_(value=lambda rows: rows.text("first_seen")),
    TIMES.with_(value=lambda rows: rows.number("times")),
    LINK.with_(
        meaning="问题所在的单元格；点击打开批注件并到达该单元格。已整改的和本期没有报送的为空白。",
        link=lambda rows: rows.links(),
    ),
    column(
        "tracked_remark", "text", (8, 14),
        heading="说明",
        meaning="本期没有报送的项目，按它上次报送的情况列出，不计入整改率；整改过又出现的，审核人员认可、不用整改的（也不计入），注明。",
        value=_remarks,
    ),
    FILE.with_(value=lambda rows: rows.text("file")),
    SHEET.with_(value=lambda rows: rows.text("sheet")),
)  # fmt: skip
