"""The main job and its dry twin: from inputs to a folder of outputs, or to frames alone.

What only a run with something to do needs (pandas, the writers) is imported when it is known that there is
something to do.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from perfbatch.batch.books import deselected_checks, load_books
from perfbatch.batch.deciding import RECORD, Taken, digest_of, noted, take_up
from perfbatch.batch.errors import RunError
from perfbatch.batch.handing_out import hand_out
from perfbatch.batch.identity import READING, documents_hash, outcome_hash
from perfbatch.batch.kept_results import DamagedPartError, KeptCopy, KeptPart, Store, last_run, untouched
from perfbatch.batch.manifest import manifest
from perfbatch.batch.memory import give_back
from perfbatch.batch.outputs import OutputError, OutputFolder
from perfbatch.batch.plan import PlannedChunk, plan
from perfbatch.batch.proof import digest_of_file, of_program, office_files, shown_options
from perfbatch.batch.remote import brought_here, is_address, named
from perfbatch.batch.result import RunResult, Tally
from perfbatch.batch.server import is_certain
from perfbatch.batch.workers import Workers
from perfbatch.folder_lock import FolderInUseError, FolderLock, held
from perfbatch.options import Options
from perfbatch.own_outputs import Journal
from perfbatch.progress import Progress, silent
from perfbatch.reading.discover import Source, discover, must_be_safe
from perfbatch.season.periods import period_at, period_of
from perfbatch.system_errors import system_error
from perfbatch.version import __version__
from perfbatch.whole_files import LinkInsideError, Settle, make_folder
from perfbatch.words import TemplateError, load_words
from perfbatch.writing.names import SUMMARY

if TYPE_CHECKING:
    from perfbatch.batch.passes import BatchPart
    from perfbatch.batch.season import Season
    from perfbatch.rules import Books
    from perfbatch.schema import Frames
    from perfbatch.season.recording import Recording
    from perfbatch.words import Words
    from perfbatch.writing.context import OfficeFile, RunContext
    from perfbatch.writing.notices import Notices
    from perfbatch.writing.season_frames import SeasonFrames


log = logging.getLogger(__name__)
_TRIES = 3
"""How often a run begins while its kept results are damaged under its hands."""
_BEGAN = "%Y%m%d-%H%M%S"
"""How a folder in 备份/ is named after the beginning of a run."""


def run(
    inputs: Sequence[Path | str],
    output: Path | str,
    *,
    options: Options | None = None,
    rules: str | None = None,
    workers: int | None = None,
    layouts: Path | None = None,
    templates: Path | None = None,
    passwords: Sequence[str] = (),
    fresh: bool = False,
    cluster: str | None = None,
    notices: bool = False,
    deadline: date | None = None,
    headers: str = "keys",
    redact: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Run the main job on files and folders, writing everything of a run below ``output``.

    ``options`` says how; those that are asked for most may be given by their names instead. Files that have
    not changed since a run into the same folder are taken over from it, unless ``fresh``. The workers of a
    ``cluster`` must see inputs and output under the same paths. Inputs and output may be addresses that
    fsspec has a filesystem for (but not with ``cluster``): what lies there is brought here. One run at a time
    writes to a folder: OutputError 'in_use' names the other. Raises RunError, OutputError, InputError,
    RuleBookError, LayoutError, ListError or TemplateError before any file is read, WrittenError before
    anything is overwritten;
    a bad file never raises.
    """
    options = (options or Options()).with_given(
        rules=rules, workers=workers, layouts=layouts, templates=templates, passwords=tuple(passwords),
        fresh=fresh, cluster=cluster, notices=notices, deadline=deadline, headers=headers,
        redact=redact,
    )  # fmt: skip
    if options.cluster and any(map(is_address, (*inputs, output))):
        raise RunError("cluster_address")
    _must_fit(options)
    pool = Workers.of(options)
    with brought_here(inputs, output) as (paths, near):
        order = _Order(options, paths, near, tuple(map(named, inputs)), named(output))
        result = _run_on_what_is_whole(order, pool, progress or silent)
    return replace(result, output=Path(output))


def must_be_usable(inputs: Sequence[Path], output: Path, options: Options) -> None:
    """Make the output folder, and raise what every run would raise of options, books, words and places.

    Raises RunError, OutputError, InputError, RuleBookError, LayoutError or TemplateError.
    """
    _must_fit(options)
    load_books(options)
    words = _words(options.templates)
    OutputFolder.claim(output)
    if options.notices:
        _letters(output, words, options)
    must_be_safe(inputs, output)


