"""A broken file is refused: whatever breaks, nothing but Refused comes out of the reader."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.open import Workbook, load_grids
from perfbatch.workbook.refusal import Refused
from tests.workbook.test_ods import ods, written

BOUNDS = Bounds(part_bytes=2**22, total_bytes=2**23, cells=20_000, merges=1000, covered=20_000)


@cache
def whole(kind: str) -> bytes:
    """A small workbook of each kind, whole."""
    out = io.BytesIO()
    if kind == "xlsx":
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.append(["项目名称", 0.895, "=B1*10", True])
        page["B1"].number_format = '0.00%;[Red]"负"0'
        page.merge_cells("A2:C3")
        book.save(out)
    elif kind == "xls":
        old = xlwt.Workbook(encoding="utf-8")
        sheet = old.add_sheet("自评表")
        sheet.write(0, 0, "项目名称")
        sheet.write(0, 1, 0.895, xlwt.easyxf(num_format_str="0.00%"))
        sheet.write(0, 2, xlwt.Formula("B1*10"))
        sheet.write_merge(1, 2, 0, 2, "合并")
        old.save(out)
    else:
        cells = written("string", "", "项目名称") + written("percentage", "0.895", "89.50%")
        row = f'<table:table-row table:number-rows-repeated="2">{cells}</table:table-row>'
        out.write(ods(f'<table:table table:name="表">{row}</table:table>'))
    return out.getvalue()


def outcome(data: bytes) -> str:
    """'read', or the code of the refusal; anything else fails the test by itself."""
    try:
        book = load_grids(data, bounds=BOUNDS)
    except Refused as refused:
        return refused.code
    assert isinstance(book, Workbook)
    return "read"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_whole_file_is_read(kind: str) -> None:
    """The files that the others here are broken from."""
    assert outcome(whole(kind)) == "read"


KINDS = st.sampled_from(["xlsx", "xls", "ods"])
BROKEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@BROKEN
@given(KINDS, st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_read_or_refused(kind: str, share: float) -> None:
    """A copy that was interrupted."""
    data = whole(kind)
    assert outcome(data[: int(len(data) * share)]) in ("read", "damaged", "empty", "foreign")


@BROKEN
@given(
    KINDS, st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_a_file_with_wrong_bytes_is_read_or_refused(kind: str, changes: list[tuple[float, int]]) -> None:
    """A stick that is going bad."""
    data = bytearray(whole(kind))
    for share, byte in changes:
        data[int(len(data) * share)] = byte
    assert outcome(bytes(data))


@BROKEN
@given(st.sampled_from(["sheet", "styles", "strings", "workbook"]), st.data())
def test_a_part_with_wrong_bytes_is_read_or_refused(part: str, data: st.DataObject) -> None:
    """As above, behind a checksum that fits: what another program wrote wrongly."""
    from tests.workbook import handmade

    texts: dict[str, tuple[str, Callable[[], str]]] = {
        "sheet": ("xl/worksheets/sheet1.xml", lambda: handmade.sheet(
            '<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1"><f>A1</f><v>1</v></c></row>',
            after="<mergeCells><mergeCell ref='A1:B2'/></mergeCells>")),
        "styles": ("xl/styles.xml", lambda: handmade.styles("0.00%", "yyyy-mm-dd")),
        "strings": ("xl/sharedStrings.xml", lambda: handmade.strings("<t>甲</t>", "<r><t>乙</t></r>")),
        "workbook": ("xl/workbook.xml", lambda: handmade.WORKBOOK),
    }  # fmt: skip
    name, make = texts[part]
    content = make()
    at = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(0, 6))
    put = data.draw(st.text("<>/\"'&;:=0123456789rRsvtn-:A", max_size=4))
    broken = content[:at] + put + content[at + length :]
    rows = '<row><c t="s" s="1"><v>0</v></c></row>'
    assert outcome(handmade.xlsx({name: broken}, rows=rows))


def test_noise_between_two_good_files_changes_nothing() -> None:
    """Nothing is remembered from one file to the next."""
    before = load_grids(whole("xlsx"))
    for data in (b"", b"PK\x03\x04" + bytes(100), whole("xls")[:600], whole("xlsx")[:300]):
        assert outcome(data) != "read"
    assert load_grids(whole("xlsx")) == before
