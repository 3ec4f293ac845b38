"""Files that appear whole or not at all, each in its own place and never through a link.

What is being written waits beside its target under a random name that did not exist before, with the rights
that the umask gives, and takes the target's name when it is finished. A link that bears the target's name is
replaced and not followed; a link among the folders of an output is refused.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable
from io import RawIOBase
from pathlib import Path

from perfbatch.travelling import TravellingError

UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.part")
"""Names of what was being written when its process died."""
OFFICE_FILE = 4 << 20
"""Largest file of words, rules or labels, bytes."""
Settle = Callable[[Path, Path], None]
"""Gives a finished file its name: (waiting, target)."""


class LinkInsideError(TravellingError, OSError):
    """A folder of an output is a link, and what is written there would land elsewhere."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.ELOOP, "a link where a folder of ours should be", str(path))
        self.path = path


def waiting_beside(target: Path) -> Path:
    """A name beside ``target`` that nothing has; short, since ``target`` may have the longest one allowed."""
    return target.with_name(f".{secrets.token_hex(8)}.part")


def settle(waiting: Path, target: Path) -> None:
    """Give a finished file its name."""
    waiting.replace(target)


def write_whole(target: Path, data: bytes, settle: Settle = settle) -> None:
    """The file appears complete or not at all. Raises OSError."""
    waiting = waiting_beside(target)
    try:
        # Unbuffered: most files are larger than a buffer, and a hundred thousand of them are written.
        with waiting.open("xb", buffering=0) as file:
            write_all(file, data)
        settle(waiting, target)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise


def write_all(file: RawIOBase, data: bytes) -> None:
    """All of ``data`` into a file without a buffer, which may take less at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def read_bounded(path: Path, limit: int = OFFICE_FILE) -> bytes:
    """The content of a file of at most ``limit`` bytes that an office named: no pipe that never gives any, no
    device that never ends. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EOVERFLOW, os.strerror(errno.EOVERFLOW), str(path))
    return data


def is_link(path: Path) -> bool:
    """Whether ``path`` is a symbolic link, or a junction of Windows."""
    junction = getattr(os.path, "isjunction", None)  # Python 3.12
    return path.is_symlink() or bool(junction and junction(path))


def place_on_disk(path: Path) -> tuple[int, int] | None:
    """What a file or folder is on disk, whatever it is called and through whichever link; None for none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def first_link(top: Path, path: Path) -> Path | None:
    """The first link on the way from ``top`` (itself not looked at) down to ``path``, that included."""
    below = [path, *path.parents]
    inside = below[: below.index(top)]
    return next((step for step in reversed(inside) if is_link(step)), None)


def make_folder(top: Path, folder: Path) -> None:
    """Make ``folder``, which is ``top`` or lies below it. Raises LinkInsideError, OSError."""
    link = first_link(top, folder)
    if link is not None:
        raise LinkInsideError(link)
    folder.mkdir(parents=True, exist_ok=True)
