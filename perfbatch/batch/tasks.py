"""What a worker does with one chunk: read, score and check it; later write its annotated copies.

Frames stay on disk between the two; only what the whole batch needs travels back to the main process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pyarrow as pa

from perfbatch import schema
from perfbatch.batch.books import load_books
from perfbatch.batch.chunk_files import read_frame, read_frames, read_tables_of, write_frames
from perfbatch.batch.follow_up import LOOKED_AT, followed
from perfbatch.batch.marks import each
from perfbatch.batch.plan import Item
from perfbatch.batch.redaction import redacted
from perfbatch.batch.retry import reason_of
from perfbatch.checking import check, join_findings
from perfbatch.checking.batch import BUDGET_KEYS, KEYS, keys_of
from perfbatch.checking.identity import identified
from perfbatch.options import Options
from perfbatch.own_outputs import Journal
from perfbatch.reading import read_sources
from perfbatch.schema import Frames
from perfbatch.scoring import score
from perfbatch.words import load_words
from perfbatch.writing.copies import COLUMNS, CopyOutcome, write_copies

if TYPE_CHECKING:
    from perfbatch.reading.discover import Source


BATCH_FINDINGS = "batch.arrow"
APPROVED = "approved_"
"""How the columns of indicators begin that come from the approved targets, and from no form."""


class CopyItem(NamedTuple):
    """One file, the folder in which its frames lie, and its copy's path below 批注/."""

    source: Source
    folder: Path
    target: str


@dataclass(frozen=True, slots=True)
class CheckedChunk:
    """A chunk after the check stage: its frames' folder, its forms' identities, processor time by stage."""

    folder: Path
    keys: pd.DataFrame
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CopiedChunk:
    """The copies of a chunk; processor seconds by stage."""

    outcomes: Sequence[CopyOutcome]
    seconds: Mapping[str, float] = field(default_factory=dict)


def read_and_check(items: Sequence[Item], options: Options, place: str, store: Path) -> CheckedChunk:
    """Read, score and check a chunk, and write its frames into a folder of ``store`` named after ``place``.

    Files whose frames an earlier run left are not read: their rows are taken over, where they were judged
    otherwise as far as they were read. Approved targets lie in
    ``store`` where the ``options`` name any.
    """
    words, books = load_words(options.templates), load_books(options)
    clock = _ProcessorTime()
    places = [place for place, item in enumerate(items) if item.part is item.read is None]
    sources = each([items[place].source for place in places], places)
    frames = read_sources(sources, layouts=options.layouts, passwords=options.passwords, words=words)
    before = _read_before(items)
    frames = schema.concat([frames, *before], "read") if before else frames
    approved = None
    if options.targets:
        from perfbatch.batch.approved_file import approved_in

        frames, approved = approved_in(store).beside(frames)
    clock.stop("read")
    frames = score(frames, books)
    clock.stop("score")
    frames = check(frames, books, batch=False, words=words, approved=approved)
    clock.stop("check")
    if options.redact:
        frames = redacted(frames, words.text("batch", "redacted.mask"))
    frames = identified(frames)
    if len(places) < len(items):
        frames = _together(items, frames)
    folder = store / f"{place}-{items[0].position:08d}"
    write_frames(frames, folder)
    clock.stop("keep")
    return CheckedChunk(folder, keys_of(frames.forms, frames.funds), clock.seconds)


def kept_keys(folder: Path) -> pd.DataFrame:
    """The forms' identities in a part that an earlier run left."""
    return keys_of(read_frame(folder, "forms", KEYS), read_frame(folder, "funds", BUDGET_KEYS))


def whole_frames(folder: Path) -> Frames:
    """The frames of a part, with the findings that the batch as a whole had to add and what earlier rounds
    and the auditor say of each."""
    return followed(with_batch_findings(folder), folder)


def looked_at(folder: Path) -> Frames:
    """Of the frames of a part what followers look at (``LOOKED_AT``), with the findings that the batch as a
    whole had to add."""
    frames = {name: read_frame(folder, name, LOOKED_AT.get(name)) for name in schema.SCHEMAS}
    return _with_batch_findings(Frames(**frames), folder)


def with_batch_findings(folder: Path) -> Frames:
    """The frames of a part, with the findings that the batch as a whole had to add."""
    return _with_batch_findings(read_frames(folder), folder)


def _with_batch_findings(frames: Frames, folder: Path) -> Frames:
    if not (folder / BATCH_FINDINGS).exists():
        return frames
    more = read_frame(folder, BATCH_FINDINGS.removesuffix(".arrow"), list(frames.findings.columns))
    return join_findings(frames, more)


