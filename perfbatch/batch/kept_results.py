"""What a run leaves for the next one, in .perfbatch/ of the output folder.

.perfbatch/<hash of the settings>/<part>/*.arrow        frames of a chunk of files
.perfbatch/<hash of the settings>/<part>/files.json     what those files are, readable without the frames
.perfbatch/<hash of the settings>/<part>/copies.json    what became of their copies
.perfbatch/last.json                                    what the run as a whole came to

Frames are those before the findings of the batch as a whole, which another file can change.

A part appears whole or not at all and is never changed, so that whatever a killed run left can be used.
The store holds nothing that could not be made again: it may be deleted at any time. What a run with nothing
to do asks of it is JSON: pandas and Arrow take longer to load than such a run.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from perfbatch.schema import SCHEMAS

log = logging.getLogger(__name__)

_LAST = "last.json"
_FILES = "files.json"
_COPIES = "copies.json"
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
        # A hundred thousand files have few kinds, states and reasons between them, and names known elsewhere.
        files = [
            FileRow(sys.intern(path), sha256, size, *map(sys.intern, of))
            for path, sha256, size, *of in _read(folder / _FILES)
        ]
        path = folder / _COPIES
        copies = {row[0]: Copied(*row[1:]) for row in _read(path)} if path.exists() else {}
    except (OSError, TypeError, ValueError, IndexError):
        log.debug("%s: not a part that can be used", folder, exc_info=True)
        return None
    return Part(folder, files, copies)


def note_files(folder: Path, files: Iterable[FileRow]) -> None:
    """Write down what the files of a part are."""
    _write(folder / _FILES, list(files))


def note_copies(folder: Path, copies: Mapping[str, Copied]) -> None:
    """Write down what became of the copies of a part."""
    _write(folder / _COPIES, [(path, *copied) for path, copied in copies.items()])


def untouched(output: Path, copied: Copied) -> bool:
    """Whether the copy lies in ``output`` as it was written."""
    try:
        status = (output / copied.copy).stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (copied.size, copied.mtime_ns)


def _write(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    """A list of rows, whole or not at all."""
    # Random, since on a cluster another machine may have the same process number.
    waiting = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    waiting.write_text(json.dumps(rows), encoding="ascii")
    waiting.replace(path)


def _read(path: Path) -> list[list[Any]]:
    rows = json.loads(path.read_bytes())
    if not isinstance(rows, list):
        raise TypeError(f"{path}: {type(rows)}")
    return rows


def _whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-len(_ARROW_END), os.SEEK_END)
        return file.read() == _ARROW_END
