"""monthly.sh in a real shell: what it asks of the command, what it writes into status, what it says."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from perfbatch.verifying import verify
from tests.cli.command import ROOT, SEED

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script")

ECHO = """#!/bin/sh
[ "$1" != config ] || { echo "history = —　（默认）"; exit; }
printf "%s\\n" "$@"
exit ${ENDS:-0}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with blanks and Chinese in its name: the script, and a unit's form."""
    office = tmp_path / "某局 2022（绩效）"
    (office / "报送 一季度").mkdir(parents=True)
    shutil.copy(SEED, office / "报送 一季度")
    shutil.copy(ROOT / "monthly.sh", office)
    return office


def monthly(office: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The script as cron starts it: nothing but what is given in the environment, in another folder."""
    return subprocess.run(
        [office / "monthly.sh", *arguments], env=environment(variables), cwd=office.parent,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def environment(variables: dict[str, str]) -> dict[str, str]:
    """What cron gives, and the command of this source tree."""
    return {"PATH": "/usr/bin:/bin", "PERFBATCH": str(command()), **variables}


def command() -> Path:
    """perfbatch as it is installed beside this Python."""
    return Path(sys.executable).with_name("perfbatch")


def echo(office: Path) -> str:
    """A command that only says what it was asked."""
    path = office / "echo"
    path.write_text(ECHO, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_month_from_end_to_end(office: Path) -> None:
    """The month's folder, its status, the history beside the months; run.json proves it."""
    done = monthly(office, MONTH="2022-03", INPUT=str(office / "报送 一季度"), DEADLINE="2022-04-10")
    out = office / "out" / "2022-03"
    assert done.returncode == 0, done.stderr
    assert (out / "status").read_text() == "0\n"
    assert (out / "汇总.xlsx").is_file()
    assert list((out / "通知").rglob("*.docx"))
    assert (office / "out" / "history.sqlite").is_file()
    assert verify(out).holds
    again = monthly(office, "--fail-on", "error", MONTH="2022-03", INPUT=str(office / "报送 一季度"))
    assert (again.returncode, (out / "status").read_text()) == (3, "3\n")


def test_what_is_given_reaches_the_command_as_it_is(office: Path) -> None:
    """Each variable is one argument, whatever stands in it; further options come after them and count."""
    names = {
        "ROSTER": "应报 名单.xlsx",
        "TARGETS": "批复 表",
        "HISTORY": "史 $(x) `y`.sqlite",
        "OUT": "结 果's",
    }
    done = monthly(office, "--workers", "1", PERFBATCH=echo(office), MONTH="2022-03", NOTICES="1",
                   INPUT=str(office / "报送 一季度"), DEADLINE="2022-04-10", **names)  # fmt: skip
    assert done.stdout.splitlines() == [
        "run", "--notices", "--deadline", "2022-04-10", "--targets", "批复 表", "--roster", "应报 名单.xlsx",
        "--history", "史 $(x) `y`.sqlite", "--output", "结 果's/2022-03", "--period", "2022-03",
        "--workers", "1", "--", str(office / "报送 一季度"),
    ]  # fmt: skip


@pytest.mark.parametrize("given", [{"NOTICES": "0"}, {"NOTICES": "0", "DEADLINE": "2022-04-10"}])
def test_letters_can_be_refused(office: Path, given: dict[str, str]) -> None:
    """NOTICES=0 is louder than perfbatch.toml."""
    done = monthly(office, PERFBATCH=echo(office), MONTH="2022-03", INPUT=str(office), **given)
    assert "--no-notices" in done.stdout.splitlines()


def test_the_settings_file_is_heard(office: Path) -> None:
    """What perfbatch.toml beside the script says holds where no variable says otherwise."""
    toml = "history = '别处/史.sqlite'\nroster = '名单.csv'\nnotices = true\nissuer = '某局'\n"
    (office / "perfbatch.toml").write_text(toml, encoding="utf-8")
    (office / "别处").mkdir()
    (office / "名单.csv").write_text("主管部门,实施单位,项目名称\n甲,乙,丙\n", encoding="utf-8")
    done = monthly(office, MONTH="2022-03", INPUT=str(office / "报送 一季度"))
    assert done.returncode == 0, done.stderr
    assert (office / "别处" / "史.sqlite").is_file()
    assert not (office / "out" / "history.sqlite").exists()
    assert (office / "out" / "2022-03" / "数据" / "roster.csv").is_file()
    assert len(list((office / "out" / "2022-03" / "通知").rglob("*.docx"))) == 2


@pytest.mark.parametrize("status", ["0", "1", "2", "3", "130"])
def test_the_status_is_the_command_s_own(office: Path, status: str) -> None:
    """To whoever started it, and in the file."""
    done = monthly(office, PERFBATCH=echo(office), MONTH="2022-03", INPUT=str(office), ENDS=status)
    assert (str(done.returncode), (office / "out/2022-03/status").read_text()) == (status, f"{status}\n")


@pytest.mark.parametrize(
    ("given", "said", "noted"),
    [
        ({"INPUT": "."}, "请写明月份", False),
        ({"MONTH": "2022-13", "INPUT": "."}, "“2022-13”", False),
        ({"MONTH": "22-3", "INPUT": "."}, "“22-3”", False),
        ({"MONTH": "2022-03/../..", "INPUT": "."}, "月份应写成", False),
        ({"MONTH": "2022-03"}, "请写明报送的文件夹", False),
        ({"MONTH": "2022-03", "INPUT": "没有 这个"}, "“没有 这个”不存在", True),
        ({"MONTH": "2022-03", "INPUT": "某局 2022（绩效）", "DEADLINE": "下周"}, "下周", True),
        ({"MONTH": "2022-03", "INPUT": "某局 2022（绩效）", "ROSTER": "无.xlsx"}, "无.xlsx", True),
        ({"MONTH": "2022-03", "INPUT": "某局 2022（绩效）", "PERFBATCH": "/no"}, "make setup", True),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    office: Path, given: dict[str, str], said: str, noted: bool
) -> None:
    """Status 2, in the file too where the month has a folder."""
    done = monthly(office, **given)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    status = office / "out" / "2022-03" / "status"
    assert (status.read_text() if status.exists() else "") == ("2\n" if noted else "")


def test_an_earlier_status_does_not_outlive_its_run(office: Path) -> None:
    """While a run goes on, or was cut off by a power failure, there is none; a signal leaves its own."""
    folder = office / "out" / "2022-03"
    folder.mkdir(parents=True)
    (folder / "status").write_text("0\n")
    slow = office / "slow"
    slow.write_text('#!/bin/sh\n[ "$1" != config ] || exit\ntrap "exit 143" TERM\nsleep 60 & wait\n')
    slow.chmod(0o755)
    process = subprocess.Popen(
        [office / "monthly.sh"],
        env=environment({"MONTH": "2022-03", "INPUT": str(office), "PERFBATCH": str(slow)}),
    )
    deadline = time.monotonic() + 20
    while (folder / "status").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (folder / "status").exists()
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143
    assert (folder / "status").read_text() == "143\n"


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_calls_it(office: Path) -> None:
    """make turns failures into 2, status keeps them; blanks and quotes pass; the samples are no input."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, office)
    (office / ".venv").mkdir()
    (office / ".venv" / ".ready").touch()

    def make(*given: str, **variables: str) -> subprocess.CompletedProcess[str]:
        said = environment({"PERFBATCH": echo(office), **variables})
        return subprocess.run(
            ["make", "-s", "monthly", *given],
            env=said,
            cwd=office,
            capture_output=True,
            text=True,
            check=False,
        )

    (office / "it's 报送").mkdir()
    done = make("MONTH=2022-03", "INPUT=it's 报送", "ARGS=--workers 1", "ROSTER=名 单.csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:3] == ["--roster", "名 单.csv"]
    assert done.stdout.splitlines()[-4:] == ["--workers", "1", "--", "it's 报送"]
    assert make("MONTH=2022-03", "INPUT=it's 报送", ENDS="1").returncode == 0
    assert make("MONTH=2022-03", "INPUT=it's 报送", ENDS="3").returncode == 2
    assert (office / "out/2022-03/status").read_text() == "3\n"
    assert "请写明报送的文件夹" in make("MONTH=2022-03").stderr
    assert make("MONTH=2022-03", INPUT="it's 报送").returncode == 0
    assert "请写明月份" in make("INPUT=it's 报送").stderr
