"""The process that the command runs in, and what those that it starts inherit: memory and threads.

Only the command sets these: a program that uses perfbatch as a library decides for itself.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_GARBAGE = 50_000
"""New objects between two walks of the garbage collector."""
_M_ARENA_MAX = -8
_INHERITED = {
    # Nothing here needs NumPy's linear algebra; its threads would start in every process and turn idly.
    "OPENBLAS_NUM_THREADS": "1",
    # Frames come and go chunk by chunk. Arrow's own allocator, and an arena of malloc for every thread, keep
    # what a chunk took and use it for nothing else: a quarter of all memory, and no faster.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
}


@contextmanager
def set_up() -> Iterator[None]:
    """For the length of a ``with`` block, the last of the process."""
    if "MALLOC_ARENA_MAX" not in os.environ:
        _use_one_arena()
    for name, value in _INHERITED.items():
        os.environ.setdefault(name, value)
    # What the libraries load stays to the end: walking it for garbage again and again, and once more on
    # leaving, takes half a second.
    gc.set_threshold(_GARBAGE)
    try:
        yield
    finally:
        gc.freeze()


def _use_one_arena() -> None:
    """What the variable does, for this process: malloc looked at it when the process began."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:  # the C library is glibc
        mallopt(_M_ARENA_MAX, 1)
