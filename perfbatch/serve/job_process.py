"""The process of one job: ``python -m perfbatch.serve.job_process FOLDER``, its order as JSON on its input.

It runs the batch as the command does and leaves progress.json while it works and result.json at its end.
Standard input stays open as long as the server lives: where that ends, however it ends, so does the job, with
all that it started.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from perfbatch.serve.jobs import OUTPUT, PROGRESS, RESULT, STATE
from perfbatch.whole_files import write_whole

_EVERY = 0.3
"""Seconds between two writings of progress.json."""
_LISTED = 300
"""Refused files that result.json names; all of them are in 汇总.xlsx."""


class Written:
    """The progress of the run, written for the server: stage, done, total, seconds, and what was refused."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = time.monotonic()
        self._last = 0.0
        self._stages: dict[str, dict[str, float]] = {}
        self._refused: list[list[str]] = []
        self._count = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note how far the stage is."""
        now = time.monotonic()
        begins = stage not in self._stages
        of = self._stages.setdefault(stage, {"since": now - self._began})
        of.update(done=done, total=total, seconds=now - self._began - of["since"])
        if begins or done >= total or now - self._last >= _EVERY:
            self._last = now
            state = {"stage": stage, "stages": self._stages, "refused": self._refused, "count": self._count}
            with suppress(OSError):  # a full disk ends the run where it matters
                write_whole(self._path, json.dumps(state).encode())

    def refused(self, path: str, reason: str) -> None:
        """Name the first of them; count all."""
        self._count += 1
        if len(self._refused) < 20:
            self._refused.append([path, reason])


def main(folder: Path) -> None:
    """Run the job of ``folder``. Exit status 0 with a result, 2 with a sentence on standard error."""
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    from perfbatch import batch
    from perfbatch.batch.sentences import sentence_of
    from perfbatch.serve.mending import to_mend
    from perfbatch.serve.orders import run_of
    from perfbatch.words import load_words

    os.chdir(folder)  # outputs name their inputs without the way to this folder
    inputs, options = run_of(folder, order)
    try:
        result = batch.run(inputs, Path(OUTPUT), options=options, progress=Written(folder / PROGRESS))
    except Exception as error:
        said = sentence_of(error, load_words())
        if said is None:
            raise
        sys.stderr.write(said)
        raise SystemExit(2) from error
    tally = result.tally
    state: dict[str, Any] = {
        "counts": tally.as_dict(),
        "refused": tally.refused[:_LISTED],
        "uncopied": tally.uncopied[:_LISTED],
        "seconds": round(sum(result.seconds.values()), 1),
        **to_mend(folder / OUTPUT, options.headers),
    }
    write_whole(folder / RESULT, json.dumps(state, ensure_ascii=False).encode("utf-8", "replace"))


def _end_with_the_server() -> None:
    while os.read(0, 4096):  # not by sys.stdin: its lock would be held when the process ends
        pass
    if sys.platform == "win32":
        system = Path(os.environ["SYSTEMROOT"]) / "System32" / "taskkill.exe"
        subprocess.run([system, "/T", "/F", "/PID", str(os.getpid())], check=False)  # noqa: S603
    elif os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    assert (Path(sys.argv[1]) / STATE).is_file()
    main(Path(sys.argv[1]).resolve())
