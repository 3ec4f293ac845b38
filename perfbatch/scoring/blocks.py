"""Arithmetic over long arrays, block by block: what lies in between stays in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 14
"""Items worked on at a time; 128 KiB of float64."""


def slices(size: int) -> Iterator[slice]:
    """The blocks of an array of ``size`` items."""
    return (slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK))


def in_blocks(
    function: Callable[..., tuple[NDArray[Any], ...]], *arrays: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    """``function(*arrays)``, which must work item by item, without arrays of full length in between."""
    size = len(arrays[0])
    if size <= BLOCK:
        return function(*arrays)
    results: tuple[NDArray[Any], ...] = ()
    for rows in slices(size):
        part = function(*(array[rows] for array in arrays))
        if not results:
            results = tuple(np.empty(size, dtype=array.dtype) for array in part)
        for result, array in zip(results, part, strict=True):
            result[rows] = array
    return results
