"""``perfbatch template``: blank forms for the units."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from perfbatch.cli.options import Templates, sentences_for_errors, word

_OUT = typer.Option("--output", "-o", help=word("help.template_output"), metavar="DIR")
_ROSTER = typer.Option("--roster", help=word("help.template_roster"), metavar="FILE")
_TARGETS = typer.Option("--targets", help=word("help.template_targets"), metavar="INPUT")
_LAYOUT = typer.Option("--layout", help=word("help.template_layout"), metavar="national|platform")
_RULES = typer.Option("--rules", help=word("help.template_rules"), metavar="BOOK")
_YEAR = typer.Option("--year", help=word("help.template_year"), min=1990, max=2100)
_FORM = typer.Option("--form", help=word("help.template_form"), metavar="FILE")
_PASSWORDS = typer.Option("--password-file", help=word("help.password_file"), metavar="FILE")
_LOCK = typer.Option("--protect", help=word("help.template_protect"), metavar="PASSWORD")


def template_command(
    output: Annotated[Path, _OUT],
    roster: Annotated[Path | None, _ROSTER] = None,
    targets: Annotated[list[Path] | None, _TARGETS] = None,
    layout: Annotated[str, _LAYOUT] = "",
    rules: Annotated[str | None, _RULES] = None,
    year: Annotated[int | None, _YEAR] = None,
    protect: Annotated[str, _LOCK] = "",
    form: Annotated[Path | None, _FORM] = None,
    password_file: Annotated[Path | None, _PASSWORDS] = None,
    templates: Templates = None,
) -> None:
    """Make the forms; say what is doubtful about them."""
    with sentences_for_errors():
        from perfbatch.blank_forms import TemplateOptions, make
        from perfbatch.settings.passwords import passwords_of
        from perfbatch.words import load_words

        made = make(
            output,
            TemplateOptions(
                roster=roster, targets=tuple(targets or ()), layout=layout, rules=rules, year=year,
                password=protect, passwords=passwords_of(password_file) if password_file else (),
                templates=templates, form=form,
            ),
        )  # fmt: skip
        words = load_words(templates)
        typer.echo(words.text("blank_forms", "done.written", count=len(made.paths), path=output))
        for remark in made.remarks:
            typer.echo(words.text("blank_forms", "done.remark", text=remark))
