"""install.sh and 卸载.sh for real, with a small program in the place of perfbatch and the network refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from bundle.make import Interpreter
from bundle.wheels import sha256
from tests.bundle.small import FAILS, HERE, PYTHON, small_bundle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="install.sh is for Linux"),
]

HOSTILE = "中 文 & (1) $HOME 'x' 100%"


@cache
def without_network() -> list[str]:
    """A name space that has no network, where this user may make one; dead proxies say the same to pip."""
    program = shutil.which("unshare")
    for command in ([program, "-n"], [program, "-rn"]) if program else ():
        if subprocess.run([*command, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return command
    return []


@dataclass
class Computer:
    """A user's home, and programs on the path."""

    home: Path
    path: str = f"{Path(sys.executable).parent}:/usr/bin:/bin"

    @property
    def folder(self) -> Path:
        """Where it is installed unless told otherwise."""
        return self.home / "perfbatch"

    def run(self, script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Nobody at the keyboard."""
        environment = {
            "HOME": str(self.home), "PATH": self.path, "LANG": "C.UTF-8",
            "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9",
            # What the computer's own pip would be told, and what would reach its own Python:
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PYTHONPATH": "/nowhere", "PYTHONHOME": "",
        }  # fmt: skip
        return subprocess.run(
            [*without_network(), "/bin/sh", script, *arguments], env=environment, capture_output=True,
            text=True, check=False, stdin=subprocess.DEVNULL, cwd="/", timeout=600,
        )  # fmt: skip

    def installed(self) -> str:
        """The version that the installed program says of itself."""
        python = self.folder / "app/bin/python"
        told = "import perfbatch; print(perfbatch.VERSION)"
        return subprocess.check_output([python, "-I", "-c", told], text=True).strip()


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    """A home with a hostile name and a desktop."""
    home = tmp_path / HOSTILE / "主"
    (home / "桌面").mkdir(parents=True)
    return Computer(home)


def test_it_installs_and_is_tried(tmp_path: Path, computer: Computer) -> None:
    """Into a folder of its own, from one with a hostile name; 核验.sh there finds it."""
    done = computer.run(small_bundle(tmp_path / HOSTILE / "解压") / "install.sh")
    assert done.returncode == 0, done.stderr
    assert "装好了" in done.stdout and computer.installed() == "9.0"
    beside = {path.name for path in computer.folder.iterdir()}
    assert beside == {"app", "installed.json", "使用说明.html", "核验.sh", "卸载.sh"}
    dropped = computer.run(computer.folder / "核验.sh", "/甲 & 乙", "/丙")
    assert dropped.stdout.strip() == "dropped ['/甲 & 乙', '/丙']"
    assert not list(computer.folder.rglob("site-packages/pip*"))


def test_the_desktop_has_an_entry_that_takes_folders(tmp_path: Path, computer: Computer) -> None:
    """As a desktop reads it: the string's escapes first, then the quoted argument's, then %%."""
    assert computer.run(small_bundle(tmp_path) / "install.sh").returncode == 0
    places = [computer.home / "桌面", computer.home / ".local/share/applications"]
    for entry in (place / "perfbatch.desktop" for place in places):
        assert os.access(entry, os.X_OK)
        lines = dict(line.split("=", 1) for line in entry.read_text("utf-8").splitlines()[1:])
        value = lines["Exec"].replace("\\\\", "\\")
        assert value.startswith('"') and value.endswith('" %F')
        text = value[1:-4]
        for one in ('"', "`", "$", "\\"):
            text = text.replace("\\" + one, one)
        assert text.replace("%%", "%") == str(computer.folder / "核验.sh")
        assert "inode/directory" in lines["MimeType"] and lines["Terminal"] == "true"


def test_an_update_keeps_what_is_the_users(tmp_path: Path, computer: Computer) -> None:
    """perfbatch.toml, results, notes; the folder may be named."""
    first = small_bundle(tmp_path / "1", version="1.0")
    assert computer.run(first / "install.sh", str(computer.folder)).returncode == 0
    kept = {"perfbatch.toml": "workers = 1\n", "核验结果/汇总.xlsx": "x", "说明.txt": "y"}
    for name, text in kept.items():
        (computer.folder / name).parent.mkdir(exist_ok=True)
        (computer.folder / name).write_text(text)
    second = small_bundle(tmp_path / "2", version="2.0")
    done = computer.run(second / "install.sh", str(computer.folder))
    assert done.returncode == 0 and "替换以前安装的 1.0" in done.stdout
    assert computer.installed() == "2.0" and not (computer.folder / "app.old").exists()
    assert {name: (computer.folder / name).read_text() for name in kept} == kept


def test_an_update_that_fails_leaves_the_old_one(tmp_path: Path, computer: Computer) -> None:
    """The new one is tried with a sample before the old one goes."""
    assert computer.run(small_bundle(tmp_path / "1", version="1.0") / "install.sh").returncode == 0
    done = computer.run(small_bundle(tmp_path / "2", version="2.0", program=FAILS) / "install.sh")
    assert done.returncode == 2 and "the sample does not go through" in done.stderr
    assert "照旧可以用" in done.stderr and computer.installed() == "1.0"
    assert json.loads((computer.folder / "installed.json").read_text("utf-8"))["version"] == "1.0"


def test_a_broken_off_update_is_taken_up(tmp_path: Path, computer: Computer) -> None:
    """The computer was switched off: app.old is whole, app is not."""
    assert computer.run(small_bundle(tmp_path / "1", version="1.0") / "install.sh").returncode == 0
    (computer.folder / "app").rename(computer.folder / "app.old")
    (computer.folder / "app/bin").mkdir(parents=True)
    failed = computer.run(small_bundle(tmp_path / "2", version="2.0", program=FAILS) / "install.sh")
    assert failed.returncode == 2 and computer.installed() == "1.0"
    done = computer.run(small_bundle(tmp_path / "3", version="3.0") / "install.sh")
    assert done.returncode == 0 and computer.installed() == "3.0"


def test_a_killed_installation_is_taken_up(tmp_path: Path, computer: Computer) -> None:
    """At whatever moment; what was installed before is there, or the new one."""
    assert computer.run(small_bundle(tmp_path / "1", version="1.0") / "install.sh").returncode == 0
    second = small_bundle(tmp_path / "2", version="2.0")
    for wait in (0.3, 1.0, 2.0):
        process = subprocess.Popen(
            ["sh", second / "install.sh"], env={"HOME": str(computer.home), "PATH": computer.path},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(wait)
        os.killpg(process.pid, 9)
        process.wait()
    assert computer.run(second / "install.sh").returncode == 0 and computer.installed() == "2.0"


@pytest.mark.parametrize("harm", ["cut", "absent"])
def test_a_damaged_bundle_is_not_installed(tmp_path: Path, computer: Computer, harm: str) -> None:
    """A stick that was pulled out too early; the file is named."""
    unpacked = small_bundle(tmp_path)
    wheel = next((unpacked / "files/wheels").iterdir())
    wheel.unlink() if harm == "absent" else wheel.write_bytes(wheel.read_bytes()[:-1])
    done = computer.run(unpacked / "install.sh")
    assert done.returncode == 2 and wheel.name in done.stderr and "重新拷贝" in done.stderr
    assert not computer.folder.exists()


def test_a_wheel_that_was_exchanged_is_refused_by_pip_too(tmp_path: Path, computer: Computer) -> None:
    """Where bundle.json was made to fit, the hash of requirements.txt does not."""
    unpacked = small_bundle(tmp_path)
    wheel = next((unpacked / "files/wheels").iterdir())
    with wheel.open("ab") as file:
        file.write(b"more")
    note = unpacked / "files/bundle.json"
    stated = json.loads(note.read_text("utf-8"))
    stated["files"][f"files/wheels/{wheel.name}"] = sha256(wheel)
    note.write_text(json.dumps(stated), encoding="utf-8")
    done = computer.run(unpacked / "install.sh")
    assert done.returncode == 2 and "没有装成" in done.stderr and not (computer.folder / "app").exists()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (replace(HERE, python="3.99"), "没有 Python 3.99"),
        (replace(HERE, platform="manylinux_riscv64"), "linux-riscv64 的安装包"),
    ],
)
def test_another_computer_is_told(tmp_path: Path, computer: Computer, target: object, said: str) -> None:
    """In Chinese, with what to do, and nothing is written."""
    unpacked = small_bundle(tmp_path, target=target)  # type: ignore[arg-type]
    done = computer.run(unpacked / "install.sh")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert said.replace("linux-riscv64 的安装包", "是给 linux-riscv64 的") in done.stderr
    assert "请" in done.stderr and not computer.folder.exists()


@pytest.mark.parametrize(
    ("key", "value", "said"), [("glibc", "9.99", "系统太旧"), ("python", "3.0", "要用 64 位的 Python 3.0")]
)
def test_a_system_that_is_too_old_is_told(
    tmp_path: Path, computer: Computer, key: str, value: str, said: str
) -> None:
    """Also where install.py is started by hand with another Python."""
    unpacked = small_bundle(tmp_path)
    note = unpacked / "files/bundle.json"
    note.write_text(json.dumps(json.loads(note.read_text("utf-8")) | {key: value}), encoding="utf-8")
    done = computer.run(unpacked / "install.sh")
    assert done.returncode == 2 and said in done.stderr and not computer.folder.exists()


def test_no_python_at_all(tmp_path: Path, computer: Computer) -> None:
    """An empty path: said by install.sh alone."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("dirname",):
        (programs / name).symlink_to(str(shutil.which(name)))
    done = Computer(computer.home, str(programs)).run(small_bundle(tmp_path) / "install.sh")
    assert done.returncode == 2 and f"没有 Python {PYTHON}" in done.stderr and "PYTHON_ARCHIVE" in done.stderr


def test_only_a_part_was_unpacked(tmp_path: Path, computer: Computer) -> None:
    """install.sh was started from within the zip."""
    alone = tmp_path / "install.sh"
    shutil.copy(small_bundle(tmp_path) / "install.sh", alone)
    done = computer.run(alone)
    assert done.returncode == 2 and "整个解压" in done.stderr


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, computer: Computer) -> None:
    """It has an app/ that we did not install."""
    mine = computer.folder / "app/mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    done = computer.run(small_bundle(tmp_path) / "install.sh")
    assert done.returncode == 2 and "没有动它" in done.stderr and mine.read_text() == "mine"


