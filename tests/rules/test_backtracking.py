"""A pattern that a text could hold up is refused when its book is loaded; ordinary ones are not."""

from __future__ import annotations

import re
import time

import pytest

from perfbatch.rules import RuleBookError, load, names
from perfbatch.rules.backtracking import blows_up

HELD_UP = [
    "(a+)+b", "(a*)*b", "(ab|a)*b", "(a|aa)+b", "(.*)*x", "([^x]+)+x", "(a?){40}a{40}", "(\\d+)*个", ".*.*x",
    ".*a.*b", "\\w+\\d+x", "(a+b?)+c", "(?:(?:a+))+b", "(.)\\1*x", "(?P<n>a)(?P=n)", "a{0,200}b{0,200}c",
    "(a{1,2}){9}b", "(?=(a+)+b)", "(?:a*|b)c*d", "(a+?)+?b", ".{0,60}.{0,60}.{0,60}x", "((a*)b|c)*d",
    "(x|y.*)*z", "(?>a*)*b", "(?:.a|b.)" * 16,
]  # fmt: skip
ORDINARY = [
    "成本指标", "单位.*成本", "(?:次数|个数).{0,4}减少", "^.{0,3}率$", "降低|减少|下降", "[0-9]+%",
    "事故(发生)?率", "(?:甲|乙)(?:丙|丁)", "投诉.?次数", "200%.{0,3}300%.*该指标分值的10%扣分",
    "(?i)co2", "a{3}", "", "说明.{0,10}原因",
    "财预.{0,2}2020.{0,2}10号|100-80%.{0,4}80-60%.{0,4}60-0%",
    "(?:甲乙|丙丁)" * 12,
]  # fmt: skip


@pytest.mark.parametrize("pattern", HELD_UP)
def test_a_pattern_that_blows_up_is_refused(pattern: str) -> None:
    """Exponential or cubic: it is known from its shape, nobody has to wait for it."""
    re.compile(pattern)
    assert blows_up(pattern)


@pytest.mark.parametrize("pattern", ORDINARY)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    """And 8,000 characters of each of its own letters, or of all, take it next to no time."""
    assert not blows_up(pattern)
    for text in {*pattern, pattern, "a"}:
        started = time.process_time()
        re.search(pattern, (text * 8000)[:8000])
        assert time.process_time() - started < 5


def test_the_shipped_books_load() -> None:
    """Their patterns are ordinary."""
    assert all(load(name) for name in names())


def test_a_book_that_has_one_is_refused_with_a_sentence(tmp_path: object) -> None:
    """It names the file, the key and what may be written."""
    from pathlib import Path

    path = Path(str(tmp_path)) / "本单位.toml"
    path.write_text(
        'name = "本单位"\ntitle = "本单位"\nextends = "beijing-2021"\n'
        '[parameters.direction.reverse_words]\nvalue = ["(a+)+b"]\nclause = "office"\n'
        '[sources.office]\ntitle = "办法"\n[[indicators]]\nname = "(.*)*x"\nunit = "个"\n',
        encoding="utf-8",
    )
    with pytest.raises(RuleBookError) as error:
        load(str(path))
    assert str(error.value).count("停不下来") == 2, str(error.value)
