"""Memory that frames took and left, back to the system.

malloc keeps what lies below a block that is still in use. A worker that has read a chunk, and the main
process after each part, would hold tens of MiB that nobody uses until the run ends.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any


def _trim() -> Any:
    """glibc's malloc_trim; None where there is no such thing."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


_malloc_trim = _trim()


def give_back() -> None:
    """Give free memory back: some ms, so for after a chunk of files, not after a file."""
    if _malloc_trim is not None:
        _malloc_trim(0)
