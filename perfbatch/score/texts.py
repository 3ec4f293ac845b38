"""Text columns to small numbers and back; work on texts is done once for each distinct one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from perfbatch.text import compact

Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]


def arrow(texts: pd.Series) -> pa.Array:
    """The texts as one Arrow array, without copying where they already are."""
    array = pa.array(texts.array, type=pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def codes(texts: pd.Series, words: Sequence[str]) -> Codes:
    """Position of each text in ``words``; -1 for a text that is not among them."""
    found = pc.index_in(arrow(texts), value_set=_array(tuple(words)))
    return found.fill_null(-1).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def decode(numbers: NDArray[Any], words: Sequence[str]) -> pd.Series:
    """``words[number]`` for each number, as a text column."""
    return _series(pc.take(_array(tuple(words)), pa.array(numbers)))


def same(left: pd.Series, right: pd.Series) -> Bools:
    """Whether the two texts of each row are equal, letter for letter."""
    equal = pc.equal(arrow(left), arrow(right))
    return equal.fill_null(False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def which(texts: pd.Series, holds: Callable[[str], bool]) -> Bools:
    """For each text, whether ``holds`` of it in NFKC and without blanks; asked once a distinct text."""
    numbers, distinct = pd.factorize(texts)
    answers = np.fromiter((holds(compact(str(text))) for text in distinct), dtype=bool, count=len(distinct))
    answers = np.append(answers, False)  # a missing text, code -1
    return answers[numbers]


def _series(array: pa.Array) -> pd.Series:
    return pd.Series(pd.array(array, dtype="str"), copy=False)


@lru_cache(maxsize=256)
def _array(words: tuple[str, ...]) -> pa.Array:
    return pa.array(words, type=pa.large_string())
