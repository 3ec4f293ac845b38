"""Options that several commands share, and what they do with an error: one sentence, exit status 2."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from perfbatch.text import without_controls
from perfbatch.words import load_words


def word(key: str, /, **values: Any) -> str:
    """A sentence of templates/cli.toml; what it is filled with is shown and not obeyed by a terminal."""
    return load_words().text("cli", key, **{name: _shown(value) for name, value in values.items()})


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return terminal_text(value)
    if isinstance(value, os.PathLike):
        return terminal_text(str(value))
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return {name: _shown(one) for name, one in value.items()} if isinstance(value, dict) else value


def terminal_text(text: str) -> str:
    """``text`` with a sign for each character that a terminal would obey; its lines stay lines."""
    return "\n".join(map(without_controls, text.split("\n")))


Inputs = Annotated[list[Path], typer.Argument(help=word("help.inputs"), metavar="INPUT…")]
Templates = Annotated[Path | None, typer.Option("--templates", help=word("help.templates"), metavar="DIR")]
_PATIENCE = 20
"""Seconds that the clearing up may take before a second Ctrl-C ends the command where it stands."""
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def fail(message: str) -> typer.Exit:
    """Say what is wrong on standard error; the exception to raise for exit status 2."""
    typer.echo(word("error.prefix") + terminal_text(message), err=True)
    return typer.Exit(2)


def checked_level(fail_on: str | None) -> str | None:
    """``fail_on`` itself where it is a level. Ends the command otherwise."""
    from perfbatch.schema import LEVELS

    if fail_on is not None and fail_on not in LEVELS:
        raise fail(word("error.fail_on", value=fail_on))
    return fail_on


def start_logging(verbose: bool) -> None:
    """Log to standard error: warnings only, everything of ours when ``verbose``."""
    from perfbatch.batch.processes import LOG_FORMAT

    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    if verbose:
        logging.getLogger("perfbatch").setLevel(logging.DEBUG)


class Terminated(KeyboardInterrupt):
    """A person, or the system, asks the command to end; ``status`` is what it ends with."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


def end_when_asked() -> None:
    """Take Ctrl-C, SIGTERM and the like as an interruption: workers end, and there is a sentence.

    Once is enough: what comes in the next seconds must not break off the clearing up. Then they count again.
    """
    taken = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    # A signal that is ignored from outside (nohup) stays so.
    usual = (signal.SIG_DFL, signal.default_int_handler)
    taken = [number for number in taken if signal.getsignal(number) in usual]

    def again(*_: object) -> None:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)

    def end(number: int, _: object) -> None:
        for one in taken:
            signal.signal(one, signal.SIG_IGN)
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, again)
            signal.alarm(_PATIENCE)
        raise Terminated(number)

    for number in taken:
        signal.signal(number, end)


@contextmanager
def sentences_for_errors() -> Iterator[None]:
    """Turn what a person can mend into one sentence and exit status 2; anything else is a bug and shows."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        typer.echo(word("error.interrupted"), err=True)
        raise typer.Exit(interrupt.status if isinstance(interrupt, Terminated) else 130) from None
    except Exception as error:
        # Imported only now: the command must not wait for pandas to show its help.
        from perfbatch.batch.sentences import sentence_of
        from perfbatch.settings.errors import SettingsError

        said = str(error) if isinstance(error, SettingsError) else sentence_of(error, load_words())
        if said is None and isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            from perfbatch.system_errors import system_error

            said = word("error.system", path=error.filename2 or error.filename, error=system_error(error))
        if said is not None:
            raise fail(said) from error
        raise
