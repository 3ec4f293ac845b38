"""One round for what was dropped: where the result goes, the run, and its summary opened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import typer

from perfbatch.cli.options import word
from perfbatch.desktop.dropped import dropped

OUTPUT = "核验结果"
SUMMARY = "汇总.xlsx"
FINISHED = (0, 1, 3)
"""Exit statuses of a run that wrote its summary: nothing refused, something refused, --fail-on."""
CRASHED = 70
"""EX_SOFTWARE: no status that a run ends with."""


def check_dropped() -> int:
    """``perfbatch run`` over what was dropped. The exit status of the run, 2 where nothing was."""
    names = dropped(os.environ, sys.argv[1:])
    if not names:
        typer.echo(word("desktop.nothing"), err=True)
        return 2
    places = [Path(name).absolute() for name in names]
    _leave_the_folder()
    output = _settled(places) or places[0].parent / OUTPUT
    typer.echo(word("desktop.begun", names=places, output=output))
    status = _run([*map(str, places), "--output", str(output)])
    if status in FINISHED:
        _show(output / SUMMARY)
    return status


def _settled(places: list[Path]) -> Path | None:
    """The result folder that perfbatch.toml beside 核验.bat names; what is wrong in it, the run says."""
    from perfbatch.options import CommandOptions
    from perfbatch.settings import SettingsError, find

    try:
        output = find(places).of(CommandOptions).output
    except SettingsError:
        return None
    return output.absolute() if output else None


def _run(arguments: list[str]) -> int:
    from perfbatch.__main__ import main

    sys.argv = ["perfbatch", "run", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 2
    except Exception:
        traceback.print_exc()
        return CRASHED
    return 0


def _leave_the_folder() -> None:
    """Work where 核验.bat lies: of the folder that things were dropped from, a unit may have sent all."""
    home = os.environ.get("PERFBATCH_HOME")
    if home:
        os.chdir(home)


def _show(summary: Path) -> None:
    """Open it with what the desktop opens workbooks with; say where it is in any case."""
    if not summary.is_file():
        return
    typer.echo(word("desktop.opens", path=summary))
    if sys.platform == "win32":
        start: Any = os.startfile
        try:
            start(summary)
        except OSError:
            typer.echo(word("desktop.unopened"))
    elif opener := shutil.which("xdg-open"):
        subprocess.run(  # noqa: S603
            [opener, summary], check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
