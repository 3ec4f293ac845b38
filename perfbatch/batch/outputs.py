"""The output folder: what is ours in it, what a person changed, and what may be replaced.

Ours is what ``perfbatch.own_outputs`` knows to be ours. A second run replaces that and nothing else; an
output that a person has edited since goes to 备份/ and is not thrown away.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perfbatch.own_outputs import (
    BACKUP,
    JOURNAL,
    MANIFEST,
    OWN_NAMES,
    STORE,
    Known,
    Stamp,
    as_state,
    known_outputs,
)
from perfbatch.system_errors import system_error
from perfbatch.travelling import TravellingError
from perfbatch.whole_files import UNFINISHED, first_link, is_link, make_folder, write_whole
from perfbatch.writing.names import COPIES, DATA, NOTICES, PACKAGES, REPORT, SUMMARY


class OutputError(TravellingError):
    """The output folder cannot be used; ``code`` names the sentence, ``values`` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(slots=True)
class OutputFolder:
    """One output folder during one run; ``known`` is what earlier runs left there."""

    path: Path
    known: Known = field(default_factory=Known)

    @staticmethod
    def make(path: Path) -> None:
        """Make the folder where it is not there. Raises OutputError."""
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise OutputError("not_a_folder", path=path) from None
        except OSError as error:
            raise OutputError("not_writable", path=path, error=system_error(error)) from error
        if not os.access(path, os.W_OK):
            raise OutputError("not_writable", path=path, error="")

    @classmethod
    def claim(cls, path: Path) -> OutputFolder:
        """Make or take over the folder. Raises OutputError where it cannot be ours."""
        cls.make(path)
        for name in (COPIES, DATA, NOTICES, PACKAGES, BACKUP, STORE):
            if is_link(path / name):
                raise OutputError("link", path=path, name=name)
        known = known_outputs(path)
        if known is None:
            for name in (SUMMARY, REPORT, MANIFEST, COPIES, DATA, NOTICES):
                if (path / name).exists():
                    raise OutputError("not_ours", path=path, name=name)
            return cls(path)
        return cls(path, known)

    @property
    def store(self) -> Path:
        """Folder for what is no output: see ``store``."""
        return self.path / STORE

    def begin(self, started: str) -> list[str]:
        """Make the folder ours for a run that began at ``started``; paths of what was saved to 备份/.

        From here on the folder can be broken off at any moment: what it then holds is known to the next run.
        """
        self._write_state()
        shutil.rmtree(self.path / JOURNAL, ignore_errors=True)  # run.json has it all now
        self._clear_unfinished()
        return self._save_edited(started)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write run.json of a run that came to its end, and what is in 备份/ since earlier ones."""
        backups = {name: of for name, of in self.known.backups.items() if (self.path / name).is_file()}
        self.write_manifest({**manifest, "backups": as_state(backups)})
        self._clear_unfinished()  # a run with nothing to do never began
        shutil.rmtree(self.path / JOURNAL, ignore_errors=True)

    def _write_state(self) -> None:
        known = self.known
        stamps = {"pending": as_state(known.outputs), "backups": as_state(known.backups)}
        self.write_manifest({"tool": "perfbatch", "state": "running", "outputs": {}, **stamps})

    def _clear_unfinished(self) -> None:
        """Remove what a killed run was writing; what it had finished is whole.

        A run that was killed before its first run.json left something too, beside that of a finished one.
        """
        for path in self.path.iterdir():
            if UNFINISHED.fullmatch(path.name):
                path.unlink(missing_ok=True)
        if self.known.finished:
            return
        for folder in (COPIES, DATA, NOTICES, PACKAGES, STORE):
            for path in (self.path / folder).rglob(".*.part"):
                if UNFINISHED.fullmatch(path.name) and first_link(self.path, path) is None:
                    path.unlink(missing_ok=True)

    def _save_edited(self, started: str) -> list[str]:
        """Put workbooks and letters that a person has changed into 备份/<started>/; their paths.

        汇总.xlsx is copied: it stays in place until the new one replaces it, since a run may break off here
        and the office has no other place to look for what it wrote.
        """
        saved: dict[str, list[Stamp]] = {}
        edited = [name for name in self.known.outputs if self._is_edited(name)]
        home = self._new_backup(started) if edited else self.path
        for name in edited:
            path, target = self.path / name, home / name
            if name == SUMMARY and self._is_saved(path):
                continue  # by a run that broke off before it wrote its own
            make_folder(self.path, target.parent)
            saved[target.relative_to(self.path).as_posix()] = [Stamp.of(path.lstat())]
            if name == SUMMARY:
                _copy(path, target)
            else:
                path.replace(target)
        if saved:
            self.known = Known(self.known.outputs, {**self.known.backups, **saved}, self.known.finished)
            self._write_state()
        return list(saved)

    def put_aside(self, name: str, started: str) -> str:
        """Copy a file that a person changed while the run went on to 备份/; its path there."""
        path, target = self.path / name, self._new_backup(started) / name
        make_folder(self.path, target.parent)
        saved = {target.relative_to(self.path).as_posix(): [Stamp.of(path.lstat())]}
        _copy(path, target)
        self.known = Known(self.known.outputs, {**self.known.backups, **saved}, self.known.finished)
        return next(iter(saved))

    def _is_saved(self, path: Path) -> bool:
        """Whether 备份/ holds the file as it is now."""
        data = path.read_bytes()
        return any(
            (self.path / name).read_bytes() == data
            for name, stamps in self.known.backups.items()
            if name.endswith(f"/{path.name}")
            and any(stamp.size == len(data) for stamp in stamps)
            and (self.path / name).is_file()
        )

    def _is_edited(self, name: str) -> bool:
        if not name.endswith((".xlsx", ".xlsm", ".docx")) or not self._may_go(name):
            return False
        try:
            return not self.known.ours(name, (self.path / name).lstat())
        except OSError:
            return False

    def _new_backup(self, started: str) -> Path:
        """A folder in 备份/ that is not there yet: a clock may have gone back."""
        number, home = 1, self.path / BACKUP / started
        while home.exists():
            number += 1
            home = self.path / BACKUP / f"{started}-{number}"
        return home

    def remove_stale(self, written: Iterable[str]) -> None:
        """Remove outputs of the run before that this run did not write, and folders left empty.

        A file that is not as it was written stays, whatever run.json says of it.
        """
        keep = set(written)
        for name in self.known.outputs:
            path = self.path / name
            if name in keep or not self._may_go(name):
                continue
            try:
                if not self.known.ours(name, path.lstat()):
                    continue
                path.unlink()
            except FileNotFoundError:
                continue
            for folder in path.parents:
                if folder == self.path or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def _may_go(self, name: str) -> bool:
        """Whether what a run.json calls ``name`` lies where we write, reached through no link."""
        top, _, below = name.partition("/")
        ours = top in OWN_NAMES - {MANIFEST, BACKUP, STORE} and (bool(below) or (self.path / top).is_file())
        return ours and first_link(self.path, (self.path / name).parent) is None

    def stamps(self, written: Iterable[str]) -> dict[str, dict[str, int]]:
        """Size and mtime of each output, for the manifest."""
        return {name: Stamp.of((self.path / name).stat())._asdict() for name in written}

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write run.json whole or not at all."""
        write_whole(self.path / MANIFEST, "".join(_lines(manifest)).encode("utf-8", "replace"))


def _copy(path: Path, target: Path) -> None:
    """A second file with the same content and time, whole or not at all. Raises OSError."""
    write_whole(target, path.read_bytes())
    shutil.copystat(path, target)


def _lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    """JSON with one line for each file and output, which a person can read and search by the thousand."""
    yield "{"
    for number, (key, value) in enumerate(manifest.items()):
        yield f"{',' if number else ''}\n {_json(key)}: "
        if isinstance(value, Mapping) and value and all(isinstance(v, Mapping) for v in value.values()):
            yield from _enclosed("{}", (f"{_json(name)}: {_json(of)}" for name, of in value.items()))
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            yield from _enclosed("[]", map(_json, value))
        else:
            yield _json(value)
    yield "\n}\n"


def _enclosed(brackets: str, rows: Iterable[str]) -> Iterator[str]:
    yield brackets[0]
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {row}"
    yield f"\n {brackets[1]}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
