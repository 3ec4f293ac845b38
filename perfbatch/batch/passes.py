"""The two passes over the batch, each chunk by chunk through the workers.

Pass 1 reads, scores and checks and leaves the frames on disk; then the checks that need the whole
batch are joined in; pass 2 writes the annotated copies and hands the frames on, in the order of the
files, whatever the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from perfbatch.batch.pool import GivenUp, Workers
from perfbatch.batch.settings import Settings
from perfbatch.batch.spill import spill, unspill
from perfbatch.batch.tasks import Checked, CopyItem, Item, copy, given_up, read_and_check, uncopied
from perfbatch.check import check_batch, join_findings
from perfbatch.schema import Frames
from perfbatch.words import load_words
from perfbatch.write.copies import CopyOutcome, copy_names, with_copies

if TYPE_CHECKING:
    from perfbatch.read.discover import Source

Progress = Callable[[str, int, int], None]
"""Called with the stage ('read' or 'write'), the files done and the files in all."""

CHUNK = 200
"""Files a task at the most: enough that columns pay, few enough that a chunk's frames stay small."""


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk whose frames lie in ``folder``, and its files."""

    folder: Path
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Batch:
    """The whole batch after pass 1: its parts in order, and a row a file (path, kind, status, sha256, size)."""

    parts: list[Part]
    files: pd.DataFrame


def read_pass(
    pool: Workers,
    sources: Sequence[Source],
    settings: Settings,
    staging: Path,
    progress: Progress | None,
) -> Batch:
    """Read, score and check every file; join the findings that need the whole batch."""
    items = [Item(position, source) for position, source in enumerate(sources)]
    chunks = list(_chunks(items, pool.count))
    parts: list[Part] = []
    keys: list[pd.DataFrame] = []
    files: list[pd.DataFrame] = []
    for chunk, results in zip(chunks, pool.map(read_and_check, chunks, settings, staging), strict=True):
        alone = len(results) > 1
        for number, result in enumerate(results):
            if isinstance(result, GivenUp):
                result = given_up(result.item, result.cause, settings, staging)
            assert isinstance(result, Checked)
            parts.append(Part(result.folder, [chunk[number]] if alone else list(chunk)))
            keys.append(result.keys)
            files.append(result.files)
        if progress is not None:
            progress("read", chunk[-1].position + 1, len(items))
    _join_batch_findings(parts, keys, settings)
    return Batch(parts, pd.concat(files, ignore_index=True))


def frames_of(batch: Batch) -> Iterator[Frames]:
    """The frames of the batch, part by part."""
    return (unspill(part.folder) for part in batch.parts)


def write_pass(
    pool: Workers, batch: Batch, settings: Settings, output: Path, progress: Progress | None
) -> Iterator[Frames]:
    """Write the annotated copies; each part's frames with ``files.copy`` filled in, in order."""
    names = copy_names(batch.files)
    chunks = [
        [CopyItem(item.source, part.folder, names.get(item.source.name, "")) for item in part.items]
        for part in batch.parts
    ]
    done = 0
    for part, results in zip(batch.parts, pool.map(copy, chunks, settings, output), strict=True):
        outcomes: list[CopyOutcome] = []
        for result in results:
            if isinstance(result, GivenUp):
                outcomes.append(uncopied(result.item, result.cause, settings))
            else:
                outcomes.extend(result)
        yield with_copies(unspill(part.folder), outcomes)
        done += len(part.items)
        if progress is not None:
            progress("write", done, len(batch.files))


def _chunks(items: list[Item], workers: int) -> Iterator[list[Item]]:
    """Chunks of at most CHUNK files, smaller where that keeps every worker busy."""
    size = max(1, min(CHUNK, -(-len(items) // max(1, 4 * workers))))
    return (items[start : start + size] for start in range(0, len(items), size))


def _join_batch_findings(parts: list[Part], keys: list[pd.DataFrame], settings: Settings) -> None:
    """Write the findings that need the whole batch to the parts whose forms they are about."""
    words = load_words(settings.templates)
    found = check_batch(pd.concat(keys, ignore_index=True), settings.rule_books(), words=words)
    if found.empty:
        return
    for part, part_keys in zip(parts, keys, strict=True):
        if part_keys["form_id"].isin(found["form_id"]).any():
            spill(join_findings(unspill(part.folder), found), part.folder)
