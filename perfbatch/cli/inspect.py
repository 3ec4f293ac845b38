"""``perfbatch inspect``: what the reader saw in a file, as tables or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from perfbatch.cli.options import sentences_for_errors, start_logging, terminal_text, word
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from perfbatch.reading.discover import Source

_MONEY = ("initial", "budget", "executed", "rate", "points", "own_score", "reason")
_COLUMNS = ("name", "target", "actual", "points", "own_score", "reason")


@takes_options("layouts", "templates", "passwords")
def inspect_command(
    file: Annotated[Path, typer.Argument(help=word("help.inspect_file"), metavar="FILE")],
    options: Options,
    json: Annotated[bool, typer.Option("--json", help=word("help.json"))] = False,
    verbose: bool = False,
) -> None:
    """Show sheets, labels and fields. Status 1 where a file was refused."""
    start_logging(verbose)
    with sentences_for_errors():
        from perfbatch.batch.one_file import bounded
        from perfbatch.batch.retry import GivenUp, reason_of
        from perfbatch.batch.workers import Workers
        from perfbatch.reading.discover import discover
        from perfbatch.reading.inspection import as_json
        from perfbatch.reading.layouts import load_layouts

        load_layouts(options.layouts)
        seen = []
        for source in discover([file], outputs=None, look=Workers.of(options).look):
            found = bounded(_look, source, options)
            if isinstance(found, GivenUp):
                found = [_refused(source.name, found.cause, reason_of(found.cause, options))]
            seen += found
        if json:
            typer.echo(as_json(seen))
        else:
            _show(seen)
    raise typer.Exit(1 if any(one["status"] == "refused" for one in seen) else 0)


def _look(sources: Sequence[Source], options: Options) -> list[dict[str, Any]]:
    """In a process of its own: what the reader sees."""
    from perfbatch.reading.inspection import inspect as look
    from perfbatch.reading.layouts import load_layouts
    from perfbatch.words import load_words

    families, words = load_layouts(options.layouts), load_words(options.templates)
    return look(sources, layouts=families, passwords=options.passwords, words=words)


def _refused(name: str, cause: str, reason: str) -> dict[str, Any]:
    """The record of a file that took its process with it."""
    unknown: dict[str, Any] = {"kind": "", "size": None, "sha256": "", "notes": "", "sheets": [], "forms": []}
    return {"path": name, "status": "refused", "reason_code": cause, "reason": reason, **unknown}


def _show(seen: list[dict[str, Any]]) -> None:
    from rich.console import Console

    console = Console(soft_wrap=False)
    for file in seen:
        _line(console, word("inspect.file", **file), "bold")
        for sheet in file["sheets"]:
            _line(console, word("inspect.sheet", **sheet))
            for almost in sheet["almost"]:
                _line(console, word("inspect.almost", **almost), "yellow")
        for form in file["forms"]:
            _form(console, form)


def _form(console: Console, form: dict[str, Any]) -> None:
    console.print()
    _line(console, word("inspect.form", **form), "bold")
    table = _table("field", "cell", "raw", "value", "remark")
    for name, field in form["fields"].items():
        if field["state"] != "absent":
            remark = word("inspect.remark", **field)
            table.add_row(_name(name), field["cell"], *_safe(field["raw"], _number(field["value"])), remark)
    console.print(table)
    if form["funds"]:
        _rows(console, "line", [(line["label"], line["fields"]) for line in form["funds"]], _MONEY)
    if form["indicators"]:
        _rows(console, "levels", [(_levels(one), one["fields"]) for one in form["indicators"]], _COLUMNS)


def _rows(
    console: Console, first: str, rows: list[tuple[str, dict[str, Any]]], columns: tuple[str, ...]
) -> None:
    """One row a line of the form; a cell shows address and text, and below what was made of it."""
    used = [name for name in columns if any(fields[name]["state"] != "absent" for _, fields in rows)]
    table = _table(first)
    for name in used:
        table.add_column(_name(name), overflow="fold")
    for heading, fields in rows:
        cells = [word("inspect.cell", **{"parsed": {}, **fields[name]}) for name in used]
        table.add_row(*_safe(heading, *cells))
    console.print(table)


def _levels(indicator: dict[str, Any]) -> str:
    return word("inspect.indicator", **indicator)


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(show_lines=True)
    for column in columns:
        table.add_column(word(f"inspect.columns.{column}"), overflow="fold")
    return table


def _name(field: str) -> str:
    return word(f"inspect.fields.{field}")


def _number(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _safe(*texts: str) -> list[str]:
    """Texts of a file, in which square brackets are no markup."""
    from rich.markup import escape

    return [escape(terminal_text(text)) for text in texts]


def _line(console: Console, text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
