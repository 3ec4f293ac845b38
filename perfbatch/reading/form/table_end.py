"""Where a table of indicators ends, and the row of its total.

Only a label at the start of its row ends the table; 合计 or 总分：95 as an answer in a row of its own does
not, nor does a total that rows of indicators follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from perfbatch.reading.form.fields import score_field
from perfbatch.reading.form.sheet import Hit, Sheet, TableColumn, cell_text
from perfbatch.values.typed_numbers import written_number

_FURTHEST_TOTAL = 6
"""Rows below the end of the table in which its total may still stand."""
_LEVELS = ("level1", "level2", "name")


class End(NamedTuple):
    """What ends a table (None: the form's last row), and the labels that seemed to and were passed over."""

    hit: Hit | None
    passed: tuple[Hit, ...]


def end_of_table(sheet: Sheet, columns: Mapping[str, TableColumn], top: int, limit: int) -> End:
    """The end of the table whose rows begin at ``top``, in the rows before ``limit``.

    A total that indicators and another total follow is one of a part of the table.
    """
    hits = [hit for row in dict.fromkeys(hit.row for hit in sheet.between(top, limit))
            if (hit := _end_in_row(sheet, row, columns)) is not None]  # fmt: skip
    totals = [hit.row for hit in hits if is_total(hit)]
    passed: list[Hit] = []
    for hit in hits:
        following = next((row for row in totals if row > hit.row), None)
        if not is_total(hit) or following is None or not any(
            looks_full(sheet, row, columns) for row in range(hit.row + 1, following)
        ):  # fmt: skip
            return End(hit, tuple(passed))
        passed.append(hit)
    return End(None, tuple(passed))


def is_total(hit: Hit) -> bool:
    """总分 and its like; 自评得分 is a column's label, and in the place of the levels that of the total."""
    return "form.total" in hit.roles or "indicators.columns.own_score" in hit.roles


def total_further_down(sheet: Sheet, row: int, bottom: int, columns: Mapping[str, TableColumn]) -> Hit | None:
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


def looks_full(sheet: Sheet, row: int, columns: Mapping[str, TableColumn]) -> bool:
    """Whether a row holds an indicator whatever its words: a name, both values, a score if any has one."""
    if _own(sheet, row, columns["name"]) is None or not _has_both_values(sheet, row, columns):
        return False
    scores = [columns[name] for name in ("points", "own_score") if name in columns]
    return not scores or any(score_field(sheet, row, column.left).state == "value" for column in scores)


def _end_in_row(sheet: Sheet, row: int, columns: Mapping[str, TableColumn]) -> Hit | None:
    """The label at the start of a row that ends a table: a total, or what stands below a table."""
    name = columns["name"]
    levels = min(columns[level].left for level in _LEVELS if level in columns)
    for hit in sheet.by_row.get(row, ()):
        if not hit.exact or not _may_end(hit):
            continue
        if not _starts_row(sheet, hit, columns):
            return None
        if hit.column >= levels and looks_full(sheet, row, columns):
            return None
        total = "form.total" in hit.roles or (is_total(hit) and hit.column < name.left)
        if total and not _has_both_values(sheet, row, columns):
            return hit
        if (
            not total
            and hit.column <= name.right
            and not (name.left <= hit.column and _is_scored(sheet, row, columns))
        ):
            return hit  # an indicator may be called 说明
    return None


def _may_end(hit: Hit) -> bool:
    return is_total(hit) or any(
        role in ("form.end", "form.notes", "form.reasons", "form.measures")
        or (role in ("header.leader", "header.other") and hit.rest is not None)
        for role in hit.roles
    )


def _starts_row(sheet: Sheet, hit: Hit, columns: Mapping[str, TableColumn]) -> bool:
    """Whether nothing is seen left of a label; what reaches down from above may be, beside mere numbers."""
    levels = min(columns[name].left for name in _LEVELS if name in columns)
    merged_over = False
    for column in range(hit.column):
        at = sheet.anchor(hit.row, column)
        if not cell_text(sheet.at(*at)).strip():
            continue
        if at[0] == hit.row:
            return False
        merged_over |= column >= levels
    if not merged_over:
        return True
    return is_total(hit) and hit.column <= columns["name"].right and _holds_numbers_only(sheet, hit)


def _holds_numbers_only(sheet: Sheet, hit: Hit) -> bool:
    """Whether right of a label stand numbers, one at least, and nothing else."""
    texts = [text for column in sheet.rows.get(hit.row, ()) if column > hit.right
             if (text := cell_text(sheet.at(hit.row, column)).strip())]  # fmt: skip
    return bool(texts) and hit.rest is None and all(written_number(text) is not None for text in texts)


def _own(sheet: Sheet, row: int, column: TableColumn) -> int | None:
    """The column in which something is written in this row itself."""
    cells = sheet.rows.get(row, {})
    return next((c for c in range(column.left, column.right + 1) if cell_text(cells.get(c)).strip()), None)


def _has_both_values(sheet: Sheet, row: int, columns: Mapping[str, TableColumn]) -> bool:
    """Whether 指标值 and 完成值 are written in this row, and not two numbers in the place of the scores."""
    sides = [_own(sheet, row, columns[name]) for name in ("target", "actual") if name in columns]
    if not sides or any(side is None for side in sides):
        return False
    scores = [columns[name] for name in ("points", "own_score") if name in columns]
    scored = any(_own(sheet, row, column) is not None for column in scores)
    texts = [cell_text(sheet.at(row, side)) for side in sides if side is not None]
    return scored or any(written_number(text) is None for text in texts)


def _is_scored(sheet: Sheet, row: int, columns: Mapping[str, TableColumn]) -> bool:
    """Whether the row has a number where its score belongs."""
    edge = columns["name"].right + 1
    scores = [columns[name].left for name in ("points", "own_score") if name in columns]
    return score_field(sheet, row, max(edge, min(scores, default=0))).state == "value"
