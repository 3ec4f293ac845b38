"""Options are declared once; command, Python and kept results follow."""

from __future__ import annotations

import inspect
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

import perfbatch
from perfbatch.batch.books import load_books
from perfbatch.batch.identity import READING, documents_hash, outcome_hash
from perfbatch.cli.run_options import takes_options
from perfbatch.options import FROM_PYTHON, Limits, Options

FIELDS = {each.name: each for each in fields(Options)}


def other_value(name: str, folder: Path) -> object:
    """A value of an option that is not its default."""
    if name == "rules":
        return "mof-2020"
    if name in ("layouts", "templates"):
        path = folder / name
        path.mkdir()
        (path / "一.toml").write_text("", encoding="utf-8")
        return path
    default = FIELDS[name].default
    return {
        "workers": 1, "cluster": "tcp://h:1", "deadline": date(2022, 1, 31), "limits": Limits(seconds=1.0),
        "passwords": ("123456",), "headers": "中文", "roster": folder, "as_of": date(2022, 3, 20),
        "targets": (folder,), "history": folder / "history.sqlite", "period": "2022-03",
        "issuer": "某局", "summary_limit": 7, "select": ("R3",), "ignore": ("R303",), "data": "csv,sqlite",
    }.get(name, not default)  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_what_an_option_decides_is_what_changes(name: str, tmp_path: Path) -> None:
    """Kept results and documents are done anew exactly where an option may change them."""
    plain, other = Options(), Options(**{name: other_value(name, tmp_path)})
    assert getattr(other, name) != getattr(plain, name)
    decides = FIELDS[name].metadata.get("decides", "outcome")
    books = [load_books(Options(rules=options.rules)) for options in (plain, other)]
    outcomes = {outcome_hash(options, of) for options, of in zip((plain, other), books, strict=True)}
    assert (len(outcomes) == 2) == (decides in ("outcome", "judgement"))
    assert (len({one[:READING] for one in outcomes}) == 2) == (decides == "outcome")
    assert (documents_hash(plain) != documents_hash(other)) == (decides == "documents")


def test_secrets_are_not_shown() -> None:
    """Nobody reads a password in a log."""
    assert "123456" not in repr(Options(passwords=("123456",)))


def test_the_names_that_run_takes_are_options() -> None:
    """With the same defaults; what is given by name counts before what stands in ``options``."""
    given = {name: one for name, one in inspect.signature(perfbatch.run).parameters.items()
             if name not in ("inputs", "output", "options", "progress")}  # fmt: skip
    assert given.keys() <= FIELDS.keys()
    assert {name: one.default for name, one in given.items()} == {n: FIELDS[n].default for n in given}
    both = Options(rules="beijing-2021", fresh=True).with_given(rules="mof-2020", fresh=False)
    assert both == Options(rules="mof-2020", fresh=True)


def test_a_command_asks_for_every_option_or_for_those_that_it_names() -> None:
    """Each under its name, with its type and default; passwords from a file, too."""

    @takes_options()
    def every(options: Options) -> None:
        """All."""

    @takes_options("rules", "deadline")
    def some(extra: str, options: Options) -> None:
        """Two."""

    asked = inspect.signature(every).parameters
    assert asked.keys() == {*FIELDS.keys() - FROM_PYTHON, "password_file", "config"}
    assert list(inspect.signature(some).parameters) == ["extra", "rules", "deadline", "config"]


def test_a_command_hands_on_what_it_was_given() -> None:
    """Dates as dates, repeated options as tuples."""
    seen = []

    @takes_options("deadline", "passwords")
    def command(options: Options) -> None:
        """Keep them."""
        seen.append(options)

    command(deadline="2022-01-31", passwords=["a", "b"], password_file=None)
    command(deadline=None, passwords=None, password_file=None)
    assert seen == [Options(deadline=date(2022, 1, 31), passwords=("a", "b")), Options()]
