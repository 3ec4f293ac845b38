"""What a run leaves for the next one, in .perfbatch/ of the output folder.

.perfbatch/<hash of the settings>/<part>/*.arrow        frames of a chunk of files
.perfbatch/<hash of the settings>/<part>/files.json     what those files are, readable without the frames
.perfbatch/<hash of the settings>/<part>/copies.json    what became of their copies
.perfbatch/last.json                                    what the run as a whole came to

Frames are those before the findings of the batch as a whole, which another file can change.

A part appears whole or not at all and is never changed, so that whatever a killed run left can be used.
The store holds nothing that could not be made again: it may be deleted at any time. What a run with nothing
to do asks of it is JSON: pandas and Arrow take longer to load than such a run.

Nothing of it is believed. JSON stands below the SHA-256 of itself and of the folder of settings that it was
made for; files.json holds those of the frames. A part that does not agree with them (a bad disk, a folder
that was synchronised, somebody's hand) is left out, and its files are read anew. Frames are held against them
each time they are read: what changes while a run uses it raises DamagedPartError, and the run begins again.
This is no seal: whoever may write here can make another that agrees (SECURITY.md).
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from perfbatch.caching import cached
from perfbatch.own_outputs import inside
from perfbatch.schema import SCHEMAS
from perfbatch.travelling import TravellingError
from perfbatch.whole_files import is_link, write_whole

log = logging.getLogger(__name__)

FRAMES = tuple(f"{name}.arrow" for name in SCHEMAS)
"""Files of a part's frames."""
_LAST = "last.json"
_FILES = "files.json"
_COPIES = "copies.json"
_TOP = ""
"""For what is no settings' own."""


class DamagedPartError(TravellingError, OSError):
    """What lies in ``folder`` is no longer what was written there, though it was a moment ago."""

    def __init__(self, folder: Path) -> None:
        super().__init__(errno.EIO, "not what was written", str(folder))
        self.folder = folder


class KeptCopy(NamedTuple):
    """A copy that was made: its path below the output folder ('' for none), remarks, size and time of the
    file, a hash of what the batch as a whole had ``said`` of its forms, and the file's SHA-256."""

    copy: str
    remarks: str
    size: int
    mtime_ns: int
    said: str
    sha256: str


class FileRow(NamedTuple):
    """One file of a batch, as far as the run as a whole must know it."""

    path: str
    sha256: str
    size: int | None
    kind: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptPart:
    """Frames of some files on disk, with what is known of their copies."""

    folder: Path
    files: Sequence[FileRow]
    copies: Mapping[str, KeptCopy] = field(default_factory=dict)


class Store:
    """The parts of one output folder that were made with the same settings."""

    def __init__(self, root: Path, key: str) -> None:
        self._root = root
        self._folder = root / key[:32]

    @property
    def folder(self) -> Path:
        """Where parts of these settings go; made when first asked for."""
        if is_link(self._folder):
            self._folder.unlink()
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def parts(self) -> list[KeptPart]:
        """All parts that can be used, the oldest first; what is broken is left out."""
        if not self._folder.is_dir() or is_link(self._folder):
            return []
        found = (load_part(folder) for folder in sorted(self._folder.iterdir()) if folder.name[0] != ".")
        return [part for part in found if part is not None]

    def read_alike(self, start: int) -> list[KeptPart]:
        """Parts of other settings whose files were read in the same way, though judged otherwise: the first
        ``start`` characters of the settings agree."""
        alike = (
            folder
            for folder in sorted(self._root.glob(f"{self._folder.name[:start]}*"))
            if folder != self._folder and folder.is_dir() and not is_link(folder)
        )
        found = (load_part(part) for of in alike for part in sorted(of.iterdir()) if part.name[0] != ".")
        return [part for part in found if part is not None]

    def last(self) -> dict[str, Any]:
        """What the last finished run said of itself, {} where it cannot be told."""
        return last_run(self._root)

    def keep(self, parts: Iterable[Path], last: Mapping[str, Any]) -> None:
        """Note what the run came to, then remove every part that is not one of ``parts``."""
        _write(self._root / _LAST, last, _TOP)
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


def last_run(root: Path) -> dict[str, Any]:
    """What the last finished run said of itself, in the store at ``root``; {} where it cannot be told."""
    try:
        last = _read(root / _LAST, _TOP)
    except (OSError, ValueError):
        return {}
    return last if isinstance(last, dict) else {}


