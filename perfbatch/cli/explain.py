"""``perfbatch explain``: a check of the catalogue, or the whole story of one score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from perfbatch.cli.options import fail, sentences_for_errors, word
from perfbatch.cli.run_options import takes_options
from perfbatch.options import Options
from perfbatch.words import load_words

if TYPE_CHECKING:
    from perfbatch.explaining import ExplainError


@takes_options("rules", "layouts", "templates", "passwords")
def explain_command(
    options: Options,
    target: Annotated[
        str | None, typer.Argument(help=word("help.explain_target"), metavar="[ID|FILE#SHEET!CELL]")
    ] = None,
) -> None:
    """Show one check, one cell's story, or the list of all checks."""
    with sentences_for_errors():
        from perfbatch.explaining.target import ExplainError, is_target

        if target is None or not is_target(target):
            _check(target, options.rules)
            return
        from perfbatch.batch.one_file import bounded
        from perfbatch.batch.retry import GivenUp, reason_of

        told = bounded(_explained, target, options)
        if isinstance(told, GivenUp):
            raise fail(reason_of(told.cause, options))
        if isinstance(told, ExplainError):
            raise fail(load_words(options.templates).text("story", f"error.{told.code}", **told.values))
        typer.echo(told, nl=False)


def _explained(targets: Sequence[str], options: Options) -> str | ExplainError:
    """In a process of its own: what is to be said of the one cell, or why nothing can be."""
    from perfbatch.explaining import ExplainError, explain

    try:
        return explain(targets[0], options)
    except ExplainError as error:
        return error


def _check(check_id: str | None, rules: str | None) -> None:
    """One check under a rule book, or all of them."""
    from perfbatch.checking.catalogue import catalogue
    from perfbatch.checking.clauses import clause, under
    from perfbatch.rules import load
    from perfbatch.schema import LEVELS

    checks = {check.id: check for check in catalogue()}
    if check_id is None:
        for check in checks.values():
            typer.echo(f"{check.id}  {LEVELS[check.level]}  {check.title}")
        return
    if check_id.upper() not in checks:
        raise fail(word("explain.unknown", id=check_id, ids=list(checks)))
    book = load(rules, known_checks=list(checks))
    check = under(book, checks[check_id.upper()])
    key = check.clause if check.clause in book.parameters else ""
    level = book.levels.get(check.id, check.level)
    values = {
        "level": LEVELS.get(level, word("rules.off")),
        "code": level,
        "clause": clause(book, check.clause),
        "parameter": key,
    }
    typer.echo(word("explain.check", check=check, book=book.name, **values))