def test_it_uninstalls_cleanly(tmp_path: Path, computer: Computer) -> None:
    """The user's files stay, and nothing else; where there are none the folder goes too."""
    script = computer.folder / "卸载.sh"
    for keeps in (True, False):
        assert computer.run(small_bundle(tmp_path) / "install.sh").returncode == 0
        if keeps:
            (computer.folder / "perfbatch.toml").write_text("workers = 1\n")
            (computer.folder / "python-notes").mkdir()
        done = computer.run(script)
        assert done.returncode == 0 and "已卸载" in done.stdout
        assert not list(computer.home.rglob("perfbatch.desktop"))
        left = {path.name for path in computer.folder.iterdir()} if keeps else set()
        assert left == ({"perfbatch.toml", "python-notes"} if keeps else set())
        if keeps:
            shutil.rmtree(computer.folder)
    assert not computer.folder.exists()


def test_uninstalling_elsewhere_removes_nothing(tmp_path: Path, computer: Computer) -> None:
    """The script was copied into another folder."""
    assert computer.run(small_bundle(tmp_path) / "install.sh").returncode == 0
    other = tmp_path / "other"
    (other / "app").mkdir(parents=True)
    copy = Path(shutil.copy(computer.folder / "卸载.sh", other))
    assert computer.run(copy).returncode == 2 and (other / "app").is_dir() and copy.exists()


