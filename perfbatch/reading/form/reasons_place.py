"""Where a form has room for reasons: a column, one place for all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from perfbatch.reading.form.fields import Text, text_field
from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.indicator import Indicator
from perfbatch.reading.form.measures import with_measures
from perfbatch.reading.form.sheet import Hit, Sheet, below, beside


class Reasons(NamedTuple):
    """``place`` is row (a column), form (one cell, at the address ``cell``) or none."""

    place: str
    cell: str


def take_reasons(sheet: Sheet, place: FormPlace, indicators: Sequence[Indicator], table_end: int) -> Reasons:
    """Where the reasons stand; what stands in the one place for all is given to every indicator."""
    if "reason" in place.indicators.columns:
        return Reasons("row", "")
    hits = [*sheet.between(table_end, place.bottom + 1), *sheet.between(place.top, place.indicators.top)]
    reason = _beside(sheet, place, hits, "form.reasons")
    if reason is None:
        return Reasons("none", "")
    measures = _beside(sheet, place, hits, "form.measures")
    if measures is not None and measures.state == "value" and reason.state == "value":
        reason = with_measures(sheet, reason, measures)
    for indicator in indicators:
        indicator.reason = reason
    return Reasons("form", reason.cell)


def _beside(sheet: Sheet, place: FormPlace, hits: Sequence[Hit], role: str) -> Text | None:
    """What is written to the label of ``role``, None where the form does not print one."""
    hit = next((hit for hit in hits if role in hit.roles and hit.exact), None)
    if hit is None:
        return None
    if hit.rest is not None and hit.rest.strip():
        return Text(hit.rest.strip(), sheet.cell(hit.row, hit.column), "value")
    at = beside(sheet, hit, place.right)
    if at is None and (under := below(sheet, hit, place.bottom)) is not None and not sheet.is_label(*under):
        at = under
    if at is None:
        return Text("", sheet.cell(hit.row, hit.column), "blank")
    return text_field(sheet, *at, one_line=False)