def _must_fit(options: Options) -> None:
    for name, value, allowed in options.not_allowed():
        raise RunError("choice", option=name, value=value, allowed=allowed)
    if options.deadline and not options.notices:
        raise RunError("deadline_alone")
    if options.period is not None:
        period_of(options.period)
        if options.history is None:
            raise RunError("period_alone")


@dataclass(frozen=True, slots=True)
class _Order:
    """What a run is to do; ``shown`` are the inputs and the output as the office named them."""

    options: Options
    inputs: Sequence[Path]
    output: Path
    shown_inputs: tuple[str, ...]
    shown_output: str


def _run_on_what_is_whole(order: _Order, workers: Workers, progress: Progress) -> RunResult:
    """Begin again where what is kept was damaged while the run used it: a bad disk, a folder that is
    synchronised. What is not whole is left out then."""
    for _ in range(_TRIES):
        try:
            return _run(order, workers, progress)
        except DamagedPartError as error:
            log.warning("%s: damaged while it was used, the run begins again", error.folder)
    raise OutputError("kept_damaged", path=order.shown_output)


def _run(order: _Order, workers: Workers, progress: Progress) -> RunResult:
    started = datetime.now().astimezone()
    watch = _Stopwatch()
    if is_certain(order.options.fresh, order.output):
        workers.prepare()  # there is work for certain: they load their part while this process loads its own
    options, paths = order.options, order.inputs
    books, words = load_books(options), _words(options.templates)
    letters = _letters(order.output, words, options) if options.notices else None
    with _recording(order, started) as recording:
        with watch.stage("find"):
            sources = workers.everywhere(_discover(paths, order.output, workers))
            progress("find", len(sources), len(sources))
            season = _season(order, sources, started, words, workers, recording)
            OutputFolder.make(order.output)
        with _alone(order.output, order.shown_output) as lock:
            start = _Start(started, watch, books, words, letters, sources, lock, season)
            return _run_alone(order, workers, progress, start)


@dataclass(frozen=True, slots=True)
class _Start:
    """What is known when the output folder is ours alone."""

    started: datetime
    watch: _Stopwatch
    books: Books
    words: Words
    letters: Notices | None
    sources: Sequence[Source]
    lock: FolderLock
    season: Season | None


def _run_alone(order: _Order, workers: Workers, progress: Progress, start: _Start) -> RunResult:
    options, paths = order.options, order.inputs
    books, started, watch, sources = start.books, start.started, start.watch, start.sources
    with watch.stage("plan"):
        folder = OutputFolder.claim(order.output)
        taken = take_up(order.output, options, start.words, last_run(folder.store))
        if start.season is not None and (options.roster is not None or options.targets):
            start.season.take_up(taken.loaded().confirmed)
        decided = start.season.decided() if start.season is not None else b""
        store = Store(folder.store.absolute(), outcome_hash(options, books, decided))
        if order.options.fresh:
            store.clear()
        parts = store.parts()
        if not parts:
            workers.prepare()
        # What is masked in kept frames cannot be judged anew.
        alike = store.read_alike(READING) if not options.redact else ()
        chunks = plan(sources, parts, workers.count, start.words, workers.digests, alike)
        office = tuple(office_files(options))
    reused = sum(chunk.reused for chunk in chunks)
    options_there = workers.options_everywhere()
    job = _Job(
        order, options_there, started, folder, store, watch, start.letters, taken, start.season, office
    )
    tally = job.still_stands(chunks)
    backups: list[str] = []
    with _failures_of(folder.path, order.shown_output):
        if tally is None:
            backups = folder.begin(started.strftime(_BEGAN))
            job.keep_decisions()
            with workers.at_work(len(sources), paths, store.folder) as pool:
                tally = job.work(pool, chunks, parts, progress)
            backups += job.put_aside
        written = [*job.digests]
        start.lock.must_hold()
        folder.remove_stale(written)
        folder.finish(
            manifest(
                options=options,
                books=books.used(tally.books),
                started=started,
                inputs=order.shown_inputs,
                files=[row for part in job.parts for row in part.files],
                tally=tally,
                seconds=watch.seconds,
                stages=job.stages,
                reused=reused,
                outputs={
                    name: {**stamp, "sha256": job.digests[name]}
                    for name, stamp in folder.stamps(written).items()
                },
                places=[at if is_address(at) else str(Path(at).absolute()) for at in order.shown_inputs],
                office=office,
                sheets=job.sheets,
            )
        )
    in_packages = options.too_many_for_one(tally.forms)
    return RunResult(
        folder.path, tally, tuple(written), tuple(backups), watch.seconds, reused, taken.remarks, in_packages
    )


