"""年度总体目标: 预期目标 and 实际完成情况, below their labels or right of them."""

from __future__ import annotations

from perfbatch.reading.form.fields import NO_TEXT, Text, text_field
from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.sheet import Hit, Sheet, beside, cell_text

_ROLES = {"goal": "goals.goal", "outcome": "goals.outcome"}


def goal_fields(sheet: Sheet, place: FormPlace) -> dict[str, Text]:
    """``goal`` and ``outcome``; several cells below one label are joined line by line."""
    top = place.funds.bottom + 1 if place.funds else place.top
    above = sheet.between(place.top, place.indicators.top)
    hits: dict[str, Hit] = {}
    for name, role in _ROLES.items():
        known = [hit for hit in above if role in hit.roles and hit.exact and not _is_fund_line(hit)]
        offers = [hit for hit in known if hit.row >= top]
        if not offers and place.funds is not None:  # goals above the funds
            offers = [hit for hit in known if hit.row < place.funds.top]
        if offers:
            # 年度目标完成情况 left of, or over, 目标实际完成情况 heads the part and holds nothing itself
            last = max((hit.row, hit.column) for hit in offers)
            offers = [hit for hit in offers
                      if (hit.row, hit.column) == last or not _heads_others(sheet, hit)]  # fmt: skip
            hits[name] = min(offers, key=lambda hit: (hit.roles[role], hit.row))
    rows = [hit.row for hit in hits.values()]
    side_by_side = len(rows) == 2 and rows[0] == rows[1]
    return {
        name: _field(sheet, place, hits[name], side_by_side) if name in hits else NO_TEXT for name in _ROLES
    }


def _heads_others(sheet: Sheet, hit: Hit) -> bool:
    """Whether further labels of the goals stand right of, or below, a label instead of a value."""
    around = (sheet.anchor(hit.row, hit.right + 1), sheet.anchor(hit.bottom + 1, hit.column))
    return any(
        (other := sheet.labels.get(at)) is not None
        and other.row >= hit.row
        and any(role in other.roles for role in _ROLES.values())
        for at in around
    )


def _field(sheet: Sheet, place: FormPlace, hit: Hit, side_by_side: bool) -> Text:
    if hit.rest is not None and hit.rest.strip():
        return Text(hit.rest.strip(), sheet.cell(hit.row, hit.column), "value")
    right = beside(sheet, hit, place.right)
    lines = _lines_below(sheet, place, hit)
    nothing_below = not any(_has_text(sheet, at) for at in lines)
    if right is not None and (nothing_below or not side_by_side):
        field = text_field(sheet, *right, one_line=False)
        if field.state != "blank" or (not side_by_side and nothing_below):
            return field
    if not lines:
        return (
            text_field(sheet, *right, one_line=False)
            if right
            else Text("", sheet.cell(hit.row, hit.column), "blank")
        )
    fields = [text_field(sheet, *at, one_line=False) for at in lines]
    filled = [field for field in fields if field.state != "blank"]
    if len(filled) > 1 and all(field.state == "value" for field in filled):
        return Text("\n".join(field.value for field in filled), filled[0].cell, "value")
    return filled[0] if filled else fields[0]


def _lines_below(sheet: Sheet, place: FormPlace, hit: Hit) -> list[tuple[int, int]]:
    """Top left cells below a label, down to the next row with a label in it."""
    limit = place.indicators.top
    if place.funds is not None and hit.row < place.funds.top:
        limit = place.funds.top
    found: dict[tuple[int, int], None] = {}
    for row in range(hit.bottom + 1, limit):
        if any(h.exact and h.row == row for h in sheet.by_row.get(row, ())):
            break
        for column in range(hit.column, hit.right + 1):
            at = sheet.anchor(row, column)
            if at[0] > hit.bottom and (column == hit.column or _has_text(sheet, at)):
                found.setdefault(at)
                if _has_text(sheet, at):
                    break
    return list(found)


def _has_text(sheet: Sheet, at: tuple[int, int]) -> bool:
    return bool(cell_text(sheet.at(*at)).strip())


def _is_fund_line(hit: Hit) -> bool:
    return any(role.startswith("funds.lines") for role in hit.roles)
