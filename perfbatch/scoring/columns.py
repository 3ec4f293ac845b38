"""Columns of a frame as plain arrays, made when they are asked for.

A chunk is judged by several rule books, each of which looks at some columns of some rows: taking rows of
whole frames of sixty columns would cost more than the judging.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Array = Any
"""A ``pa.Array`` of large_string without nulls, or a NumPy array."""


class Columns:
    """A frame, or some rows of it: texts as Arrow arrays, everything else as NumPy arrays (Int64 as float64,
    NaN for none)."""

    def __init__(self, of: pd.DataFrame | Columns, rows: NDArray[np.intp] | None = None) -> None:
        """``rows``: positions in ``of``, None for all."""
        self._of = of
        self._rows = rows
        self._arrow_rows: pa.Array | None = None
        self._length = len(of) if rows is None else len(rows)
        self._made: dict[str, Array] = {}
        self._coded: dict[str, tuple[NDArray[np.int32], list[str]]] = {}

    def __len__(self) -> int:
        return self._length

    def __contains__(self, name: str) -> bool:
        return name in self._made or name in self._of

    def __getitem__(self, name: str) -> Array:
        made = self._made.get(name)
        if made is None:
            whole = self._of[name]
            made = whole if isinstance(self._of, Columns) else plain(whole)
            self._made[name] = made = made if self._rows is None else self._taken(made)
        return made

    def _taken(self, whole: Array) -> Array:
        if not isinstance(whole, pa.Array):
            return whole[self._rows]
        if self._arrow_rows is None:
            self._arrow_rows = pa.array(self._rows)
        return whole.take(self._arrow_rows)

    def items(self, name: str, rows: NDArray[np.intp]) -> Array:
        """Some items of a column, which is not made for them."""
        if name in self._made or not isinstance(self._of, Columns):
            return at(self[name], rows)
        return self._of.items(name, rows if self._rows is None else self._rows[rows])

    def take(self, rows: NDArray[np.intp]) -> Columns:
        """Some rows, by position."""
        return Columns(self, rows)

    def coded(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """A column of texts as the number of each row's text, and distinct texts, also such of other rows."""
        coded = self._coded.get(name)
        if coded is None:
            if isinstance(self._of, Columns) and name not in self._made:
                codes, distinct = self._of.coded(name)
                coded = (codes if self._rows is None else codes[self._rows]), distinct
            else:
                encoded = self[name].dictionary_encode()
                distinct = encoded.dictionary.to_numpy(zero_copy_only=False).tolist()
                coded = encoded.indices.to_numpy(), distinct
            self._coded[name] = coded
        return coded

    def frame(self) -> pd.DataFrame:
        """The rows with all columns, as a frame."""
        whole = self._of.frame() if isinstance(self._of, Columns) else self._of
        return whole if self._rows is None else whole.take(self._rows)

    def over(self, frame: pd.DataFrame) -> Columns:
        """The same rows with the columns of ``frame`` in place of their own."""
        columns = Columns(self)
        columns._made = {name: plain(frame[name]) for name in frame.columns}
        return columns


def plain(column: pd.Series) -> Array:
    """One column of a frame as an array."""
    values = column.array
    if isinstance(column.dtype, pd.StringDtype):
        return texts(values)
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def texts(values: Any) -> pa.Array:
    """Texts as one Arrow array, without copying where they already are; "" for what is missing."""
    if isinstance(values, pa.Array):
        return values
    array = pa.array(values, type=pa.large_string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.fill_null("") if array.null_count else array


def at(array: Array, rows: NDArray[np.intp]) -> Array:
    """The items of an array at ``rows``."""
    return array.take(pa.array(rows)) if isinstance(array, pa.Array) else array[rows]
