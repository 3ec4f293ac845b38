"""Worker processes in which a file's crash, hang or hunger costs that file alone.

A task is a chunk of items. Where its process dies, runs out of time or out of memory, the items of
the chunk are tried again alone, and only the item that does it alone is given up.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TimedOut
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TypeVar

from perfbatch.batch import marks
from perfbatch.batch.marks import Marks
from perfbatch.batch.memory import give_back
from perfbatch.batch.retry import Cause, GivenUp, in_order, lasting, tried_again
from perfbatch.batch.server import start_server
from perfbatch.options import Limits

log = logging.getLogger(__name__)
T = TypeVar("T")
ItemT = TypeVar("ItemT")
LOG_FORMAT = "%(levelname)s %(name)s: %(message)s"
_FILES_A_LIMIT = 100
"""Files that may take as long together as one file alone."""
_shared: Any = None
"""In a worker: the marks of all tasks."""
_GARBAGE = 200_000
"""New objects between two walks of the garbage collector: a form makes thousands, all of them wanted."""


class Processes:
    """A pool that survives its workers; ``count`` 0 works in this process, without protection.

    Processes start with the first task.
    """

    def __init__(self, count: int, limits: Limits) -> None:
        self.count = count
        self.limits = limits
        self._pool: Any = None
        self._marks: Any = None

    def map(
        self, task: Callable[..., T], chunks: Iterable[Sequence[ItemT]], *arguments: Any
    ) -> Iterator[list[tuple[Sequence[ItemT], T | GivenUp]]]:
        """``task(chunk, *arguments)`` for every chunk, in order: it and its result, or its pieces and theirs.

        The first chunks are handed out at once.

        An exception of the task itself is raised here; a death, a timeout or a MemoryError is not: then its
        items are tried again alone, and one that does it alone is given up.
        """
        if not self.count:
            return ([(chunk, task(chunk, *arguments))] for chunk in chunks)
        schedule, collect = self._steps(task, arguments)
        return in_order(chunks, schedule, collect, self.count)

    def _steps(self, task: Callable[..., T], arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        return partial(self._schedule, task, arguments), partial(self._collect, task, arguments)

    def _schedule(self, task: Callable[..., T], arguments: tuple[Any, ...], chunk: Sequence[ItemT]) -> Any:
        if self._pool is None:
            from pebble import ProcessPool

            context = start_server()
            self._marks = Marks(context)
            self._pool = ProcessPool(
                max_workers=self.count,
                initializer=_prepare,
                initargs=(
                    self.limits.memory,
                    _level(),
                    self._marks.shared,
                ),
                context=context,
            )
        place = self._marks.new()
        future = self._pool.schedule(
            _do, args=(task, place, chunk, *arguments), timeout=self._timeout(len(chunk))
        )
        return future, place

    def _timeout(self, items: int) -> float:
        return self.limits.seconds * (1 + items / _FILES_A_LIMIT)

    def _collect(
        self, task: Callable[..., T], arguments: tuple[Any, ...], chunk: Sequence[ItemT], scheduled: Any
    ) -> list[tuple[Sequence[ItemT], T | GivenUp]]:
        from pebble import ProcessExpired

        future, place = scheduled
        cause: Cause
        culprit = None
        try:
            return [(chunk, future.result())]
        except TimedOut:
            cause = "timeout"
            culprit = self._marks.slow(place, self._timeout(len(chunk)), self.limits.seconds)
        except MemoryError:
            cause = "memory"
        except ProcessExpired as error:
            log.debug("a worker died: %s", error)
            cause = "crashed"
        return tried_again(chunk, cause, *self._steps(task, arguments), culprit=culprit)

    def close(self) -> None:
        """End the workers once their work is done."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()
            pool.join()

    def stop(self) -> None:
        """End the workers at once."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()


def open_processes(count: int, limits: Limits) -> AbstractContextManager[Processes]:
    """Workers for the length of a ``with`` block; an exception stops them at once."""
    return lasting(Processes(count, limits))


def usable_cores() -> int:
    """Cores that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # Windows and macOS do not tell
        return os.cpu_count() or 1


def _level() -> int:
    """What the run logs, and so its workers."""
    return logging.getLogger("perfbatch").getEffectiveLevel()


def _do(task: Callable[..., T], place: int, chunk: Sequence[Any], *arguments: Any) -> T:
    """In a worker: a task, its items marked as they are done."""
    marks.begin(_shared, place)
    result = task(chunk, *arguments)
    give_back()
    return result


def _prepare(limit: int, level: int, shared: Any) -> None:
    """Bound this worker's address space where the system can (not on Windows); log what the run logs."""
    global _shared
    _shared = shared
    gc.set_threshold(_GARBAGE)
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    logging.getLogger("perfbatch").setLevel(level)
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
