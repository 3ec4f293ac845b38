"""``perfbatch rules``: rule books as a person reads them, checked, and a new one to start from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfbatch.cli.office_command import OfficeCommand, OfficeGroup
from perfbatch.cli.options import Templates, fail, sentences_for_errors, word
from perfbatch.system_errors import system_error
from perfbatch.words import load_words

if TYPE_CHECKING:
    from perfbatch.rules import RuleBook

PAGE = "rules.txt.j2"

app = typer.Typer(cls=OfficeGroup, no_args_is_help=True)

Book = Annotated[str, typer.Argument(help=word("help.rules_book"), metavar="NAME|FILE")]


@app.command("list", cls=OfficeCommand, help=word("help.rules_list"))
def list_books() -> None:
    """Show the shipped books, the default first."""
    with sentences_for_errors():
        from perfbatch.rules import DEFAULT, load, names

        for name in names():
            book = load(name)
            typer.echo(word("rules.listed", name=name, title=book.title, default=name == DEFAULT))
            typer.echo(word("rules.listed_scope", scope=book.scope))


@app.command(cls=OfficeCommand, help=word("help.rules_show"))
def show(book: Book, templates: Templates = None) -> None:
    """Show one book: every parameter with value, unit, clause and why."""
    with sentences_for_errors():
        page = load_words(templates).document(PAGE)
        typer.echo(page.render(**described(_load(book))), nl=False)


@app.command("check", cls=OfficeCommand, help=word("help.rules_check"))
def check_book(book: Book) -> None:
    """Say that a book can be used and what it changes, or everything that is wrong with it."""
    with sentences_for_errors():
        from perfbatch.rules import load

        checked = _load(book)
        typer.echo(word("rules.usable", name=checked.name, title=checked.title))
        shipped = next((name for name in checked.extends if name in _names()), None)
        if shipped is None:
            typer.echo(word("rules.stands_alone", count=len(checked.parameters)))
            return
        changes = changed(checked, load(shipped))
        typer.echo(word("rules.changes", shipped=shipped, changes=len(changes)))
        for line in changes:
            typer.echo(f"  {line}")


@app.command("new", cls=OfficeCommand, help=word("help.rules_new"))
def new_book(
    name: Annotated[str, typer.Argument(help=word("help.rules_new_name"), metavar="NAME")],
    extends: Annotated[
        str | None, typer.Option("--extends", help=word("help.rules_extends"), metavar="BOOK")
    ] = None,
) -> None:
    """Write a commented book that changes nothing yet; never over a file."""
    with sentences_for_errors():
        from perfbatch.rules import DEFAULT, draft

        path = Path(name)
        if path.suffix.lower() != ".toml":
            path = path.with_name(f"{path.name}.toml")
        above = extends or DEFAULT
        written_as = above
        if above not in _names():
            _load(above)
            written_as = _from(path.parent, Path(above))
        text = draft(path.stem, above, written_as=written_as)
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            raise fail(word("new_file.exists", path=path)) from None
        except OSError as error:
            raise fail(word("new_file.not_writable", path=path, error=system_error(error))) from error
        typer.echo(word("rules.written", path=path, extends=written_as))


def described(book: RuleBook) -> dict[str, object]:
    """What the page of one book needs: the book, its rows, its levels in words."""
    from perfbatch.rules import shown_rows

    return {"book": book, "rows": shown_rows(book), "levels": level_words(book)}


def level_words(book: RuleBook) -> dict[str, str]:
    """The levels that ``book`` sets, by check, in words."""
    from perfbatch.schema import LEVELS

    words = {**LEVELS, "off": word("rules.off")}
    return {check_id: words[level] for check_id, level in book.levels.items()}


def changed(book: RuleBook, shipped: RuleBook) -> list[str]:
    """A line for everything in which ``book`` differs from ``shipped``."""
    from perfbatch.rules import shown_rows

    before = {row.key: row for row in shown_rows(shipped)}
    lines = []
    for row in shown_rows(book):
        old = before.get(row.key)
        if row.key.startswith("indicators["):
            lines.append(word("rules.entry", key=row.key, value=row.value, clause=row.clause))
        elif old is None or old.value != row.value:
            lines.append(
                word("rules.change", key=row.key, meaning=row.meaning, old=old.value if old else "",
                     new=row.value, unit=row.unit, clause=row.clause)
            )  # fmt: skip
    was = level_words(shipped)
    now = level_words(book)
    lines += [
        word("rules.level", check=one, level=level) for one, level in now.items() if was.get(one) != level
    ]
    return lines


def _load(book: str) -> RuleBook:
    """The book, its [checks] held against the catalogue. Raises RuleBookError."""
    from perfbatch.checking.catalogue import catalogue
    from perfbatch.rules import load

    return load(book, known_checks=[one.id for one in catalogue()])


def _names() -> list[str]:
    from perfbatch.rules import names

    return names()


def _from(folder: Path, file: Path) -> str:
    """``file`` as a book in ``folder`` names it."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return Path(os.path.realpath(file)).as_posix()
