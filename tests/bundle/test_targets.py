"""What each target needs of the lock, and what it can be."""

from __future__ import annotations

import pytest

from bundle.lock import LOCK, needed
from bundle.platforms import PLATFORMS, Target, target

HASH = "--hash=sha256:" + "a" * 64
TEXT = f"""
plain==1.0 \\
    {HASH}
    # via perfbatch
colorama==0.4 ; sys_platform == 'win32' \\
    {HASH}
numpy==2.4 ; python_full_version < '3.12' {HASH}
numpy==2.5 ; python_full_version >= '3.12' {HASH}
arm==1 ; platform_machine == 'aarch64' {HASH}
pypy==1 ; platform_python_implementation == 'PyPy' {HASH}
Upper.Case==2 ; os_name == 'posix' {HASH}
"""


@pytest.mark.parametrize(
    ("platform", "python", "names"),
    [
        ("win_amd64", "3.12", ["colorama==0.4", "numpy==2.5", "plain==1.0"]),
        ("win_amd64", "3.11", ["colorama==0.4", "numpy==2.4", "plain==1.0"]),
        ("manylinux_x86_64", "3.12", ["numpy==2.5", "plain==1.0", "upper.case==2"]),
        ("manylinux_aarch64", "3.13", ["arm==1", "numpy==2.5", "plain==1.0", "upper.case==2"]),
    ],
)
def test_markers_are_those_of_the_target(platform: str, python: str, names: list[str]) -> None:
    """Whatever the computer is that the bundle is made on."""
    assert [f"{one.name}=={one.version}" for one in needed(TEXT, target(platform, python))] == names


def test_every_target_is_served_by_the_lock() -> None:
    """Each package once; Windows alone has colorama."""
    for platform in PLATFORMS:
        for python in ("3.11", "3.12", "3.13"):
            found = needed(LOCK.read_text("utf-8"), target(platform, python))
            names = [one.name for one in found]
            assert {"pandas", "pyarrow", "lxml", "numpy", "openpyxl", "pip"} <= set(names)
            assert len(set(names)) == len(names)
            assert ("colorama" in names) == (platform == "win_amd64")


@pytest.mark.parametrize("line", ["loose>=1 " + HASH, "bare==1"])
def test_a_lock_that_pins_nothing_is_refused(line: str) -> None:
    """No version, or no hash."""
    with pytest.raises(ValueError, match="没有写明"):
        needed(line, target("win_amd64", "3.12"))


@pytest.mark.parametrize(
    ("platform", "python"), [("windows", "3.12"), ("win_amd64", "3.9"), ("win_amd64", "3")]
)
def test_other_targets_are_refused(platform: str, python: str) -> None:
    """With what may be written."""
    with pytest.raises(ValueError, match="应是"):
        target(platform, python)


def test_no_wheel_wants_a_newer_glibc_than_uos_has() -> None:
    """统信 UOS 20: 2.28."""
    tags = Target("manylinux_aarch64", "3.12").tags
    assert tags[0] == "manylinux_2_28_aarch64" and "manylinux_2_17_aarch64" in tags
    assert "manylinux2014_aarch64" in tags and not any("2_3" in tag for tag in tags)
