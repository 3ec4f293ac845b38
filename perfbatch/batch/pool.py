"""Worker processes in which a file's crash, hang or hunger costs that file alone.

A task is a chunk of items. Where its process dies, runs out of time or out of memory, the items of
the chunk are tried again one by one, and only the item that does it again is given up.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as TimedOut
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pebble import ProcessExpired, ProcessPool

from perfbatch.batch.settings import Limits

log = logging.getLogger(__name__)
T = TypeVar("T")
Cause = Literal["crashed", "timeout", "memory"]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An item whose own process died of it."""

    item: Any
    cause: Cause


class Workers:
    """A pool that survives its workers; ``count`` 0 works in this process, without protection."""

    def __init__(self, count: int, limits: Limits) -> None:
        self.count = count
        self.limits = limits
        self._pool: Any = None
        if count:
            self._pool = ProcessPool(
                max_workers=count, initializer=_bound_memory, initargs=(limits.memory,), context=_context()
            )

    def map(
        self, task: Callable[..., T], chunks: Sequence[Sequence[Any]], *arguments: Any
    ) -> Iterator[list[T | GivenUp]]:
        """``task(chunk, *arguments)`` for every chunk, in order: its result, or one for each single item.

        An exception of the task itself is raised here; a death, a timeout or a MemoryError is not.
        """
        if self._pool is None:
            for chunk in chunks:
                yield [task(chunk, *arguments)]
            return
        # A bounded window, so that a hundred thousand tasks do not wait in the pool's memory.
        window: deque[tuple[Sequence[Any], Any]] = deque()
        upcoming = iter(chunks)
        for chunk in upcoming:
            window.append((chunk, self._schedule(task, chunk, arguments)))
            if len(window) > 2 * self.count + 1:
                yield self._collect(task, *window.popleft(), arguments)
        while window:
            yield self._collect(task, *window.popleft(), arguments)

    def _schedule(self, task: Callable[..., T], chunk: Sequence[Any], arguments: tuple[Any, ...]) -> Any:
        return self._pool.schedule(task, args=(chunk, *arguments), timeout=self.limits.seconds)

    def _collect(
        self, task: Callable[..., T], chunk: Sequence[Any], future: Any, arguments: tuple[Any, ...]
    ) -> list[T | GivenUp]:
        cause: Cause
        try:
            return [future.result()]
        except TimedOut:
            cause = "timeout"
        except MemoryError:
            cause = "memory"
        except ProcessExpired as error:
            log.debug("a worker died: %s", error)
            cause = "crashed"
        if len(chunk) == 1:
            return [GivenUp(chunk[0], cause)]
        log.debug("a chunk of %d failed (%s): its items are tried one by one", len(chunk), cause)
        singles = [[item] for item in chunk]
        return [self._collect(task, s, self._schedule(task, s, arguments), arguments)[0] for s in singles]

    def close(self) -> None:
        """End the workers once their work is done."""
        if self._pool is not None:
            self._pool.close()
            self._pool.join()

    def stop(self) -> None:
        """End the workers at once."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()


@contextmanager
def workers(count: int, limits: Limits) -> Iterator[Workers]:
    """Workers for the length of a ``with`` block; an exception stops them at once."""
    pool = Workers(count, limits)
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    else:
        pool.close()


def _context() -> Any:
    """Fresh processes that inherit no threads or locks; on POSIX one server has the imports done."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["perfbatch.batch.tasks"])
    return context


def _bound_memory(limit: int) -> None:
    """Bound this worker's address space where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
