"""One round: a run in a process of its own, so that nothing of it stays in one that lives for months."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from perfbatch.writing.names import SUMMARY

MENDING = 20.0
"""Seconds that a run which is asked to end has for it."""
_LOOKED = 0.5
LISTED = 20
"""Files of a kind that the page names; more are counted."""
_LONGEST_MESSAGE = 2_000
BEFORE_NAMES = ("~$", ".~", ".~lock.")
"""What Excel and WPS, WPS, and LibreOffice put before the name of a workbook that is open, in its folder."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to. ``failed``: it could not be done, and ``message`` says why, in Chinese."""

    started: datetime
    seconds: float
    failed: bool = False
    message: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)
    """As in run.json; with ``reused``."""
    refused: Sequence[tuple[str, str]] = ()
    """The first files that could not be read, and why."""


@dataclass(slots=True)
class Round:
    """Runs ``command`` with ``job`` on its standard input, again and again.

    The command prints one line of JSON at its end (counts, refused) and ends with 0 or 1; or it says on
    standard error why not.
    """

    command: Sequence[str]
    job: bytes
    _process: subprocess.Popen[bytes] | None = None

    def __call__(self) -> Outcome:
        """Do one round. An interruption ends the process first."""
        started, watch = datetime.now().astimezone(), time.monotonic()
        # Files and not pipes: whoever lets go of a pipe late would keep us waiting.
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
            try:
                status = self._run(said, complained)
            except OSError as error:
                return Outcome(started, time.monotonic() - watch, True, str(error))
            finally:
                self.end()
            seconds = time.monotonic() - watch
            said.seek(0)
            complained.seek(0)
            try:
                if status not in (0, 1):
                    raise ValueError(status)
                known = json.loads(said.read().decode("utf-8").strip().rpartition("\n")[2])
                refused = [(str(path), str(why)) for path, why in known["refused"]]
                return Outcome(started, seconds, counts=known["counts"], refused=refused)
            except (ValueError, LookupError, TypeError):
                lines = complained.read()[-_LONGEST_MESSAGE:].decode("utf-8", "replace").strip().splitlines()
                return Outcome(started, seconds, True, lines[-1] if lines else f"status {status}")

    def _run(self, said: Any, complained: Any) -> int:
        environment = {**os.environ, "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(  # noqa: S603  (our own command)
            self.command, stdin=subprocess.PIPE, stdout=said, stderr=complained, env=environment, **_alone()
        )
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as job:
            job.write(self.job)
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(_LOOKED)

    def end(self) -> None:
        """End the process and its workers, where there are any."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(MENDING)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":
                process.kill()
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _alone() -> dict[str, Any]:
    """A group of its own: an interruption of the watcher is passed on once, by the watcher."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def opened(output: Path) -> str:
    """Name of the file that shows that somebody has 汇总.xlsx open, '' for none.

    What an auditor is writing there would be lost to a run that replaces it meanwhile.
    """
    for before in BEFORE_NAMES:
        name = f"{before}{SUMMARY}{'#' if before.endswith('.') else ''}"
        if os.path.lexists(output / name):
            return name
    if sys.platform == "win32" and (output / SUMMARY).exists():
        try:
            with (output / SUMMARY).open("r+b"):
                return ""
        except PermissionError:
            return SUMMARY
        except OSError:
            return ""
    return ""
