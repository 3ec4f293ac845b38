"""Where a table of indicators ends, and the row of its total."""

from __future__ import annotations

from perfbatch.reading.form.fields import score_field
from perfbatch.reading.form.sheet import Column, Hit, Sheet

_FURTHEST_TOTAL = 6
"""Rows below the end of the table in which its total may still stand."""


def end_of_table(sheet: Sheet, row: int, name: Column, first_score: int) -> Hit | None:
    """The label that ends the table in this row: a total left of the scores, or what stands below it."""
    for hit in sheet.by_row.get(row, ()):
        if not hit.exact:
            continue
        if ("form.total" in hit.roles and hit.column < first_score) or (
            is_total(hit) and hit.column < name.left
        ):
            return hit
        if hit.column > name.right or (name.left <= hit.column and _is_scored(sheet, row, first_score)):
            continue  # an indicator may be called 说明
        for role in hit.roles:
            if role == "form.end" or (role in ("header.leader", "header.other") and hit.rest is not None):
                return hit
    return None


def is_total(hit: Hit) -> bool:
    """总分 and its like; 自评得分 is a column's label, and in the place of the levels that of the total."""
    return "form.total" in hit.roles or "indicators.columns.own_score" in hit.roles


def _is_scored(sheet: Sheet, row: int, first_score: int) -> bool:
    """Whether the row has a number where its score belongs."""
    return score_field(sheet, row, first_score).state == "value"


def total_further_down(sheet: Sheet, row: int, bottom: int, columns: dict[str, Column]) -> Hit | None:
    """The total that stands a few rows below what ends the table (其他需要说明的问题, then 总分)."""
    scores = [columns[name] for name in ("points", "own_score") if name in columns]
    for below in range(row + 1, min(row + _FURTHEST_TOTAL, bottom) + 1):
        for hit in sheet.by_row.get(below, ()):
            if hit.exact and "form.total" in hit.roles and any(
                hit.column < column.left and score_field(sheet, below, column.left).state == "value"
                for column in scores
            ):  # fmt: skip
                return hit
    return None
