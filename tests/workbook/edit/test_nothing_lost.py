"""A marked copy keeps everything that a unit's workbook carries (issue 4, point 1)."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pandas as pd
import pytest
import python_calamine

from perfbatch.schema import LEVELS
from perfbatch.workbook.xlsx.edit.added_sheet import AddedRow, AddedSheet
from perfbatch.workbook.xlsx.edit.added_styles import LEVEL_LINES
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate, annotate_marks
from tests.workbook.edit.making import FORM, loaded, parts, plain, prefixed, rich, signed, strict, threaded
from tests.workbook.edit.wholeness import assert_whole

MARKS = [
    Mark(FORM, "A1", "error", "合并单元格：总分不等于各项得分之和"),
    Mark(FORM, "B6", "warning", "单位已有批注的单元格"),
    Mark(FORM, "C8", "error", "执行率应为 89.50%，表中为 86.00%"),
    Mark(FORM, "C8", "info", "同一单元格的第二条"),
    Mark(FORM, "E30", "info", "本来没有的行"),
    Mark(FORM, "AB5", "error", "本来没有的单元格"),
]
ADDED = AddedSheet(
    "核验结果", [AddedRow(("text",), ("核验结果",)), AddedRow(("text",) * 4, ("级别", 1, None, 89.5))]
)
WORKBOOKS = {
    "rich": rich, "macros": lambda: rich(macros=True), "threaded": threaded, "plain": plain, "strict": strict,
    "prefixed": prefixed, "signed": signed,
}  # fmt: skip


@pytest.mark.parametrize("added", [None, ADDED], ids=["bare", "added"])
@pytest.mark.parametrize("name", WORKBOOKS)
def test_copy_is_whole(name: str, added: AddedSheet | None) -> None:
    """Every part that marking does not concern is the same compressed bytes; the others only grew."""
    data = WORKBOOKS[name]()
    outcome = annotate_marks(data, None, MARKS, added=added)
    assert_whole(data, outcome.data)
    assert outcome.marks == (5 if name == "threaded" else 6)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_copy_of_a_copy_is_whole(name: str) -> None:
    """A copy can be marked again: its notes grow, its second added sheet gets a name of its own."""
    first = annotate_marks(WORKBOOKS[name](), None, MARKS, added=ADDED)
    second = annotate_marks(first.data, None, MARKS, added=ADDED)
    assert_whole(first.data, second.data)
    assert (first.added, second.added) == ("核验结果", "核验结果 (2)")


def test_list_of_issue_is_on_board() -> None:
    """The rich workbook really has what must survive, and the copy has it byte for byte."""
    before, after = parts(rich(macros=True)), parts(annotate_marks(rich(macros=True), None, MARKS).data)
    for name in (
        "xl/media/image1.png", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "xl/vbaProject.bin",
        "xl/cellimages.xml", "docProps/custom.xml", "xl/sharedStrings.xml", "xl/calcChain.xml",
        "xl/tables/table1.xml", "xl/chartsheets/sheet1.xml", "xl/workbook.xml", "xl/worksheets/sheet2.xml",
        "xl/comments2.xml", "customXml/item1.xml", "xl/media/unknown.bin", "xl/theme/theme1.xml",
    ):  # fmt: skip
        assert after[name] == before[name], name
    for markup in (
        b"<sheetProtection", b"<dataValidation", b"sparkline", b"<conditionalFormatting", b"<printOptions",
        b"<legacyDrawingHF", b"<picture", b"<rowBreaks", b"<ignoredErrors", b"x14:dataBar", b"t=\"array\"",
    ):  # fmt: skip
        if markup in before["xl/worksheets/sheet1.xml"]:
            assert markup in after["xl/worksheets/sheet1.xml"], markup
    assert sum(m in before["xl/worksheets/sheet1.xml"] for m in (b"<sheetProtection", b"sparkline")) == 2


def test_macros_keep_their_content_type() -> None:
    """.xlsm stays .xlsm."""
    types = parts(annotate_marks(rich(macros=True), None, MARKS, added=ADDED).data)["[Content_Types].xml"]
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types


def test_values_read_the_same() -> None:
    """openpyxl and calamine read the same values, formulas and cached results as before."""
    data = rich()
    copy = annotate_marks(data, None, MARKS, added=ADDED).data
    for cached in (False, True):
        old, new = (loaded(d, data_only=cached) for d in (data, copy))
        assert new.sheetnames == [*old.sheetnames, "核验结果"]
        for sheet in old.worksheets:
            twin = new[sheet.title]
            for row in sheet.iter_rows():
                for cell in row:
                    assert str(twin[cell.coordinate].value) == str(cell.value) or cell.data_type == "f"
            assert twin.merged_cells == sheet.merged_cells
    old_book, new_book = (python_calamine.load_workbook(io.BytesIO(d)) for d in (data, copy))
    for name in (FORM, "数 据's"):
        kept = old_book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert new_book.get_sheet_by_name(name).to_python(skip_empty_area=False) == kept
    added = new_book.get_sheet_by_name("核验结果").to_python()
    assert added == [["核验结果", "", "", ""], ["级别", 1, "", 89.5]]


SIDES = ("left", "right", "top", "bottom")


@pytest.mark.parametrize(("level", "style"), LEVEL_LINES.items())
def test_levels_are_told_apart_without_colour(level: str, style: tuple[str, str]) -> None:
    """On an empty cell, on a full one, and around a merged range; no two levels have the same line."""
    data = annotate_marks(plain(), None, [Mark(FORM, cell, level, "x") for cell in ("B4", "H40")]).data
    for address in ("B4", "H40"):
        cell = loaded(data)[FORM][address]
        assert {getattr(cell.border, side).style for side in SIDES} == {style[0]}
    assert len({line for line, _ in LEVEL_LINES.values()}) == len(LEVELS)


def test_note_fill_and_the_cells_own_format() -> None:
    """The worst level gives fill and box; font and number format stay; one note holds all messages."""
    book = loaded(annotate_marks(rich(), None, MARKS).data)
    cell = book[FORM]["C8"]
    assert cell.comment is not None
    assert cell.comment.text.splitlines() == [
        "perfbatch 核验：", "【必须整改】执行率应为 89.50%，表中为 86.00%", "【提示】同一单元格的第二条",
    ]  # fmt: skip
    assert cell.fill.fgColor.rgb == "FFFF7F7F"
    assert (cell.number_format, cell.protection.locked) == ("0.00%", False)
    assert {getattr(cell.border, side).style for side in SIDES} == {"medium"}
    assert book[FORM]["C9"].fill.fill_type is None


def test_own_notes_come_first() -> None:
    """The unit's own note stays in front of ours."""
    book = loaded(annotate_marks(rich(), None, MARKS).data)
    comment = book[FORM]["B6"].comment
    assert comment is not None
    assert comment.text == "单位自己的批注\nperfbatch 核验：\n【请核实】单位已有批注的单元格"
    assert book["数 据's"]["A2"].comment.text == "另一张表的批注"  # type: ignore[union-attr]


