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
from perfbatch.scoring.columns import at, texts
from perfbatch.text import compact

Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]


def codes(column: pa.Array, words: Sequence[str]) -> Codes:
    """Position of each text in ``words``; -1 for a text that is not among them."""
    found = pc.index_in(column, value_set=_array(tuple(words)))
    return found.fill_null(-1).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def lookup(column: pa.Array, byte: int, table: Mapping[str, int]) -> NDArray[np.int8]:
    """``table[character]`` of each text's byte number ``byte``; 0 where it has none or another.

    For columns with a fixed vocabulary that one byte tells apart: several times as fast as comparing.
    """
    size = len(column)
    if not size:
        return np.empty(0, dtype=np.int8)
    _, starts, data = column.buffers()
    offsets = np.frombuffer(starts, dtype=np.int64)[column.offset : column.offset + size + 1]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    numbers = np.zeros(256, dtype=np.int8)
    for character, number in table.items():
        numbers[ord(character)] = number
    found = np.empty(size, dtype=np.int8)
    for rows in slices(size):
        ends = offsets[rows.start + 1 : rows.stop + 1]
        place = offsets[rows] + byte
        letter = letters.take(place, mode="clip")
        found[rows] = np.where(place < ends, numbers[letter], np.int8(0))
    return found


def decode(numbers: NDArray[Any], words: Sequence[str]) -> pa.Array:
    """``words[number]`` for each number, as a text column."""
    return _array(tuple(words)).take(pa.array(numbers))


def same(left: pa.Array, right: pa.Array) -> Bools:
    """Whether the two texts of each row are equal, letter for letter."""
    return pc.equal(left, right).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def matching(given: pd.Series | pa.Array, rows: NDArray[np.intp] | None, pattern: re.Pattern[str]) -> Bools:
    """Whether ``pattern`` is found in each text (of ``rows``) in NFKC and without blanks.

    Searched once a distinct text.
    """
    array = texts(given) if rows is None else at(texts(given), rows)
    encoded = array.dictionary_encode()
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


@cached(256)
def _array(words: tuple[str, ...]) -> pa.Array:
    return pa.array(words, type=pa.large_string())
