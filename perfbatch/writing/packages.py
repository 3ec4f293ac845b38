"""分发/<主管部门>.zip: what a department is sent: for each unit copies and letters, and its own 汇总.xlsx.

Fed chunk by chunk; each department's rows wait in a file of its own, so that memory holds one chunk, however
many forms there are. A second run over the same makes the same bytes.
"""

from __future__ import annotations

import pickle
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from perfbatch.own_outputs import STORE
from perfbatch.schema import Frames
from perfbatch.whole_files import Settle, make_folder, settle, waiting_beside
from perfbatch.writing.chunk import Places, name_key
from perfbatch.writing.file_names import Names, file_name
from perfbatch.writing.names import PACKAGES, SUMMARY
from perfbatch.writing.running_totals import RunningTotals
from perfbatch.writing.summary import Summary
from perfbatch.writing.text import printable

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.words import Words
    from perfbatch.writing.context import RunContext
    from perfbatch.writing.season_frames import SeasonFrames

Letters = Mapping[tuple[str, str], Sequence[str]]
"""Paths of letters below the output folder, by ``name_key`` of department and of unit."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time
_READABLE = 0o644 << 16


@dataclass(slots=True)
class _Department:
    """What waits for one department."""

    name: str
    waiting: Path
    places: list[Places] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    """The folder of each of its units, by ``name_key``."""
    copies: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """The copies of each unit: path below the output folder, path in the package."""
    _names: Names = field(default_factory=Names)

    def folder(self, unit: str, fallback: str) -> str:
        """The folder of a unit, its own even where another's name looks alike as a file name."""
        key = name_key(unit)
        if key not in self.folders:
            self.folders[key] = self._names.unique(file_name(unit, fallback), "")
        return self.folders[key]


