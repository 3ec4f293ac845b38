"""The comparison key: NFKC, without blanks and punctuation, case folded."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.text import compact, key_of, text_key

SAME = [
    ("系统运行稳定", "系统运行稳定。"),
    ("系统运行 稳定", "系统\n运行\u3000稳定"),
    ("网络安全、数据安全", "网络安全，数据安全"),
    ("“优”", "优"),
    ("（三级）", "三级"),
    ("ＡＢＣ级", "abc级"),
    ("每季度1次", "每季度１次"),
    ("达标；", "●达标"),
    ("7×24小时", "7×24 小时"),
    ("1:3", "1：3"),
    ("2-3", "2—3"),
]
DIFFERENT = [
    ("三级", "二级"),
    ("7*24小时", "724小时"),
    ("5/5", "55"),
    ("1.5", "15"),
    ("95%", "95"),
    ("未完成", "完成"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_same(a: str, b: str) -> None:
    """Width, blanks, punctuation and case make no difference."""
    assert key_of(a) == key_of(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different(a: str, b: str) -> None:
    """What changes the meaning stays: words, percent signs, signs between digits."""
    assert key_of(a) != key_of(b)


def test_columns_keep_their_index_and_missing_is_blank() -> None:
    """A Series comes back with its own index, dtype str, and missing values as blank."""
    texts = pd.Series(["优。", None, "优", "  "], index=[7, 5, 3, 1], dtype="str")
    keys = text_key(texts)
    assert keys.tolist() == ["优", "", "优", ""]
    assert keys.index.tolist() == [7, 5, 3, 1]
    assert keys.dtype == "str"
    assert text_key([]).empty


@settings(deadline=None)
@given(st.text())
def test_keys_are_stable(text: str) -> None:
    """The key of a key is that key, and a compacted text is compact."""
    assert key_of(key_of(text)) == key_of(text)
    assert compact(compact(text)) == compact(text)
