"""Pages of 核验结果: the headings of a table stand on each of its pages, and none stands alone below."""

from __future__ import annotations

import pytest

from perfbatch.workbook.xlsx.edit.added_sheet import AddedRow
from perfbatch.writing.result_sheet import _PAGE, _ROW, _Draft

TITLE, HEADER = AddedRow(("subtitle",), ("发现的问题",)), AddedRow(("header",), ("级别",))


def draft(before: int, rows: int, height: float) -> _Draft:
    """``before`` plain rows, then a table of ``rows`` rows."""
    made = _Draft()
    for _ in range(before):
        made.add(AddedRow(("before",), ("",)))
    made.begin_table(TITLE, HEADER, ("A", "B"))
    for number in range(rows):
        made.add(AddedRow(("text",), (float(number),), None, height))
    made.end_table()
    return made


@pytest.mark.parametrize("before", range(0, 80, 7))
@pytest.mark.parametrize("height", [0.0, 46.0, 409.0])
def test_headings_stand_on_every_page_of_their_table(before: int, height: float) -> None:
    made = draft(before, 60, height)
    title = made.rows.index(TITLE)
    starts = [0, *made.breaks]
    pages = [made.rows[a:b] for a, b in zip(starts, [*made.breaks, len(made.rows)], strict=True)]
    for start, page in zip(starts, pages, strict=True):
        assert sum(row.height or _ROW for row in page) <= _PAGE or len(page) <= 3
        assert start <= title or page[0] == HEADER
        assert page[-1] not in (TITLE, HEADER)  # at the foot, with nothing below
    shown = [row.values[0] for row in made.rows if row.looks == ("text",)]
    assert shown == [float(number) for number in range(60)]
    merged = {number + 1 for number, row in enumerate(made.rows) if row == HEADER}
    assert {int(ref.split(":")[0][1:]) for ref in made.merges if ref.startswith("A")} >= merged
