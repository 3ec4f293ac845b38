"""What a form prints below its table: the 填报注意事项 that tell its unit how it is scored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.indicator_table import Table
from perfbatch.reading.form.sheet import Sheet

_MOST_BLANK_ROWS = 2
"""Blank rows that the notes below a form may hold; below more of them its region ends."""
_NUMBERED = re.compile(r"\s*[（(]?[0-9０-９]{1,2}[)）.、．。]")  # noqa: RUF001
"""Notes that stand below the total without a heading begin with a number."""
_NOTES = "form.notes"


def last_of_table(table: Table) -> int:
    """The last row of the table, its total included."""
    return table.total.row if table.total is not None else table.end


def rows_below(sheet: Sheet, place: FormPlace, table: Table) -> Iterator[int]:
    """The rows with something in them between the table and the end of the form's region."""
    blank = 0
    for row in range(last_of_table(table) + 1, place.bottom + 1):
        blank = 0 if row in sheet.rows else blank + 1
        if blank > _MOST_BLANK_ROWS:
            return
        if not blank:
            yield row


def printed_notes(sheet: Sheet, place: FormPlace, table: Table) -> str:
    """The texts under a label of ``form.notes``, and numbered ones under none, a line break between cells.

    What stands under another label (评价结论, 填表人 …) is the unit's own and is left out.
    """
    notes: list[str] = []
    under = ""
    for row in rows_below(sheet, place, table):
        labels = {hit.column: hit for hit in sheet.by_row.get(row, ()) if hit.exact}
        for column, cell in sorted(sheet.rows[row].items()):
            if not place.left <= column <= place.right or not isinstance(cell.value, str):
                continue
            hit = labels.get(column)
            if hit is not None:
                under = _NOTES if _NOTES in hit.roles else "other"
                if under == _NOTES and hit.rest:
                    notes.append(cell.text)
            elif under == _NOTES or (not under and _NUMBERED.match(cell.text)):
                notes.append(cell.text)
    return "\n".join(notes)
