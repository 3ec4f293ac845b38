"""``perfbatch run``: the main job."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from perfbatch.cli.options import (
    FailOn,
    Inputs,
    Layouts,
    PasswordFile,
    Passwords,
    Quiet,
    Rules,
    Templates,
    Verbose,
    Workers,
    checked_level,
    fail,
    read_passwords,
    sentences_for_errors,
    start_logging,
    word,
)
from perfbatch.schema import HEADERS


def run(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help=word("help.output"), metavar="DIR")],
    rules: Rules = None,
    workers: Workers = None,
    fail_on: FailOn = None,
    layouts: Layouts = None,
    templates: Templates = None,
    password: Passwords = None,
    password_file: PasswordFile = None,
    notices: Annotated[bool, typer.Option("--notices", help=word("help.notices"))] = False,
    deadline: Annotated[
        str | None, typer.Option("--deadline", help=word("help.deadline"), metavar="YYYY-MM-DD")
    ] = None,
    headers: Annotated[
        str, typer.Option("--headers", help=word("help.headers"), metavar="|".join(HEADERS))
    ] = "keys",
    fresh: Annotated[bool, typer.Option("--fresh", help=word("help.fresh"))] = False,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help=word("help.cluster"), metavar="tcp://HOST:8786")
    ] = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Run the batch and show what it came to."""
    checked_level(fail_on)
    if headers not in HEADERS:
        raise fail(word("error.headers", value=headers, allowed=list(HEADERS)))
    last_day = _day(deadline, notices=notices)
    start_logging(verbose)
    with sentences_for_errors():
        from perfbatch import batch
        from perfbatch.cli.terminal import progress, show_result

        with progress(quiet=quiet) as report:
            result = batch.run(
                inputs,
                output,
                rules=rules,
                workers=workers,
                layouts=layouts,
                templates=templates,
                passwords=read_passwords(password, password_file),
                fresh=fresh,
                cluster=cluster,
                notices=notices,
                deadline=last_day,
                headers=headers,
                progress=report,
            )
        show_result(result)
    raise typer.Exit(result.tally.exit_code(fail_on))


def _day(text: str | None, *, notices: bool) -> date | None:
    """The day that ``--deadline`` names. Ends the command where it is none, or there are no letters."""
    if text is None:
        return None
    if not notices:
        raise fail(word("error.deadline_alone"))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail(word("error.deadline", value=text)) from None
