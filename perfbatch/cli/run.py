"""``perfbatch run``: the main job."""

from __future__ import annotations

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
    read_passwords,
    sentences_for_errors,
    start_logging,
    word,
)


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
    fresh: Annotated[bool, typer.Option("--fresh", help=word("help.fresh"))] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Run the batch and show what it came to."""
    checked_level(fail_on)
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
                progress=report,
            )
        show_result(result)
    raise typer.Exit(result.tally.exit_code(fail_on))
