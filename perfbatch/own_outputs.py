"""What is ours in an output folder: what its run.json and the journals of broken-off runs say was written.

A file is ours where it is listed and has the size and the time that it was written with. Before a file gets
its name, its stamp is in a journal: whatever kills a run, the next one knows its files from somebody's edits.

run.json                         outputs: path below the folder → stamp; pending: path → further stamps
                                 that it may have; backups: what was moved to 备份/
.perfbatch/journal/*.jsonl       [path, size, mtime_ns] of each file just before it got its name
"""

from __future__ import annotations

import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

from perfbatch.whole_files import settle, write_all

MANIFEST = "run.json"
BACKUP = "备份"
STORE = ".perfbatch"
JOURNAL = f"{STORE}/journal"
OWN_NAMES = frozenset({
    "汇总.xlsx", "报告.html", MANIFEST, "批注", "数据", "通知", "分发", BACKUP, STORE,
    "状态.html", "监看.log", "监看.log.1", "status",
})  # fmt: skip
"""What a run, the watcher over it or monthly.sh leaves at the top of its output folder."""
_TOLERANCE = 2_000_000_000  # ns: what a FAT stick or a share may round a time by
_LARGEST = 256 << 20
"""Bytes of a run.json or journal: a line is some 200, and there may be some for each of a million files."""


class Stamp(NamedTuple):
    """By what a file is known: its size in bytes and its time in ns."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp of a file that was looked at."""
        return cls(status.st_size, status.st_mtime_ns)

    def agrees(self, other: Stamp) -> bool:
        """Whether both may be the same writing."""
        return self.size == other.size and abs(self.mtime_ns - other.mtime_ns) <= _TOLERANCE


Stamps = Mapping[str, Sequence[Stamp]]
"""Path below the output folder → the stamps that our file of that name may have."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an output folder says of itself. ``finished``: the run that wrote it came to its end."""

    outputs: Stamps = field(default_factory=dict)
    backups: Stamps = field(default_factory=dict)
    finished: bool = True

    def ours(self, name: str, status: os.stat_result) -> bool:
        """Whether the file ``name`` (below the folder) is as we wrote it, or moved it."""
        stamp = Stamp.of(status)
        return any(stamp.agrees(known) for of in (self.outputs, self.backups) for known in of.get(name, ()))


def known_outputs(folder: Path) -> Known | None:
    """What ``folder`` says is ours, without what is odd; None where no run.json of ours lies in it."""
    manifest = read_manifest(folder / MANIFEST)
    if manifest is None:
        return None
    outputs: defaultdict[str, list[Stamp]] = defaultdict(list)
    for part in (manifest.get("outputs"), manifest.get("pending")):
        _add(outputs, _pairs(part))
    _add(outputs, _journals(folder / JOURNAL))
    backups: defaultdict[str, list[Stamp]] = defaultdict(list)
    _add(backups, _pairs(manifest.get("backups")))
    return Known(dict(outputs), dict(backups), manifest.get("state") == "done")


def read_manifest(path: Path) -> dict[str, Any] | None:
    """The run.json of an earlier run, None where there is none of ours."""
    try:
        manifest = read_json(path)
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("tool") == "perfbatch" else None


def read_json(path: Path) -> Any:
    """JSON of a file that anyone could have edited. Raises OSError, ValueError (too large, too deep)."""
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path}: larger than {_LARGEST}")
    try:
        return json.loads(path.read_bytes())
    except RecursionError as error:
        raise ValueError(f"{path}: too deep") from error


def as_state(stamps: Stamps) -> dict[str, list[dict[str, int]]]:
    """``stamps`` for run.json."""
    return {name: [stamp._asdict() for stamp in of] for name, of in stamps.items()}


def inside(name: str) -> bool:
    """Whether ``name`` is a plain path below the folder, read on any system: a run.json can say anything."""
    if not name or "\0" in name:
        return False
    for path in (PurePosixPath(name), PureWindowsPath(name)):
        if path.is_absolute() or path.drive or path.root or ".." in path.parts or not path.parts:
            return False
    return True


class Journal:
    """Settles the outputs of one process below ``folder``, each noted before it gets its name."""

    def __init__(self, folder: Path) -> None:
        self._top = folder
        self._path: Path | None = None

    def settle(self, waiting: Path, target: Path) -> None:
        """Note the stamp of ``waiting``, then give it the name ``target``. Raises OSError."""
        name = target.relative_to(self._top).as_posix()
        line = json.dumps([name, *Stamp.of(waiting.stat())]) + "\n"
        if self._path is None:
            home = self._top / JOURNAL
            home.mkdir(parents=True, exist_ok=True)
            # Random, since on a cluster another machine may have the same process number.
            self._path = home / f"{secrets.token_hex(8)}.jsonl"
        with self._path.open("ab", buffering=0) as file:
            write_all(file, line.encode("ascii"))
        settle(waiting, target)


def _journals(home: Path) -> Iterable[tuple[str, Any]]:
    try:
        paths = sorted(home.glob("*.jsonl"))
        texts = [path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST]
    except OSError:
        return
    for line in (line for text in texts for line in text.splitlines()):
        try:
            name, size, mtime_ns = json.loads(line)
        except (ValueError, TypeError, RecursionError):
            continue  # the last line of a process that was killed while it wrote it
        yield name, {"size": size, "mtime_ns": mtime_ns}


def _pairs(listed: Any) -> Iterable[tuple[Any, Any]]:
    for name, stamps in listed.items() if isinstance(listed, dict) else ():
        for stamp in stamps if isinstance(stamps, list) else [stamps]:
            yield name, stamp


def _add(known: defaultdict[str, list[Stamp]], pairs: Iterable[tuple[Any, Any]]) -> None:
    for name, stamp in pairs:
        if not isinstance(name, str) or not inside(name) or not isinstance(stamp, dict):
            continue
        size, mtime_ns = stamp.get("size"), stamp.get("mtime_ns")
        # bool is an int, and true is no size
        if type(size) is int and type(mtime_ns) is int:
            known[name].append(Stamp(size, mtime_ns))
