"""Which files go to a worker together, and which need not be read at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from perfbatch.batch.kept_results import FileRow, KeptPart
from perfbatch.reading import skipped_size
from perfbatch.workbook.refusal import Refused, reason

if TYPE_CHECKING:
    from perfbatch.reading.discover import Source
    from perfbatch.words import Words

CHUNK = 500
"""Files a task at the most: its frames take some 30 MB."""
_ROUNDS, _SMALL = 3, 100
"""Chunks that each worker gets at least, so that none waits long for the last one and documents are written
beside the copies; but no chunks below ``_SMALL`` files for it: each costs 0.05 s, whatever is in it."""
HASHED = 50
"""Files that a thread looks at in one go: handing over one at a time takes longer than the hashing."""
_KEPT_ALIVE = 2 * CHUNK
"""Files up to which a chunk may grow while files are added to a folder, run after run."""


class Item(NamedTuple):
    """One file of the batch, its place in it, and the part that holds its frames from an earlier run.

    ``read``: a part that was judged otherwise, of which what was read of the file counts."""

    position: int
    source: Source
    part: Path | None = None
    read: Path | None = None


@dataclass(frozen=True, slots=True)
class PlannedChunk:
    """Files that are read together. ``part``: an earlier run's part that holds just these, and no more."""

    items: Sequence[Item]
    part: KeptPart | None = None

    @property
    def reused(self) -> int:
        """Files whose frames are taken over."""
        return sum(item.part is not None for item in self.items)


Digests = Callable[[Sequence["Source"]], Sequence["str | Refused"]]
"""SHA-256 of each source's content, or why it has none: for members of archives, which must be unpacked."""


def plan(
    sources: Sequence[Source],
    parts: Sequence[KeptPart],
    workers: int,
    words: Words,
    digests: Digests,
    read_alike: Sequence[KeptPart] = (),
) -> list[PlannedChunk]:
    """Chunks of ``sources`` in their order; ``parts`` are what an earlier run left, the oldest first.

    A file whose name and content are the same is taken over; from parts ``read_alike``, which were judged
    otherwise, what was read of it. Neighbours of one part stay together, so that
    a part in which nothing has changed is used as it is.
    """
    home_of = {row.path: part for part in parts for row in part.files}
    read_of = {row.path: part for part in read_alike for row in part.files}
    known = {row.path: row for part in (*read_alike, *parts) for row in part.files}
    same = _unchanged(sources, known, workers, words, digests)
    homes = [home_of.get(source.name) for source in sources]
    items = [
        Item(position, source, *_where(source, home, read_of) if unchanged else ())
        for position, (source, home, unchanged) in enumerate(zip(sources, homes, same, strict=True))
    ]
    return [_chunk(chunk, home) for chunk, home in _grouped(items, homes, workers)]


def _where(
    source: Source, home: KeptPart | None, read_of: Mapping[str, KeptPart]
) -> tuple[Path | None, Path | None]:
    """Where the frames of an unchanged file lie, and where what was read of it does."""
    if home is not None:
        return home.folder, None
    return None, read_of[source.name].folder


def _chunk(items: Sequence[Item], home: KeptPart | None) -> PlannedChunk:
    if home is None or any(item.part != home.folder for item in items):
        return PlannedChunk(items)
    all_of_it = [item.source.name for item in items] == [row.path for row in home.files]
    return PlannedChunk(items, home if all_of_it else None)


def _grouped(
    items: Sequence[Item], homes: Sequence[KeptPart | None], workers: int
) -> Iterator[tuple[list[Item], KeptPart | None]]:
    """Runs of files of the same part, with the new files between them; new files alone in even chunks."""
    size = _size(sum(home is None for home in homes), workers)
    chunk: list[Item] = []
    home: KeptPart | None = None
    for item, own in zip(items, homes, strict=True):
        full = len(chunk) >= (size if home is None and own is None else _KEPT_ALIVE)
        if chunk and (full or (own is not None and own is not home)):
            yield chunk, home
            chunk, home = [], None
        chunk.append(item)
        home = own if own is not None else home
    if chunk:
        yield chunk, home


def _size(files: int, workers: int) -> int:
    """Files a chunk: as many chunks as keep every worker busy to the end, and no more."""
    workers = max(1, workers)
    rounds = max(1, min(_ROUNDS, files // (workers * _SMALL)), -(-files // (workers * CHUNK)))
    return max(1, -(-files // (workers * rounds)))


def _unchanged(
    sources: Sequence[Source], known: Mapping[str, FileRow], workers: int, words: Words, digests: Digests
) -> list[bool]:
    """Whether each source would come out as its row in ``known``: the same content, or the same obstacle."""
    if not known:
        return [False] * len(sources)
    packed = [source for source in sources if source.member and source.name in known and not source.skip]
    unpacked = dict(zip((source.name for source in packed), digests(packed), strict=True))

    def same(source: Source) -> bool:
        row = known.get(source.name)
        if row is None:
            return False
        if source.skip:
            said = reason(source.skip, words)
            return (row.status, row.reason, row.size) == ("skipped", said, skipped_size(source))
        digest = unpacked[source.name] if source.member else digest_of(source)
        if isinstance(digest, Refused):
            return (row.status, row.reason) == ("refused", digest.sentence(words))
        return digest == row.sha256

    # Reading and hashing release the interpreter, so threads will do; no file is parsed here.
    pieces = [sources[start : start + HASHED] for start in range(0, len(sources), HASHED)]
    with ThreadPoolExecutor(max(1, workers)) as threads:
        return list(chain.from_iterable(threads.map(lambda piece: list(map(same, piece)), pieces)))


def digest_of(source: Source) -> str | Refused:
    """SHA-256 of the content of ``source``, or why it cannot be read."""
    try:
        return hashlib.sha256(source.load()).hexdigest()
    except Refused as refusal:
        return refusal
