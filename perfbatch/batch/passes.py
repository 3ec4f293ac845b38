"""The two passes over the batch, each chunk by chunk through the workers.

Pass 1 reads, scores and checks and leaves the frames on disk; then the checks that need the whole
batch are made; pass 2 writes the annotated copies and hands the frames on, in the order of the files,
whatever the number of workers. What an earlier run left and still holds takes part in neither.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from perfbatch.batch.books import load_books
from perfbatch.batch.chunk_files import write_table
from perfbatch.batch.follow_up import asked, beside, follow_up
from perfbatch.batch.kept_results import (
    DamagedPartError,
    KeptCopy,
    KeptPart,
    load_part,
    note_copies,
    untouched,
)
from perfbatch.batch.last_year import last_year_findings
from perfbatch.batch.retry import GivenUp
from perfbatch.batch.tasks import (
    BATCH_FINDINGS,
    CheckedChunk,
    CopyItem,
    copy,
    given_up,
    kept_keys,
    looked_at,
    uncopied,
    whole_frames,
)
from perfbatch.checking import check_batch, identity
from perfbatch.options import Options
from perfbatch.progress import HearsOfRefusals, Progress
from perfbatch.schema import empty
from perfbatch.words import load_words
from perfbatch.writing.chunk import Places
from perfbatch.writing.copies import CopyOutcome, copy_path, names_of_copies, with_copies
from perfbatch.writing.form_order import form_places

if TYPE_CHECKING:
    from perfbatch.batch.cluster import Cluster
    from perfbatch.batch.handing_out import Reading
    from perfbatch.batch.plan import Item, PlannedChunk
    from perfbatch.batch.processes import Processes
    from perfbatch.batch.season import Season
    from perfbatch.schema import Frames
    from perfbatch.season.recording import Recording

COPIES = 250
"""Copies a task at the most. Each task picks its files' rows from the frames of the whole part."""
_SAID = ("form_id", "check", "level", "field", "cell", "message", "expected", "advice", "clause")


@dataclass(frozen=True, slots=True)
class BatchPart:
    """Files of the batch whose frames lie together, and what the batch as a whole had to say of each."""

    part: KeptPart
    items: Sequence[Item]
    said: Mapping[str, str] = field(default_factory=dict)
    """Hash of the findings of the whole batch, for the files that have any."""
    places: Places | None = None
    """Where the forms stand in the sheets of 汇总.xlsx."""


def read_pass(
    reading: Reading,
    chunks: Sequence[PlannedChunk],
    progress: Progress,
    seconds: Counter[str],
    season: Season | None = None,
) -> list[BatchPart]:
    """Gather what is read, scored and checked, or taken over; then make the checks of the whole batch.

    ``season`` learns which forms there are, keeps the findings that are about none, and its followers are
    asked about what was found.
    """
    total = sum(len(chunk.items) for chunk in chunks)
    options = reading.options
    parts: list[KeptPart] = []
    items: list[Sequence[Item]] = []
    keys: list[pd.DataFrame] = []
    done = 0
    for chunk in chunks:
        if chunk.part is not None:
            _tell_refused(progress, chunk.part)
            parts.append(chunk.part)
            items.append(chunk.items)
            keys.append(kept_keys(chunk.part.folder))
        else:
            for piece, result in next(reading.results):
                if isinstance(result, GivenUp):
                    result = given_up(result.item, result.cause, options, reading.place, reading.store)
                parts.append(_loaded(result))
                _tell_refused(progress, parts[-1])
                items.append(piece)
                keys.append(result.keys)
                seconds.update(result.seconds)
        done += len(chunk.items)
        progress("read", done, total)
    names = pd.concat([of[["department", "unit", "project"]] for of in keys], ignore_index=True)
    places = np.split(form_places(names), np.cumsum([len(of) for of in keys])[:-1])
    progress("compare", 0, total)
    said = _batch_findings(parts, keys, options, season)
    followers = season.followers if season is not None else ()
    follow_up([part.folder for part in parts], followers, looked_at)
    if season is not None and season.owed is not None:
        owed = empty("batch").with_(findings=season.owed)
        season.owed = beside(owed, asked(owed, followers)).findings
    progress("compare", total, total)
    return list(map(BatchPart, parts, items, said, places))


def frames_of(batch: Sequence[BatchPart]) -> Iterator[Frames]:
    """The frames of the batch, part by part."""
    return (whole_frames(part.part.folder) for part in batch)


