"""What the terminal shows: a progress bar where there is a terminal, plain lines where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from perfbatch.batch.remote import is_address
from perfbatch.cli.options import terminal_text, word
from perfbatch.schema import LEVELS
from perfbatch.writing.names import COPIES, DATA, NOTICES, PACKAGES, REPORT, SUMMARY

if TYPE_CHECKING:
    from perfbatch.batch import RunResult, Tally
    from perfbatch.progress import Progress as Report
    from perfbatch.schema import Frames

SIGNS = {"error": "●", "warning": "▲", "info": "○"}
_STYLES = {"error": "bold red", "warning": "yellow", "info": "blue"}
_LISTED = 20
_LINE_EVERY = 10.0  # seconds between plain progress lines


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report | None]:
    """What ``batch.run`` reports its progress to; None when ``quiet``."""
    if quiet:
        yield None
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bars(bar)


class _Refusals:
    """Says which files were refused as they come, the first of them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = 0

    def refused(self, path: str, reason: str) -> None:
        """One file; all of them stand at the end and in 汇总.xlsx."""
        self._told += 1
        if self._told > _LISTED:
            return
        line = word("progress.refused", path=path, reason=reason)
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
        if self._told == _LISTED:
            self._console.print(word("progress.refused_more"), markup=False, highlight=False)


class _Bars(_Refusals):
    """A bar for each stage."""

    def __init__(self, bar: Progress) -> None:
        super().__init__(bar.console)
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the stage's bar."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(word(f"progress.{stage}"), total=total)
        self._bar.update(self._tasks[stage], completed=done)


class _Lines(_Refusals):
    """A line at the start, every few seconds and at the end of a stage."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._last: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say how far the stage is, if it is time to."""
        now = monotonic()
        if done == total or now - self._last.get(stage, now - _LINE_EVERY) >= _LINE_EVERY:
            self._last[stage] = now
            line = word("progress.line", stage=word(f"progress.{stage}"), done=done, total=total)
            self._console.print(line, markup=False, highlight=False)


def show_result(result: RunResult) -> None:
    """The closing table of a run, what was refused and why, and where the outputs are."""
    console = Console(soft_wrap=True)
    _tally_table(console, result.tally, sum(result.seconds.values()), result.reused)
    _refusals(console, result.tally)
    for remark in result.remarks:
        console.print(remark, style="bold", markup=False, highlight=False)
    if result.backups:
        console.print(word("closing.backup", paths=list(result.backups)), markup=False, highlight=False)
    if result.in_packages:
        console.print(word("closing.in_packages"), markup=False, highlight=False)
    console.print(word("closing.where"), style="bold")
    places = {
        "summary": SUMMARY,
        "report": REPORT,
        "copies": COPIES,
        "data": DATA,
        "notices": NOTICES,
        "packages": PACKAGES,
    }
    for key, name in places.items():
        path = result.output / name
        if path.exists() or is_address(path):
            console.print(
                f"  {word(f'closing.{key}')}  {terminal_text(str(path))}", markup=False, highlight=False
            )


def show_statistics(counts: Mapping[tuple[str, str], int], *, err: bool = False) -> None:
    """How often each check found something, by check and level; the most frequent first."""
    from perfbatch.checking.catalogue import catalogue

    console = Console(soft_wrap=True, stderr=err)
    titles = {check.id: check.title for check in catalogue()}
    table = Table(title=word("check.statistics"), title_justify="left", title_style="bold")
    for heading in ("id", "title", "level", "count"):
        table.add_column(word(f"check.{heading}"), justify="right" if heading == "count" else "left")
    for (check, level), count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        table.add_row(check, titles[check], f"{SIGNS[level]} {word(f'closing.{level}')}", str(count))
    console.print(table)


def show_tally(tally: Tally, *, err: bool = False) -> None:
    """The closing table of a check, and what was refused and why."""
    console = Console(soft_wrap=True, stderr=err)
    _tally_table(console, tally, None)
    _refusals(console, tally)


def show_findings(frames: Frames) -> None:
    """Findings form by form, in the order of the files."""
    console = Console(soft_wrap=True)
    forms = frames.forms.set_index("form_id")
    for form_id, findings in frames.findings.groupby("form_id", sort=False):
        form = forms.loc[form_id]
        heading = word("check.heading", file=form["file"], sheet=form["sheet"], project=form["project"])
        console.print(heading, style="bold", markup=False, highlight=False)
        columns = (findings[column] for column in ("level", "check", "cell", "message"))
        for level, check, cell, message in zip(*columns, strict=True):
            line = word("check.line", sign=SIGNS[level], check=check, cell=cell, message=message)
            console.print(line, style=_STYLES[level], markup=False, highlight=False)


def _tally_table(console: Console, tally: Tally, seconds: float | None, reused: int = 0) -> None:
    table = Table(title=word("closing.title"), show_header=False, title_justify="left", title_style="bold")
    table.add_column()
    table.add_column(justify="right")
    table.add_row(word("closing.found"), word("closing.count_files", n=tally.found))
    for status in ("processed", "refused", "skipped"):
        style = "red" if status == "refused" and tally.files[status] else None
        count = word("closing.count_files", n=tally.files[status])
        table.add_row(f"  {word(f'closing.{status}')}", count, style=style)
    if reused:
        table.add_row(f"  {word('closing.reused')}", word("closing.count_files", n=reused))
    table.add_row(
        word("closing.forms"), word("closing.count_forms", n=tally.forms),
        end_section=not (tally.expected or tally.superseded),
    )  # fmt: skip
    if tally.superseded:
        count = word("closing.count_forms", n=tally.superseded)
        table.add_row(f"  {word('closing.superseded')}", count, end_section=not tally.expected)
    if tally.expected:
        said = word(
            "closing.handed_in_value", expected=tally.expected, handed_in=tally.handed_in,
            rate=tally.handed_in / tally.expected * 100, owed=tally.expected - tally.handed_in,
        )  # fmt: skip
        table.add_row(word("closing.handed_in"), said, end_section=True)
    for level in LEVELS:
        count = word("closing.count_findings", n=tally.findings[level])
        table.add_row(f"{SIGNS[level]} {word(f'closing.{level}')}", count, style=_STYLES[level])
    missing = tally.missing_reasons
    detail = word(
        "closing.missing_reasons_detail",
        total=sum(missing.values()),
        error=missing["error"],
        warning=missing["warning"],
    )
    table.add_row(word("closing.missing_reasons"), detail, style="bold", end_section=not tally.accepted)
    if tally.accepted:
        count = word("closing.count_findings", n=tally.accepted)
        table.add_row(word("closing.accepted"), count, end_section=True)
    if seconds is not None:
        table.add_row(word("closing.seconds"), word("closing.seconds_value", seconds=seconds))
    console.print(table)
    if not tally.forms:
        console.print(word("closing.none"), markup=False, highlight=False)


def _refusals(console: Console, tally: Tally) -> None:
    for title, lines in (("refused_title", tally.refused), ("uncopied_title", tally.uncopied)):
        if not lines:
            continue
        console.print(word(f"closing.{title}"), style="bold")
        for path, reason in lines[:_LISTED]:
            line = word("closing.refused_line", path=path, reason=reason)
            console.print(line, markup=False, highlight=False)
        if len(lines) > _LISTED:
            console.print(word("closing.more", n=len(lines) - _LISTED), markup=False, highlight=False)
