"""Sheets are cut before parsing; the result is the same as if they were not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cut_xml import find_rows, without_cells
from perfbatch.workbook.xlsx.edit import rows as edited
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.workbook.xlsx.xml import MAIN
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import FORM, changed, parts, plain, prefixed, replaced, rich
from tests.workbook.edit.wholeness import assert_whole

SHEET = "xl/worksheets/sheet1.xml"
PIECES = (
    b'<c r="A1"/>', b'<c r="A1" s="1" t="s"><v>0</v></c>', b"<v>&amp;</v>", b"<v>&x;</v>", b"\x01", b"\xff",
    b'"', b"<", b">", b"]]>", b"</c>", b"</row>", b"<row>", b'<row a="', b" ", b"\xef\xbf\xbf",
    b'<c r="A1" r="B1"/>',
)  # fmt: skip


def _both(data: bytes, marks: list[Mark]) -> tuple[bytes, bytes]:
    cut = annotate_marks(data, None, marks).data
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edited, "cut_rows", lambda *_: None)
        return cut, annotate_marks(data, None, marks).data


@settings(deadline=None, max_examples=60)
@given(places=st.lists(st.tuples(st.integers(1, 35), st.integers(1, 9)), min_size=1, max_size=8))
@pytest.mark.parametrize("make", [plain, rich, prefixed], ids=lambda make: make.__name__)
def test_cut_and_whole_agree(make, places: list[tuple[int, int]]) -> None:  # type: ignore[no-untyped-def]
    """Marking a cut sheet gives the same sheet as marking the whole one."""
    marks = [Mark(FORM, f"{'ABCDEFGHI'[column - 1]}{row}", "error", "x") for row, column in places]
    cut, whole = (parts(data) for data in _both(make(), marks))
    assert cut.keys() == whole.keys()
    for name in cut:
        if name == SHEET:
            assert etree.tostring(etree.fromstring(cut[name]), method="c14n") == etree.tostring(
                etree.fromstring(whole[name]), method="c14n"
            )
        else:
            assert cut[name] == whole[name], name


@settings(deadline=None, max_examples=300)
@given(data=st.data())
@pytest.mark.parametrize("make", [plain, rich, prefixed], ids=lambda make: make.__name__)
def test_a_broken_sheet_is_broken_without_its_cells(make: Callable[[], bytes], data: st.DataObject) -> None:
    """Whatever is put into a sheet, or taken out: without its cells it is as well-formed as with them."""
    sheet = parts(make())[SHEET]
    at, more = (data.draw(st.integers(0, len(sheet))) for _ in range(2))
    piece = data.draw(
        st.sampled_from(PIECES) | st.builds(lambda size: sheet[more : more + size], st.integers(0, 60))
    )
    changed_sheet = sheet[:at] + piece + sheet[at + data.draw(st.integers(0, 40)) :]
    rows = find_rows(changed_sheet)
    if rows is not None:
        assert _is_well_formed(without_cells(changed_sheet, rows)) == _is_well_formed(changed_sheet)


def _is_well_formed(sheet: bytes) -> bool:
    try:
        etree.fromstring(sheet)
    except etree.XMLSyntaxError:
        return False
    return True


def test_rows_without_marks_are_the_same_bytes() -> None:
    """What was cut out comes back letter for letter."""
    data = changed(rich(), edit={SHEET: lambda part: part.replace(b'<row r="9"', b"<row  r='9'")})
    copy = annotate_marks(data, None, [Mark(FORM, "A5", "error", "x"), Mark(FORM, "A40", "info", "y")]).data
    assert_whole(data, copy)
    row = re.compile(rb"<row  r='9'.*?</row>", re.DOTALL)
    assert row.search(parts(copy)[SHEET])[0] == row.search(parts(data)[SHEET])[0]  # type: ignore[index]


@pytest.mark.parametrize("markup", [b"<!-- <row r='3'> -->", b"<?x <row?>", b"<![CDATA[ ]]>"])
def test_markup_that_hides_rows_is_parsed_whole(markup: bytes) -> None:
    """Comments, instructions and CDATA could hold what looks like a row: such a sheet is not cut."""
    data = changed(plain(), edit={SHEET: lambda part: part.replace(b"<sheetData>", b"<sheetData>" + markup)})
    assert edited.cut_rows(parts(data)[SHEET], SHEET, [4], []) is None
    assert_whole(data, annotate_marks(data, None, [Mark(FORM, "B4", "error", "x")]).data)


@pytest.mark.parametrize(
    "edit",
    [
        replaced(('encoding="UTF-8"', 'encoding="ISO-8859-1"')),
        replaced(("<worksheet ", f'<worksheet xmlns:m="{MAIN}" '), ('<row r="5"', '<m:row r="5"')),
        replaced(("<sheetData>", '<sheetData><row xmlns="urn:other"/>')),
        replaced(('<row r="5"', '<row r=" 5"')),
    ],
    ids=["encoding", "prefix", "namespace", "number"],
)
def test_rows_that_are_not_plain_are_parsed_whole(edit: Callable[[bytes], bytes]) -> None:
    """Where the text alone does not tell which elements are rows the sheet is not cut."""
    sheet = edit(parts(plain())[SHEET].decode().encode("ascii", "xmlcharrefreplace"))
    assert sheet != parts(plain())[SHEET]
    assert edited.cut_rows(sheet, SHEET, [4], []) is None


def test_heights_of_rows_cut_out_are_known() -> None:
    """A note's box spans rows that are not parsed; what they state counts all the same."""
    rows = b'<row r="3" ht="30"/><row r="4" ht="45" hidden="1"/><row ht=""/><row ht="6" hidden="0"/>'
    data = changed(plain(), edit={SHEET: lambda part: re.sub(rb"(<sheetData>).*(</sheetData>)",
                                                             rb"\1" + rows + rb"\2", part)})  # fmt: skip
    cut = edited.cut_rows(parts(data)[SHEET], SHEET, [1], [])
    assert cut is not None
    assert cut.heights == {3: 40, 4: 0, 6: 8}


def test_malformed_rows_are_refused_though_cut_out() -> None:
    """What is not parsed into a tree is checked all the same."""
    data = changed(plain(), edit={SHEET: lambda part: part.replace(b'<c r="B5"', b'<c<r="B5"')})
    with pytest.raises(Refused, match="sheet1"):
        annotate_marks(data, None, [Mark(FORM, "B4", "error", "x")])


def test_sheet_formatted_to_its_last_row() -> None:
    """Of a sheet with rows formatted far down only the marked ones are parsed; the others stay."""
    rows = b"".join(b'<row r="%d" ht="14.25" customHeight="1"/>' % n for n in range(9, 100_001))
    data = changed(plain(), edit={SHEET: lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>")})
    cut = edited.cut_rows(parts(data)[SHEET], SHEET, [4, 50_000, 300_000], [])
    assert cut is not None
    assert len(cut.text) < 10_000
    marks = [Mark(FORM, cell, "error", "x") for cell in ("B4", "C50000", "A300000")]
    after = parts(annotate_marks(data, None, marks).data)[SHEET]
    before, behind = rows.split(b'<row r="50000"')
    made = after.index(b'<row r="50000"')
    assert after[:made].endswith(before)
    assert behind[behind.index(b"/>") + 2 :] in after[made:]
    numbers = [int(row.get("r") or 0) for row in etree.fromstring(after).iter("{*}row")]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 300_000
