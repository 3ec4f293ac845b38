"""Wine's cmd, with a screen of its own, and a stand-in for the installed Python that it can start."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
import tty
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAND_IN = Path(__file__).with_name("stand_in.py")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07)")


@dataclass
class Wine:
    """One prefix: a disk C: and what Windows keeps of its settings. Z: is this machine's root."""

    prefix: Path

    def environment(self, **more: str) -> dict[str, str]:
        """C.UTF-8, so that names are Chinese on both sides; no window, no Gecko, no Mono."""
        kept = {name: value for name, value in os.environ.items() if name not in ("CMDCMDLINE", "DISPLAY")}
        return kept | {
            "WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "HOME": str(self.prefix.parent), **more,
        }  # fmt: skip

    def make(self) -> None:
        """Some fifteen seconds."""
        subprocess.run(
            ["wine", "wineboot", "-i"], env=self.environment(), check=True, timeout=300,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self) -> None:
        """Its server and all that it started."""
        subprocess.run(["wineserver", "-k"], env=self.environment(), check=False, timeout=60)

    def cmd(self, *arguments: str, cwd: Path, keys: str = "\r", **more: str) -> Ended:
        """``cmd /c arguments`` at a terminal where ``keys`` are typed."""
        master, slave = pty.openpty()
        tty.setraw(slave)  # what is typed reaches Wine's console as it is, also before it has begun
        process = subprocess.Popen(
            ["wine", "cmd", "/c", *arguments], cwd=cwd, env=self.environment(**more),
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        os.write(master, keys.encode())
        os.set_blocking(master, False)
        shown, until = b"", time.monotonic() + 60
        while True:
            ended = process.poll() is not None
            try:
                shown += os.read(master, 1 << 16)
            except BlockingIOError:
                if ended or time.monotonic() > until:
                    break
                time.sleep(0.02)
            except OSError:  # the last one closed it
                break
        try:
            status = process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status = -1
        os.close(master)
        return Ended(status, _ESCAPE.sub("", shown.decode("utf-8", "replace")))


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what its window showed (Wine shows Chinese in code page 437)."""

    status: int
    shown: str

    @property
    def said(self) -> str:
        """The sentences: lines that the window broke are joined, Chinese is Chinese."""
        return re.sub(r"[\r\n]+", "", self.shown).encode("cp437", "ignore").decode("utf-8", "replace")


def windows(path: Path) -> str:
    """Its name on Wine's disk Z:."""
    return "Z:" + str(path).replace("/", "\\")


@dataclass(frozen=True)
class StandIn:
    """The program that a batch file takes for Python; ``folder`` is where it leaves word."""

    folder: Path
    program: bytes

    @property
    def started(self) -> dict[str, Any] | None:
        """Arguments and environment that it was last started with, none where it was not."""
        path = self.folder / "started.json"
        return json.loads(path.read_text("utf-8")) if path.is_file() else None

    def forget(self, status: int = 0) -> None:
        """Before another start, which is to end with ``status``."""
        (self.folder / "started.json").unlink(missing_ok=True)
        (self.folder / "record.bat").write_bytes(_RECORD.format(
            record=windows(self.folder / "record.exe"), word=windows(self.folder / "started.json"),
            status=status,
        ).replace("\n", "\r\n").encode("ascii"))  # fmt: skip


_RECORD = """@echo off
{record} %*
:wait
if not exist {word} goto wait
exit {status}
"""
"""Wine does not wait for a program of the machine itself."""


def stand_in(folder: Path) -> StandIn:
    """A program for Windows out of what pip brings: distlib's launcher, which starts what it is told to.

    It starts a batch file, that one the recorder, a program of this machine: so every character that comes
    through is seen as it is, whatever Wine's code page. ``folder`` has no blank in its name.
    """
    from pip._vendor import distlib

    recorder = folder / "record.exe"
    recorder.write_text(f"#!{sys.executable}\n{STAND_IN.read_text('utf-8')}", encoding="utf-8")
    recorder.chmod(0o755)
    launcher = Path(distlib.__file__).with_name("t64.exe").read_bytes()
    nothing = io.BytesIO()
    with zipfile.ZipFile(nothing, "w") as archive:
        archive.writestr("__main__.py", "")
    line = rf"#!C:\windows\system32\cmd.exe /c {windows(folder / 'record.bat')}"
    made = StandIn(folder, launcher + f"{line}\n".encode("ascii") + nothing.getvalue())
    made.forget()
    return made


def missing() -> str:
    """Why it cannot be used here, "" where it can."""
    if shutil.which("wine") is None:
        return "Wine is not on this machine (Debian: apt-get install --no-install-recommends wine wine64)"
    return ""
