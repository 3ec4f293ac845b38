"""A run that is killed at any moment leaves whole files only, and the next run works."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from perfbatch import batch
from perfbatch.batch.outputs import MANIFEST
from tests.batch.test_run import comparable
from tests.generator.workbook import make

FORMS = 24
KILLS = 4


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
def test_kills_at_random_moments(tmp_path: Path) -> None:
    """After each kill every file that can be seen is whole; in the end all is as after one quiet run."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(FORMS):
        (folder / f"{number:02}.xlsx").write_bytes(make(9, number, "national", "mixed", True).data)
    quiet = batch.run([folder], tmp_path / "quiet", workers=0)
    command = [sys.executable, "-m", "perfbatch", "run", str(folder), "-o", str(out), "-q", "--workers", "1"]
    chance = random.Random(2021)
    for number in range(KILLS):
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        # From the first sign of life on: before it there is nothing to break.
        deadline = time.monotonic() + 30
        while not (out / ".perfbatch").is_dir() and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.2))
        # Every other time its workers are left behind, and end by themselves once they notice.
        (os.killpg if number % 2 else os.kill)(running.pid, signal.SIGKILL)
        assert running.stderr is not None
        running.stderr.close()
        running.wait()
        whole(out)
        if number == 0:
            (folder / "00.xlsx").write_bytes(make(9, 0, "national", "mixed", True).data)
    again = batch.run([folder], out, workers=0)
    assert again.tally == quiet.tally
    assert comparable(out) == comparable(tmp_path / "quiet")
    assert not list((out / "批注").rglob(".*"))
    assert batch.run([folder], out, workers=0).reused == FORMS


def whole(folder: Path) -> None:
    """Every file under its own name is complete."""
    for path in folder.rglob("*"):
        if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.suffix == ".xlsx":
            assert zipfile.ZipFile(path).testzip() is None
        elif path.suffix == ".csv":
            assert path.read_bytes().endswith(b"\n")
        elif path.suffix == ".html":
            assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
        else:
            assert path.name == MANIFEST
            assert json.loads(path.read_text(encoding="utf-8"))["tool"] == "perfbatch"
