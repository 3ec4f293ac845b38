"""Columns in which the auditor writes, and the hidden ones by which the next run knows each row again.

The mark says what a row is about, the other what the run itself wrote into the columns of ``WRITTEN``: what
differs is a person's. Both hold, wherever the row and its columns go.
"""

from __future__ import annotations

from perfbatch.schema import DECISIONS
from perfbatch.writing.summary.columns import column

MARK, LAST = "mark", "last_written"

OPINION = column(
    "opinion", "fill", 14,
    heading="审核意见",
    meaning="认可：不再要求整改，不计入各处的条数和通知；其余由审核人员掌握，也可以写别的话。下次核验照抄；清空即撤回。",
    value=lambda rows: rows.decided("decision"),
    choices=DECISIONS,
)  # fmt: skip
SCORE = column(
    "decision_score", "fill_score", 8,
    heading="审核得分",
    meaning="审核人员给该指标（在《项目汇总》里给总分）的得分，不超过分值；下次核验计入复核后得分，自评和核验得分不变。",
    value=lambda rows: rows.decided_number("decision_score"),
    printed=False,
)  # fmt: skip
NOTE = column(
    "decision_note", "fill", 20,
    heading="审核说明",
    meaning="审核人员的说明、依据。",
    value=lambda rows: rows.decided("decision_note"),
    printed=False,
)  # fmt: skip
REVIEWER = column(
    "reviewer", "fill", 10,
    heading="审核人",
    meaning="谁审核的。",
    value=lambda rows: rows.decided("reviewer"),
    printed=False,
)  # fmt: skip
DAY = column(
    "decided_on", "fill", 11,
    heading="审核日期",
    meaning="审核的日期，例如 2022-03-15。",
    value=lambda rows: rows.decided_day(),
    printed=False,
)  # fmt: skip
REMARK = column(
    "remark", "fill", 20,
    heading="单位补充说明",
    meaning="供单位补写偏差原因及改进措施；下次核验照抄。",
    value=lambda rows: rows.decided("remark"),
)  # fmt: skip
_FOR_THE_PROGRAM = "程序据此认出这一行，请不要改动。"
MARK_COLUMN = column(
    MARK, "text", 12,
    heading="识别码", meaning=_FOR_THE_PROGRAM, value=lambda rows: rows.marks(), printed=False, hidden=True,
)  # fmt: skip
LAST_COLUMN = column(
    LAST, "text", 12,
    heading="上次", meaning=_FOR_THE_PROGRAM, value=lambda rows: rows.last(), printed=False, hidden=True,
)  # fmt: skip
WRITTEN = {
    "decision": OPINION, "score": SCORE, "note": NOTE, "reviewer": REVIEWER, "day": DAY, "remark": REMARK,
}  # fmt: skip
"""Columns by the field of a decision that they hold, in the order in which the hidden column has them."""
AT_THE_END = (SCORE, NOTE, REVIEWER, DAY, MARK_COLUMN, LAST_COLUMN)
"""What stands behind the other columns of a sheet that the auditor writes in."""
