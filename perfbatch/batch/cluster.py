"""The same chunks on more than one machine: the workers of a Dask cluster.

A Dask worker hands its chunk to a child process under the same limits as on one machine. So a file that
crashes, hangs or eats memory takes that child with it and not the Dask worker; where the Dask worker itself
is lost, the scheduler gives its chunk to another. All see inputs and outputs under the same paths.
"""

from __future__ import annotations

import logging
import multiprocessing
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from perfbatch.batch.errors import RunError
from perfbatch.batch.identity import shipped
from perfbatch.batch.processes import Processes
from perfbatch.batch.retry import GivenUp, in_order, lasting, tried_again
from perfbatch.options import Limits

log = logging.getLogger(__name__)
T = TypeVar("T")
ItemT = TypeVar("ItemT")
_SECONDS = 10
"""Time for the scheduler to answer."""
_pools: dict[int, Processes] = {}
"""On a Dask worker: the child process of each thread."""


class Cluster:
    """The workers of a Dask scheduler, used as ``Processes`` are; ``count`` is the threads that they have."""

    def __init__(self, address: str, limits: Limits) -> None:
        """Raises RunError where Dask is not installed, nobody answers, or a worker has another perfbatch."""
        try:
            from distributed import Client
        except ImportError as error:
            raise RunError("cluster_missing") from error
        try:
            self._client: Any = Client(address, timeout=_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise RunError("cluster_silent", address=address, error=error) from error
        self.limits = limits
        self.count = sum(self._client.nthreads().values())  # type: ignore[no-untyped-call]
        if not self.count:
            self.stop()
            raise RunError("cluster_empty", address=address)

    def must_see(self, inputs: Sequence[Path], folder: Path) -> None:
        """Raises RunError unless every worker has this perfbatch and sees ``inputs`` and ``folder``."""
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        try:
            answers = self._client.run(_look, [str(path.absolute()) for path in (*inputs, probe)])
        finally:
            probe.unlink(missing_ok=True)
        for version, host, unseen in answers.values():
            if version != shipped().hex():
                raise RunError("cluster_version", host=host)
            if unseen:
                raise RunError("cluster_storage", host=host, path=unseen.replace(str(probe), str(folder)))

    def map(
        self, task: Callable[..., T], chunks: Iterable[Sequence[ItemT]], *arguments: Any
    ) -> Iterator[list[tuple[Sequence[ItemT], T | GivenUp]]]:
        """As ``Processes.map``."""
        schedule, collect = self._steps(task, arguments)
        return in_order(chunks, schedule, collect, self.count)

    def _steps(self, task: Callable[..., T], arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        return partial(self._submit, task, arguments), partial(self._collect, task, arguments)

    def close(self) -> None:
        """Let the workers' child processes go, and the connection."""
        if self._client.status == "closed":
            return
        try:
            self._client.run(_end)
        except (OSError, RuntimeError):
            log.debug("the workers could not be told that the run is over", exc_info=True)
        self.stop()

    def stop(self) -> None:
        """Break off; the scheduler forgets what nobody waits for any more."""
        self._client.close()

    def _submit(self, task: Callable[..., T], arguments: tuple[Any, ...], chunk: Sequence[ItemT]) -> Any:
        # Named at random: the scheduler would else hand out an earlier run's result of the same call.
        key = f"perfbatch-{task.__name__}-{secrets.token_hex(8)}"
        return self._client.submit(_protected, task, chunk, arguments, self.limits, key=key, pure=False)

    def _collect(
        self, task: Callable[..., T], arguments: tuple[Any, ...], chunk: Sequence[ItemT], future: Any
    ) -> list[tuple[Sequence[ItemT], T | GivenUp]]:
        from distributed.scheduler import KilledWorker

        try:
            done: list[tuple[Sequence[ItemT], T | GivenUp]] = future.result()
            return done
        except KilledWorker as error:
            log.debug("Dask workers died of a chunk: %s", error)
        return tried_again(chunk, "crashed", *self._steps(task, arguments))


def open_cluster(address: str, limits: Limits) -> AbstractContextManager[Cluster]:
    """A cluster for the length of a ``with`` block; an exception breaks off."""
    return lasting(Cluster(address, limits))


def _protected(
    task: Callable[..., Any], chunk: Sequence[Any], arguments: tuple[Any, ...], limits: Limits
) -> list[tuple[Sequence[Any], Any]]:
    """On a Dask worker: do ``task`` in this thread's own child process."""
    pool = _pools.get(threading.get_ident())
    if pool is None or pool.limits != limits:
        # Nannies start their worker as a daemon, which may have no children; this one takes them along when
        # it ends, since they read their tasks from it.
        multiprocessing.current_process()._config.pop("daemon", None)  # type: ignore[attr-defined]
        pool = _pools[threading.get_ident()] = Processes(1, limits)
    [done] = pool.map(task, [chunk], *arguments)
    return done


def _look(paths: Sequence[str]) -> tuple[str, str, str]:
    """On a Dask worker: its perfbatch, its host, and the first of ``paths`` that it does not see."""
    unseen = next((path for path in paths if not Path(path).exists()), "")
    return shipped().hex(), socket.gethostname(), unseen


def _end() -> None:
    """On a Dask worker: let the child processes go."""
    while _pools:
        _pools.popitem()[1].stop()
