"""Whatever is marked, the copy is whole, and every mark is found again or told."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.schema import LEVELS
from perfbatch.workbook.addresses import numbered_address
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import FORM, loaded, rich
from tests.workbook.edit.wholeness import assert_whole

_cells = st.one_of(
    st.builds(numbered_address, st.integers(1, 25), st.integers(1, 12)),
    st.builds(numbered_address, st.integers(1, 1_048_576), st.integers(1, 16_384)),
    st.text(max_size=4),
)
_marks = st.lists(
    st.builds(
        Mark, st.sampled_from([FORM, "说明", "数 据's", "图表", "没有"]), _cells,
        st.sampled_from([*LEVELS, "?"]), st.text(max_size=60),
    ),
    max_size=12,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(marks=_marks)
def test_copy_is_whole_whatever_is_marked(marks: list[Mark]) -> None:
    """Nothing is lost from the workbook, and no mark is lost either."""
    outcome = annotate_marks(rich(), None, marks)
    assert_whole(rich(), outcome.data)
    assert outcome.marks + len(outcome.unplaced) == len(marks)


@settings(deadline=None, max_examples=25)
@given(marks=st.lists(
    st.builds(Mark, st.just(FORM), st.builds(numbered_address, st.integers(2, 30), st.integers(1, 12)),
              st.sampled_from(list(LEVELS)), st.sampled_from(["执行率", "总分", "偏差原因"])),
    min_size=1, max_size=8,
))  # fmt: skip
def test_every_mark_is_read_back(marks: list[Mark]) -> None:
    """openpyxl finds each message in its cell's note, and the fill of the worst level."""
    sheet = loaded(annotate_marks(rich(), None, marks).data)[FORM]
    for mark in marks:
        cell = sheet[mark.cell]
        assert f"【{LEVELS[mark.level]}】{mark.message}" in cell.comment.text.splitlines()  # type: ignore[union-attr]
        levels = [other.level for other in marks if other.cell == mark.cell]
        worst = min(levels, key=list(LEVELS).index)
        colours = {"error": "FFFF7F7F", "warning": "FFFFCC4D", "info": "FFDDEBF7"}
        assert cell.fill.fgColor.rgb == colours[worst]