@pytest.fixture
def python_archive(tmp_path: Path) -> Interpreter:
    """This computer's Python as an archive that unpacks to python/, its library by a link."""
    top = tmp_path / "archive/python"
    (top / "bin").mkdir(parents=True)
    base = Path(sys.base_prefix)
    shutil.copy((base / f"bin/python{PYTHON}").resolve(), top / f"bin/python{PYTHON}")
    (top / "lib").symlink_to(base / "lib")
    path = tmp_path / f"cpython-{PYTHON}.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        packed.add(top, "python")
    return Interpreter(path, sha256(path))


def test_a_python_that_came_along(tmp_path: Path, computer: Computer, python_archive: Interpreter) -> None:
    """Its SHA-256 is shown and checked, it lies in the folder, and goes with it."""
    unpacked = small_bundle(tmp_path, archive=python_archive)
    bare = Computer(computer.home, "/usr/bin:/bin")
    done = bare.run(unpacked / "install.sh")
    assert done.returncode == 0, done.stderr
    assert f"SHA-256 {python_archive.sha256}" in done.stdout
    own = bare.folder / f"python-{python_archive.sha256[:8]}"
    assert json.loads((bare.folder / "installed.json").read_text("utf-8"))["python"].startswith(str(own))
    assert bare.run(unpacked / "install.sh").returncode == 0 and own.is_dir()
    assert bare.run(bare.folder / "卸载.sh").returncode == 0 and not bare.folder.exists()


def test_a_python_that_was_exchanged(tmp_path: Path, computer: Computer, python_archive: Interpreter) -> None:
    """Not unpacked, not started."""
    unpacked = small_bundle(tmp_path, archive=python_archive)
    with (unpacked / "files" / python_archive.path.name).open("ab") as file:
        file.write(b"more")
    done = computer.run(unpacked / "install.sh")
    assert done.returncode == 2 and "已损坏或不是原来的" in done.stderr and not computer.folder.exists()