@contextmanager
def _alone(output: Path, shown: str) -> Iterator[FolderLock]:
    """Hold the output folder. Raises OutputError where another run does."""
    with _failures_of(output, shown), held(output) as lock:
        yield lock


@contextmanager
def _failures_of(output: Path, shown: str) -> Iterator[None]:
    """What the system refuses while outputs are written, as OutputError: an input's error is its refusal."""
    try:
        yield
    except DamagedPartError:
        raise
    except FolderInUseError as error:
        code = "taken_over" if error.taken_over else "in_use"
        raise OutputError(code, path=shown, **error.said()) from error
    except LinkInsideError as error:
        raise OutputError("link", path=shown, name=error.path.name) from error
    except OSError as error:
        said = system_error(error)
        held = error.filename2 or error.filename
        if isinstance(error, PermissionError) and held and output.absolute() in Path(held).absolute().parents:
            # Windows lets nobody replace a file that Excel or WPS has open.
            name = Path(held).absolute().relative_to(output.absolute()).as_posix()
            raise OutputError("held", path=shown, name=name, error=said) from error
        raise OutputError("not_writable", path=shown, error=said) from error


def check_inputs(
    inputs: Sequence[Path | str], options: Options | None = None, *, progress: Progress | None = None
) -> Iterator[Frames]:
    """Read, score and check as ``run`` does and write nothing: the frames, chunk by chunk.

    Raises as ``run`` does.
    """
    options = options or Options()
    load_books(options)
    words = _words(options.templates)
    workers = Workers.of(options)
    workers.prepare()
    sources = _discover([Path(path) for path in inputs], None, workers)
    from perfbatch.batch.approved_file import leave_approved
    from perfbatch.batch.passes import frames_of, read_pass
    from perfbatch.batch.season import approved_of

    approved = approved_of(options, words, workers)
    with (
        tempfile.TemporaryDirectory(prefix="perfbatch-") as folder,
        workers.at_work(len(sources)) as pool,
    ):
        if approved is not None:
            leave_approved(approved, Path(folder))
        chunks = plan(sources, (), workers.count, words, workers.digests)
        said = progress or silent
        reading = hand_out(pool, chunks, options, "check", Path(folder), said)
        yield from frames_of(read_pass(reading, chunks, said, Counter()))


