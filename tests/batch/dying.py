"""Tasks that die in every way a hostile file can make a worker die."""

from __future__ import annotations

import logging
import os
import signal
import time

from perfbatch.batch.marks import each


def double(items: list[object]) -> list[object]:
    """Doubles numbers; words make the worker crash, hang, run out of memory or raise."""
    for item in items:
        match item:
            case "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(7)
            case "hang":
                time.sleep(600)
            case "memory":
                raise MemoryError
            case "bug":
                raise ValueError("a bug is not a dead worker")
    return [item * 2 for item in items if isinstance(item, int)]


def double_marked(items: list[object]) -> list[object]:
    """``double``, item after item, each marked as it is done."""
    return [result for item in each(items, range(len(items))) for result in double([item])]


def slowly(items: list[int]) -> list[object]:
    """Doubles numbers and takes its time, so that somebody can be killed meanwhile."""
    time.sleep(0.2)
    return [item * 2 for item in items]


def waiting(items: list[object], _: object) -> list[object]:
    """Never comes back."""
    time.sleep(600)
    return items


def logged(items: list[object]) -> list[str]:
    """The least level that this worker logs."""
    return [logging.getLevelName(logging.getLogger("perfbatch").getEffectiveLevel()) for _ in items]
