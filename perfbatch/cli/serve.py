"""``perfbatch serve``: the page on the office's own machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from perfbatch.cli.options import fail, sentences_for_errors, start_logging, word
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options
from perfbatch.serve import FOLDER
from perfbatch.system_errors import system_error


@takes_options("rules", "workers", "layouts", "templates", "headers", "redact", "issuer")
def serve_command(
    context: typer.Context,
    host: Annotated[
        str, typer.Option("--host", help=word("help.serve_host"), metavar="ADDRESS")
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", help=word("help.serve_port"), metavar="PORT")] = None,
    folder: Annotated[Path, typer.Option("--folder", help=word("help.serve_folder"), metavar="DIR")] = Path(
        FOLDER
    ),
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help=word("help.serve_key_file"), metavar="FILE")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help=word("help.serve_certificate"), metavar="FILE")
    ] = None,
    private_key: Annotated[
        Path | None, typer.Option("--private-key", help=word("help.serve_private_key"), metavar="FILE")
    ] = None,
    options: Options = Options(),  # noqa: B008 -- made by takes_options
    verbose: bool = False,
) -> None:
    """Serve the page until the process is asked to end."""
    start_logging(verbose)
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
        limits = context.obj.of(Limits)

        def say(code: str, **values: Any) -> None:
            typer.echo(word(f"serve.{code}", **values))

        listening = Listening(host, port, _key(key_file), certificate, private_key)
        try:
            serve(folder, listening, limits, options, say)
        except FolderInUseError as error:
            raise fail(word("error.serve_folder", path=folder)) from error
        except OSError as error:
            said = system_error(error)
            raise fail(
                word("error.serve_address", host=host, port=port or limits.port, error=said)
            ) from error


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


def _why(error: OSError | ValueError) -> str:
    return system_error(error) if isinstance(error, OSError) else str(error)
