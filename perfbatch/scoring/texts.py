"""Text columns to small numbers and back; work on texts is done once for each distinct one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import is_normalized

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from perfbatch.caching import cached
from perfbatch.scoring.blocks import slices
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


def lookup(texts: pd.Series, byte: int, table: Mapping[str, int]) -> NDArray[np.int8]:
    """``table[character]`` of each text's byte number ``byte``; 0 where it has none or another.

    For columns with a fixed vocabulary that one byte tells apart: several times as fast as comparing.
    """
    array = arrow(texts)
    if array.null_count:
        array = array.fill_null("")
    size = len(array)
    _, starts, data = array.buffers()
    offsets = np.frombuffer(starts, dtype=np.int64)[array.offset : array.offset + size + 1]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    numbers = np.zeros(256, dtype=np.int8)
    for character, number in table.items():
        numbers[ord(character)] = number
    found = np.empty(size, dtype=np.int8)
    for rows in slices(size):
        ends = offsets[rows.start + 1 : rows.stop + 1]
        at = offsets[rows] + byte
        letter = letters.take(at, mode="clip")
        found[rows] = np.where(at < ends, numbers[letter], np.int8(0))
    return found


def decode(numbers: NDArray[Any], words: Sequence[str]) -> pd.Series:
    """``words[number]`` for each number, as a text column."""
    return _series(pc.take(_array(tuple(words)), pa.array(numbers)))


def same(left: pd.Series, right: pd.Series) -> Bools:
    """Whether the two texts of each row are equal, letter for letter."""
    equal = pc.equal(arrow(left), arrow(right))
    return equal.fill_null(False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def matching(texts: pd.Series, rows: NDArray[np.intp] | None, pattern: re.Pattern[str]) -> Bools:
    """Whether ``pattern`` is found in each text (of ``rows``) in NFKC and without blanks.

    Searched once a distinct text.
    """
    array = arrow(texts)
    if rows is not None:
        array = array.take(pa.array(rows))
    encoded = array.fill_null("").dictionary_encode()
    distinct = encoded.dictionary.to_numpy(zero_copy_only=False)
    known = _known(pattern)
    if len(known) > _KEPT:
        known.clear()
    answers = list(map(known.get, distinct))
    for index, answer in enumerate(answers):
        if answer is None:
            text = distinct[index]
            answers[index] = known[text] = pattern.search(_plain(text)) is not None
    found: Bools = np.array(answers, dtype=bool)[encoded.indices.to_numpy()]
    return found


def _plain(text: str) -> str:
    """``compact``, which most texts are already."""
    return text if text.isalnum() and is_normalized("NFKC", text) else compact(text)


_KEPT = 1 << 18


@cached(64)
def _known(_: re.Pattern[str]) -> dict[str, bool]:
    """Answers kept from batch to batch, as units name their indicators alike."""
    return {}


def _series(array: pa.Array) -> pd.Series:
    return pd.Series(pd.array(array, dtype="str"), copy=False)


@cached(256)
def _array(words: tuple[str, ...]) -> pa.Array:
    return pa.array(words, type=pa.large_string())
