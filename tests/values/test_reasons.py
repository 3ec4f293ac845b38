"""What counts as no reason at all: cases of every kind on both sides, as a finance officer writes them."""

from __future__ import annotations

import time
import tomllib
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from perfbatch.checking.judging.explanations import reason_words
from perfbatch.rules import load, names
from perfbatch.values.reasons import ReasonWords, left_of, says_nothing

TABLE = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "values" / "reasons.toml").read_text(encoding="utf-8")
)


@cache
def said_nothing(book: str, side: str) -> dict[str, bool]:
    """Whether each text of one side of the table says nothing under ``book``."""
    texts = [text for group in TABLE.values() for text in group[side]]
    return dict(
        zip(texts, says_nothing(pd.Series(texts, dtype="str"), reason_words(load(book))), strict=True)
    )


@pytest.mark.parametrize("book", names())
@pytest.mark.parametrize("group", TABLE)
def test_each_kind_of_text_is_told_under_every_book(group: str, book: str) -> None:
    """Neither accused where something was said, nor passed where nothing was."""
    passed = [text for text in TABLE[group]["nothing"] if not said_nothing(book, "nothing")[text]]
    accused = [text for text in TABLE[group]["real"] if said_nothing(book, "real")[text]]
    assert (passed, accused) == ([], [])


def test_the_table_has_both_sides_and_no_text_twice() -> None:
    """At least 150 texts a side, none on both."""
    nothing, real = (
        [text for group in TABLE.values() for text in group[side]] for side in ("nothing", "real")
    )
    assert len(nothing) == len(set(nothing)) > 150
    assert len(real) == len(set(real)) > 150
    assert not set(nothing) & set(real)


def test_blank_and_missing_texts_say_nothing() -> None:
    """In one go with others, each in its place."""
    texts = pd.Series(["", "疫情", None, "无", "疫情"], dtype="str")
    assert says_nothing(texts, ReasonWords()).tolist() == [True, False, True, True, False]


@pytest.mark.parametrize(
    ("text", "left", "measure"),
    [
        ("偏差原因：受汛情影响停工。改进措施：倒排工期。", "受汛情影响停工，倒排工期", True),
        ("偏差原因：受汛情影响停工。改进措施：无。", "受汛情影响停工", False),
        ("1、无偏差；2、整改措施：错峰施工", "错峰施工", True),
        ("偏差原因：流标；改进措施：；备注：材料另报", "流标，材料另报", False),
        ("改进措施：继续保持", "", False),
        ("措施：1.错峰施工 2.加派人手", "错峰施工2，加派人手", True),
    ],
)
def test_what_is_left_and_whether_it_is_a_measure(text: str, left: str, measure: bool) -> None:
    """Headings, numbering and empty statements go; what stands under 措施 is a measure."""
    found = left_of(text, ReasonWords())
    assert (found.text, found.measure) == (left, measure)


def test_an_office_adds_empty_words_and_accepts_others() -> None:
    """A rule book's own words count beside the shared ones, and only where they are all that is said."""
    words = ReasonWords(empty=("按惯例", "见台账"), accepted=("已按计划完成",))
    texts = [
        "按惯例",
        "按惯例。",
        "原因：按惯例",
        "按惯例推迟验收",
        "已按计划完成",
        "已按计划完成。",
        "已完成",
        "见台账",
    ]
    nothing = says_nothing(pd.Series(texts, dtype="str"), words).tolist()
    assert nothing == [True, True, True, False, False, False, True, True]


@pytest.mark.parametrize(
    "piece",
    [
        "无偏差",
        "未完成需",
        "受",
        "请在",
        "需说明",
        "无",
        "未完成请",
        "已完成计划",
        "如需",
        "1.",
        "项目指标",
        "偏差原因:",
        "未完成",
        "（",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    """As long as a cell can be, and made of what the patterns look for: time grows with the length only."""
    words = reason_words(load())
    started = time.process_time()
    left_of(piece * (32_000 // len(piece)) + "说明影响", words)
    assert time.process_time() - started < 5
