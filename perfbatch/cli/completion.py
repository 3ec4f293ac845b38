"""``--install-completion`` and ``--show-completion``: Tab completes commands and options."""

from __future__ import annotations

from typing import Annotated

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script, install

from perfbatch.cli.options import fail, word
from perfbatch.system_errors import system_error

SHELLS = ("bash", "zsh", "fish")
_PROGRAM, _ASKS = "perfbatch", "_PERFBATCH_COMPLETE"
completion_init()


def _install(shell: str | None) -> None:
    if shell is None:
        return
    try:
        _, path = install(shell=_known(shell), prog_name=_PROGRAM, complete_var=_ASKS)
    except OSError as error:
        raise fail(word("new_file.not_writable", path=error.filename, error=system_error(error))) from error
    typer.echo(word("completion.installed", shell=shell, path=path))
    raise typer.Exit


def _show(shell: str | None) -> None:
    if shell is not None:
        typer.echo(get_completion_script(prog_name=_PROGRAM, complete_var=_ASKS, shell=_known(shell)))
        raise typer.Exit


def _known(shell: str) -> str:
    if shell not in SHELLS:
        raise fail(word("completion.unknown", shell=shell, shells=SHELLS))
    return shell


Install = Annotated[
    str | None,
    typer.Option(
        "--install-completion", callback=_install, is_eager=True, help=word("help.install_completion"),
        metavar="|".join(SHELLS),
    ),
]  # fmt: skip
Show = Annotated[
    str | None,
    typer.Option(
        "--show-completion", callback=_show, is_eager=True, help=word("help.show_completion"),
        metavar="|".join(SHELLS),
    ),
]  # fmt: skip
