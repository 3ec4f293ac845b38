"""``perfbatch serve``: the page on the office's own machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from perfbatch.cli.options import fail, sentences_for_errors, start_logging, word
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options
from perfbatch.serve import FOLDER
from perfbatch.system_errors import system_error

PAGE_OPTIONS = (
    "rules", "workers", "layouts", "templates", "passwords", "notices", "deadline", "roster", "as_of",
    "targets", "issuer", "headers", "redact",
)  # fmt: skip
"""What counts for every job. Not ``history``: whoever drops one file would replace the round's record."""


@takes_options(*PAGE_OPTIONS)
def serve_command(
    context: typer.Context,
    options: Options,
    host: str = "127.0.0.1",
    port: int = 8321,
    folder: Path | None = None,
    key_file: Path | None = None,
    certificate: Path | None = None,
    private_key: Path | None = None,
    verbose: bool = False,
) -> None:
    """Serve the page until the process is asked to end."""
    start_logging(verbose)
    folder = folder or Path(FOLDER)
    if options.deadline is None:  # the page asks for letters or not: the day is kept for those who do
        options = replace(options, deadline=context.obj.of(Options).deadline)
    if (certificate is None) != (private_key is None):
        raise fail(word("error.serve_certificate"))
    with sentences_for_errors():
        from perfbatch.batch.books import load_books
        from perfbatch.folder_lock import FolderInUseError
        from perfbatch.serve.limits import Limits

        try:
            from perfbatch.serve.start import Listening, serve
        except ModuleNotFoundError as error:
            raise fail(word("error.serve_missing", name=error.name)) from error
        load_books(options)
        for given in (options.roster, *options.targets):
            if given is not None and not given.exists():
                raise fail(word("error.serve_option", path=given))
        limits = context.obj.of(Limits)

        def say(code: str, **values: Any) -> None:
            typer.echo(word(f"serve.{code}", **values))

        listening = Listening(host, port, _key(key_file), certificate, private_key)
        try:
            serve(folder, listening, limits, options, say)
        except FolderInUseError as error:
            raise fail(word("error.serve_folder", path=folder)) from error
        except (OSError, OverflowError) as error:
            said = _why(error)
            raise fail(word("error.serve_address", host=host, port=port, error=said)) from error


def _key(path: Path | None) -> str:
    """The key of a file. Ends the command where it cannot be read or is too short to be one."""
    if path is None:
        return ""
    from perfbatch.serve.access import SHORTEST_KEY

    try:
        key = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise fail(word("error.serve_key_file", path=path, error=_why(error))) from error
    if len(key) < SHORTEST_KEY:
        raise fail(word("error.serve_key_short", path=path, least=SHORTEST_KEY))
    return key


def _why(error: Exception) -> str:
    return system_error(error) if isinstance(error, OSError) else str(error)
