"""改进措施 that a form keeps apart from 偏差原因: joined to the reason under a heading of its own.

The heading keeps what the form says by its columns: that the words behind it are measures.
"""

from __future__ import annotations

from perfbatch.reading.form.fields import Text
from perfbatch.reading.form.sheet import Sheet

_ROLE = "indicators.columns.improvement"


def with_measures(sheet: Sheet, reason: Text, measures: Text) -> Text:
    """``reason`` with ``measures`` on a line of their own; the cell stays the reason's."""
    heading = sheet.layout.first_label(_ROLE)
    begins = sheet.layout.lookup(measures.value)
    headed = begins is not None and begins.rest is not None and begins.roles.keys() & {_ROLE, "form.measures"}
    line = measures.value if headed else f"{heading}：{measures.value}"
    return Text(f"{reason.value}\n{line}", reason.cell, "value")
