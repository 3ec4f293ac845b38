"""A Dask cluster does what processes here do: a real scheduler and two real workers, on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from perfbatch import batch
from perfbatch.batch.retry import GivenUp
from perfbatch.options import Limits
from tests.batch.dying import double, slowly
from tests.batch.test_run import comparable
from tests.generator.workbook import make

pytest.importorskip("distributed", reason="Dask distributed is not installed")

ROOT = Path(__file__).parents[2]
FORMS = 8


class Dask:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        for nanny in ("--no-nanny", "--nanny"):
            self.add_worker(nanny)

    @property
    def address(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return str(json.loads(self.file.read_text())["address"])
            except (OSError, ValueError, KeyError):
                time.sleep(0.05)
        raise TimeoutError(self.file)

    def add_worker(self, nanny: str) -> subprocess.Popen[bytes]:
        return self._start(
            "worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-dashboard", nanny,
            "--local-directory", str(self.folder), "--memory-limit", "0",
        )  # fmt: skip

    def stop(self) -> None:
        for process in reversed(self.processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.processes.append(process)
        return process


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """One cluster for all tests; the last of them kills a worker."""
    from distributed import Client

    cluster = Dask(tmp_path_factory.mktemp("dask"))
    try:
        with Client(cluster.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of forms."""
    folder = tmp_path_factory.mktemp("in")
    for number in range(FORMS):
        (folder / f"{number:02}.xlsx").write_bytes(make(11, number, "mixed", "mixed", True).data)
    return folder


def test_the_same_outputs_as_on_one_machine(
    dask: Dask, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies and data, byte for byte; a second run takes all of it over and needs no cluster."""
    monkeypatch.chdir(inputs.parent)
    far = batch.run([inputs.name], tmp_path / "far", cluster=dask.address, workers=2)
    near = batch.run([inputs], tmp_path / "near", workers=0)
    assert comparable(far.output) == comparable(near.output)
    assert far.tally == near.tally
    assert batch.run([inputs.name], tmp_path / "far", cluster="tcp://127.0.0.1:9").reused == FORMS


@pytest.mark.parametrize(("word", "cause"), [("crash", "crashed"), ("memory", "memory"), ("hang", "timeout")])
def test_a_file_that_kills_workers_is_given_up_alone(dask: Dask, word: str, cause: str) -> None:
    """It costs its worker's child process, and no Dask worker."""
    from perfbatch.batch.cluster import open_cluster

    with open_cluster(dask.address, Limits(seconds=1.5)) as pool:
        first, second = pool.map(double, [[1, 2], [3, word, 4]])
        assert pool.count == 2
    assert first == [([1, 2], [2, 4])]
    assert second == [([3], [6]), ([word], GivenUp(word, cause)), ([4], [8])]


def test_what_cannot_work_is_said_before_anything_is_read(
    inputs: Path, tmp_path: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scheduler there; and storage that the workers do not see."""
    monkeypatch.setattr("perfbatch.batch.cluster._SECONDS", 0.5)
    with pytest.raises(batch.RunError) as silent:
        batch.run([inputs], tmp_path / "out", cluster="tcp://127.0.0.1:9")
    assert silent.value.code == "cluster_silent"
    from perfbatch.batch.cluster import open_cluster

    with open_cluster(dask.address, Limits()) as pool, pytest.raises(batch.RunError) as unseen:
        pool.must_see([Path("/nowhere/to/be/seen")], tmp_path)
    assert (unseen.value.code, unseen.value.values["path"]) == ("cluster_storage", "/nowhere/to/be/seen")


def test_a_lost_worker_loses_nothing(dask: Dask, inputs: Path, tmp_path: Path) -> None:
    """A Dask worker is killed in the middle: the others do its chunks, and the outputs are the same."""
    from perfbatch.batch.cluster import open_cluster

    victim = dask.processes[1]
    chunks = [[n] for n in range(12)]
    with open_cluster(dask.address, Limits()) as pool:
        done = []
        for result in pool.map(slowly, chunks):
            if not done:
                victim.kill()
            done += result
    assert done == [([n], [2 * n]) for n in range(12)]
    far = batch.run([inputs], tmp_path / "far", cluster=dask.address, workers=2)
    near = batch.run([inputs], tmp_path / "near", workers=0)
    assert comparable(far.output) == comparable(near.output)
