"""核验.bat under Wine's cmd, with each hostile name.

What Wine 8 cannot show, and docs/install.md therefore calls unproved: it has no %CMDCMDLINE% (here a variable
in the place of the one that cmd.exe fills), reads !x! and %x% again in a value that it has just put in, and
shows a batch file's Chinese in code page 437.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from perfbatch.desktop.dropped import dropped
from tests.desktop.wine import StandIn, Wine, windows

pytestmark = [pytest.mark.wine, pytest.mark.slow]

SCRIPT = Path(__file__).parents[2] / "bundle/windows/核验.bat"
HOMES = ["核验工具", "a & b", "a&b", "a ^ b", "100 %", "a ! b", "急!急!", "(1) a", "a;b,c=d", "it's @#$"]
DROPPED = [
    [r"D:\甲&乙"], [r"D:\甲 & 乙"], [r"D:\a^b", r"D:\c ^ d"], [r"D:\100%", r"D:\1 %PATH% 2", r"D:\%PATH%"],
    [r"D:\(1)", r"D:\a (1) b"], [r"D:\a;b,c=d"], [r"D:\a&echo", r"D:\b|c>d"],
    [r"D:\一", r"D:\二 三", r"D:\四&五", r"\\服务器\报送\六", "E:\\"], [],
]  # fmt: skip
TYPED = [["甲 & 乙"], ["急!急!", "a ! b !c"], ["a^b c", "(1) d"], ["一", "二 三", "四&五 六"], []]


def install(python: StandIn, home: Path) -> Path:
    """核验.bat and a stand-in for what is installed beside it."""
    (home / "app/Scripts").mkdir(parents=True)
    (home / "app/Scripts/python.exe").write_bytes(python.program)
    return Path(shutil.copy(SCRIPT, home))


def line(script: Path, names: list[str]) -> str:
    """As Explorer has cmd.exe started: quotes around what has a blank."""
    passed = " ".join(f'"{name}"' if " " in name else name for name in names)
    return rf'C:\windows\system32\cmd.exe /c ""{windows(script)}" {passed}"'


def names_of(python: StandIn) -> list[str]:
    """What the program that was started makes of its arguments and variables."""
    started = python.started
    assert started is not None
    assert started["arguments"][1:6] == ["-I", "-X", "utf8", "-m", "perfbatch.desktop"]
    return dropped(started["environment"], started["arguments"][6:])


@pytest.mark.parametrize("names", DROPPED, ids=str)
def test_names_that_are_dropped(tmp_path: Path, wine: Wine, python: StandIn, names: list[str]) -> None:
    """cmd itself passes what it makes of them ("cut"); the program goes by the line."""
    script = install(python, tmp_path / "核验 工具")
    ended = wine.cmd(script.name, "cut", cwd=script.parent, CMDCMDLINE=line(script, names))
    assert ended.status == 0 and names_of(python) == names


@pytest.mark.parametrize("names", TYPED, ids=str)
def test_names_that_are_typed(tmp_path: Path, wine: Wine, python: StandIn, names: list[str]) -> None:
    """At a prompt, where cmd was started with something else."""
    script = install(python, tmp_path / "核验 工具")
    ended = wine.cmd(script.name, *names, cwd=script.parent, CMDCMDLINE=r"C:\windows\system32\cmd.exe")
    assert ended.status == 0 and names_of(python) == names


@pytest.mark.parametrize("name", HOMES)
def test_places_of_the_batch_file(tmp_path: Path, wine: Wine, python: StandIn, name: str) -> None:
    """Wherever an office has put it, the program beside it is found, and its folder named."""
    if "%" in name:
        pytest.skip("Wine reads % again in the value of %~dp0; Windows does not")
    script = install(python, tmp_path / name)
    ended = wine.cmd(script.name, "x", cwd=script.parent)
    assert ended.status == 0
    assert python.started is not None
    assert python.started["environment"]["PERFBATCH_HOME"] == windows(script.parent) + "\\"


@pytest.mark.parametrize("status", [0, 1, 2, 3, 70])
def test_the_status_is_shown_and_handed_on(tmp_path: Path, wine: Wine, python: StandIn, status: int) -> None:
    """The window waits for a key; after a failure it says the status and opens nothing."""
    script = install(python, tmp_path / "x")
    python.forget(status)
    ended = wine.cmd(script.name, "x", cwd=script.parent)
    assert ended.status == status and "Press any key" in ended.shown
    assert (f"没有完成：结束状态 {status}" in ended.said) == (status in (2, 70))


def test_a_missing_installation(tmp_path: Path, wine: Wine, python: StandIn) -> None:
    """Said, and the window waits."""
    script = install(python, tmp_path / "x")
    shutil.rmtree(script.parent / "app")
    ended = wine.cmd(script.name, "x", cwd=script.parent)
    assert ended.status == 2 and "没有找到核验程序" in ended.said and python.started is None
    assert "Press any key" in ended.shown


@pytest.mark.parametrize(("end", "runs"), [("exit %STATUS%", False), ("exit /b %STATUS%", True)])
def test_nothing_after_an_ampersand_is_run(
    tmp_path: Path, wine: Wine, python: StandIn, end: str, runs: bool
) -> None:
    """A folder may be called x&calc. One that ends with exit /b lets it run: so this can fail."""
    script = install(python, tmp_path / "x").rename(tmp_path / "x" / "check.bat")
    text = script.read_bytes().decode("utf-8")
    script.write_bytes(text.replace("exit %STATUS%", end).encode("utf-8"))
    planted = tmp_path / "planted"
    caller = tmp_path / "caller.bat"
    caller.write_bytes(f'@cmd /c ""{windows(script)}" D:\\x&echo 1 >{windows(planted)}"\r\n'.encode("ascii"))
    wine.cmd(caller.name, cwd=tmp_path)
    assert python.started is not None and planted.exists() == runs