@dataclass(slots=True)
class _Job:
    """One run into one folder."""

    order: _Order
    options: Options
    started: datetime
    folder: OutputFolder
    store: Store
    watch: _Stopwatch
    letters: Notices | None
    taken: Taken
    """What people decided before the run."""
    season: Season | None = None
    office: tuple[OfficeFile, ...] = ()
    put_aside: list[str] = field(default_factory=list)
    """What a person wrote while the run went on."""
    stages: Counter[str] = field(default_factory=Counter)
    parts: list[KeptPart] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each output, documents before copies."""
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """What proves the sheets of 汇总.xlsx."""

    def still_stands(self, chunks: Sequence[PlannedChunk]) -> Tally | None:
        """The tally of the last run where all that it wrote is what this one would write; else None."""
        parts = [chunk.part for chunk in chunks if chunk.part is not None]
        last = self.store.last()
        if len(parts) < len(chunks) or self._said_of(parts) != {
            key: last.get(key) for key in self._said_of(parts)
        }:
            return None
        copies = [
            part.copies.get(row.path) for part in parts for row in part.files if row.status == "processed"
        ]
        made = [copied for copied in copies if copied is not None]
        if len(made) < len(copies) or not all(
            not copied.copy or untouched(self.folder.path, copied) for copied in made
        ):
            return None
        try:
            documents = dict(last["documents"])
            if not documents or self.folder.stamps(documents) != documents:
                return None
            tally = Tally.from_state(last["tally"], [copied.copy for copied in made if copied.copy])
            digests, self.sheets = {name: last["digests"][name] for name in documents}, last["sheets"]
        except (LookupError, TypeError, ValueError, AttributeError, OSError):
            return None
        self.parts = parts
        self.digests = digests | {copied.copy: copied.sha256 for copied in made if copied.copy}
        return tally

    def keep_decisions(self) -> None:
        """Write down what people decided, before anything that they wrote it in is replaced."""
        if not self.taken.identity and not self.taken.remarks:
            return
        record = self.taken.loaded()
        from perfbatch.batch.season import Season
        from perfbatch.season.applying import Applied
        from perfbatch.season.shown import decisions_frame
        from perfbatch.writing.data import write_frame

        if record:
            output = self.folder.path.absolute()
            make_folder(output, (output / RECORD).parent)
            frame = decisions_frame(record, {}, load_words(self.options.templates))
            write_frame(output / RECORD, "decisions", frame, Journal(output).settle, self.options.headers)
        if self.season is None:
            self.season = Season({}, self.options.as_of or self.started.date())
        self.season.unread = self.taken.remarks
        if record:
            self.season.applied = Applied(record)

    def _settle(self, output: Path) -> Settle:
        """Gives each document its name; a 汇总.xlsx that somebody has saved since it was read is put aside
        first, where the next run reads it."""
        journal = Journal(output)

        def settle(waiting: Path, target: Path) -> None:
            if target == output / SUMMARY and target.is_file() and digest_of(target) != self.taken.summary:
                self.put_aside.append(self.folder.put_aside(SUMMARY, self.started.strftime(_BEGAN)))
            journal.settle(waiting, target)

        return settle

    def work(
        self,
        pool: Any,
        chunks: Sequence[PlannedChunk],
        earlier: Sequence[KeptPart],
        progress: Progress,
    ) -> Tally:
        """Read and write all that is not there yet, and the documents in any case."""
        words, output = load_words(self.options.templates), self.folder.path.absolute()
        place = f"{self.started:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        with self.watch.stage("read, score, check"):
            if self.season is not None and self.season.approved is not None:
                from perfbatch.batch.approved_file import leave_approved

                leave_approved(self.season.approved, self.store.folder)
            rest = partial(_load_the_rest, words)
            reading = hand_out(pool, chunks, self.options, place, self.store.folder, progress, rest)
            from perfbatch.batch.passes import read_pass, write_pass

            batch = read_pass(reading, chunks, progress, self.stages, self.season)
        from perfbatch.schema import empty
        from perfbatch.writing.documents import Documents

        self.parts = [part.part for part in batch]
        give_back()  # what it took to check the batch as a whole
        tally = Tally()
        with (
            self.watch.stage("write"),
            Documents(
                output,
                words,
                self.letters,
                self._settle(output),
                season=self._season_frames(),
                headers=self.options.headers,
                data=self.options.data,
                deadline=self.options.deadline,
                issuer=self.options.issuer,
                packages=self.options.packages,
                details=not self.options.too_many_for_one(_forms(batch)),
                forms=_forms(batch),
            ) as documents,
        ):
            copies = _copies(earlier)
            digests: dict[str, str] = {}
            written = write_pass(pool, batch, self.options, output, copies, progress, self.stages, digests)
            for part, frames in zip(batch, written, strict=True):
                documents.append(frames, part.places)
                tally.add(frames)
                del frames
                give_back()
            pool.close()  # nothing is left for the workers, and the documents' end takes memory too
            if self.season is not None and self.season.expected is not None:
                roster = self.season.expected.roster
                tally.expected, tally.handed_in = len(roster), int(roster["handed_in"].sum())
            if self.season is not None and self.season.owed is not None:
                owed = empty("batch").with_(findings=self.season.owed)
                documents.append(owed)
                tally.add(owed)
            names = documents.close(self._context(tally), progress)
            self.sheets = documents.sheets
            if self.season is not None and self.season.recording is not None:
                self.season.recording.commit(self.started, sorted(tally.books), documents.figures())
            of_documents = {name: digest_of_file(output / name) for name in names}
        self.digests = of_documents | digests
        last = {
            **self._said_of(self.parts),
            "documents": self.folder.stamps(names),
            "digests": of_documents,
            "sheets": self.sheets,
            "tally": tally.as_state(),
        }
        last |= noted(self.folder.path, self.taken)
        self.store.keep([part.folder for part in self.parts], last)
        return tally

    def _season_frames(self) -> SeasonFrames | None:
        if self.season is None:
            return None
        return self.season.frames([part.folder for part in self.parts], load_words(self.options.templates))

    def _said_of(self, parts: Sequence[KeptPart]) -> dict[str, Any]:
        """What decides the documents beside what decides the parts."""
        return {
            "parts": [part.folder.name for part in parts],
            "inputs": list(self.order.shown_inputs),
            "output": self.order.shown_output,
            "options": documents_hash(self.options),
            "letters": self.letters.identity if self.letters is not None else "",
            "as_of": f"{self.season.as_of}" if self.options.roster is not None and self.season else "",
            "history": self._history(),
            "order": self.season.order() if self.season is not None else "",
            "decided": self.taken.identity,
        }

    def _history(self) -> Any:
        """The round's name, and what it rests on."""
        recording = self.season.recording if self.season is not None else None
        return [recording.period, recording.identity()] if recording is not None else []

    def _context(self, tally: Tally) -> RunContext:
        """What the documents say of the run as a whole; of the rule books those that judged a form."""
        from perfbatch.checking.catalogue import catalogue
        from perfbatch.writing.context import RunContext

        return RunContext(
            version=__version__,
            started=self.started,
            inputs=self.order.shown_inputs,
            output=self.order.shown_output,
            rules=load_books(self.options).used(tally.books),
            checks=tuple(catalogue()),
            deselected=deselected_checks(self.options),
            program=of_program()["program"],
            options=shown_options(self.options),
            office=self.office,
        )


