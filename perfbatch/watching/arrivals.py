"""What lies in a watched folder, what changed there, and what is still being written.

No event is needed for any of it: events come twice, too early, or (on network shares) never. They only say
when to look.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from perfbatch.reading.discover import skip_code
from perfbatch.whole_files import place_on_disk

_ARCHIVES = (".xlsx", ".xlsm", ".ods", ".et", ".zip", ".xltx", ".xltm")
_END = b"PK\x05\x06"
_HEAD = b"PK\x03\x04"
_RECORD = 22
_TAIL = _RECORD + 65_535
"""The end of a .zip stands within this many bytes of a file's end: the record and the longest comment."""


class Stamp(NamedTuple):
    """By what a change is seen: one that takes a file's place with its size and time has another number."""

    size: int
    mtime_ns: int
    number: int


def look(inbox: Path, output: Path) -> dict[str, Stamp]:
    """Every file below ``inbox`` that a run might read, by its path; what a run writes is not looked at.

    Links to folders are followed as a run follows them, each folder once. Raises OSError where ``inbox``
    itself cannot be read; what is deleted meanwhile is left out.
    """
    own = place_on_disk(output)
    found: dict[str, Stamp] = {}
    seen: set[tuple[int, int]] = set()
    waiting = [os.fspath(inbox)]
    while waiting:
        folder = waiting.pop()
        identity = place_on_disk(Path(folder))
        if identity is not None and (identity == own or identity in seen):
            continue
        if identity is not None:
            seen.add(identity)
        try:
            with os.scandir(folder) as entries:
                children = list(entries)
        except OSError:
            if folder == os.fspath(inbox):
                raise
            continue
        for child in children:
            if skip_code(child.name):
                continue
            try:
                if child.is_dir():
                    waiting.append(child.path)
                    continue
                status = os.stat(child.path)  # not the entry's: Windows keeps an old size there  # noqa: PTH116
            except OSError:
                continue
            found[child.path] = Stamp(status.st_size, status.st_mtime_ns, status.st_ino)
    return found


@dataclass(slots=True)
class Arrivals:
    """What is known of a folder between two looks. Times are of one clock that never goes back, in s.

    A file has come to rest when it has not changed for ``settle``, can be opened, and, where it is an
    archive, has its end. One that stands still for ``patience`` without these (or did before anybody looked,
    by its own time) is handed on as it is: then the run says what is wrong with it.
    """

    settle: float = 3.0
    patience: float = 20.0
    files: Mapping[str, Stamp] = field(default_factory=dict)
    handled: Mapping[str, Stamp] = field(default_factory=dict)
    """What the last finished round saw."""
    _since: dict[str, float] = field(default_factory=dict)
    """When each file that is not handled was last seen to change."""
    _held: set[str] = field(default_factory=set)
    """Files that a round met while nobody could open them: letting go of them changes no stamp."""

    def update(self, files: Mapping[str, Stamp], now: float) -> None:
        """Take in what a look saw."""
        for path, stamp in files.items():
            if self.files.get(path) != stamp:
                self._since[path] = now
        for path in [path for path in self._since if path not in files]:
            del self._since[path]
        self.files = files
        for path in list(self._held):
            if path not in files or _opens(path):
                self._held.discard(path)
                if path in files:
                    self.handled = {name: of for name, of in self.handled.items() if name != path}

    def changed(self) -> bool:
        """Whether anything came, went or changed since the last round."""
        return self.files != self.handled

    def new(self) -> list[str]:
        """Files that came or changed since the last round."""
        return [path for path, stamp in self.files.items() if self.handled.get(path) != stamp]

    def unfinished(self, now: float) -> list[str]:
        """Of these, the ones that have not come to rest."""
        return [path for path in self.new() if not self._rests(path, now - self._since.get(path, now))]

    def done(self, files: Mapping[str, Stamp]) -> None:
        """A round over ``files``, as they were when it began, came to its end."""
        self._held |= {path for path in files if self.handled.get(path) != files[path] and not _opens(path)}
        self.handled = files
        self._since = {
            path: at for path, at in self._since.items() if self.files.get(path) != files.get(path)
        }

    def _rests(self, path: str, still: float) -> bool:
        if still < self.settle:
            return False
        age = time.time() - self.files[path].mtime_ns / 1e9
        return still >= self.patience or age >= self.patience or is_whole(path)


def is_whole(path: str) -> bool:
    """Whether a file can be opened and, where it is an archive, has its end; nothing of it is parsed."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            if not path.lower().endswith(_ARCHIVES):
                return True
            head = file.read(len(_HEAD))
            if head != _HEAD:
                # A copy may make room first and fill it later; else it is another kind under this name.
                return head.strip(b"\0") != b""
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
            at = tail.rfind(_END)
            return at >= 0 and len(tail) - at >= _RECORD
    except OSError:
        return False


def shown(paths: Iterable[str], inbox: Path) -> Iterator[str]:
    """Paths as a person reads them: below ``inbox``, with / between folders."""
    for path in paths:
        yield os.path.relpath(path, inbox).replace(os.sep, "/")


def _opens(path: str) -> bool:
    try:
        with open(path, "rb"):  # noqa: PTH123
            return True
    except FileNotFoundError:
        return True  # gone: the next look sees that
    except OSError:
        return False
