"""The one sheet that is added: what it holds, its name, its looks, its print set-up."""

from __future__ import annotations

from math import inf, nan

import pytest
from lxml import etree

from perfbatch.workbook.sheet_names import free_name
from perfbatch.workbook.xlsx.edit.added_sheet import STYLES, AddedRow, AddedSheet
from perfbatch.workbook.xlsx.edit.marking import Annotated, Mark
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import FORM, loaded, parts, plain, rich, strict
from tests.workbook.edit.wholeness import assert_whole

SHEET = AddedSheet(
    "核验结果",
    [
        AddedRow(("title",) * 3, ("核验结果",), height=30),
        AddedRow(("header",) * 3, ("级别", "单元格", "问题")),
        AddedRow(("error", "link", "wrapped"), ("必须整改", "B4", "=1+1"), (2, FORM, "B4")),
        AddedRow(("percent", "integer", "number"), (89.5, 3, 8.945)),
        AddedRow(("text",) * 3, (nan, "x", 7)),
    ],
    widths=(10, 8, 60), merges=("A1:C1",), freeze="A3", print_titles=(1, 2),
    autofilter="A2:C5", footer="&C第 &P 页，共 &N 页",
)  # fmt: skip


def test_sheet_reads_back() -> None:
    """Values, styles, links, merges, freeze, print set-up and filter are as given."""
    outcome = annotate_marks(rich(), None, [], added=SHEET)
    assert_whole(rich(), outcome.data)
    sheet = loaded(outcome.data)[outcome.added]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["核验结果", None, None], ["级别", "单元格", "问题"], ["必须整改", "B4", "=1+1"], [89.5, 3, 8.945],
        [None, "x", 7],
    ]  # fmt: skip
    assert sheet["C3"].data_type != "f"
    assert sheet["B3"].hyperlink.location == f"'{FORM}'!B4"  # type: ignore[union-attr]
    assert sheet["A3"].fill.fgColor.rgb == "FFFF7F7F"
    assert sheet["A4"].number_format == '0.00"%"'
    assert sheet["A1"].font.b
    assert str(sheet.merged_cells) == "A1:C1"
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.auto_filter.ref == "A2:C5"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)  # type: ignore[union-attr]
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert (sheet.column_dimensions["C"].width, sheet.row_dimensions[1].height) == (60, 30)
    assert loaded(outcome.data).worksheets[-1].title == "核验结果"


def test_only_styles_in_use_are_added() -> None:
    """A sheet of plain text adds one format."""
    before = etree.fromstring(parts(plain())["xl/styles.xml"])
    added = AddedSheet("x", [AddedRow(("text",) * 2, ("a", "b"))])
    copy = annotate_marks(plain(), None, [], added=added).data
    after = etree.fromstring(parts(copy)["xl/styles.xml"])
    count = {t.tag: len(t) for t in after}
    grown = {etree.QName(t).localname: count[t.tag] - len(t) for t in before}
    assert {name: more for name, more in grown.items() if more} == {"fonts": 1, "borders": 1, "cellXfs": 1}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_can_be_used(style: str) -> None:
    """Each named style makes a format that openpyxl reads."""
    copy = annotate_marks(strict(), None, [], added=AddedSheet("x", [AddedRow((style,), ("a",))])).data
    assert_whole(strict(), copy)


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("核验结果", [], "核验结果"),
        ("核验结果", ["核验结果"], "核验结果 (2)"),
        ("核验结果", ["核验结果", "核验结果 (2)"], "核验结果 (3)"),
        ("Check", ["CHECK"], "Check (2)"),
        ("a/b\\c:d*e?f[g]", [], "abcdefg"),
        ("'引号'", [], "引号"),
        ("", [], "Sheet"),
        ("History", [], "History (2)"),
        ("长" * 40, [], "长" * 31),
        ("长" * 31, ["长" * 31], "长" * 27 + " (2)"),
        ("😀" * 20, [], "😀" * 15),
    ],
)
def test_name_is_made_valid_and_unique(wanted: str, taken: list[str], name: str) -> None:
    """At most 31 UTF-16 units, none of the forbidden signs, not taken in any case."""
    assert free_name(wanted, taken, "Sheet") == name


