"""Real wheels from the package registry: they resolve with hashes, and a real bundle installs and works.

Some hundred MB the first time; wheels are kept in build/bundle, where make bundle keeps its own.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from bundle.lock import LOCK, needed
from bundle.make import make
from bundle.platforms import target
from bundle.wheels import NotFetchedError, fetched
from tests.bundle.small import HERE
from tests.bundle.test_installing import HOSTILE, Computer, without_network

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STORE = ROOT / "build/bundle"
UNREACHABLE = ("Connection", "timed out", "Name or service", "Network is unreachable", "ProxyError")


def skip_where_unreachable(error: NotFetchedError) -> None:
    """What is not the registry's silence is a failure."""
    if any(word in str(error) for word in UNREACHABLE):
        pytest.skip("the package registry cannot be reached: wheels were not looked at")
    raise error


@pytest.mark.parametrize("platform", ["win_amd64", "manylinux_aarch64"])
def test_wheels_of_other_computers_resolve_with_hashes(platform: str) -> None:
    """Every package of the lock that it needs, as a wheel for it, with a hash of the lock."""
    wanted = target(platform, "3.12")
    pinned = needed(LOCK.read_text("utf-8"), wanted)
    try:
        wheels = fetched(pinned, wanted, STORE / f"{platform}-3.12")
    except NotFetchedError as error:
        skip_where_unreachable(error)
    assert wheels.keys() == {one.name for one in pinned}
    fits = ("-any.whl", f"{wanted.machine.lower()}.whl")
    assert all(path.name.endswith(fits) for path in wheels.values())
    compiled = {name for name, path in wheels.items() if not path.name.endswith("-any.whl")}
    assert {"numpy", "pandas", "pyarrow", "lxml", "rapidfuzz", "isal", "cryptography"} <= compiled


@pytest.mark.skipif(sys.platform != "linux", reason="install.sh is for Linux")
def test_a_bundle_installs_without_a_network_and_does_the_samples(tmp_path: Path) -> None:
    """In an empty folder, from the zip alone; the same zip comes out when it is made again."""
    if not without_network():
        pytest.skip("no network name space can be made here (unshare): the network cannot be refused")
    try:
        path = make(HERE, tmp_path / "one", STORE)
    except NotFetchedError as error:
        skip_where_unreachable(error)
    assert make(HERE, tmp_path / "two", STORE).read_bytes() == path.read_bytes()
    home = tmp_path / HOSTILE / "主"
    home.mkdir(parents=True)
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / HOSTILE)
    computer = Computer(home)
    done = computer.run(next((tmp_path / HOSTILE).glob("*/install.sh")))
    assert done.returncode == 0, done.stderr + done.stdout
    samples = Path(shutil.copytree(ROOT / "sample_inputs", home / "报送 & (1)"))
    run = computer.run(computer.folder / "核验.sh", str(samples))
    assert run.returncode == 1, run.stderr  # two samples are damaged on purpose
    files = (home / "核验结果/数据/files.csv").read_text("utf-8-sig")
    every = [path.name for path in samples.rglob("*") if path.is_file()]
    assert len(every) > 15 and all(name in files for name in every)
    assert (home / "核验结果/汇总.xlsx").is_file()
    assert computer.run(computer.folder / "卸载.sh").returncode == 0 and not computer.folder.exists()
