"""The zip: the same bytes from the same content, and every file stated; wheels that are no others."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bundle import wheels
from bundle.archive import write_zip
from bundle.lock import Pinned
from bundle.make import content, interpreter
from bundle.platforms import PLATFORMS, Target, target
from bundle.wheels import NotFetchedError, fetched
from tests.bundle.small import small_wheels

ROOT = Path(__file__).parents[2]
WINDOWS = target("win_amd64", "3.12")


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    """Another time, another order, another name of the zip."""
    source = tmp_path / "a"
    source.write_bytes(b"wheel" * 1000)
    write_zip(tmp_path / "one.zip", "x", {"核验.sh": b"#!/bin/sh\n", "files/a": source})
    os.utime(source, (1, 1))
    write_zip(tmp_path / "two.zip", "x", {"files/a": source, "核验.sh": b"#!/bin/sh\n"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
        assert modes == {"x/files/a": 0o644, "x/核验.sh": 0o755} and archive.testzip() is None


@pytest.mark.parametrize("platform", PLATFORMS)
def test_everything_in_it_is_stated(tmp_path: Path, platform: str) -> None:
    """By SHA-256; no word of a script is left unfilled."""
    found = content(target(platform, "3.12"), small_wheels(tmp_path))
    data = {name: value if isinstance(value, bytes) else value.read_bytes() for name, value in found.items()}
    stated = json.loads(data.pop("files/bundle.json"))
    assert stated["files"] == {name: hashlib.sha256(value).hexdigest() for name, value in data.items()}
    scripts = [name for name in data if name.endswith((".bat", ".sh"))]
    assert len(scripts) == 3
    for name in scripts:
        assert not re.search(rb"@(PYTHON|ARCHIVE|SHA256)@", data[name])
    assert ("安装.bat" in found) == (platform == "win_amd64") != ("install.sh" in found)


def test_requirements_name_the_very_wheels(tmp_path: Path) -> None:
    """One hash each; pip comes along, but is not installed."""
    made = small_wheels(tmp_path)
    text = content(WINDOWS, made)["files/requirements.txt"]
    digest = hashlib.sha256(made["perfbatch"].read_bytes()).hexdigest()
    assert text == f"perfbatch==9.0 --hash=sha256:{digest}\n".encode()


@pytest.mark.parametrize(
    ("platform", "name", "said"),
    [
        ("win_amd64", "python-3.12.9-amd64.exe", ""),
        ("win_amd64", "cpython-3.12.tar.gz", ""),
        ("manylinux_x86_64", "cpython-3.12.tar.gz", ""),
        ("manylinux_x86_64", "python-3.12.exe", "应是"),
        ("win_amd64", "python.rar", "应是"),
        ("win_amd64", "蟒 蛇.zip", "只能用"),
        ("win_amd64", "a&b.zip", "只能用"),
        ("win_amd64", None, "没有这个文件"),
    ],
)
def test_interpreters(tmp_path: Path, platform: str, name: str | None, said: str) -> None:
    """A file that can be unpacked there, with a name that scripts can hold; the script has its SHA-256."""
    path = tmp_path / (name or "absent.zip")
    if name:
        path.write_bytes(b"python")
    wanted = target(platform, "3.12")
    if said:
        with pytest.raises(ValueError, match=said):
            interpreter(path, wanted)
        return
    archive = interpreter(path, wanted)
    assert archive.sha256 == hashlib.sha256(b"python").hexdigest()
    found = content(wanted, small_wheels(tmp_path), archive)
    script = found["安装.bat" if wanted.windows else "install.sh"]
    assert isinstance(script, bytes) and archive.sha256.encode() in script and path.name.encode() in script
    assert archive.sha256.encode() in found["使用说明.html"]  # type: ignore[operator]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("with_python", [False, True])
def test_the_page_stands_alone(tmp_path: Path, platform: str, with_python: bool) -> None:
    """Pictures inside, nothing from elsewhere."""
    path = tmp_path / "p.tar.gz"
    path.write_bytes(b"x")
    archive = interpreter(path, target(platform, "3.12")) if with_python else None
    text = str(content(target(platform, "3.12"), small_wheels(tmp_path), archive)["使用说明.html"], "utf-8")  # type: ignore[arg-type]
    assert not re.search(r"""(?:src|href)=["'](?!data:)|url\(|@import|<script""", text)
    assert text.count("<svg") == 2 and text.count("data:image/png;base64,") == 3
    assert "{{" not in text and "{%" not in text


def pinned(path: Path) -> Pinned:
    """As a lock would have this wheel."""
    name, version = path.name.split("-")[:2]
    return Pinned(name, version, frozenset({f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"}))


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """A pip that brings what lies in ``served``; what it was asked."""
    asked: list[list[str]] = []
    (tmp_path / "served").mkdir()

    def fake(*arguments: object, environment: dict[str, str] | None = None) -> None:
        given = [str(one) for one in arguments]
        asked.append(given)
        for path in (tmp_path / "served").iterdir():
            shutil.copy(path, given[given.index("--dest") + 1])

    monkeypatch.setattr(wheels, "_pip", fake)
    return asked


def test_only_what_was_asked_is_kept(tmp_path: Path, pip: list[list[str]]) -> None:
    """A wheel of an earlier bundle goes, and pip is told the target and to want hashes."""
    wheel = tmp_path / "served" / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"a")
    store = tmp_path / "store"
    store.mkdir()
    for old in ("a-0-py3-none-any.whl", "b-1-py3-none-any.whl"):
        (store / old).write_bytes(b"old")
    assert fetched([pinned(wheel)], WINDOWS, store) == {"a": store / wheel.name}
    assert [path.name for path in store.iterdir()] == [wheel.name]
    assert {
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--platform=win_amd64",
        "--abi=cp312",
    } <= {*pip[0]}


@pytest.mark.parametrize("change", ["other bytes", "absent"])
def test_another_wheel_is_not_taken(tmp_path: Path, pip: list[list[str]], change: str) -> None:
    """Even where pip would bring it."""
    wheel = tmp_path / "served" / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"a")
    wanted = [pinned(wheel)]
    wheel.unlink() if change == "absent" else wheel.write_bytes(b"b")
    with pytest.raises(NotFetchedError, match="没有取到：a"):
        fetched(wanted, WINDOWS, tmp_path / "store")


@pytest.mark.parametrize(
    "arguments",
    [["windows"], ["win_amd64", "--python", "2.7"], ["win_amd64", "--python-archive", "/absent.zip"]],
)
def test_the_command_says_what_may_be_written(arguments: list[str]) -> None:
    """A sentence and status 2, no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "bundle", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_target_is_a_target() -> None:
    """The system as Python calls it there."""
    systems = {platform: Target(platform, "3.12").system for platform in PLATFORMS}
    assert systems == {
        "win_amd64": "win-amd64", "manylinux_x86_64": "linux-x86_64", "manylinux_aarch64": "linux-aarch64",
    }  # fmt: skip
