"""Sheets that nobody would draw: reading ends with forms or without, never with an error."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfbatch import schema
from perfbatch.reading.form.forms import read_forms
from perfbatch.reading.frames import form_ids, forms_frame, funds_frame, indicators_frame
from perfbatch.reading.layouts import load_layouts
from perfbatch.words import load_words
from tests.drawn import draw, rows_of
from tests.workbook.parts import table

LABELS = sorted({text for layout in load_layouts() for texts in layout.labels.values() for text in texts})
CELLS = st.one_of(
    st.sampled_from(LABELS),
    st.sampled_from(LABELS).map(lambda label: f"{label}：某某"),
    st.sampled_from(["", "", "", "#10", "?", "!#DIV/0!", "TRUE", "/", "指标2：", "……", "89.5%", "#0.5{0%}"]),
    st.sampled_from(["产出指标（50分）", "（30分）", "小计", "（2021年度）", "年度：2021"]),
    st.text("项目（分）：0123.%年度指标值|<^\\n ".replace("|", ""), max_size=12),
)  # fmt: skip


@st.composite
def torn(choose) -> list[list[str]]:
    """A whole form with some cells replaced, some rows lost, doubled or out of order, some merges gone."""
    rows = rows_of(table())
    for _ in range(choose(st.integers(0, 12))):
        row = choose(st.sampled_from(rows))
        row[choose(st.integers(0, len(row) - 1))] = choose(CELLS)
    for _ in range(choose(st.integers(0, 4))):
        what = choose(st.sampled_from(["lost", "doubled", "moved"]))
        at = choose(st.integers(0, len(rows) - 1))
        row = rows.pop(at)
        if what != "lost" or len(rows) < 2:
            rows.insert(at if what == "doubled" else choose(st.integers(0, len(rows))), row)
        if what == "doubled":
            rows.insert(at, list(row))
    return rows


def _drawable(rows: list[list[str]]) -> list[list[str]]:
    """Merges that would cover a filled cell are not drawn."""
    try:
        draw(rows)
    except AssertionError:
        return [["" if cell in ("<", "^") else cell for cell in row] for row in rows]
    return rows


def _read(rows: list[list[str]]) -> schema.Frames:
    forms, lacking = read_forms(draw(_drawable(rows)), load_layouts())
    assert all(almost.found for almost in lacking)
    named = [(i, "a.xlsx", form) for i, form in zip(form_ids("a.xlsx", forms), forms, strict=True)]
    return schema.empty("read").with_(
        forms=forms_frame(named, load_words()), funds=funds_frame(named), indicators=indicators_frame(named)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(torn())
def test_a_torn_form(rows):
    """Never an error, and states are always those that the schema knows."""
    frames = schema.validate(_read(rows), "read")
    for frame in (frames.forms, frames.funds, frames.indicators):
        for column in frame.columns:
            if column.endswith("_state"):
                assert set(frame[column]) <= set(schema.STATES), column
    assert frames.forms["form_id"].is_unique


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=9), min_size=1, max_size=14))
def test_labels_anywhere(rows):
    """Cells drawn from all labels and values at random."""
    read_forms(draw(_drawable(rows)), load_layouts())
