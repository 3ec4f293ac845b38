"""``perfbatch explain``: what a check finds, why, and what to do, from the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from perfbatch.cli.options import fail, sentences_for_errors, word


def explain(
    check_id: Annotated[str | None, typer.Argument(help=word("help.check_id"), metavar="[ID]")] = None,
) -> None:
    """Show one check, or the list of all."""
    with sentences_for_errors():
        from perfbatch.check.catalogue import catalogue
        from perfbatch.schema import LEVELS

        checks = {check.id: check for check in catalogue()}
        if check_id is None:
            for check in checks.values():
                typer.echo(f"{check.id}  {LEVELS[check.level]}  {check.title}")
            return
        if check_id.upper() not in checks:
            raise fail(word("explain.unknown", id=check_id, ids=list(checks)))
        check = checks[check_id.upper()]
        typer.echo(f"{check.id}  {check.title}")
        typer.echo(f"{word('explain.level')}：{LEVELS[check.level]}（{check.level}）")
        typer.echo(f"{word('explain.finds')}：{check.description}")
        typer.echo(f"{word('explain.advice')}：{check.advice}")
        typer.echo(f"{word('explain.clause')}：{check.clause}")
