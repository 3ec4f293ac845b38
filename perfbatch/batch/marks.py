"""Which item of its chunk a worker is at, told to the main process through memory that both see.

A worker that hangs can say nothing any more. What it wrote down before still says which item had how much of
the time, so that this one is given up and not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")
_TASKS = 4096
"""Tasks whose marks are kept; far fewer are under way at a time."""
_FIELDS = 3
_here: tuple[Any, int] | None = None
"""In a worker: the marks and the place of the task that it does."""


class Marks:
    """For each task when it began, which item it is at (counted from 1, 0 for none) and since when."""

    def __init__(self, context: Any) -> None:
        self.shared = context.RawArray("d", _TASKS * _FIELDS)
        self._next = 0

    def new(self) -> int:
        """The place of a new task."""
        place = self._next * _FIELDS
        self._next = (self._next + 1) % _TASKS
        self.shared[place : place + _FIELDS] = [0.0] * _FIELDS
        return place

    def slow(self, place: int, timeout: float, limit: float) -> int | None:
        """The item of a task stopped after ``timeout`` seconds that alone took about ``limit`` of them."""
        began, item, since = self.shared[place : place + _FIELDS]
        # Not the time of this question, which comes when it is the task's turn.
        return int(item) - 1 if item and began + timeout - since >= 0.9 * limit else None


def begin(shared: Any, place: int) -> None:
    """In a worker: a task begins, whose items ``each`` marks."""
    global _here
    _here = (shared, place)
    shared[place] = monotonic()


def each(things: Iterable[T], places: Iterable[int]) -> Iterator[T]:
    """``things`` one by one, each marked as what is being done; ``places`` are theirs in the chunk."""
    if _here is None:
        yield from things
        return
    shared, place = _here
    for thing, number in zip(things, places, strict=True):
        shared[place + 2] = monotonic()
        shared[place + 1] = number + 1
        yield thing
    shared[place + 1] = 0
