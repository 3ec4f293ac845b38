"""The main job and its dry twin: from inputs to a folder of outputs, or to frames alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter

from perfbatch import __version__
from perfbatch.batch.errors import RunError
from perfbatch.batch.manifest import manifest
from perfbatch.batch.outputs import OutputFolder
from perfbatch.batch.passes import Progress, frames_of, read_pass, write_pass
from perfbatch.batch.pool import workers as worker_pool
from perfbatch.batch.result import RunResult, Tally
from perfbatch.batch.settings import Settings, usable_cores
from perfbatch.check.catalogue import catalogue
from perfbatch.read.discover import Source, discover
from perfbatch.schema import Frames
from perfbatch.words import load_words
from perfbatch.write.context import RunContext
from perfbatch.write.documents import Documents


def run(
    inputs: Sequence[Path | str],
    output: Path | str,
    *,
    rules: str | None = None,
    workers: int | None = None,
    layouts: Path | None = None,
    templates: Path | None = None,
    passwords: Sequence[str] = (),
    progress: Progress | None = None,
) -> RunResult:
    """Run the main job on files and folders, writing everything of a run below ``output``.

    ``rules`` is a rule book's name or file (None: each layout's own); ``workers`` processes (None: the
    cores that this process may use; 0: work in this process, without protection against a file that
    crashes it). Raises RunError, OutputError, RuleBookError, LayoutError or TemplateError before any
    file is read; a bad file never raises.
    """
    started = datetime.now().astimezone()
    watch = _Watch()
    settings = Settings(rules, layouts, templates, tuple(passwords))
    books, words = settings.rule_books(), load_words(templates)
    paths = [Path(path) for path in inputs]
    count = _worker_count(workers)
    sources = _discover(paths, Path(output))
    folder = OutputFolder.claim(Path(output))
    # The folder is ours from here on, even if the run is broken off.
    folder.write_manifest({"tool": "perfbatch", "state": "running", "outputs": folder.previous})
    backups = folder.save_edited(started.strftime("%Y%m%d-%H%M%S"))
    tally = Tally()
    try:
        folder.clear_staging()
        folder.staging.mkdir()
        with worker_pool(min(count, len(sources)), settings.limits) as pool:
            with watch.room("read, score, check"):
                batch = read_pass(pool, sources, settings, folder.staging, progress)
            with watch.room("write"), Documents(folder.path, words) as documents:
                for frames in write_pass(pool, batch, settings, folder.path, progress):
                    documents.append(frames)
                    tally.add(frames)
                written = documents.close(_context(settings, started, paths, folder.path))
        written += tally.copies
        folder.remove_stale(written)
        folder.write_manifest(
            manifest(
                settings=settings,
                books=books,
                started=started,
                inputs=paths,
                files=batch.files,
                tally=tally,
                seconds=watch.seconds,
                outputs=folder.stamps(written),
            )
        )
    finally:
        folder.clear_staging()
    return RunResult(folder.path, tally, tuple(written), tuple(backups), watch.seconds)


def check(
    inputs: Sequence[Path | str],
    *,
    rules: str | None = None,
    workers: int | None = None,
    layouts: Path | None = None,
    templates: Path | None = None,
    passwords: Sequence[str] = (),
    progress: Progress | None = None,
) -> Iterator[Frames]:
    """Read, score and check as ``run`` does and write nothing: the frames, chunk by chunk.

    Raises as ``run`` does.
    """
    settings = Settings(rules, layouts, templates, tuple(passwords))
    settings.rule_books()
    load_words(templates)
    count = _worker_count(workers)
    sources = _discover([Path(path) for path in inputs], None)
    with (
        tempfile.TemporaryDirectory(prefix="perfbatch-") as staging,
        worker_pool(min(count, len(sources)), settings.limits) as pool,
    ):
        yield from frames_of(read_pass(pool, sources, settings, Path(staging), progress))


@dataclass(slots=True)
class _Watch:
    """Wall time by room."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def room(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(perf_counter() - start, 3)


def _context(settings: Settings, started: datetime, inputs: Sequence[Path], output: Path) -> RunContext:
    """What the documents say of the run as a whole; the default rule book comes first."""
    books = {book.name: book for book in settings.rule_books().values()}
    return RunContext(
        version=__version__,
        started=started,
        inputs=tuple(str(path) for path in inputs),
        output=str(output),
        rules=tuple(books.values()),
        checks=tuple(catalogue()),
    )


def _worker_count(workers: int | None) -> int:
    if workers is not None and workers < 0:
        raise RunError("workers", value=workers)
    return usable_cores() if workers is None else workers


def _discover(inputs: Sequence[Path], output: Path | None) -> list[Source]:
    sources = discover(inputs, outputs=output)
    if not sources:
        raise RunError("nothing", inputs=[str(path) for path in inputs])
    return sources
