"""``perfbatch verify``: whether inputs, rules, program and outputs of a run are still those that it noted."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfbatch.cli.options import fail, sentences_for_errors, terminal_text, word

if TYPE_CHECKING:
    from perfbatch.verifying import Report

_LISTED = 200
"""Lines of one kind that are shown."""


def verify_command(
    folder: Annotated[Path, typer.Argument(help=word("help.verify_folder"), metavar="DIR")],
    inputs: Annotated[
        list[Path] | None, typer.Argument(help=word("help.verify_inputs"), metavar="[INPUT…]")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help=word("help.verify_format"), metavar="text|json")
    ] = "text",
    workers: Annotated[int | None, typer.Option("--workers", help=word("help.workers"), metavar="N")] = None,
) -> None:
    """Show what does not hold; the status says whether all does."""
    with sentences_for_errors():
        from perfbatch.verifying import NothingToVerifyError, verify
        from perfbatch.words import load_words

        if form not in ("text", "json"):
            raise fail(load_words().text("verify", "nothing.format", value=form))
        try:
            report = verify(folder, inputs or (), workers=workers)
        except NothingToVerifyError as error:
            raise fail(load_words().text("verify", f"nothing.{error.code}", **error.values)) from error
    if form == "json":
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        _show(report)
    raise typer.Exit(0 if report.holds else 1)


def _show(report: Report) -> None:
    from perfbatch.verifying.report import BROKEN, WHATS

    def say(key: str, **values: object) -> None:
        typer.echo(terminal_text(report.words.text("verify", key, **values)))

    say("made", started=report.started, version=report.version)
    in_order = sorted(report.items, key=lambda item: WHATS.index(item.what))
    for what, items in groupby(in_order, key=lambda item: item.what):
        listed = list(items)
        say(f"title.{what}")
        for item in listed[:_LISTED]:
            say("line", sign=report.words.text("verify", f"sign.{item.state}"), sentence=item.sentence)
        if len(listed) > _LISTED:
            say("more", n=len(listed) - _LISTED)
    parts = [
        report.words.text("verify", f"count.{what}", n=report.held[what])
        for what in WHATS
        if report.held[what]
    ]
    if parts:
        say("held", parts=parts)
    if report.holds:
        say("holds", unproven=sum(item.state == "unproven" for item in report.items))
    else:
        say("broken", count=sum(item.state in BROKEN for item in report.items))