def test_signature_stays_and_is_spoken_of() -> None:
    """The signature's parts stay as evidence, and a remark says that it no longer holds for the copy."""
    outcome = annotate_marks(signed(), None, MARKS)
    assert [remark.code for remark in outcome.remarks] == ["signature"]
    assert "签名不再有效" in outcome.remarks[0].text
    assert parts(outcome.data)["_xmlsignatures/sig1.xml"] == b"<Signature/>"


def test_nothing_to_place_gives_the_same_bytes() -> None:
    """Without a mark that has a place the copy is the original, and a signature still holds."""
    outcome = annotate_marks(signed(), None, [Mark("没有", "A1", "error", "x")])
    assert (outcome.data, outcome.remarks, outcome.marks) == (signed(), (), 0)


def test_frame_in_file_out(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """annotate takes a frame and writes the copy beside, whole; the original is as it was."""
    source, target = tmp_path / "原表.xlsx", tmp_path / "批注.xlsx"
    source.write_bytes(plain())
    outcome = annotate(source, target, pd.DataFrame(MARKS))
    assert source.read_bytes() == plain()
    assert target.read_bytes() == outcome.data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["原表.xlsx", "批注.xlsx"]
    assert outcome.marks == 6


def test_frames_of_any_dtype_are_taken() -> None:
    """Categories, missing values and numbers in a frame are text or blank; blank has no place."""
    frame = pd.DataFrame({
        "sheet": pd.Categorical([FORM, FORM]), "cell": ["B4", None],
        "level": pd.Categorical(["error", "info"]), "message": [12.5, "x"],
    })  # fmt: skip
    outcome = annotate(plain(), None, frame)
    assert [missed.code for missed in outcome.unplaced] == ["address"]
    assert loaded(outcome.data)[FORM]["B4"].comment.text.endswith("【必须整改】12.5")  # type: ignore[union-attr]


def test_original_is_never_the_target(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Writing over the original is an error of the caller."""
    source = tmp_path / "原表.xlsx"
    source.write_bytes(plain())
    with pytest.raises(ValueError, match="overwrite"):
        annotate(source, source, pd.DataFrame(MARKS))
    with pytest.raises(ValueError, match="message"):
        annotate(source, None, pd.DataFrame(MARKS).drop(columns="message"))


def test_same_input_same_bytes() -> None:
    """Copies do not depend on the hour."""
    first, second = (annotate_marks(rich(), None, MARKS, added=ADDED).data for _ in range(2))
    assert first == second


def test_members_keep_their_dates() -> None:
    """Patched members keep date and name, new ones have a fixed date."""
    with zipfile.ZipFile(io.BytesIO(annotate_marks(signed(), None, MARKS).data)) as archive:
        dates = {info.filename: datetime(*info.date_time) for info in archive.infolist()}  # noqa: DTZ001
    assert dates["xl/worksheets/sheet1.xml"] == datetime(2021, 3, 4, 5, 6, 8)  # noqa: DTZ001
    assert dates["xl/comments1.xml"] == datetime(1980, 1, 1)  # noqa: DTZ001


def test_a_batch_does_not_pile_up_workbooks() -> None:
    """A marked workbook is let go of at once, without waiting for the garbage collector."""
    import gc
    import weakref

    from perfbatch.workbook.package import Package

    alive = []
    original = Package.__init__

    def spy(self: Package, data: bytes) -> None:
        alive.append(weakref.ref(self))
        original(self, data)

    gc.disable()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Package, "__init__", spy)
            annotate_marks(rich(), None, MARKS, added=ADDED)
        assert [package() for package in alive] == [None]
    finally:
        gc.enable()
