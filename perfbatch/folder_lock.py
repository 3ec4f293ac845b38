"""One run at a time in an output folder, whoever starts it and from whichever machine.

Two things hold a folder. The system's lock on .perfbatch.lock goes with its process, however that ends; most
network shares carry it from machine to machine. Where one does not, the holder's note beside it tells: who
holds the folder, and a count that goes on while it lives. A note of this machine without the system's lock
is a dead one's, and so is another machine's whose count stands still for as long as ``WATCHED``. Clocks
decide nothing: they differ between machines, and go back.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import socket
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from perfbatch.own_outputs import read_json
from perfbatch.travelling import TravellingError

LOCK = ".perfbatch.lock"
NOTE = f"{LOCK}.json"
BEAT = 3.0
"""Seconds between two counts of a holder."""
WATCHED = 20.0
"""Seconds for which another machine's count must stand still before its holder is taken for dead."""
_BUSY = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_LOCKED_BYTE = 1 << 30
"""Windows lets nobody read what is locked; so it is a byte that is not there."""


class FolderInUseError(TravellingError, OSError):
    """Another run holds the folder; ``holder`` says which, as far as it can be told.

    ``taken_over``: it took the folder from us.
    """

    def __init__(self, folder: Path, holder: Holder | None, *, taken_over: bool = False) -> None:
        super().__init__(errno.EBUSY, f"in use by {holder or 'another run'}", str(folder))
        self.holder = holder
        self.taken_over = taken_over

    def said(self) -> dict[str, Any]:
        """Machine, process and since when, for a sentence; a blank machine where nobody can tell."""
        return {"machine": "", "process": 0, "since": ""} if self.holder is None else asdict(self.holder)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a folder: name of the machine, number of the process, since when (ISO 8601)."""

    machine: str
    process: int
    since: str
    system: str = ""
    """What tells machines of one name apart, and containers of one machine not."""
    token: str = ""
    beat: int = 0

    @classmethod
    def this(cls) -> Holder:
        """This process, from now on."""
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        return cls(socket.gethostname(), os.getpid(), since, _system(), secrets.token_hex(8))

    def same_machine(self, other: Holder) -> bool:
        """Whether both run on one machine."""
        return (self.machine, self.system) == (other.machine, other.system)


@dataclass(slots=True)
class FolderLock:
    """A folder held by this process."""

    folder: Path
    holder: Holder
    path: Path
    """What the system's lock is on."""
    note: Path
    """What says so to others."""
    lost: bool = False
    """Somebody took the folder over, since this process stood still for too long."""
    _file: int = -1
    _ended: threading.Event = field(default_factory=threading.Event)

    def must_hold(self) -> None:
        """Raises FolderInUseError where the folder was taken over meanwhile."""
        if self.lost:
            raise FolderInUseError(self.folder, _read(self.note), taken_over=True)

    def _beat(self) -> None:
        beat = 0
        while not self._ended.wait(BEAT):
            beat += 1
            try:
                now = _read(self.note)
                if now is not None and now.token != self.holder.token:
                    self.lost = True
                    return
                _write(self.note, self.holder, beat)
            except OSError:  # the share is away: the run itself will meet it and say so
                continue


@contextmanager
def held(folder: Path, name: str = LOCK) -> Iterator[FolderLock]:
    """Hold ``folder``, which exists, for the length of a ``with`` block. Raises FolderInUseError, OSError.

    Who holds it under one ``name`` does not keep others from holding it under another.
    """
    path, note, mine = folder / name, folder / f"{name}.json", Holder.this()
    number = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    lock = FolderLock(folder, mine, path, note, _file=number)
    try:
        by_system = _locked(number)
        if by_system is False or not _still_there(number, path):
            raise FolderInUseError(folder, _patiently_read(note))
        other = _read(note)
        if other is not None and not (by_system and other.same_machine(mine)) and _lives(note, other):
            raise FolderInUseError(folder, other)
        try:
            _write(note, mine, 0)
        except (FileExistsError, FileNotFoundError):
            if by_system is None:  # another began in the same moment, and the system tells them apart not
                raise FolderInUseError(folder, _patiently_read(note)) from None
            raise
        if by_system is None:
            # Nothing but the note decides: of two that wrote it at once, the later one has it.
            time.sleep(min(1.0, BEAT))
            now = _read(note)
            if now is not None and now.token != mine.token:
                raise FolderInUseError(folder, now)
    except BaseException:
        os.close(number)
        raise
    beating = threading.Thread(target=lock._beat, name="holds the output folder", daemon=True)
    beating.start()
    try:
        yield lock
    finally:
        lock._ended.set()
        beating.join()
        _let_go(lock)


def _system() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        number = uuid.getnode()
        return "" if number >> 40 & 1 else f"{number:x}"  # that bit: made up for this process


def _let_go(lock: FolderLock) -> None:
    """Take the note away, then the lock, which ends when its file is closed."""
    try:
        if not lock.lost:
            _waiting(lock.note).unlink(missing_ok=True)
            lock.note.unlink(missing_ok=True)
            if sys.platform != "win32":
                lock.path.unlink(missing_ok=True)
    except OSError:
        pass  # the folder is gone, or read-only by now: a note without its lock holds nothing
    finally:
        os.close(lock._file)
    if sys.platform == "win32":  # nobody can remove an open file there
        with suppress(OSError):  # somebody else has it already
            lock.path.unlink(missing_ok=True)


def _locked(number: int) -> bool | None:
    """Whether the system gave us the lock; None where it has none for this file."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(number, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _BUSY else None
    except ImportError:
        return None
    return True


def _still_there(number: int, path: Path) -> bool:
    """Whether the locked file is the one that others will find: its last holder may just have removed it."""
    try:
        return os.path.samestat(os.fstat(number), path.stat())
    except OSError:
        return False


def _lives(note: Path, other: Holder) -> bool:
    """Whether the count of ``other`` goes on."""
    until = time.monotonic() + WATCHED
    while time.monotonic() < until:
        time.sleep(min(0.25, WATCHED / 4))
        now = _read(note)
        if now is None:
            return False
        if now != other:
            return True
    return False


def _patiently_read(note: Path) -> Holder | None:
    """The note of a holder that may be about to write it."""
    for _ in range(10):
        holder = _read(note)
        if holder is not None:
            return holder
        time.sleep(0.05)
    return None


def _read(note: Path) -> Holder | None:
    try:
        said = read_json(note)
        return Holder(
            str(said["machine"]), int(said["process"]), str(said["since"]), str(said["system"]),
            str(said["token"]), int(said["beat"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def _write(note: Path, holder: Holder, beat: int) -> None:
    """Whole or not at all. What waits bears a name of the note's own: the next holder replaces what a killed
    one left there, also where no run clears up (beside a history). Raises OSError."""
    waiting = _waiting(note)
    waiting.unlink(missing_ok=True)
    with waiting.open("xb", buffering=0) as file:
        file.write(json.dumps({**asdict(holder), "beat": beat}).encode("ascii"))
    waiting.replace(note)


def _waiting(note: Path) -> Path:
    return note.with_name(
        f".{hashlib.sha256(note.name.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.part"
    )
