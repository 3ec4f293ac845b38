"""Notes: their boxes, the unit's own ones, threaded comments, form controls in the same drawing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit import vml
from perfbatch.workbook.xlsx.edit.geometry import Geometry, text_size
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import FORM, changed, loaded, parts, plain, rich, threaded
from tests.workbook.edit.wholeness import assert_whole

DRAWING = "xl/drawings/vmlDrawing1.vml"
LONG = "全年预算数为 170 万元，全年执行数为 152.1493 万元，执行率应为 89.50%，表中为 86.00%，请改正。" * 6


def _anchor(data: bytes, drawing: str, row: int, column: int) -> list[int]:
    content = parts(data)[drawing].decode()
    for shape in re.findall(r"<v:shape\b.*?</v:shape>", content, re.DOTALL):
        if f"<x:Row>{row - 1}</x:Row>" in shape and f"<x:Column>{column - 1}</x:Column>" in shape:
            return [int(n) for n in re.findall(r"-?\d+", re.search("<x:Anchor>([^<]*)", shape)[1])]  # type: ignore[index]
    raise AssertionError("no shape")


def test_box_is_large_enough_for_its_text() -> None:
    """Width times lines of a box hold every character of a long Chinese message."""
    data = annotate_marks(plain(), None, [Mark(FORM, "B4", "error", LONG)]).data
    left, dx, top, dy, right, right_dx, bottom, bottom_dy = _anchor(data, DRAWING, 4, 2)
    width = (right - left) * 64 - dx + right_dx
    height = (bottom - top) * 20 - dy + bottom_dy
    assert (width // 12) * (height // 17) >= len(LONG)


def test_own_box_grows_with_the_text_added() -> None:
    """The unit's own small box is stretched so that nothing is cut off; its upper left corner stays."""
    before = _anchor(rich(), DRAWING, 6, 2)
    data = annotate_marks(rich(), None, [Mark(FORM, "B6", "error", LONG)]).data
    after = _anchor(data, DRAWING, 6, 2)
    assert after[:4] == before[:4]
    assert after[6] > before[6]
    untouched = _anchor(rich(), DRAWING, 7, 3)
    assert _anchor(data, DRAWING, 7, 3) == untouched


@pytest.mark.parametrize("cell", ["A1", "XFD1", "A1048576", "XFD1048576", "XFC2"])
def test_boxes_stay_on_the_sheet(cell: str) -> None:
    """At the edges a box is put where there is room."""
    data = annotate_marks(plain(), None, [Mark("说明", cell, "info", LONG)]).data
    place = {"A1": (1, 1), "XFD1": (1, 16384), "XFC2": (2, 16383)}.get(cell, (1048576, 1))
    if cell == "XFD1048576":
        place = (1048576, 16384)
    left, _, top, _, right, _, bottom, _ = _anchor(data, DRAWING, *place)
    assert 0 <= left < right < 16384
    assert 0 <= top < bottom < 1048576


def test_box_of_a_merged_cell_stands_beside_the_range() -> None:
    """The box does not cover the merged range that it speaks of."""
    data = annotate_marks(plain(), None, [Mark(FORM, "C1", "info", "x")]).data
    assert _anchor(data, DRAWING, 1, 1)[0] == 4


def test_hidden_rows_and_columns_give_no_room() -> None:
    """Rows and columns that are hidden count nothing towards a box's size."""
    sheet = etree.fromstring(
        f'<worksheet xmlns="{xml.MAIN}"><sheetFormatPr defaultRowHeight="15"/>'
        '<cols><col min="3" max="9" width="9" hidden="1"/></cols></worksheet>'
    )
    anchor = Geometry(sheet, dict.fromkeys(range(2, 30), 0)).anchor(2, 2, (100, 100))
    assert (anchor[4], anchor[6]) >= (9, 29)


@given(st.text(alphabet=st.sampled_from("字a W，1\n"), max_size=400))
def test_box_holds_any_text(text: str) -> None:
    """However long the lines, the box has a line for every wrap."""
    width, height = text_size(text)
    lines = sum(
        -(-max(1, sum(12 if ord(c) > 127 else 7 for c in line)) // (width - 20)) for line in text.split("\n")
    )
    assert height >= (lines + 1) * 17


def test_threaded_comment_is_left_alone() -> None:
    """The shadow note of a threaded comment stays as it is; the cell has the fill, the message is told."""
    marks = [Mark(FORM, "B6", "error", "一"), Mark(FORM, "B7", "error", "二")]
    outcome = annotate_marks(threaded(), None, marks)
    assert_whole(threaded(), outcome.data)
    sheet = loaded(outcome.data)[FORM]
    assert sheet["B6"].comment.text == "单位自己的批注"  # type: ignore[union-attr]
    assert sheet["B6"].fill.fgColor.rgb == "FFFF7F7F"
    assert [(missed.mark.message, missed.code) for missed in outcome.unplaced] == [("一", "threaded")]
    assert [remark.code for remark in outcome.remarks] == ["threaded"]
    assert "B6" in outcome.remarks[0].text


def test_thread_without_shadow_author_is_known_by_its_part() -> None:
    """A thread is known from its own part, too."""
    data = changed(threaded(), edit={"xl/comments1.xml": lambda part: part.replace(b"tc={", b"tx={")})
    outcome = annotate_marks(data, None, [Mark(FORM, "B6", "error", "一")])
    assert [missed.code for missed in outcome.unplaced] == ["threaded"]


def test_plain_text_of_an_own_note_becomes_a_run() -> None:
    """A note whose text is a bare <t> keeps it, as the first of the runs."""
    run = re.compile(rb"<r>.*?<t>(.*?)</t></r>", re.DOTALL)
    data = changed(rich(), edit={"xl/comments1.xml": lambda part: run.sub(rb"<t>\1</t>", part)})
    outcome = annotate_marks(data, None, [Mark(FORM, "B6", "error", "一")])
    assert_whole(data, outcome.data)
    text = next(etree.fromstring(parts(outcome.data)["xl/comments1.xml"]).iter("{*}text"))
    assert [etree.QName(child).localname for child in text] == ["r", "r", "r"]


def test_form_controls_stay_in_the_drawing() -> None:
    """A drawing with a button gets our shapes behind it, ids unlike its own."""
    copy = annotate_marks(rich(), None, [Mark(FORM, "A5", "info", "x")]).data
    before, after = (parts(data)[DRAWING] for data in (rich(), copy))
    assert b'ObjectType="Button"' in before
    assert after.startswith(before[: before.rindex(b"</xml>")])
    ids = re.findall(rb'id="_x0000_s(\d+)"', after)
    assert len(ids) == len(set(ids)) == 4


def test_a_full_block_of_ids_is_followed_by_another() -> None:
    """Where a drawing's ids are used up, it states a further block that no drawing has."""
    drawing = vml.Drawing.new(1)
    drawing.add([((row, 1), [0] * 8, (10, 10)) for row in range(1, 1100)], 7)
    text = drawing.bytes().decode()
    ids = [int(n) for n in re.findall(r'id="_x0000_s(\d+)"', text)]
    assert len(set(ids)) == 1099
    assert {n // 1024 for n in ids} == {1, 7} == vml.blocks(text)
    etree.fromstring(text.encode())


@pytest.mark.parametrize(
    "endless", [b"<v:shape ", b"<o:idmap data", b"<xml", b"<v:shape ObjectType='Note'><x:Row>"]
)
def test_a_drawing_of_nothing_but_beginnings_takes_no_time(endless: bytes) -> None:
    """Half a megabyte of unclosed tags is walked once, not once for every tag."""
    data = changed(rich(), edit={DRAWING: lambda _: b"<xml>" + endless * 40_000 + b"<xml></xml>"})
    assert annotate_marks(data, None, [Mark(FORM, "A5", "info", "x")]).cells == 1


def test_numbers_that_no_program_writes_do_no_harm() -> None:
    """Shape ids, rows, blocks and anchors of five thousand digits are left alone."""
    endless = b"9" * 5000
    numbers = rb'(?<=Row>)\d+|(?<=Anchor>)\s*\d+|(?<=_s)\d+|(?<=data=")\d+'
    data = changed(rich(), edit={DRAWING: lambda part: re.sub(numbers, endless, part)})
    outcome = annotate_marks(data, None, [Mark(FORM, "A5", "info", "x")])
    assert outcome.cells == 1
    assert endless in parts(outcome.data)[DRAWING]


@pytest.mark.parametrize("content", [b"", b"garbage", b"<xml><v:shape>"])
def test_drawing_that_is_none_is_refused(content: bytes) -> None:
    """What is no VML is not written into."""
    data = changed(rich(), edit={DRAWING: lambda _: content})
    with pytest.raises(Refused) as refused:
        annotate_marks(data, None, [Mark(FORM, "A5", "info", "x")])
    assert refused.value.code == "damaged" and DRAWING in refused.value.detail


def test_hostile_text_stays_text() -> None:
    """Markup, control characters and escapes in a message are shown as they are, or left out."""
    message = "<b>&amp;]]>\x00\x0b\ud800_x000D_\u202e=cmd|'/c calc'!A0"
    data = annotate_marks(plain(), None, [Mark(FORM, "B4", "error", message)]).data
    comments = etree.fromstring(parts(data)["xl/comments1.xml"])
    text = "".join(t.text or "" for t in comments.iter("{*}t"))
    assert text.endswith("<b>&amp;]]>_x005F_x000D_\u202e=cmd|'/c calc'!A0")


def test_endless_message_is_cut_with_a_word() -> None:
    """Excel takes 32,767 characters in a note."""
    data = annotate_marks(plain(), None, [Mark(FORM, "B4", "error", "长" * 50_000)]).data
    text = loaded(data)[FORM]["B4"].comment.text  # type: ignore[union-attr]
    assert len(text) < 32_767
    assert text.endswith("其余从略）")


def test_the_same_message_twice_is_said_once() -> None:
    """Two marks of the same words make one line."""
    data = annotate_marks(plain(), None, [Mark(FORM, "B4", "error", "一")] * 2).data
    assert loaded(data)[FORM]["B4"].comment.text.count("一") == 1  # type: ignore[union-attr]


def test_the_unit_is_not_named_alone_for_what_we_wrote() -> None:
    """Programs show a note's author beside it: where the unit's note has our text too, both are named."""
    first = annotate_marks(rich(), None, [Mark(FORM, "B6", "error", "一"), Mark(FORM, "B8", "error", "二")])
    again = annotate_marks(first.data, None, [Mark(FORM, "B6", "error", "三")])
    for data in (first.data, again.data):
        sheet = loaded(data)[FORM]
        authors = {cell: sheet[cell].comment.author for cell in ("B6", "C7", "B8")}  # type: ignore[union-attr]
        assert authors == {"B6": "张三；perfbatch 核验", "C7": "李四", "B8": "perfbatch 核验"}


def test_author_of_before_is_found_again() -> None:
    """A second marking adds no second author."""
    first = annotate_marks(plain(), None, [Mark(FORM, "B4", "error", "一")]).data
    second = annotate_marks(first, None, [Mark(FORM, "B5", "error", "二")]).data
    assert parts(second)["xl/comments1.xml"].count("<author>perfbatch 核验</author>".encode()) == 1


def test_shapes_namespace_prefixes_that_are_missing_are_stated() -> None:
    """A drawing that does not declare Excel's prefix still gets well-formed shapes."""
    drawing = vml.Drawing(b'<xml xmlns:v="urn:schemas-microsoft-com:vml"/>', "x.vml")
    drawing.add([((1, 1), [0] * 8, (10, 10))], 3)
    root = etree.fromstring(drawing.bytes())
    assert next(root.iter("{urn:schemas-microsoft-com:office:excel}Row")).text == "0"


def test_utf16_drawing_stays_utf16() -> None:
    """The encoding of a drawing is kept."""
    content = '<xml xmlns:v="urn:schemas-microsoft-com:vml">表</xml>'.encode("utf-16")
    drawing = vml.Drawing(content, "x.vml")
    drawing.add([((1, 1), [0] * 8, (10, 10))], 3)
    assert drawing.bytes().decode("utf-16").startswith('<xml xmlns:v="urn:schemas-microsoft-com:vml">表')


def test_own_notes_on_other_cells_keep_their_shape() -> None:
    """Where the unit's notes had no drawing at all, they get one together with ours."""
    data = changed(rich(), edit={
        "xl/worksheets/sheet1.xml": lambda part: re.sub(rb"<legacyDrawing [^>]*/>", b"", part),
    })  # fmt: skip
    outcome = annotate_marks(data, None, [Mark(FORM, "A5", "info", "x")])
    new = [name for name in parts(outcome.data) if name not in parts(data)]
    assert parts(outcome.data)[new[0]].count(b'ObjectType="Note"') == 3
