"""Chunks handed out in order, and tried again in pieces where they fail: for every kind of worker alike."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

log = logging.getLogger(__name__)
ItemT = TypeVar("ItemT")
DoneT = TypeVar("DoneT")
Cause = Literal["crashed", "timeout", "memory"]
_PIECES = 8


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An item whose own process died of it."""

    item: Any
    cause: Cause


class Pool(Protocol):
    """What does work until it is closed (its work is done) or stopped (at once)."""

    def close(self) -> None: ...
    def stop(self) -> None: ...


PoolT = TypeVar("PoolT", bound=Pool)


@contextmanager
def lasting(pool: PoolT) -> Iterator[PoolT]:
    """``pool`` for the length of a ``with`` block; an exception stops it at once."""
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    else:
        pool.close()


def in_order(
    chunks: Iterable[Sequence[ItemT]],
    schedule: Callable[[Sequence[ItemT]], Any],
    collect: Callable[[Sequence[ItemT], Any], DoneT],
    workers: int,
) -> Iterator[DoneT]:
    """``collect`` of each chunk and what ``schedule`` made of it, in order; few are scheduled ahead."""
    # A bounded window, so that a hundred thousand tasks do not wait in a pool's memory.
    window: deque[tuple[Sequence[ItemT], Any]] = deque()
    for chunk in chunks:
        window.append((chunk, schedule(chunk)))
        if len(window) > 2 * workers + 1:
            yield collect(*window.popleft())
    while window:
        yield collect(*window.popleft())


def tried_again(
    chunk: Sequence[ItemT],
    cause: Cause,
    schedule: Callable[[Sequence[ItemT]], Any],
    collect: Callable[[Sequence[ItemT], Any], list[tuple[Sequence[ItemT], DoneT | GivenUp]]],
) -> list[tuple[Sequence[ItemT], DoneT | GivenUp]]:
    """A chunk that failed: its pieces and their results; an item that failed alone is given up."""
    if len(chunk) == 1:
        return [(chunk, GivenUp(chunk[0], cause))]
    log.debug("a chunk of %d failed (%s): it is tried again in pieces", len(chunk), cause)
    waiting = [(piece, schedule(piece)) for piece in pieces(chunk)]
    return [done for piece, future in waiting for done in collect(piece, future)]


def pieces(chunk: Sequence[ItemT]) -> list[Sequence[ItemT]]:
    """``chunk`` cut into at most ``_PIECES``."""
    size = -(-len(chunk) // _PIECES)
    return [chunk[start : start + size] for start in range(0, len(chunk), size)]
