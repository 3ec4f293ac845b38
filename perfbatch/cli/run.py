"""``perfbatch run``: the main job."""

from __future__ import annotations

from pathlib import Path

import typer

from perfbatch.cli.options import (
    Inputs,
    checked_level,
    sentences_for_errors,
    start_logging,
)
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options


@takes_options()
def run_command(
    inputs: Inputs,
    output: Path,
    options: Options,
    fail_on: str | None = None,
    verbose: bool = False,
    quiet: bool = False,
) -> None:
    """Run the batch and show what it came to."""
    checked_level(fail_on)
    start_logging(verbose)
    with sentences_for_errors():
        from perfbatch.batch.server import start_early

        start_early(options, output)
        from perfbatch import batch
        from perfbatch.cli.terminal import progress, show_result

        with progress(quiet=quiet) as report:
            result = batch.run(inputs, output, options=options, progress=report)
        show_result(result)
    if not (options.rules or options.layouts or options.templates):
        from perfbatch.kept import keep

        keep()  # what an office wrote itself is not
    raise typer.Exit(result.tally.exit_code(fail_on))
