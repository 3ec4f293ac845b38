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
_ENDING = ("SIGTERM", "SIGHUP", "SIGBREAK")


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
    """The system, or whoever looks after it, asks the command to end; ``status`` is what it ends with."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


def end_when_asked() -> None:
    """Take SIGTERM and the like as an interruption: workers end, and there is a sentence."""

    def end(number: int, _: object) -> None:
        for name in _ENDING:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)  # once is enough
        raise Terminated(number)

    for name in _ENDING:
        # A signal that is ignored from outside (nohup) stays so.
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), end)


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