def test_text_is_never_a_formula_and_never_too_long() -> None:
    """Text goes in as text; control characters fall out; Excel's limit on length holds."""
    formulas = ["=1+1", "+1", "-1", "@x", "\t=1"]
    hostile = [*formulas, "_x0041_", "\x00\x1fa\ufffe", "<b>&\"'", "长" * 40_000, "\ud800"]
    added = AddedSheet("x", [AddedRow(("text",) * len(hostile), hostile)])
    copy = annotate_marks(plain(), None, [], added=added).data
    cells = loaded(copy)["x"][1]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    read = [cell.value for cell in cells]
    assert read[:5] == formulas
    assert parts(copy)["xl/worksheets/sheet3.xml"].count(b"_x005F_x0041_") == 1
    assert read[6:8] == ["a", "<b>&\"'"]
    assert len(str(read[8])) == 32_767


def test_link_to_a_sheet_with_an_apostrophe() -> None:
    """Names in links are quoted as Excel quotes them."""
    added = AddedSheet("x", [AddedRow(("link",), ("a",), (1, "数 据's", "A2"))])
    sheet = loaded(annotate_marks(rich(), None, [], added=added).data)["x"]
    assert sheet["A1"].hyperlink.location == "'数 据''s'!A2"  # type: ignore[union-attr]


def test_sheet_can_be_made_from_what_happened() -> None:
    """A callable gets the account so far, so that the sheet can list what has no note."""

    def make(outcome: Annotated) -> AddedSheet:
        return AddedSheet("核验结果", [AddedRow(("text",), (missed.reason,)) for missed in outcome.unplaced])

    marks = [Mark("没有", "A1", "info", "x"), Mark(FORM, "A1", "info", "y")]
    outcome = annotate_marks(plain(), None, marks, added=make)
    assert loaded(outcome.data)["核验结果"]["A1"].value == outcome.unplaced[0].reason


def test_ids_and_names_of_a_crowded_workbook() -> None:
    """The new sheet takes an id, a part and a defined name that nobody has."""
    once = annotate_marks(plain(), None, [], added=SHEET).data
    twice = annotate_marks(once, None, [], added=SHEET).data
    assert_whole(once, twice)
    root = etree.fromstring(parts(twice)["xl/workbook.xml"])
    ids = [sheet.get("sheetId") for sheet in root.iter("{*}sheet")]
    assert len(ids) == len(set(ids)) == 4
    names = [(n.get("name"), n.get("localSheetId")) for n in root.iter("{*}definedName")]
    assert len(names) == len(set(names)) == 4


def test_numbers_and_texts_are_written_briefly() -> None:
    """Equal numbers are written alike, what is no number stays empty, and only outer space has to be kept."""
    values = (1, 1.0, 0, 0.0, -0.0, 8.945, -2.5, 1e22, nan, inf, None, "", " x\n", "a  b\nc")
    sheet = AddedSheet("x", [AddedRow(("text",) * len(values), values)])
    copy = annotate_marks(plain(), None, [], added=sheet)
    (new,) = parts(copy.data).keys() - parts(plain()).keys()
    root = etree.fromstring(parts(copy.data)[new])
    cells = root.findall(".//{*}c")
    written = ["1", "1", "0", "0", "0", "8.945", "-2.5", "1e+22"]
    assert [cell.findtext("{*}v") for cell in cells] == written + [None] * 6
    assert [cell.findtext(".//{*}t") for cell in cells[-4:]] == [None, None, " x\n", "a  b\nc"]
    assert [text.attrib.values() for text in root.iter("{*}t")] == [["preserve"], []]
    read = [cell.value for cell in loaded(copy.data)["x"][1]]
    assert read[-2:] == [" x\n", "a  b\nc"]
