"""总分 or 合计: the points of the form and the unit's own total."""

from __future__ import annotations

import re

from perfbatch.reading.form.fields import NO_NUMBER, Number, number_from, score_field
from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.indicator_table import Table
from perfbatch.reading.form.sheet import Hit, Sheet, TableColumn, beside
from perfbatch.reading.labels import label_of

_OWN = re.compile("自评|得分|得$")


def total_fields(
    sheet: Sheet, place: FormPlace, table: Table, fallbacks: list[str]
) -> tuple[Number, Number, Number]:
    """``points_total``, ``own_total`` and ``reviewer_total``.

    Taken by position only where a row has no other place for them.
    """
    points, own, reviewer = NO_NUMBER, NO_NUMBER, NO_NUMBER
    if table.total is not None:
        rows = _total_rows(sheet, place, table.total)
        for hit in rows:
            more_points, more_own = _row(sheet, place, hit, fallbacks)
            points = (
                more_points
                if points.state in ("absent", "blank") and more_points.state != "absent"
                else points
            )
            own = more_own if own.state in ("absent", "blank") and more_own.state != "absent" else own
        reviewer = _in_column(sheet, table.total, place.indicators.columns.get("reviewer_score"))
    if own.state == "absent":
        own = _above_the_table(sheet, place, "form.total")
    if reviewer.state == "absent":
        reviewer = _above_the_table(sheet, place, "form.reviewer_total")
    return points, own, reviewer


def _total_rows(sheet: Sheet, place: FormPlace, first: Hit) -> list[Hit]:
    """The row of the total, and a second one right below it (合计, then 自评总分)."""
    rows = [first]
    for row in range(first.bottom + 1, min(first.bottom + 3, place.bottom + 1)):
        rows += [hit for hit in sheet.by_row.get(row, ()) if "form.total" in hit.roles and hit.exact][:1]
    return rows


def _row(sheet: Sheet, place: FormPlace, hit: Hit, fallbacks: list[str]) -> tuple[Number, Number]:
    columns = place.indicators.columns
    points = _in_column(sheet, hit, columns.get("points"))
    own = _in_column(sheet, hit, columns.get("own_score"))
    if points.cell and points.cell == own.cell:  # one cell over both columns
        points = NO_NUMBER
    if hit.rest is not None and hit.rest.strip() and own.state in ("absent", "blank"):
        return points, number_from(hit.rest, sheet.cell(hit.row, hit.column))
    if points.state != "value" and own.state != "value" and not _broken(points) and not _broken(own):
        found = _numbers_beside(sheet, place, hit)
        if len(found) == 1:
            fallbacks.append("own_total")
            return points, found[0]
        if len(found) >= 2:
            fallbacks.extend(("points_total", "own_total"))
            return found[0], found[1]
        if found == [] and _OWN.search(label_of(hit.text)) and own.state == "absent":
            right = beside(sheet, hit, place.right)
            return points, score_field(sheet, *right) if right else own
    return points, own


def _broken(field: Number) -> bool:
    return field.state in ("uncached", "error", "nonsense")


def _in_column(sheet: Sheet, hit: Hit, column: TableColumn | None) -> Number:
    """The number of this row in a column; absent where the label itself lies over the column."""
    if column is None or hit.column <= column.left <= hit.right:
        return NO_NUMBER
    for c in range(column.left, column.right + 1):
        cell = sheet.at(hit.row, c)
        if cell is not None and (cell.text.strip() or cell.state != "value"):
            return score_field(sheet, hit.row, c)
    return score_field(sheet, hit.row, column.left)


def _numbers_beside(sheet: Sheet, place: FormPlace, hit: Hit) -> list[Number]:
    """Numbers right of the label, each cell once."""
    seen: set[tuple[int, int]] = {(hit.row, hit.column)}
    found = []
    for column in range(hit.right + 1, place.right + 1):
        at = sheet.anchor(hit.row, column)
        if at not in seen and at[0] == hit.row:
            seen.add(at)
            field = score_field(sheet, *at)
            if field.state == "value":
                found.append(field)
    return found


def _above_the_table(sheet: Sheet, place: FormPlace, role: str) -> Number:
    """自评总分, or that of the reviewer, in the header of the form."""
    for hit in sheet.between(place.top, place.indicators.top):
        if role not in hit.roles or (role == "form.total" and not _OWN.search(label_of(hit.text))):
            continue
        if any(role.startswith("funds.lines") for role in hit.roles):
            continue
        if hit.rest is not None and hit.rest.strip():
            return number_from(hit.rest, sheet.cell(hit.row, hit.column))
        right = beside(sheet, hit, place.right)
        if right is not None:
            return score_field(sheet, *right)
    return NO_NUMBER
