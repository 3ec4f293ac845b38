"""``perfbatch watch``: a run over a folder whenever files have arrived in it."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Annotated

import typer

from perfbatch.cli.options import fail, sentences_for_errors, start_logging, word
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options, WatchOptions

_SETTLE = WatchOptions.__dataclass_fields__["settle"].metadata


@takes_options()
def watch_command(
    inbox: Annotated[Path, typer.Argument(help=word("help.watch_inbox"), metavar="INBOX")],
    output: Path,
    options: Options,
    poll: bool = False,
    settle: float = 3.0,
    verbose: bool = False,
) -> None:
    """Watch until somebody ends it; then the status is 0."""
    start_logging(verbose)
    if not inbox.is_dir():
        raise fail(word("error.inbox", path=inbox))
    if not _SETTLE["least"] <= settle <= _SETTLE["most"]:
        raise fail(word("error.settle", value=settle))
    with sentences_for_errors():
        from perfbatch.batch import must_be_usable
        from perfbatch.folder_lock import FolderInUseError, held
        from perfbatch.watching.bell import Bell
        from perfbatch.watching.loop import LOCK, Timing, Watch
        from perfbatch.watching.rounds import Round
        from perfbatch.watching.status import Status
        from perfbatch.words import load_words

        must_be_usable([inbox], output, options)  # or every round would end with it
        inbox, output = inbox.absolute(), output.absolute()
        job = pickle.dumps(([inbox], output, options.absolute()))
        command = [sys.executable, "-m", "perfbatch.cli.round"]
        try:
            with held(output, LOCK), Bell(inbox, poll=poll) as bell:
                status = Status(output, inbox, load_words(options.templates), events=bell.events)
                typer.echo(word("watch.begun", inbox=inbox, output=output, events=bell.events), err=True)
                timing = Timing(settle=settle)
                Watch(inbox, output, Round(command, job), status, bell, timing=timing).run()
        except FolderInUseError as error:
            raise fail(word("error.watched", path=output, **error.said())) from error
        except KeyboardInterrupt:
            typer.echo(word("watch.ended", inbox=inbox), err=True)
