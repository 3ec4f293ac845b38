"""What the terminal shows: a progress bar where there is a terminal, plain lines where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from perfbatch.batch.remote import is_address
from perfbatch.cli.options import shown, word
from perfbatch.schema import LEVELS
from perfbatch.writing.names import COPIES, DATA, NOTICES, REPORT, SUMMARY

if TYPE_CHECKING:
    from perfbatch.batch import RunResult, Tally
    from perfbatch.batch.passes import Progress as Report
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
        yield _plain_lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, object] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(word(f"progress.{stage}"), total=total)
            bar.update(tasks[stage], completed=done)  # type: ignore[arg-type]

        yield report


def _plain_lines(console: Console) -> Report:
    """A line at the start, every few seconds and at the end of a stage."""
    last: dict[str, float] = {}

    def report(stage: str, done: int, total: int) -> None:
        now = monotonic()
        if done == total or now - last.get(stage, now - _LINE_EVERY) >= _LINE_EVERY:
            last[stage] = now
            line = word("progress.line", stage=word(f"progress.{stage}"), done=done, total=total)
            console.print(line, markup=False, highlight=False)

    return report


def show_result(result: RunResult) -> None:
    """The closing table of a run, what was refused and why, and where the outputs are."""
    console = Console(soft_wrap=True)
    _tally_table(console, result.tally, sum(result.seconds.values()), result.reused)
    _refusals(console, result.tally)
    if result.backups:
        console.print(word("closing.backup", paths=list(result.backups)), markup=False, highlight=False)
    console.print(word("closing.where"), style="bold")
    places = {"summary": SUMMARY, "report": REPORT, "copies": COPIES, "data": DATA, "notices": NOTICES}
    for key, name in places.items():
        path = result.output / name
        if path.exists() or is_address(path):
            console.print(f"  {word(f'closing.{key}')}  {shown(str(path))}", markup=False, highlight=False)


def show_tally(tally: Tally) -> None:
    """The closing table of a check, and what was refused and why."""
    console = Console(soft_wrap=True)
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
    table.add_row(word("closing.forms"), word("closing.count_forms", n=tally.forms), end_section=True)
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
    table.add_row(word("closing.missing_reasons"), detail, style="bold", end_section=True)
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
