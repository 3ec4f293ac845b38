"""What is stated in a compound file or in records of an .xls decides neither time nor memory."""

from __future__ import annotations

import struct
import time

import pytest

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.kind import sniff
from perfbatch.workbook.ole import Container
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from tests.workbook.compound import FREE, book, container, label, name, number, stream

TEXTS = ["项目支出绩效自评表", "产出指标"]
SHEET = [label(0, 0, 0), label(1, 0, 1), number(2, 0, 98.5)]
SMALL = book([SHEET], strings=TEXTS)
LARGE = book([[*SHEET, *(number(row, 1, row) for row in range(500))]], strings=TEXTS)


def refused(data: bytes) -> Refused:
    """The refusal, which comes at once."""
    started = time.process_time()
    with pytest.raises(Refused) as caught:
        load_grids(data)
    assert time.process_time() - started < 1
    return caught.value


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["mini", "large"])
def test_the_drawn_files_are_read(content: bytes) -> None:
    """Nothing is refused but for its untruth."""
    [grid] = load_grids(container(content)).grids
    assert [grid.cells[row, 0].value for row in range(3)] == [*TEXTS, 98.5]
    assert load_grids(container(content, named="Book")).grids[0].cells == grid.cells


@pytest.mark.parametrize("data", [
    pytest.param(container(SMALL, mini_fat={3: 3}), id="a mini sector that follows itself"),
    pytest.param(container(SMALL, mini_fat={5: 0}), id="the last mini sector leads to the first"),
    pytest.param(container(LARGE, fat={6: 6}), id="a sector that follows itself"),
    pytest.param(container(LARGE, fat={9: 3}), id="a circle of sectors"),
    pytest.param(container(LARGE, fat={0: 0}), id="the directory follows itself"),
    pytest.param(container(SMALL, links={1: (1, 1, 1)}), id="an entry below itself"),
    pytest.param(container(SMALL, links={0: (0, 0, 0)}), id="the root in itself"),
    pytest.param(container(SMALL, links={1: (FREE, 0, FREE)}, more=["a"]), id="a circle of entries"),
    pytest.param(container(SMALL, fat={1: 1}), id="the table of mini sectors follows itself"),
    pytest.param(container(LARGE, difat=1), id="a table of tables that names what it will"),
])  # fmt: skip
def test_a_chain_in_a_circle_is_refused_or_cut(data: bytes) -> None:
    """Each sector and each entry is met once at most, wherever the circle is."""
    started = time.process_time()
    try:
        container_ = Container(data)
        container_.ensure_sound()
        assert len(container_.read("Workbook")) <= len(data)
    except Refused as refusal:
        assert refusal.code == "damaged"
    try:
        grids = load_grids(data).grids
    except Refused as refusal:
        assert refusal.code in ("damaged", "foreign")
    else:
        assert grids[0].cells[0, 0].value == TEXTS[0]
    assert time.process_time() - started < 1


def test_a_directory_that_doubles_at_each_entry_is_refused() -> None:
    """Forty entries whose left and right are the next one are two to the fortieth for who follows both."""
    names = [f"n{place}" for place in range(40)]
    links = {place: (place + 1, place + 1, FREE) for place in range(1, 41)}
    assert refused(container(SMALL, links=links, more=names)).code == "damaged"
    assert sniff(container(SMALL, links=links, more=names)) == "damaged"


def test_a_stream_longer_than_stated_is_read_whole() -> None:
    """Some export programs state too small a size; Excel reads on."""
    data = container(LARGE, size=len(LARGE) - 2000)
    assert len(load_grids(data).grids[0].cells) == 503


def test_a_stream_that_is_cut_off_is_refused() -> None:
    """What is not there is not made up."""
    assert refused(container(LARGE)[:4000]).code == "damaged"


@pytest.mark.parametrize("stated", [0, 1, 3, 40_000, 0xFFFFFFFF])
def test_a_wrong_count_of_strings_is_put_right(stated: int) -> None:
    """Excel reads the strings that are there, whatever number is stated."""
    [grid] = load_grids(container(book([SHEET], strings=TEXTS, stated=stated))).grids
    assert [grid.cells[row, 0].value for row in range(2)] == TEXTS


def test_a_phonetic_text_of_a_length_below_zero_is_refused() -> None:
    """It would set the reader back to the same string for ever."""
    table = struct.pack("<II", 2**31, 2**31) + struct.pack("<HBi", 1, 4, -8) + b"x"
    data = book([[number(0, 0, 1)]], [(0x00FC, table)])
    assert refused(container(data)).code == "damaged"


def test_names_that_double_a_text_are_not_evaluated() -> None:
    """xlrd would join 'x' to itself forty times over."""
    text = b"\x17\xff\0" + b"x" * 255
    names = [name(b"A", text)]
    names += [
        name(b"B", b"\x23" + struct.pack("<HH", n, 0) + b"\x23" + struct.pack("<HH", n, 0) + b"\x08")
        for n in range(1, 40)
    ]
    [grid] = load_grids(container(book([SHEET], names, strings=TEXTS))).grids
    assert grid.cells[2, 0].value == 98.5


