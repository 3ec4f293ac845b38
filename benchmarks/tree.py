"""What a command costs with every process that it starts: wall time, processor time, peak memory (Linux).

Memory is the proportional set size added over the tree: a page that several workers share counts once.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """``wall`` and ``cpu`` in seconds, ``peak`` in bytes; ``status`` is the command's exit status.

    ``own`` of ``cpu`` is the command's process alone.
    """

    wall: float
    cpu: float
    peak: int
    status: int
    own: float


def measure(command: Sequence[str], *, cwd: Path | None = None, every: float = 0) -> Cost:
    """Run ``command`` to its end, and wait for every process that it leaves.

    Memory is sampled ``every`` seconds (0: not at all). The system holds a process up while it adds up its
    pages, tens of ms where there are many, so a run that is sampled often tells nothing about time.
    """
    # Processes whose parent has ended come to us, so that their processor time is counted too.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    sampler = _Sampler(every)
    if every:
        sampler.start()
    assert process.stderr is not None
    said = process.stderr.read()
    status, cpu, wall, own = 0, 0.0, 0.0, 0.0
    while True:
        try:
            pid, code, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            wall, status = time.perf_counter() - start, os.waitstatus_to_exitcode(code)
            own = usage.ru_utime + usage.ru_stime
    if every:
        sampler.stop()
    process.returncode = status
    if status not in (0, 1):
        raise RuntimeError(f"{command}: status {status}\n{said.decode(errors='replace')}")
    return Cost(wall, cpu, sampler.peak, status, own)


class _Sampler(threading.Thread):
    def __init__(self, every: float) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._every = every
        self._done = threading.Event()

    def run(self) -> None:
        own = psutil.Process()
        while not self._done.wait(self._every):
            self.peak = max(self.peak, sum(_pss(child.pid) for child in own.children(recursive=True)))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
