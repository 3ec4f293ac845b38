"""What counts as no reason at all, as a list that a finance officer can extend."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from perfbatch.checking.judging.explanations import says_nothing
from perfbatch.rules import load, names

TABLE = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "check" / "nothing.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("book", names())
def test_empty_words_signs_and_instructions_say_nothing(book: str) -> None:
    """Under every shipped rule book."""
    texts = pd.Series(TABLE["nothing"], dtype="str")
    assert texts[~says_nothing(texts, load(book))].tolist() == []


def test_real_reasons_are_left_alone() -> None:
    """Also behind an empty word or an instruction that still stands in the cell."""
    texts = pd.Series(TABLE["real"], dtype="str")
    assert texts[says_nothing(texts, load())].tolist() == []
