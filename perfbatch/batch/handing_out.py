"""The first tasks of a run, handed out before this process has loaded what it does with their results.

The workers read for longer than pandas takes to load, so that in a small run nobody waits for it here.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from perfbatch.options import Options
from perfbatch.progress import Progress

if TYPE_CHECKING:
    from perfbatch.batch.cluster import Cluster
    from perfbatch.batch.plan import Item, PlannedChunk
    from perfbatch.batch.processes import Processes
    from perfbatch.batch.retry import GivenUp
    from perfbatch.batch.tasks import CheckedChunk


@dataclass(frozen=True, slots=True)
class Reading:
    """The chunks that are being read into folders of ``store`` named after ``place``.

    ``results``: what came of each chunk that is not taken over from an earlier run, in order.
    """

    options: Options
    place: str
    store: Path
    results: Iterator[list[tuple[Sequence[Item], CheckedChunk | GivenUp]]]


def hand_out(
    pool: Processes | Cluster,
    chunks: Sequence[PlannedChunk],
    options: Options,
    place: str,
    store: Path,
    progress: Progress,
    meanwhile: Callable[[], None] | None = None,
) -> Reading:
    """Let the workers begin with what is not taken over, and do ``meanwhile`` until they have begun.

    Beside workers alone: in one process two threads that import could wait for each other.
    """
    progress("read", 0, sum(len(chunk.items) for chunk in chunks))
    waiting = [chunk.items for chunk in chunks if chunk.part is None]
    beside = Thread(target=meanwhile, daemon=True) if meanwhile is not None and pool.count else None
    if beside is not None:
        beside.start()
    handed = pool.map(_read_and_check, waiting, options, place, store)
    if beside is not None:
        beside.join()
    return Reading(options, place, store, map(_loaded, handed))


def _read_and_check(*of_chunk: Any) -> bytes:
    """``tasks.read_and_check``, by a name that loads nothing. What it makes comes back packed: the thread
    that receives it would load pandas beside this process's own."""
    from perfbatch.batch.tasks import read_and_check

    return pickle.dumps(read_and_check(*of_chunk))


def _loaded(
    done: list[tuple[Sequence[Item], bytes | GivenUp]],
) -> list[tuple[Sequence[Item], CheckedChunk | GivenUp]]:
    return [
        (piece, pickle.loads(result) if isinstance(result, bytes) else result)  # noqa: S301  (our own)
        for piece, result in done
    ]
