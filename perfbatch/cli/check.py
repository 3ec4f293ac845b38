"""``perfbatch check``: findings to the terminal, nothing written."""

from __future__ import annotations

import typer

from perfbatch.cli.options import (
    Inputs,
    checked_level,
    sentences_for_errors,
    start_logging,
)
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options


@takes_options("rules", "workers", "layouts", "templates", "passwords", "targets")
def check_command(
    inputs: Inputs,
    options: Options,
    fail_on: str | None = None,
    verbose: bool = False,
    quiet: bool = False,
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
            for frames in batch.check_inputs(inputs, options, progress=report):
                tally.add(frames)
                show_findings(frames)
        show_tally(tally)
    raise typer.Exit(tally.exit_code(fail_on))