class Packages:
    """The packages of one run, below ``output``."""

    def __init__(
        self, output: Path, words: Words, season: SeasonFrames | None = None, settle: Settle = settle
    ) -> None:
        """Raises OSError where nothing can be written beside the outputs."""
        self._output, self._words, self._settle = output, words, settle
        self._season = season
        self._departments: dict[str, _Department] = {}
        self._folder = output / STORE / "packages"
        self.abort()  # what a run that was killed has left
        make_folder(output, self._folder)

    def append(self, frames: Frames, places: Places | None) -> None:
        """Take in a chunk's forms (stage 'batch': their copies are known)."""
        forms = frames.forms
        if not len(forms):
            return
        if places is None:
            before = sum(len(some) for one in self._departments.values() for some in one.places)
            places = np.arange(before, before + len(forms))
        keys = forms["department"].map(name_key).to_numpy(dtype=object)
        for key in dict.fromkeys(keys):
            chosen = np.flatnonzero(keys == key)
            department = self._department(key, forms["department"].iloc[chosen[0]])
            mine = self._with_own_places(_of_forms(frames, chosen), department)
            department.places.append(places[chosen])
            with department.waiting.open("ab") as file:
                pickle.dump(dict(mine.items()), file)

    def close(self, context: RunContext, letters: Letters) -> list[str]:
        """Write the packages; their paths below the output folder."""
        if self._season is not None and self._season.roster is not None:
            for name in self._season.roster["department"]:  # those that owe everything are sent something too
                if any(key == name_key(name) for key, _ in letters):
                    self._department(name_key(name), name)
        names = Names()
        written = [self._write(key, context, letters, names) for key in self._departments]
        self.abort()
        return written

    def abort(self) -> None:
        """Forget what was taken in."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _department(self, key: str, name: str) -> _Department:
        if key not in self._departments:
            name = " ".join(printable(name).split())
            self._departments[key] = _Department(name, self._folder / str(len(self._departments)))
        return self._departments[key]

    def _with_own_places(self, frames: Frames, department: _Department) -> Frames:
        """The frames with the copies where the package has them: in the folder of their first unit."""
        units = dict(zip(frames.forms["file"], frames.forms["unit"], strict=True))
        pairs = dict.fromkeys(zip(frames.forms["file"], frames.forms["unit"], strict=True))
        copies = dict(zip(frames.files["path"], frames.files["copy"], strict=True))
        first: dict[str, str] = {}
        for file, unit in pairs:
            copy = copies.get(file, "")
            if not copy:
                continue
            spelled = " ".join(printable(unit).split())
            inside = f"{department.folder(spelled, self._say('no_unit'))}/{copy}"
            department.copies.setdefault(name_key(unit), []).append((copy, inside))
            first.setdefault(file, inside)
        files = frames.files[frames.files["path"].isin(units)]
        moved = [first.get(path, "") for path in files["path"]]
        return frames.with_(files=files.assign(copy=np.array(moved, dtype=object)).astype(files.dtypes))

    def _write(self, key: str, context: RunContext, letters: Letters, names: Names) -> str:
        department = self._departments[key]
        place = names.unique(f"{PACKAGES}/{file_name(department.name, self._say('no_department'))}", ".zip")
        summary = self._folder / "own" / SUMMARY
        # Where the office keeps its files is nobody else's business.
        shown = replace(context, inputs=(department.name or self._say("no_department"),), output=place)
        self._summarise(department, summary, shown)
        path = self._output / place
        make_folder(self._output, path.parent)
        waiting = waiting_beside(path)
        try:
            with zipfile.ZipFile(waiting, "w", zipfile.ZIP_STORED, allowZip64=True) as package:
                _add(package, SUMMARY, summary)
                for inside, source in sorted(self._contents(key, department, letters).items()):
                    _add(package, inside, self._output / source)
            self._settle(waiting, path)
        finally:
            waiting.unlink(missing_ok=True)
        return place

    def _contents(self, key: str, department: _Department, letters: Letters) -> dict[str, str]:
        """Path in the package → path below the output folder: what each unit is sent."""
        found = {inside: copy for copies in department.copies.values() for copy, inside in copies}
        for (of, unit), paths in letters.items():
            if of == key:
                # A unit that sent no form is called as its letter is.
                stem = Path(paths[0]).stem.removesuffix(self._say("reminder"))
                folder = department.folders.get(unit) or department.folder(stem, self._say("no_unit"))
                found |= {f"{folder}/{Path(path).name}": path for path in paths}
        return found

    def _summarise(self, department: _Department, path: Path, context: RunContext) -> None:
        """The department's own 汇总.xlsx."""
        totals = RunningTotals()
        season = self._season_of(department)
        order = np.sort(np.concatenate(department.places)) if department.places else np.array([], dtype=int)
        with Summary(path, self._words, totals, season=season, forms=len(order)) as summary:
            for frames, places in zip(self._frames(department), department.places, strict=True):
                summary.append(totals.take(frames, np.searchsorted(order, places)))
            # Where the office's own files lie, and how it called the program, is no department's affair.
            summary.close(replace(context, options=(), office=()))

    def _frames(self, department: _Department) -> Iterator[Frames]:
        if not department.waiting.exists():
            return
        with department.waiting.open("rb") as file:
            for _ in department.places:
                yield Frames(**pickle.load(file))  # noqa: S301  (our own, written a moment ago)

    def _season_of(self, department: _Department) -> SeasonFrames | None:
        """Its part of the roster; what concerns the whole batch stays with the office."""
        season = self._season
        if season is None or season.roster is None:
            return None
        mine: pd.Series[Any] = season.roster["department"].map(name_key) == name_key(department.name)
        return replace(
            season, roster=season.roster[mine].reset_index(drop=True), remarks=(), to_confirm=None,
            rounds=None, decisions=None, to_review=None,
        )  # fmt: skip

    def _say(self, key: str) -> str:
        return self._words.text("notices", key)


def _of_forms(frames: Frames, chosen: Places) -> Frames:
    """The rows of the forms at ``chosen``."""
    forms = frames.forms.iloc[chosen]
    ids = forms["form_id"]
    return frames.with_(
        forms=forms,
        **{
            name: frame[frame["form_id"].isin(ids)]
            for name, frame in frames.items()
            if name in ("funds", "indicators", "findings")
        },
    )


def _add(package: zipfile.ZipFile, name: str, source: Path) -> None:
    """One file, the same bytes whenever it was written."""
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.external_attr = _READABLE
    info.create_system = 3
    info.file_size = source.stat().st_size
    with source.open("rb") as read, package.open(info, "w") as write:
        shutil.copyfileobj(read, write, 1 << 20)