def load_part(folder: Path) -> KeptPart | None:
    """The part in ``folder``; None where anything is missing, cut off, changed, or another settings' part."""
    try:
        if is_link(folder):
            return None
        said = _read(folder / _FILES, folder.parent.name)
        if said["sums"] != {
            name: _digest((folder / name).read_bytes(), folder.parent.name) for name in FRAMES
        }:
            return None
        # A hundred thousand files have few kinds, states and reasons between them, and names known elsewhere.
        files = [
            FileRow(sys.intern(path), _text(sha256), _size(size), *map(sys.intern, of))
            for path, sha256, size, *of in said["files"]
        ]
        return KeptPart(folder, files, _copies(folder))
    except (OSError, TypeError, ValueError, LookupError):
        log.debug("%s: not a part that can be used", folder, exc_info=True)
        return None


def _copies(folder: Path) -> dict[str, KeptCopy]:
    """What became of the copies of a part; nothing where that cannot be told: then they are made again."""
    try:
        return {
            _text(path): KeptCopy(_place(copy), _text(remarks), int(size), int(mtime_ns), *map(_text, of))
            for path, copy, remarks, size, mtime_ns, *of in _read(folder / _COPIES, folder.parent.name)
        }
    except (OSError, TypeError, ValueError, LookupError):
        return {}


def note_part(folder: Path, files: Iterable[FileRow], frames: Mapping[str, bytes]) -> None:
    """Write the ``frames`` of a part, by name of their files, and what its files are."""
    for name, data in frames.items():
        write_whole(folder / name, data)
    sums = {name: _digest(data, folder.parent.name) for name, data in frames.items()}
    _write(folder / _FILES, {"files": list(files), "sums": sums}, folder.parent.name)


def note_copies(folder: Path, copies: Mapping[str, KeptCopy]) -> None:
    """Write down what became of the copies of a part."""
    _write(folder / _COPIES, [(path, *copied) for path, copied in copies.items()], folder.parent.name)


def with_sum(data: bytes) -> bytes:
    """``data`` of a file beside the frames of a part, below its hash."""
    return _digest(data, _TOP).encode("ascii") + b"\n" + data


def kept_bytes(path: Path) -> bytes:
    """A part's file of frames, or one that was written ``with_sum``. Raises DamagedPartError."""
    folder = path.parent
    try:
        data = path.read_bytes()
        if path.name in FRAMES:
            wanted, settings = _sums(folder)[path.name], folder.parent.name
        else:
            head, _, data = data.partition(b"\n")
            wanted, settings = head.decode("ascii", "replace"), _TOP
    except (OSError, TypeError, ValueError, LookupError) as error:
        raise DamagedPartError(folder) from error
    if _digest(data, settings) != wanted:
        raise DamagedPartError(folder)
    return data


@cached(64)
def _sums(folder: Path) -> Mapping[str, str]:
    """Hashes of a part's frames: a part is never changed. Raises OSError, ValueError, TypeError, KeyError."""
    return dict(_read(folder / _FILES, folder.parent.name)["sums"])


def untouched(output: Path, copied: KeptCopy) -> bool:
    """Whether the copy lies in ``output`` as it was written."""
    try:
        status = (output / copied.copy).lstat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (copied.size, copied.mtime_ns)


def _digest(data: bytes, settings: str) -> str:
    return hashlib.sha256(settings.encode() + b"\0" + data).hexdigest()


def _write(path: Path, said: Any, settings: str) -> None:
    """JSON below its hash, whole or not at all."""
    data = json.dumps(said).encode("ascii")
    write_whole(path, _digest(data, settings).encode("ascii") + b"\n" + data)


def _read(path: Path, settings: str) -> Any:
    """What ``_write`` wrote. Raises OSError, ValueError where it is not that."""
    digest, _, data = path.read_bytes().partition(b"\n")
    if digest.decode("ascii", "replace") != _digest(data, settings):
        raise ValueError(f"{path}: not what was written")
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError(f"{path}: too deep") from error


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{said!r}: no text")
    return said


def _size(said: Any) -> int | None:
    return None if said is None else int(said)


def _place(said: Any) -> str:
    if _text(said) and not inside(said):
        raise ValueError(f"{said!r}: not below the folder")
    return str(said)