@pytest.mark.parametrize("more", [
    pytest.param([name(b"A", b"\x01\x02\x03")], id="a name whose formula is none"),
    pytest.param([name(b"A", b"\x3a\0\0")], id="a name that is cut off"),
    pytest.param([(0x0018, b"\0")], id="a name without a name"),
    pytest.param([(0x008C, b"\x01\0\x56\0"), (0x008C, b"\x02\0\x56\0")], id="two countries"),
    pytest.param([(0x0022, b"\x07\0")], id="dates of an unknown system"),
    pytest.param([(0x0017, b"\xff\xff\0\0")], id="references to no sheet"),
    pytest.param([(0x0023, b"\0\0")], id="a name of another book without a book"),
    pytest.param([(0x0092, b"\xff\xff\0\0")], id="colours that are not there"),
])  # fmt: skip
def test_what_no_value_depends_on_does_not_refuse_a_file(more: list[tuple[int, bytes]]) -> None:
    """The values stand beside it, and Excel shows them."""
    [grid] = load_grids(container(book([SHEET], more, strings=TEXTS))).grids
    assert [grid.cells[row, 0].value for row in range(3)] == [*TEXTS, 98.5]


def test_sheets_that_share_their_records_are_refused() -> None:
    """A thousand sheets at one place are a thousand times the work of one."""
    assert refused(container(book([SHEET], strings=TEXTS, starts=[0] * 900))).code == "damaged"
    inner = (0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    whole = book([[inner, *SHEET]], strings=TEXTS)
    begin = whole.rindex(stream([inner]))
    at = whole.index(struct.pack("<HH", 0x0085, 10)) + 4
    assert whole[at : at + 4] == struct.pack("<I", begin - 20)
    two = book([[inner, *SHEET]], strings=TEXTS, starts=[0, 0])
    at = two.rindex(struct.pack("<HH", 0x0085, 10)) + 4
    shifted = two[:at] + struct.pack("<I", struct.unpack_from("<I", two, at)[0] + 20) + two[at + 4 :]
    assert refused(container(shifted)).code == "damaged"


def test_rows_that_end_far_out_are_counted_before_they_are_filled() -> None:
    """Two megabytes of single cells would make xlrd hold all the blank ones before them."""
    sheets = [[(0x0201, struct.pack("<HHH", row, 255, 15)) for row in range(0, 65_536, 3)] for _ in range(8)]
    refusal = refused(container(book(sheets)))
    assert (refusal.code, refusal.values["part"]) == ("too_complex", "cells")


def test_a_merge_to_the_last_row_counts_in_every_sheet() -> None:
    """xlrd makes a row object for each row down to it."""
    merge = [(0x00E5, struct.pack("<HHHHH", 1, 65_000, 65_535, 0, 1)), number(0, 0, 1)]
    assert refused(container(book([merge] * 40))).code == "too_complex"


def test_a_number_format_beyond_any_is_refused() -> None:
    """Its brackets would be searched from each to the end."""
    long = (0x041E, struct.pack("<HHB", 164, 60_000, 0) + b"[" * 60_000)
    assert refused(container(book([SHEET], [long], strings=TEXTS))).code == "damaged"


def test_more_strings_than_a_workbook_may_have_are_refused() -> None:
    """Before any of them is made."""
    with pytest.raises(Refused) as caught:
        load_grids(container(book([SHEET], strings=["甲"] * 50)), bounds=Bounds(strings=49))
    assert caught.value.values["part"] == "strings"


def test_an_encryption_that_asks_for_hours_is_refused() -> None:
    """Rounds of hashing are what the file states."""
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<encryption><keyData saltSize="16"/>'
    info += b'<p:encryptedKey spinCount="2147483647"/></encryption>'
    data = container(info.ljust(100), named="EncryptionInfo", more=["EncryptedPackage"])
    assert sniff(data) == "encrypted"
    assert refused(data).code == "damaged"


BROKEN = {
    "globals": (container(book([SHEET], [(0x0031, b"x")], strings=TEXTS)), "工作簿的总体信息"),
    "worksheet": (container(book([SHEET, [(0x00BD, b"\0")]], strings=TEXTS)), "工作表“S1”"),
    "container": (container(SMALL, mini_fat={0: 0}), "文件的存储结构"),
    "places": (container(book([SHEET], strings=TEXTS, starts=[0] * 9)), "各工作表的位置"),
}


@pytest.mark.parametrize("part", BROKEN)
def test_the_damaged_part_is_named(part: str) -> None:
    """So that an office can tell the unit what to look at."""
    data, said = BROKEN[part]
    refusal = refused(data)
    assert (refusal.code, refusal.values["part"]) == ("damaged", part)
    assert f"坏在{said}" in refusal.sentence()