def copy(items: Sequence[CopyItem], options: Options, output: Path) -> CopiedChunk:
    """Write the annotated copies of files whose frames lie in one folder."""
    clock = _ProcessorTime()
    folder = items[0].folder
    tables = read_tables_of(folder, {item.source.name for item in items}, COLUMNS)
    if (folder / BATCH_FINDINGS).exists():
        pair = {name: tables[name].to_pandas() for name in ("forms", "findings")}
        frames = _with_batch_findings(schema.empty("check").with_(**pair), folder)
        tables["findings"] = pa.Table.from_pandas(frames.findings, preserve_index=False)
    outcomes = write_copies(
        tables,
        [(item.source, item.target) for item in items],
        output,
        rules=load_books(options).every(),
        words=load_words(options.templates),
        passwords=options.passwords,
        settle=Journal(output).settle,
        each=lambda files: each(files, range(len(files))),
    )
    clock.stop("copies")
    return CopiedChunk(outcomes, clock.seconds)


def given_up(item: Item, cause: str, options: Options, place: str, store: Path) -> CheckedChunk:
    """The frames of a file that took its worker with it: refused, with the reason."""
    try:
        size = item.source.path.stat().st_size
    except OSError:
        size = None
    file = {
        "path": [item.source.name],
        "size": [size],
        "status": ["refused"],
        "forms": [0],
        "reason_code": [cause],
        "reason": [reason_of(cause, options)],
    }
    frames = identified(schema.empty("score").with_(files=schema.build("files", file, "check")))
    folder = store / f"{place}-{item.position:08d}"
    write_frames(frames, folder)
    return CheckedChunk(folder, keys_of(frames.forms, frames.funds))


def uncopied(item: CopyItem, cause: str, options: Options) -> CopyOutcome:
    """The outcome of a file whose copy took its worker with it."""
    return CopyOutcome(item.source.name, "", reason_of(cause, options, "uncopied"), lasting=False)


def _together(items: Sequence[Item], new: Frames) -> Frames:
    """The frames of all ``items`` in their order: ``new`` ones, and those of earlier runs' parts."""
    kept = _of_parts((item.part, item.source.name) for item in items)
    whole = schema.concat([*kept, new], "check")
    place = {item.source.name: number for number, item in enumerate(items)}
    form_place = dict(zip(whole.forms["form_id"], whole.forms["file"].map(place), strict=True))
    keys = {"forms": ("file", place), "files": ("path", place), "findings": ("file", place)}
    ordered = {}
    for name, frame in whole.items():
        column, places = keys.get(name, ("form_id", form_place))
        order = frame[column].map(places).to_numpy(dtype="int64").argsort(kind="stable")
        ordered[name] = frame.iloc[order].reset_index(drop=True)
    return Frames(**ordered)


def _read_before(items: Sequence[Item]) -> list[Frames]:
    """What was read of files whose frames of an earlier run were judged otherwise."""
    return [
        Frames(**{name: _as_read(name, frame) for name, frame in frames.items()})
        for frames in _of_parts((item.read, item.source.name) for item in items)
    ]


def _as_read(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` as the read stage left it: without approved targets, and no finding."""
    if name == "findings":
        return schema.empty("read").findings
    own = [column.name for column in schema.columns(name, "read") if not column.name.startswith(APPROVED)]
    return schema.filled(name, frame[own], "read")


def _of_parts(wanted: Iterable[tuple[Path | None, str]]) -> list[Frames]:
    """The frames of files in earlier runs' parts, by the part."""
    names: dict[Path, set[str]] = {}
    for folder, name in wanted:
        if folder is not None:
            names.setdefault(folder, set()).add(name)
    return [_of_files(read_frames(folder), of) for folder, of in names.items()]


def _of_files(frames: Frames, names: set[str]) -> Frames:
    forms = frames.forms[frames.forms["file"].isin(names)]
    ids = forms["form_id"]
    return Frames(
        forms=forms,
        funds=frames.funds[frames.funds["form_id"].isin(ids)],
        indicators=frames.indicators[frames.indicators["form_id"].isin(ids)],
        findings=frames.findings[frames.findings["file"].isin(names)],
        files=frames.files[frames.files["path"].isin(names)],
    )


class _ProcessorTime:
    """Processor time of this process by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = process_time()

    def stop(self, stage: str) -> None:
        now = process_time()
        self.seconds[stage] = now - self._last
        self._last = now
