"""The output folder: what is ours in it, what a person changed, and what may be replaced.

Ours is what the folder's run.json lists. A second run replaces that and nothing else; an output that a
person has edited since is moved to 备份/ and not thrown away.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perfbatch.writing.names import COPIES, DATA, NOTICES, REPORT, SUMMARY

MANIFEST = "run.json"
BACKUP = "备份"
STORE = ".perfbatch"
_UNFINISHED = re.compile(r"\.(\d+-\d+|.+\.(?:csv|docx))\.part")
_MTIME_TOLERANCE = 2_000_000_000  # ns: what a FAT stick or a share may round a time by


class OutputError(Exception):
    """The output folder cannot be used; ``code`` names the sentence, ``values`` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(slots=True)
class OutputFolder:
    """One output folder during one run.

    ``previous`` maps the outputs of the run before (path below the folder) to size and mtime.
    """

    path: Path
    previous: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    interrupted: bool = False
    """The run before did not come to its end."""

    @classmethod
    def claim(cls, path: Path) -> OutputFolder:
        """Make or take over the folder. Raises OutputError where it cannot be ours."""
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise OutputError("not_a_folder", path=path) from None
        except OSError as error:
            raise OutputError("not_writable", path=path, error=error.strerror) from error
        if not os.access(path, os.W_OK):
            raise OutputError("not_writable", path=path, error="")
        manifest = _read_manifest(path / MANIFEST)
        if manifest is None:
            for name in (SUMMARY, REPORT, MANIFEST, COPIES, DATA, NOTICES):
                if (path / name).exists():
                    raise OutputError("not_ours", path=path, name=name)
            return cls(path)
        outputs = manifest.get("outputs")
        previous = outputs if isinstance(outputs, dict) else {}
        return cls(path, previous, interrupted=manifest.get("state") != "done")

    @property
    def store(self) -> Path:
        """Folder for what is no output: see ``store``."""
        return self.path / STORE

    def clear_unfinished(self) -> None:
        """Remove what a killed run was writing; what it had finished is whole."""
        for folder in (COPIES, DATA, NOTICES):
            for path in (self.path / folder).rglob(".*.part"):
                if _UNFINISHED.fullmatch(path.name):
                    path.unlink(missing_ok=True)

    def save_edited(self, started: str) -> list[str]:
        """Move workbooks and letters that a person has changed to 备份/<started>/; their paths."""
        saved = []
        for name, stamp in self.previous.items():
            if not _inside(name) or not name.endswith((".xlsx", ".xlsm", ".docx")):
                continue
            path = self.path / name
            try:
                now = path.stat()
            except OSError:
                continue
            same_time = abs(now.st_mtime_ns - int(stamp.get("mtime_ns", 0))) <= _MTIME_TOLERANCE
            if now.st_size == stamp.get("size") and same_time:
                continue
            target = self.path / BACKUP / started / name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            saved.append(target.relative_to(self.path).as_posix())
        return saved

    def remove_stale(self, written: Iterable[str]) -> None:
        """Remove outputs of the run before that this run did not write, and folders left empty."""
        keep = set(written)
        for name in self.previous:
            if name in keep or not _inside(name):
                continue
            path = self.path / name
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self.path or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def stamps(self, written: Iterable[str]) -> dict[str, dict[str, int]]:
        """Size and mtime of each output, for the manifest."""
        stamps = {}
        for name in written:
            status = (self.path / name).stat()
            stamps[name] = {"size": status.st_size, "mtime_ns": status.st_mtime_ns}
        return stamps

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write run.json whole or not at all."""
        target = self.path / MANIFEST
        waiting = target.with_name(f".{MANIFEST}.tmp")
        with waiting.open("w", encoding="utf-8") as file:
            file.writelines(_lines(manifest))
        waiting.replace(target)


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


def _read_manifest(path: Path) -> dict[str, Any] | None:
    """The manifest of the run before, None where there is none of ours."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("tool") == "perfbatch" else None


def _inside(name: str) -> bool:
    """A path that stays below the folder: a manifest is a file that anyone could have edited."""
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts
