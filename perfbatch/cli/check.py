"""``perfbatch check``: findings to the terminal, nothing written."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from perfbatch.cli.findings_output import FORMATS, findings_output
from perfbatch.cli.options import (
    Inputs,
    checked_level,
    fail,
    sentences_for_errors,
    start_logging,
    word,
)
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options


@takes_options("rules", "workers", "layouts", "templates", "passwords", "targets", "select", "ignore")
def check_command(
    inputs: Inputs,
    options: Options,
    fail_on: str | None = None,
    verbose: bool = False,
    quiet: bool = False,
    form: Annotated[
        str, typer.Option("--format", help=word("help.format"), metavar="|".join(FORMATS))
    ] = "text",
    statistics: Annotated[bool, typer.Option("--statistics", help=word("help.statistics"))] = False,
) -> None:
    """Read, score and check; show the findings form by form, or give them to a program."""
    checked_level(fail_on)
    start_logging(verbose)
    with sentences_for_errors():
        from perfbatch import batch
        from perfbatch.batch.books import deselected_checks
        from perfbatch.batch.result import Tally
        from perfbatch.cli.terminal import progress, show_findings, show_statistics, show_tally

        if form not in FORMATS:
            raise fail(word("error.choice", option="format", value=form, allowed=FORMATS))
        tally, counts = Tally(), Counter[tuple[str, str]]()
        deselected_checks(options)  # a check that there is not is said before anything else
        machine = None if form == "text" else findings_output(form)
        with progress(quiet=quiet) as report:
            for frames in batch.check_inputs(inputs, options, progress=report):
                tally.add(frames)
                counts.update(zip(frames.findings["check"], frames.findings["level"], strict=True))
                if machine is None:
                    show_findings(frames)
                else:
                    machine.add(frames)
        if machine is not None:
            machine.close()
        if machine is None or not quiet:
            show_tally(tally, err=machine is not None)
        if statistics:
            show_statistics(counts, err=machine is not None)
    raise typer.Exit(tally.exit_code(fail_on))
