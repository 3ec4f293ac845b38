"""``perfbatch check``: findings to the terminal, nothing written."""

from __future__ import annotations

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
)


def check(
    inputs: Inputs,
    rules: Rules = None,
    workers: Workers = None,
    fail_on: FailOn = None,
    layouts: Layouts = None,
    templates: Templates = None,
    password: Passwords = None,
    password_file: PasswordFile = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Read, score and check; show the findings form by form."""
    checked_level(fail_on)
    start_logging(verbose)
    with sentences_for_errors():
        from perfbatch import batch
        from perfbatch.batch.result import Tally
        from perfbatch.cli.terminal import progress, show_findings, show_tally

        tally = Tally()
        with progress(quiet=quiet) as report:
            for frames in batch.check(
                inputs,
                rules=rules,
                workers=workers,
                layouts=layouts,
                templates=templates,
                passwords=read_passwords(password, password_file),
                progress=report,
            ):
                tally.add(frames)
                show_findings(frames)
        show_tally(tally)
    raise typer.Exit(tally.exit_code(fail_on))
