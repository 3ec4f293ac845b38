"""``perfbatch serve``: the page on the office's own machine."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from perfbatch.cli.options import Verbose, fail, sentences_for_errors, start_logging, word
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options
from perfbatch.serve import FOLDER


@takes_options("rules", "workers", "layouts", "templates", "headers", "redact")
def serve_command(
    host: Annotated[
        str, typer.Option("--host", help=word("help.serve_host"), metavar="ADDRESS")
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", help=word("help.serve_port"), metavar="PORT")] = None,
    folder: Annotated[Path, typer.Option("--folder", help=word("help.serve_folder"), metavar="DIR")] = Path(
        FOLDER
    ),
    config: Annotated[
        Path | None, typer.Option("--config", help=word("help.serve_config"), metavar="FILE")
    ] = None,
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
    verbose: Verbose = False,
) -> None:
    """Serve the page until the process is asked to end."""
    start_logging(verbose)
    if (certificate is None) != (private_key is None):
        raise fail(word("error.serve_certificate"))
    with sentences_for_errors():
        from perfbatch.batch.books import load_books
        from perfbatch.folder_lock import FolderInUseError
        from perfbatch.serve.limits import LimitError, limits_of
        from perfbatch.words import load_words

        try:
            from perfbatch.serve.start import Listening, serve
        except ModuleNotFoundError as error:
            raise fail(word("error.serve_missing", name=error.name)) from error
        load_books(options)
        words = load_words(options.templates)
        try:
            limits = limits_of(_table(config))
        except LimitError as error:
            raise fail(words.text("serve", f"setting.{error.code}", **error.values)) from error

        def say(code: str, **values: Any) -> None:
            typer.echo(word(f"serve.{code}", **values))

        listening = Listening(host, port, _key(key_file), certificate, private_key)
        try:
            serve(folder, listening, limits, options, say)
        except FolderInUseError as error:
            raise fail(word("error.serve_folder", path=folder)) from error
        except OSError as error:
            said = error.strerror or str(error)
            raise fail(
                word("error.serve_address", host=host, port=port or limits.port, error=said)
            ) from error


def _table(config: Path | None) -> dict[str, Any]:
    """The table [serve] of the settings. Ends the command where the file cannot be read."""
    path = config or Path("perfbatch.toml")
    if config is None and not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("serve", {})
    except (OSError, ValueError) as error:
        raise fail(word("error.serve_config", path=path, error=error)) from error
    return table if isinstance(table, dict) else {}


def _key(path: Path | None) -> str:
    """The key of a file. Ends the command where it cannot be read or is too short to be one."""
    if path is None:
        return ""
    from perfbatch.serve.access import SHORTEST_KEY

    try:
        key = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise fail(word("error.serve_key_file", path=path, error=error)) from error
    if len(key) < SHORTEST_KEY:
        raise fail(word("error.serve_key_short", path=path, least=SHORTEST_KEY))
    return key
