"""Who does the work of a run: processes on this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.batch.errors import RunError
from perfbatch.batch.plan import HASHED, digest_of
from perfbatch.batch.processes import Processes, open_processes, usable_cores
from perfbatch.batch.retry import GivenUp
from perfbatch.batch.server import start_server
from perfbatch.options import Options
from perfbatch.own_outputs import MANIFEST
from perfbatch.reading.discover import Seen, look_here
from perfbatch.workbook.refusal import Refused

if TYPE_CHECKING:
    from perfbatch.batch.cluster import Cluster
    from perfbatch.reading.discover import Source


_MANY = 16
"""Workers that a cluster is taken to have, until it is asked: how finely a small batch is cut."""


@dataclass(slots=True)
class Workers:
    """Workers that are called in when there is something to do; ``count`` 0 is this process itself."""

    count: int
    options: Options
    address: str = ""
    """Address of a Dask scheduler, '' for this machine alone."""

    @classmethod
    def of(cls, options: Options) -> Workers:
        """Raises RunError for an unusable number of workers."""
        count, address = options.workers, options.cluster
        if count is not None and count < 0:
            raise RunError("workers", value=count)
        if count is None:
            count = _MANY if address else usable_cores()
        return cls(count, options, address or "")

    def prepare(self) -> None:
        """Begin to start processes, since they will be wanted."""
        if self.count and not self.address:
            start_server()

    def look(self, paths: Sequence[Path]) -> list[Seen]:
        """Look into archives and manifests, each under the limits of a file."""
        found: list[Seen] = []
        for result, [path] in self.each(look_here, [[path] for path in paths]):
            if isinstance(result, GivenUp):
                archive = path.name != MANIFEST
                found.append(Refused("archive_given_up", cause=result.cause) if archive else None)
            else:
                found += result
        return found

    def digests(self, sources: Sequence[Source]) -> list[str | Refused]:
        """SHA-256 of members of archives, or why they have none, under the limits of a file."""
        pieces = [sources[start : start + HASHED] for start in range(0, len(sources), HASHED)]
        found: list[str | Refused] = []
        for result, piece in self.each(_digests, pieces):
            lost = [Refused("archive_given_up", cause=result.cause)] if isinstance(result, GivenUp) else None
            found += result if lost is None else lost * len(piece)
        return found

    def each(
        self, task: Any, chunks: Sequence[Sequence[Any]], *arguments: Any
    ) -> Iterator[tuple[Any, Sequence[Any]]]:
        """What ``task`` made of each chunk, in processes of this machine under the limits of a file; GivenUp
        with the one item that a process died of."""
        if not chunks:
            return
        with open_processes(min(self.count, usable_cores(), len(chunks)), self.options.limits) as pool:
            for pieces in pool.map(task, chunks, *arguments):
                yield from ((result, piece) for piece, result in pieces)

    @contextmanager
    def at_work(
        self, files: int, inputs: Sequence[Path] = (), folder: Path | None = None
    ) -> Iterator[Processes | Cluster]:
        """The workers for ``files`` files, for the length of a ``with`` block.

        A cluster must see ``inputs`` and ``folder``. Raises RunError where there is none, or it does not.
        """
        limits = self.options.limits
        if not self.address:
            with open_processes(min(self.count, files), limits) as pool:
                yield pool
            return
        from perfbatch.batch.cluster import open_cluster

        with open_cluster(self.address, limits) as far:
            if folder is not None:
                far.must_see([*inputs, *self.options.own_files()], folder)
            yield far

    def everywhere(self, sources: Sequence[Source]) -> list[Source]:
        """``sources`` as another machine finds them."""
        if not self.address:
            return list(sources)
        return [replace(source, file=str(source.path.absolute())) for source in sources]

    def options_everywhere(self) -> Options:
        """The options as another machine can follow them."""
        if not self.address:
            return self.options
        return self.options.absolute()


def _digests(sources: Sequence[Source]) -> list[str | Refused]:
    return list(map(digest_of, sources))
