"""``perfbatch history``: the rounds that a history holds; one removed; all of it for other tools."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from perfbatch.cli.office_command import OfficeCommand, OfficeGroup
from perfbatch.cli.options import Templates, fail, sentences_for_errors, word
from perfbatch.system_errors import system_error
from perfbatch.words import load_words

app = typer.Typer(no_args_is_help=True, cls=OfficeGroup)

File = Annotated[Path, typer.Argument(help=word("help.history_file"), metavar="FILE")]
Period = Annotated[str, typer.Argument(help=word("help.history_period"), metavar="YYYY-MM")]


@app.command("list", cls=OfficeCommand, help=word("help.history_list"))
def list_rounds(file: File) -> None:
    """Show the rounds, the earliest first."""
    with sentences_for_errors():
        from perfbatch.season.history import History

        with History(file, create=False) as history:
            rounds = history.rounds()
        if not rounds:
            typer.echo(word("history.empty", path=file))
        for one in rounds:
            typer.echo(
                word(
                    "history.round", period=one.period, recorded=one.recorded, forms=one.forms,
                    findings=one.findings, rules=one.rules, version=one.version,
                )
            )  # fmt: skip


@app.command("show", cls=OfficeCommand, help=word("help.history_show"))
def show(file: File, period: Period) -> None:
    """Show what one round came to, by department."""
    with sentences_for_errors():
        from perfbatch.season.history import History
        from perfbatch.season.periods import period_of

        wanted = period_of(period)
        with History(file, create=False) as history:
            one = history.round(wanted)
            departments = history.table("departments", wanted)
            found = history.table("findings", wanted)
        typer.echo(
            word(
                "history.round", period=one.period, recorded=one.recorded, forms=one.forms,
                findings=one.findings, rules=one.rules, version=one.version,
            )
        )  # fmt: skip
        levels = Counter(found["level"])
        typer.echo(word("history.levels", **{level: levels[level] for level in ("error", "warning", "info")}))
        for row in departments.to_dict("records"):
            looked_at = row["mended"] + row["open"] + row["changed"]
            share = f"{row['mended'] / looked_at:.2%}" if looked_at else ""
            said = {str(name): value for name, value in row.items()}
            typer.echo(word("history.department", **said, share=share))


@app.command("remove", cls=OfficeCommand, help=word("help.history_remove"))
def remove(file: File, period: Period) -> None:
    """Forget one round."""
    with sentences_for_errors():
        from perfbatch.season.history import History
        from perfbatch.season.periods import period_of

        wanted = period_of(period)
        with History.alone(file, create=False) as history:
            history.remove(wanted)
        typer.echo(word("history.removed", period=wanted, path=file))


@app.command("export", cls=OfficeCommand, help=word("help.history_export"))
def export_rounds(
    file: File,
    output: Annotated[Path, typer.Option("--output", "-o", help=word("help.history_output"), metavar="FILE")],
    period: Annotated[
        str | None, typer.Option("--period", help=word("help.history_only"), metavar="YYYY-MM")
    ] = None,
    templates: Templates = None,
) -> None:
    """Write the findings of one round, or of all, into a file for other tools."""
    with sentences_for_errors():
        from perfbatch.schema import LEVELS
        from perfbatch.season.export import KINDS, export
        from perfbatch.season.history import History
        from perfbatch.season.periods import period_of
        from perfbatch.writing.terms import Terms

        if output.suffix.lower() not in KINDS:
            raise fail(word("history.kind", path=output))
        if output.exists():
            raise fail(word("new_file.exists", path=output))
        words = load_words(templates)
        terms, named = Terms(words), words.table("season")["export"]
        codes = {f"say_{name}": terms.codes(name) for name in ("state", "line")}
        said_as = {**named, **codes, "say_level": LEVELS}
        try:
            with History(file, create=False) as history:
                if period is not None:
                    history.round(period_of(period))
                rows = export(history, output, said_as, period or "")
        except OSError as error:
            raise fail(word("new_file.not_writable", path=output, error=system_error(error))) from error
        typer.echo(word("history.exported", rows=rows, path=output))
