"""Chunks handed out in order, and tried again in pieces where they fail: for every kind of worker alike."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Protocol, TypeVar

from perfbatch.options import Options
from perfbatch.words import load_words

log = logging.getLogger(__name__)
ItemT = TypeVar("ItemT")
DoneT = TypeVar("DoneT")
Cause = Literal["crashed", "timeout", "memory"]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An item whose own process died of it."""

    item: Any
    cause: Cause


def reason_of(cause: str, options: Options, what: Literal["refused", "uncopied"] = "refused") -> str:
    """The sentence for an item, or a copy, that was given up, in Chinese."""
    seconds = round(options.limits.seconds)
    return load_words(options.templates).text("batch", f"{what}.{cause}", seconds=seconds)


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
    """``collect`` of each chunk and what ``schedule`` made of it, in order; a few are scheduled at once."""
    # A bounded window, so that a hundred thousand tasks do not wait in a pool's memory.
    to_come = iter(chunks)
    window = deque((chunk, schedule(chunk)) for chunk in islice(to_come, 2 * workers + 1))
    return _collected(window, to_come, schedule, collect)


def _collected(
    window: deque[tuple[Sequence[ItemT], Any]],
    to_come: Iterator[Sequence[ItemT]],
    schedule: Callable[[Sequence[ItemT]], Any],
    collect: Callable[[Sequence[ItemT], Any], DoneT],
) -> Iterator[DoneT]:
    for chunk in to_come:
        window.append((chunk, schedule(chunk)))
        yield collect(*window.popleft())
    while window:
        yield collect(*window.popleft())


def tried_again(
    chunk: Sequence[ItemT],
    cause: Cause,
    schedule: Callable[[Sequence[ItemT]], Any],
    collect: Callable[[Sequence[ItemT], Any], list[tuple[Sequence[ItemT], DoneT | GivenUp]]],
    culprit: int | None = None,
) -> list[tuple[Sequence[ItemT], DoneT | GivenUp]]:
    """A chunk that failed: its pieces and their results; an item that failed alone is given up.

    ``culprit`` is the place of an item known to have had its whole time: it gets no second one. So a file
    that hangs costs one limit, and two where the chunk as a whole hung.
    """
    if len(chunk) == 1:
        return [(chunk, GivenUp(chunk[0], cause))]
    if culprit is None:
        log.debug("a chunk of %d failed (%s): its items are tried one by one", len(chunk), cause)
        before, after = [], chunk
    else:
        log.debug("item %d of a chunk of %d had its time: the others are tried again", culprit, len(chunk))
        # What came before it was done in time together; what comes after may hold another of its kind.
        before, after = [chunk[:culprit]] if culprit else [], chunk[culprit + 1 :]
    pieces = [*before, *(after[place : place + 1] for place in range(len(after)))]
    waiting = [(piece, schedule(piece)) for piece in pieces]
    done = [collect(piece, future) for piece, future in waiting]
    if culprit is not None:
        done.insert(len(before), [(chunk[culprit : culprit + 1], GivenUp(chunk[culprit], cause))])
    return [one for results in done for one in results]
