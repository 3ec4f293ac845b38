"""What cannot be marked without harm is refused with a reason; nothing is written then."""

from __future__ import annotations

import io
import struct
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from perfbatch.words import load_words
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.edit.added_sheet import AddedRow, AddedSheet
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import FORM, changed, parts, plain, replaced, zipped

SHEET, WORKBOOK, THEME = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/theme/theme1.xml"
MARKS = [Mark(FORM, "B4", "error", "一")]
ADDED = AddedSheet("核验结果", [AddedRow(("text",), ("x",))])
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)


def _bad_checksum() -> bytes:
    data = bytearray(plain())
    with zipfile.ZipFile(io.BytesIO(plain())) as archive:
        at = archive.getinfo(SHEET).header_offset
    data[at + 30 + len(SHEET) + 40] ^= 0xFF
    return bytes(data)


def _with_central(name: str, offset: int, value: bytes) -> bytes:
    """The plain form with bytes of the central directory's entry ``name`` changed."""
    data = bytearray(plain())
    at = data.rindex(b"PK\1\2", 0, data.rindex(name.encode()))
    data[at + offset : at + offset + len(value)] = value
    return bytes(data)


def _lzma() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts(plain()).items():
            archive.writestr(name, content)
    return stream.getvalue()


def _sheet(edit: Callable[[bytes], bytes]) -> bytes:
    return changed(plain(), edit={SHEET: edit})


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("not_a_workbook", lambda: b""),
    "a text": ("not_a_workbook", lambda: "姓名,得分\n".encode() * 99),
    "a zip of pictures": ("not_a_workbook", lambda: zipped({"a.png": b"x"})),
    "a Word document": ("not_a_workbook", lambda: changed(plain(), edit={
        WORKBOOK: lambda _: b'<w:document xmlns:w="urn:w"/>'})),
    "an old workbook": ("old_format", lambda: _OLE + bytes(600)),
    "an encrypted workbook": ("encrypted", lambda: _OLE + "EncryptedPackage".encode("utf-16-le")),
    "a binary workbook": ("xlsb", lambda: changed(
        plain(), edit={"_rels/.rels": replaced(("xl/workbook.xml", "xl/workbook.bin"))},
        add={"xl/workbook.bin": b"\x83\x01"})),
    "cut off": ("damaged", lambda: plain()[:-300]),
    "no directory": ("damaged", lambda: plain()[: plain().index(b"PK\1\2")]),
    "wrong checksum": ("damaged", _bad_checksum),
    "size understated": ("damaged", lambda: _with_central(SHEET, 24, struct.pack("<L", 10))),
    "size overstated": ("damaged", lambda: _with_central(SHEET, 24, struct.pack("<L", 10**6))),
    "a bomb that says so": ("unpacks_too_large", lambda: _with_central(SHEET, 24, struct.pack("<L", 2**31))),
    "members that overlap": ("damaged", lambda: _with_central(SHEET, 20, struct.pack("<L", 2**30))),
    "member with a password": ("encrypted", lambda: _with_central(SHEET, 8, struct.pack("<H", 1))),
    "foreign compression": ("compression", _lzma),
    "another part with a password": ("encrypted", lambda: _with_central(THEME, 8, struct.pack("<H", 1))),
    "another part foreignly compressed": ("compression", lambda: _with_central(THEME, 10, b"\x0e\x00")),
    "another part damaged": ("damaged", lambda: _with_central(THEME, 16, b"\0\0\0\0")),
    "entities in another part": ("doctype", lambda: changed(
        plain(), edit={THEME: lambda part: _BOMB.encode() + part[part.index(b"<a:theme"):]})),
    "more than any program opens": ("unpacks_too_large", lambda: _with_central(THEME, 24, b"\0\0\0\x60")),
    "XML cut off": ("damaged", lambda: _sheet(lambda part: part[:-20])),
    "workbook part empty": ("damaged", lambda: changed(plain(), edit={WORKBOOK: lambda _: b""})),
    "two attributes alike": ("damaged", lambda: _sheet(replaced(("<sheetData", '<sheetData a="1" a="1"')))),
    "entities": ("doctype", lambda: _sheet(lambda part: _BOMB.encode() + part[part.index(b"<worksheet"):])),
    "entities in UTF-16": ("doctype", lambda: _sheet(
        lambda part: (_BOMB + part[part.index(b"<worksheet"):].decode()).encode("utf-16"))),
    "an outside entity": ("doctype", lambda: _sheet(lambda part: part.replace(
        b"<worksheet", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet', 1))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refused(name: str, tmp_path: Path) -> None:
    """Each kind of unusable file has its code, a sentence that says what to do, and no copy."""
    code, make = CASES[name]
    with pytest.raises(Refused) as refused:
        annotate_marks(make(), tmp_path / "批注.xlsx", MARKS, added=ADDED)
    assert refused.value.code == code
    assert "请" in str(refused.value) or "不予" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    """templates/annotate.toml and the code know the same remarks; of refusals see tests/reading."""
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[3] / "perfbatch/workbook/xlsx").rglob("*.py")
    )
    table = load_words().table("annotate")
    for kind in ("unplaced", "remark"):
        for code in table[kind]:
            assert f'"{code}"' in source, code


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", WORKBOOK, "[Content_Types].xml"])
def test_a_bomb_in_a_part_that_must_be_read_is_refused(part: str) -> None:
    """17 MB of blanks in 17 KB: true as declared, and unpacked by nobody."""
    data = changed(plain(), edit={part: lambda content: content + b" " * (17 << 20)})
    with pytest.raises(Refused) as refused:
        annotate_marks(data, None, MARKS)
    assert (refused.value.code, refused.value.values["limit"]) == ("unpacks_too_large", 16 << 20)
    assert part in refused.value.detail


def test_damage_is_refused_though_there_is_nothing_to_place() -> None:
    """A copy must not look whole that is not: what is only copied is unpacked once, too."""
    with pytest.raises(Refused) as refused:
        annotate_marks(_with_central(THEME, 16, b"\0\0\0\0"), None, [])
    assert refused.value.code == "damaged" and THEME in refused.value.detail


def test_marks_without_a_place_are_told_and_the_rest_is_placed() -> None:
    """Unknown sheets, bad addresses and levels cost only their own mark."""
    bad = [
        (Mark("没有这张表", "A1", "error", "x"), "sheet"),
        (Mark(FORM, "", "error", "x"), "address"),
        (Mark(FORM, "A0", "error", "x"), "address"),
        (Mark(FORM, "A1", "fatal", "x"), "level"),
    ]
    outcome = annotate_marks(plain(), None, [mark for mark, _ in bad] + MARKS)
    assert [(missed.mark, missed.code) for missed in outcome.unplaced] == bad
    assert "没有这张表" in outcome.unplaced[0].reason
    assert (outcome.marks, outcome.cells) == (1, 1)


def test_sheet_names_are_found_in_any_case() -> None:
    """Sheet1 and SHEET1 are the same sheet to Excel."""
    data = changed(plain(), edit={WORKBOOK: replaced((FORM, "Form"))})
    assert annotate_marks(data, None, [Mark("FORM", "A1", "info", "x")]).marks == 1


def test_missing_sheet_part_is_told() -> None:
    """A sheet that the workbook lists and the package lacks costs its marks only."""
    data = changed(plain(), drop=("xl/worksheets/sheet2.xml",))
    outcome = annotate_marks(data, None, [*MARKS, Mark("说明", "A1", "info", "x")])
    assert [missed.code for missed in outcome.unplaced] == ["missing_part"]
    assert outcome.marks == 1


def test_templates_are_complete() -> None:
    """The shipped words parse, and no sentence is empty."""
    path = Path(__file__).parents[3] / "templates/annotate.toml"
    for table in tomllib.loads(path.read_text(encoding="utf-8")).values():
        assert all(sentence.strip() for sentence in table.values())