def _forms(batch: Sequence[BatchPart]) -> int:
    return sum(0 if part.places is None else len(part.places) for part in batch)


def _load_the_rest(words: Words) -> None:
    """Load what comes after the reading while the workers start and read: nobody has to wait for it."""
    import perfbatch.batch.passes
    import perfbatch.writing.documents  # noqa: F401
    from perfbatch.checking.functions import functions
    from perfbatch.writing.report import templates

    functions()
    with suppress(TemplateError):  # said where the report is begun
        templates(words)


def _copies(parts: Sequence[KeptPart]) -> Mapping[tuple[str, str], KeptCopy]:
    """Copies of earlier runs, by the file's path and hash."""
    return {
        (row.path, row.sha256): part.copies[row.path]
        for part in parts
        for row in part.files
        if row.path in part.copies
    }


@dataclass(slots=True)
class _Stopwatch:
    """Wall time by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(perf_counter() - start, 3)


def _words(templates: Path | None) -> Words:
    """The words of the run, tried where a stage asks more of them than that they can be read."""
    from perfbatch.checking import wording
    from perfbatch.writing.terms import Terms

    words = load_words(templates)
    wording(words)
    Terms(words)
    return words


def _letters(output: Path, words: Words, options: Options) -> Notices:
    """The letters, their template looked at before any file is read. Raises TemplateError."""
    from perfbatch.writing.notices import Notices

    return Notices(output.absolute(), words, options.deadline, options.issuer)


@contextmanager
def _recording(order: _Order, started: datetime) -> Iterator[Recording | None]:
    """The round in the history, which is this process's alone meanwhile; None where there is no history.

    Raises HistoryError.
    """
    options = order.options
    if options.history is None:
        yield None
        return
    from perfbatch.season.errors import HistoryError
    from perfbatch.season.history import History
    from perfbatch.season.recording import Recording

    here = options.history.absolute().parent.resolve()
    beside_outputs = order.output.absolute().resolve().is_relative_to(here)  # as monthly.sh has it
    for folder in order.inputs:
        if folder.is_dir() and here.is_relative_to(folder.resolve()) and not beside_outputs:
            raise HistoryError("in_input", path=options.history, input=folder)
    with History.alone(options.history) as history:
        yield Recording(history, options.period or period_at(options.as_of or started.date()))


def _season(
    order: _Order,
    sources: Sequence[Source],
    started: datetime,
    words: Words,
    workers: Workers,
    recording: Recording | None,
) -> Season | None:
    """The season of the run, where the office gave something of it. Raises ListError, InputError."""
    if order.options.roster is None and not order.options.targets and recording is None:
        return None
    from perfbatch.batch.season import season_of

    return season_of(order.options, sources, started.date(), words, workers, recording)


def _discover(inputs: Sequence[Path], output: Path | None, workers: Workers) -> list[Source]:
    sources = discover(inputs, outputs=output, look=workers.look)
    if not sources:
        raise RunError("nothing", inputs=[str(path) for path in inputs])
    return sources
