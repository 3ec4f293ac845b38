"""Where the settings file is: named, in the working folder, or beside 核验.bat; never in INPUT.

Units send the folders that are INPUT: what lies there decides nothing, or a unit could choose the rules that
it is judged by.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from perfbatch.batch.remote import is_address
from perfbatch.settings.errors import Problem, SettingsError
from perfbatch.settings.home import at_home
from perfbatch.settings.read import Settings, read_settings

NAME = "perfbatch.toml"
HOME = "PERFBATCH_HOME"
"""The environment variable by which 核验.bat names the folder that it lies in."""


def find(inputs: Sequence[Path | str] = (), named: Path | None = None) -> Settings:
    """The settings in force for ``inputs``: those of ``named``, else the first found, else none.

    Raises SettingsError where the file cannot be used, or was named and lies in INPUT.
    """
    roots = [Path(os.path.realpath(one)) for one in inputs if not is_address(one)]
    folders = [root for root in roots if root.is_dir()]
    if named is not None:
        path = Path(at_home(str(named)))
        if _inside(path, folders):
            raise SettingsError([Problem("inside_input", str(path))])
        return read_settings(path)
    passed_over: list[Path] = []
    for place in looked_at():
        if place.is_file():
            if not _inside(place, folders):
                return replace(read_settings(place), passed_over=tuple(passed_over))
            passed_over.append(place)
    return Settings(passed_over=tuple(passed_over))


def looked_at() -> list[Path]:
    """The places of a settings file that nobody names, the first found counts."""
    home = os.environ.get(HOME)
    folders = [Path.cwd(), *([Path(home)] if home else [])]
    return [folder / NAME for folder in folders]


def _inside(path: Path, folders: Sequence[Path]) -> bool:
    """Whether it lies in one of the folders, as named or where a link leads."""
    places = {path.absolute(), Path(os.path.realpath(path))}
    return any(place.is_relative_to(folder) for place in places for folder in folders)
