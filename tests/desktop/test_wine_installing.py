"""安装.bat, 卸载.bat and the shortcut under Wine's cmd, with a stand-in for Python.

What install.py does is in tests/bundle/test_installing.py; on Windows it is unproved (docs/install.md).
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from bundle.make import Interpreter, content
from bundle.platforms import target
from tests.bundle.small import small_wheels
from tests.desktop.wine import Ended, StandIn, Wine, windows

pytestmark = [pytest.mark.wine, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TARGET = target("win_amd64", "3.12")


def unpack(folder: Path, archive: Interpreter | None = None) -> Path:
    """安装.bat and what it needs, as a bundle has it."""
    for name, value in content(TARGET, small_wheels(folder / "wheels"), archive).items():
        path = folder / "解压 & (1)" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value if isinstance(value, bytes) else value.read_bytes())
    return folder / "解压 & (1)"


def put_python(wine: Wine, python: StandIn, *, there: bool) -> None:
    """Where the installer of python.org puts it for a user alone."""
    local = next((wine.prefix / "drive_c/users").glob("*/AppData/Local"))
    path = local / "Programs/Python/Python312/python.exe"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(python.program)
    if not there:
        path.unlink()


def started(python: StandIn) -> list[str]:
    """The arguments of the last start, once they are there: Wine does not wait for the recorder."""
    found: dict[str, Any] | None = None
    for _ in range(100):
        found = python.started
        if found and "install.py" in " ".join(found["arguments"]):
            break
        time.sleep(0.1)
    assert found is not None
    return list(found["arguments"][1:])


@pytest.mark.parametrize("named", ["", r"Z:\tmp\a & b", r"Z:\tmp\核验 (1)"])
def test_it_finds_the_python_and_hands_on(tmp_path: Path, wine: Wine, python: StandIn, named: str) -> None:
    """The folder that was named, else one in the user's home."""
    put_python(wine, python, there=True)
    unpacked = unpack(tmp_path)
    ended = wine.cmd("安装.bat", *([named] if named else []), cwd=unpacked)
    script = windows(unpacked / "files/install.py")
    *options, folder = started(python)
    assert options == ["-I", "-X", "utf8", script, "install"]
    assert folder == named or (
        not named and folder.startswith("C:\\users\\") and folder.endswith("\\perfbatch")
    )
    assert ended.status == 0 and "Press any key" in ended.shown


def test_a_python_that_does_not_fit(tmp_path: Path, wine: Wine, python: StandIn) -> None:
    """A Python that does not answer as it should is not taken."""
    put_python(wine, python, there=True)
    python.forget(2)
    ended = wine.cmd("安装.bat", cwd=unpack(tmp_path))
    assert ended.status == 2 and "没有 64 位的 Python 3.12" in ended.said


def test_without_a_python(tmp_path: Path, wine: Wine, python: StandIn) -> None:
    """Said with the version that is wanted; nothing is started."""
    put_python(wine, python, there=False)
    ended = wine.cmd("安装.bat", cwd=unpack(tmp_path))
    assert ended.status == 2 and "没有 64 位的 Python 3.12" in ended.said
    assert "Press any key" in ended.shown and python.started is None


def test_only_a_part_was_unpacked(tmp_path: Path, wine: Wine, python: StandIn) -> None:
    """安装.bat was started from within the zip."""
    put_python(wine, python, there=True)
    unpacked = unpack(tmp_path)
    shutil.rmtree(unpacked / "files")
    ended = wine.cmd("安装.bat", cwd=unpacked)
    assert ended.status == 2 and "整个解压" in ended.said and python.started is None


def installed(folder: Path, python: StandIn) -> Path:
    """An installation with files of the user's."""
    for name in ("app/Scripts", "app/Lib", "python-notes", "python-0123abcd", "核验结果"):
        (folder / name).mkdir(parents=True)
    (folder / "app/Scripts/python.exe").write_bytes(python.program)
    for name in ("installed.json", "perfbatch.toml", "python-0123abcd/.whole", "核验结果/汇总.xlsx"):
        (folder / name).write_text("{}")
    return Path(shutil.copy(ROOT / "bundle/windows/卸载.bat", folder))


def uninstall(wine: Wine, script: Path, keys: str) -> Ended:
    """With what is typed."""
    return wine.cmd(script.name, cwd=script.parent, keys=keys)


def test_uninstalling_leaves_what_is_the_users(tmp_path: Path, wine: Wine, python: StandIn) -> None:
    """And removes itself."""
    script = installed(tmp_path / "核验 & (1)", python)
    uninstall(wine, script, "y\r\r")
    left = {path.name for path in script.parent.iterdir()}
    assert left == {"perfbatch.toml", "python-notes", "核验结果"}
    arguments = started(python)
    assert arguments[:3] == ["-I", "-X", "utf8"] and arguments[4] == "remove"


@pytest.mark.parametrize("keys", ["n\r\r", "\r\r", '" & echo y\r\r'])
def test_uninstalling_asks_first(tmp_path: Path, wine: Wine, python: StandIn, keys: str) -> None:
    """Anything but y is no."""
    script = installed(tmp_path / "x", python)
    assert uninstall(wine, script, keys).status == 2
    assert (script.parent / "app/Scripts/python.exe").exists() and script.exists() and python.started is None


def test_uninstalling_elsewhere_removes_nothing(tmp_path: Path, wine: Wine, python: StandIn) -> None:
    """The script was copied into another folder, which has an app of its own."""
    script = installed(tmp_path / "x", python)
    (script.parent / "installed.json").unlink()
    assert uninstall(wine, script, "y\r\r").status == 2
    assert (script.parent / "app/Scripts/python.exe").exists() and script.exists()


def test_the_shortcut(tmp_path: Path, wine: Wine) -> None:
    """A link to 核验.bat on the desktop. Wine's cscript takes no //E, and its links give no target back."""
    folder = tmp_path / "核验 & (1)"
    folder.mkdir()
    script = shutil.copy(ROOT / "bundle/site/shortcut.js", tmp_path / "shortcut.js")
    target_file = windows(folder / "核验.bat")
    done = subprocess.run(
        ["wine", "cscript", "//Nologo", windows(Path(script)), "add", target_file, windows(folder)],
        env=wine.environment(), check=False, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 10
    links = list(wine.prefix.parent.rglob("核验.lnk"))
    assert len(links) == 1 and windows(folder).encode("utf-16-le") in links[0].read_bytes()
