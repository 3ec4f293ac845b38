"""Where the value of a label stands: right of it, up to the next label, or below it."""

from __future__ import annotations

from perfbatch.reading.form.sheet import Hit, Sheet, shown

_STOPS = ("header.", "form.", "goals.", "funds.part", "indicators.part")


def beside(sheet: Sheet, hit: Hit, right: int) -> tuple[int, int] | None:
    """The first filled cell right of a label, up to the next label or the column ``right``.

    Where all are blank, the first of them: there the value belongs. None where there is no room.
    """
    first: tuple[int, int] | None = None
    column = hit.right + 1
    while column <= right:
        other = sheet.labels.get(sheet.anchor(hit.row, column))
        if other is not None and any(role.startswith(_STOPS) for role in other.roles):
            break
        place = sheet.anchor(hit.row, column)
        if shown(sheet.at(*place)).strip() or (
            (cell := sheet.at(*place)) is not None and cell.state != "value"
        ):
            return place
        if first is None:
            first = place
        column = sheet.extent(hit.row, column).right + 1
    return first


def below(sheet: Sheet, hit: Hit, bottom: int) -> tuple[int, int] | None:
    """The cell under a label, None where the form ends or another label stands there."""
    row = hit.bottom + 1
    if row > bottom or sheet.is_label(row, hit.column):
        return None
    return sheet.anchor(row, hit.column)
