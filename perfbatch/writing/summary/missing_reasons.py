"""缺偏差原因: every deviation, and every low 执行率, without a reason. The sheet that this tool exists for.

In the order of the forms, what must be mended in one before what is to be checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from perfbatch.writing.chunk import take, take_numbers
from perfbatch.writing.chunk_rows import FindingRows
from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.decided import AT_THE_END, OPINION, REMARK
from perfbatch.writing.summary.findings import cells_in_copies
from perfbatch.writing.summary.shared_columns import (
    ACTUAL,
    DEPARTMENT,
    DEVIATION_KIND,
    DEVIATION_SIZE,
    FILE,
    FIRST_SEEN,
    FORM_NO,
    LEVEL,
    LEVEL2,
    LINK,
    LOST_POINTS,
    NAME,
    OWN_SCORE,
    POINTS,
    PROJECT,
    REASON,
    SHEET,
    STATE,
    TARGET,
    TIMES,
    UNIT,
)  # fmt: skip

LOW_RATE = "low_rate"
"""Kind of the deviation of a line whose 执行率 is low; others are in ``indicators.deviation_kind``."""
_FUND_TEXTS = {"target": "budget_text", "actual": "executed_text", "reason": "reason"}
"""What stands in the place of an indicator's column where the finding is about a line of the funds."""
_FUND_NUMBERS = {"points": "points", "own_score": "own_score", "completion": "computed_rate"}


class MissingRows(FindingRows):
    """Findings about reasons, each with its indicator or its line of the funds.

    ``text`` and ``number`` are the indicator's; of a line its 执行率 counts as completion.
    """

    _OF_FINDING = frozenset({"level", "check", "cell", "file", "sheet"})

    def text(self, column: str) -> Any:
        """A text column: of the finding where it has one of that name, else of what it is about."""
        if column in self._OF_FINDING:
            return super().text(column)
        of_indicator, fund = self.of_indicator(column), self.chunk.findings_fund[self.rows]
        if column == "deviation_kind":
            return np.where(fund >= 0, LOW_RATE, of_indicator)
        if column == "name":
            return np.where(fund >= 0, self.say("line", super().text("line")), of_indicator)
        if column in _FUND_TEXTS:
            of_fund = take(self.chunk.texts("funds", _FUND_TEXTS[column]), fund)
            return np.where(fund >= 0, of_fund, of_indicator)
        return of_indicator

    def names(self) -> Any:
        """Who lacks the reason: the indicator, the line of the funds, or the form as a whole."""
        names = self.text("name")
        return np.where(names == "", self.terms("whole_form"), names)

    def shown(self) -> Iterable[tuple[str, str]]:
        """The name alone: this sheet shows no check."""
        return ((name, "") for name in self.names())

    def number(self, column: str) -> Any:
        """A number column of what the finding is about."""
        of_indicator, fund = self.number_of_indicator(column), self.chunk.findings_fund[self.rows]
        if column not in _FUND_NUMBERS:
            return of_indicator
        of_fund = take_numbers(self.chunk.numbers("funds", _FUND_NUMBERS[column]), fund)
        return np.where(fund >= 0, of_fund, of_indicator)


def _missing(rows: MissingRows) -> list[str]:
    """Whether nothing is written or nothing that says anything; a check on indicators tells it by its id."""
    blank = np.array([not text.strip() for text in rows.text("reason")], dtype=bool)
    of_fund = rows.text("deviation_kind") == LOW_RATE
    codes = np.where(of_fund, np.where(blank, "blank", "empty"), rows.text("check"))
    return rows.say("missing", codes)


COLUMNS = (
    FORM_NO,
    LEVEL,
    PROJECT,
    NAME.with_(value=lambda rows: rows.names()),
    DEPARTMENT,
    UNIT,
    TARGET.with_(high=12),
    ACTUAL.with_(high=12),
    POINTS,
    OWN_SCORE,
    DEVIATION_KIND,
    DEVIATION_SIZE,
    LOST_POINTS,
    column(
        "missing", "short", 8,
        heading="缺什么",
        meaning="空白：没有填写偏差原因；无实质内容：只写了“无”“不适用”等，或仍是印好的填写提示。",
        value=_missing,
    ),
    REASON.with_(high=12),
    LINK.with_(link=cells_in_copies),
    REMARK,
    OPINION,
    LEVEL2.with_(printed=False),
    FILE,
    SHEET,
    STATE.with_(printed=False),
    FIRST_SEEN.with_(printed=False),
    TIMES.with_(printed=False),
    *AT_THE_END,
)  # fmt: skip
