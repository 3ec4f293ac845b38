"""Values as a person would write them."""

from __future__ import annotations

import numpy as np
import pytest

from perfbatch.checking.figures import EMPTY, LONGEST, amounts, percents, scores, shown_texts


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (scores, 3.5, "3.50"),
        (scores, 8.945, "8.945"),
        (scores, 10, "10.00"),
        (scores, -0.00001, "0.00"),
        (scores, 8.9450000000001, "8.945"),
        (scores, np.nan, EMPTY),
        (amounts, 152.1493, "152.1493"),
        (amounts, 170, "170.00"),
        (amounts, 1234567.891, "1234567.891"),
        (percents, 89.5, "89.50%"),
        (percents, 89.495, "89.50%"),
        (percents, 89.494999, "89.49%"),
    ],
)
def test_numbers(write: object, value: float, text: str) -> None:
    """Two decimals, more where more were written, halves up."""
    assert [text] == write(np.array([value], dtype=float))  # type: ignore[operator]


def test_texts_are_quoted_on_one_line_and_shortened() -> None:
    """Blank texts are said to be blank."""
    assert shown_texts(["a\n b", " "]) == ["a b", EMPTY]
    long = shown_texts(["长" * 100])[0]
    assert len(long) == LONGEST and long.endswith("…")
