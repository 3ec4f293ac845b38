"""What a run leaves for the next one, in .perfbatch/ of the output folder.

.perfbatch/<hash of the settings>/<part>/*.arrow        frames of a chunk of files
.perfbatch/<hash of the settings>/<part>/copies.arrow   what became of their copies
.perfbatch/last.json                                    what the run as a whole came to

Frames are those before the findings of the batch as a whole, which another file can change.

A part appears whole or not at all and is never changed, so that whatever a killed run left can be used.
The store holds nothing that could not be made again: it may be deleted at any time.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from perfbatch.batch.spill import read_table, write_table
from perfbatch.schema import SCHEMAS

log = logging.getLogger(__name__)

_LAST = "last.json"
_COPIES = "copies.arrow"
_FILES = ("path", "sha256", "size", "kind", "status", "reason")
_ARROW_END = b"ARROW1"


class Copied(NamedTuple):
    """A copy that was made: its path below the output folder ('' for none), remarks, size and time of the
    file, and a hash of what the batch as a whole had ``said`` of its forms."""

    copy: str
    remarks: str
    size: int
    mtime_ns: int
    said: str


class FileRow(NamedTuple):
    """One file of a batch, as far as the run as a whole must know it."""

    path: str
    sha256: str
    size: int | None
    kind: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """Frames of some files on disk, with what is known of their copies."""

    folder: Path
    files: Sequence[FileRow]
    copies: Mapping[str, Copied] = field(default_factory=dict)


class Store:
    """The parts of one output folder that were made with the same settings."""

    def __init__(self, root: Path, key: str) -> None:
        self._root = root
        self._folder = root / key[:32]

    @property
    def folder(self) -> Path:
        """Where parts of these settings go; made when first asked for."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def parts(self) -> list[Part]:
        """All parts that can be used, the oldest first; what is broken is left out."""
        if not self._folder.is_dir():
            return []
        found = (load(folder) for folder in sorted(self._folder.iterdir()) if folder.name[0] != ".")
        return [part for part in found if part is not None]

    def last(self) -> dict[str, Any]:
        """What the last finished run said of itself, {} where it cannot be told."""
        try:
            last = json.loads((self._root / _LAST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return last if isinstance(last, dict) else {}

    def keep(self, parts: Iterable[Path], last: Mapping[str, Any]) -> None:
        """Note what the run came to, then remove every part that is not one of ``parts``."""
        waiting = self._root / f".{_LAST}"
        waiting.write_text(json.dumps(last, ensure_ascii=False), encoding="utf-8")
        waiting.replace(self._root / _LAST)
        wanted = {part.name for part in parts}
        for folder in self._root.iterdir():
            if folder == self._folder:
                for part in folder.iterdir():
                    if part.name not in wanted:
                        shutil.rmtree(part, ignore_errors=True)
            elif folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Forget everything."""
        shutil.rmtree(self._root, ignore_errors=True)


def load(folder: Path) -> Part | None:
    """The part in ``folder``; None where a file is missing or was cut off by a power failure."""
    try:
        if not all(_whole(folder / f"{name}.arrow") for name in SCHEMAS):
            return None
        files = _rows(read_table(folder / "files.arrow", _FILES), FileRow)
        path = folder / _COPIES
        copies = {}
        if path.exists() and _whole(path):
            table = read_table(path)
            names = table.column("path").to_pylist()
            copies = dict(zip(names, _rows(table, Copied), strict=True))
    except (OSError, pa.ArrowException, KeyError, ValueError):
        log.debug("%s: not a part that can be used", folder, exc_info=True)
        return None
    return Part(folder, files, copies)


def note_copies(folder: Path, copies: Mapping[str, Copied]) -> None:
    """Write down what became of the copies of a part."""
    columns: dict[str, Any] = {"path": pa.array(copies.keys(), pa.string())}
    kinds = {"size": pa.int64(), "mtime_ns": pa.int64()}
    for at, name in enumerate(Copied._fields):
        columns[name] = pa.array([copied[at] for copied in copies.values()], kinds.get(name, pa.string()))
    write_table(pa.table(columns), folder / _COPIES)


def untouched(output: Path, copied: Copied) -> bool:
    """Whether the copy lies in ``output`` as it was written."""
    try:
        status = (output / copied.copy).stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (copied.size, copied.mtime_ns)


def _rows(table: Any, kind: type[Any]) -> list[Any]:
    columns = [table.column(name).to_pylist() for name in kind._fields]
    return list(map(kind._make, zip(*columns, strict=True)))


def _whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-len(_ARROW_END), os.SEEK_END)
        return file.read() == _ARROW_END