def write_pass(
    pool: Processes | Cluster,
    batch: Sequence[BatchPart],
    options: Options,
    output: Path,
    earlier: Mapping[tuple[str, str], KeptCopy],
    progress: Progress,
    seconds: Counter[str],
    digests: dict[str, str],
) -> Iterator[Frames]:
    """Write the annotated copies that do not stand yet; each part's frames with ``files.copy``, in order.

    ``earlier``: copies of earlier runs by the file's path and hash; ``digests`` learns the SHA-256 of every
    copy that there is, by its path below ``output``.
    """
    names = names_of_copies(
        (row.path, row.kind) for part in batch for row in part.part.files if row.status == "processed"
    )
    standing = [_standing(part, names, earlier, output) for part in batch]
    waiting = [_waiting(part, names, known) for part, known in zip(batch, standing, strict=True)]
    results = pool.map(copy, _tasks(batch, waiting, names), options, output)
    total, done = sum(len(part.part.files) for part in batch), 0
    for part, known, of_part in zip(batch, standing, waiting, strict=True):
        made: list[CopyOutcome] = []
        for pieces in islice(results, -(-len(of_part) // COPIES)):
            for piece, result in pieces:
                if isinstance(result, GivenUp):
                    made.append(uncopied(result.item, result.cause, options))
                else:
                    made.extend(result.outcomes)
                    seconds.update(result.seconds)
                progress("write", done := done + len(piece), total)
        copies = {**known, **_noted(made, part, output)}
        digests.update((copied.copy, copied.sha256) for copied in copies.values() if copied.copy)
        if made:
            note_copies(part.part.folder, copies)
        outcomes = [CopyOutcome(path, copied.copy, copied.remarks) for path, copied in known.items()]
        yield with_copies(whole_frames(part.part.folder), [*outcomes, *made])
        done += len(part.part.files) - len(of_part)
        progress("write", done, total)


def _tell_refused(progress: Progress, part: KeptPart) -> None:
    if isinstance(progress, HearsOfRefusals):
        for row in part.files:
            if row.status == "refused":
                progress.refused(row.path, row.reason)


def _loaded(result: CheckedChunk) -> KeptPart:
    part = load_part(result.folder)
    if part is None:
        raise DamagedPartError(result.folder)
    return part


def _batch_findings(
    parts: Sequence[KeptPart], keys: list[pd.DataFrame], options: Options, season: Season | None
) -> list[Mapping[str, str]]:
    """Put the findings of the whole batch beside the parts that they are about; their hashes by file.

    ``keys``, the forms' identities part by part, are used up.
    """
    forms = pd.concat(keys, ignore_index=True)
    homes = np.repeat(np.arange(len(keys)), [len(of) for of in keys])
    keys.clear()  # a province's forms take a hundred MiB, and are in ``forms`` now
    roster = None
    if season is not None:
        forms = season.beside(forms)
        roster = season.expected.roster if season.expected is not None else None
    found = check_batch(forms, load_books(options), roster=roster, words=load_words(options.templates))
    loose = (found["form_id"] == "").to_numpy(dtype=bool)
    if season is not None:
        season.owed = season.identified(found[loose].reset_index(drop=True))
    found = _identified(found[~loose], forms)
    about = forms["form_id"].isin(found["form_id"]).to_numpy(dtype=bool)
    home_of = dict(zip(forms["form_id"][about], homes[about].tolist(), strict=True))
    by_part = dict(list(found.groupby(found["form_id"].map(home_of), sort=False)))
    said: list[Mapping[str, str]] = []
    recording = season.recording if season is not None else None
    for number, part in enumerate(parts):
        path, rows = part.folder / BATCH_FINDINGS, by_part.get(number)
        if recording is not None:
            rows = _with_last_year(rows, part.folder, recording, options)
        if rows is None:
            path.unlink(missing_ok=True)
            said.append({})
        else:
            write_table(pa.Table.from_pandas(rows, preserve_index=False), path)
            said.append(_hashes(rows))
    return said


def _with_last_year(
    rows: pd.DataFrame | None, folder: Path, recording: Recording, options: Options
) -> pd.DataFrame | None:
    """``rows`` with what last year's forms of the part's projects give rise to."""
    last = last_year_findings(folder, recording, load_books(options), load_words(options.templates))
    there = [one for one in (rows, last) if one is not None and len(one)]
    return pd.concat(there, ignore_index=True) if there else None


def _identified(found: pd.DataFrame, forms: pd.DataFrame) -> pd.DataFrame:
    """Findings of the whole batch with their identities; ``forms`` are the keys of all forms."""
    about = forms[forms["form_id"].isin(found["form_id"])]
    project = dict(zip(about["form_id"], identity.projects(about), strict=True))
    return identity.identified_findings(found, [project[form] for form in found["form_id"]])


def _hashes(findings: pd.DataFrame) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file, *said in zip(findings["file"], *(findings[name] for name in _SAID), strict=True):
        texts[file] = texts.get(file, "") + repr(said)
    return {
        file: hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32] for file, text in texts.items()
    }


def _standing(
    part: BatchPart, names: Mapping[str, str], earlier: Mapping[tuple[str, str], KeptCopy], output: Path
) -> dict[str, KeptCopy]:
    """Copies that an earlier run made of the same content, that say the same, and lie untouched."""
    found = {}
    for row in part.part.files:
        copied = earlier.get((row.path, row.sha256)) if row.path in names else None
        if copied is None or copied.said != part.said.get(row.path, ""):
            continue
        if not copied.copy or (copied.copy == copy_path(names[row.path]) and untouched(output, copied)):
            found[row.path] = copied
    return found


def _waiting(part: BatchPart, names: Mapping[str, str], standing: Mapping[str, KeptCopy]) -> list[Item]:
    """Files of the part whose copies are to be written."""
    return [item for item in part.items if item.source.name in names and item.source.name not in standing]


def _tasks(
    batch: Sequence[BatchPart], waiting: Sequence[Sequence[Item]], names: Mapping[str, str]
) -> Iterator[list[CopyItem]]:
    """The copies of each part by ``COPIES``; made one by one, since there may be a hundred thousand."""
    for part, items in zip(batch, waiting, strict=True):
        copies = [CopyItem(item.source, part.part.folder, names[item.source.name]) for item in items]
        for start in range(0, len(copies), COPIES):
            yield copies[start : start + COPIES]


def _noted(outcomes: Sequence[CopyOutcome], part: BatchPart, output: Path) -> dict[str, KeptCopy]:
    """What to know of copies just made, the next time."""
    noted = {}
    for outcome in outcomes:
        if not outcome.lasting:
            continue
        size = mtime_ns = 0
        if outcome.copy:
            status = (output / outcome.copy).stat()
            size, mtime_ns = status.st_size, status.st_mtime_ns
        said = part.said.get(outcome.path, "")
        noted[outcome.path] = KeptCopy(outcome.copy, outcome.remarks, size, mtime_ns, said, outcome.sha256)
    return noted
