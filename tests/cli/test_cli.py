"""The command as an office types it: exit statuses, sentences, nothing written where nothing should be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from perfbatch.batch import server
from tests.cli.command import ROOT, SAMPLES, SEED, in_own_process, perfbatch

CLEAN = next(SAMPLES.rglob("*教育信息化平台运行维护.xlsx"))
DAMAGED = next(SAMPLES.rglob("*损坏*.xlsx"))


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        (CLEAN, (), 0),
        (SEED, (), 0),
        (DAMAGED, (), 1),
        (SEED, ("--fail-on", "error"), 3),
        (CLEAN, ("--fail-on", "error"), 0),
        (Path("没有这个文件夹"), (), 2),
        (SEED, ("--fail-on", "严重"), 2),
        (SEED, ("--rules", "没有这个手册"), 2),
        (SEED, ("--workers", "-1"), 2),
    ],
)
def test_exit_status(path: Path, options: tuple[str, ...], status: int) -> None:
    """0 done, 1 a file was refused, 2 unusable arguments, 3 findings of the asked level."""
    done = perfbatch("check", path, "--quiet", "--workers", "0", *options)
    assert done.exit_code == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if status == 2:
        assert done.stderr.startswith("错误："), done.stderr


@pytest.mark.parametrize(("rules", "status"), [("beijing-2021", 3), ("没有这个手册", 2)])
def test_exit_status_of_the_process(rules: str, status: int) -> None:
    """The system gets it too; test_run_says_what_it_did_and_where sees 1, a console without Chinese 0."""
    done = in_own_process("check", SEED, "--quiet", "--fail-on", "error", "--rules", rules)
    assert done.returncode == status, done.stdout + done.stderr
    assert (status == 2) == done.stderr.startswith("错误："), done.stderr


def test_check_shows_findings_and_writes_nothing(tmp_path: Path) -> None:
    """Every finding has id, cell and sentence."""
    done = perfbatch("check", SEED, cwd=tmp_path)
    assert "● R301 I15  “渗透测试次数”没有达到指标值" in done.stdout
    assert "缺偏差原因" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_run_says_what_it_did_and_where(tmp_path: Path) -> None:
    """The closing table, the refusal with its reason, the outputs."""
    done = in_own_process("run", SEED, DAMAGED, "--output", tmp_path / "结果")
    assert done.returncode == 1
    for words in ("核验完成", "6（必须整改 5，请核实 1）", "损坏", str(tmp_path / "结果" / "汇总.xlsx")):
        assert words in done.stdout
    said = done.stderr.splitlines()
    stages = (
        "查找文件 2/2",
        "读取与核验 2/2",
        "全部表之间核对 2/2",
        "写出批注件 2/2",
        "写出汇总、报告和数据 4/4",
    )
    assert [line for line in said if line in stages] == list(stages)  # none is silent
    refused = next(line for line in said if line.startswith("未处理："))
    assert DAMAGED.name in refused
    assert said.index(refused) < said.index("读取与核验 2/2")


def test_heads_of_the_data_files_are_chosen(tmp_path: Path) -> None:
    """English keys for programs, or what people call the columns."""
    done = perfbatch("run", SEED, "--output", tmp_path, "--headers", "中文", "--quiet", "--workers", "0")
    assert done.exit_code == 0, done.stderr
    head = (tmp_path / "数据/findings.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.replace('"', "").startswith("表的标识,核验项,级别,栏目,单元格,问题")
    done = perfbatch("run", SEED, "--output", tmp_path / "再", "--headers", "英文")
    assert done.exit_code == 2 and "--headers 只能写 keys 或 中文" in done.stderr


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    """A 汇总.xlsx that we did not write stops the run before anything is read."""
    (tmp_path / "汇总.xlsx").write_text("别人的", encoding="utf-8")
    done = perfbatch("run", SEED, "--output", tmp_path)
    assert done.exit_code == 2 and "汇总.xlsx" in done.stderr
    assert (tmp_path / "汇总.xlsx").read_text(encoding="utf-8") == "别人的"
    assert [p.name for p in tmp_path.iterdir()] == ["汇总.xlsx"]


def test_explain_comes_from_the_catalogue() -> None:
    """What R301 finds, what to do and the clause; without an id, the list of all."""
    one = perfbatch("explain", "r301")
    assert one.exit_code == 0 and "R301" in one.stdout and "偏差原因" in one.stdout
    every = perfbatch("explain")
    assert {"S001", "F101", "I202", "R301", "T401", "B501"} <= {
        line[:4] for line in every.stdout.splitlines()
    }
    unknown = perfbatch("explain", "X999")
    assert unknown.exit_code == 2 and "X999" in unknown.stderr


def test_version() -> None:
    """--version names the version."""
    from perfbatch import __version__

    assert perfbatch("--version").stdout.strip() == f"perfbatch {__version__}"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["explain", "R301"], ["--version"]])
def test_quick_answers_do_not_wait_for_pandas(arguments: list[str]) -> None:
    """Help and explain load neither pandas nor numpy."""
    script = (
        "import sys; sys.argv[0] = 'perfbatch'\n"
        "from perfbatch.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not {'pandas', 'numpy', 'pyarrow', 'matplotlib'} & set(sys.modules)"
    )
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_a_run_hands_its_files_out_and_loads_pandas_after_that(tmp_path: Path) -> None:
    """What stands before the first task makes all wait; a run with nothing to do needs no pandas."""
    script = (
        "import sys; sys.argv[0] = 'perfbatch'\n"
        "from perfbatch.batch import job\n"
        "real, loaded = job.hand_out, []\n"
        "def hand_out(*of):\n"
        "    loaded.append(bool({'pandas', 'numpy', 'pyarrow'} & set(sys.modules)))\n"
        "    return real(*of)\n"
        "job.hand_out, job._load_the_rest = hand_out, lambda: None\n"
        "from perfbatch.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(loaded, 'pandas' in sys.modules)"
    )
    command = [sys.executable, "-c", script, "run", SEED, "-o", tmp_path / "out", "-q", "--workers", "1"]
    for expected in ("[False] True", "[] False"):
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.stdout.splitlines()[-1] == expected, done.stderr


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        (["run", "表", "-o", "新"], True),
        (["run", "表", "--output=新"], True),
        (["run", "表", "--output", "旧"], False),
        (["run", "表", "--output", "旧", "--fresh"], True),
        (["run", "表", "-o", "新", "--workers", "0"], False),
        (["run", "表", "-o", "新", "--cluster", "tcp://a:1"], False),
        (["run", "表"], False),
        (["run", "表", "-o"], False),
        (["check", "表", "-o", "新"], False),
        ([], False),
    ],
)
def test_the_server_starts_first_of_all_where_there_is_work_for_certain(
    arguments: list[str], started: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier run left may be all that is wanted; then it starts later, or not at all."""
    (tmp_path / "旧" / ".perfbatch").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    starts: list[None] = []
    monkeypatch.setattr(server, "start_server", lambda: starts.append(None))
    server.start_before_all(arguments)
    assert bool(starts) == started


def test_a_console_that_knows_no_chinese_is_no_hindrance(tmp_path: Path) -> None:
    """An old console shows question marks and goes on."""
    done = in_own_process("run", SEED, "--output", tmp_path / "out", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_letters_in_an_output_folder_named_from_here(tmp_path: Path) -> None:
    """As one types it, not as an absolute path: the letters' outputs are noted like all others."""
    shutil.copy(SEED, tmp_path / "表.xlsx")
    assert (
        perfbatch("run", "表.xlsx", "--output", "结果", "--notices", "--workers", 0, cwd=tmp_path).exit_code
        == 0
    )
    assert len(list((tmp_path / "结果" / "通知").rglob("*.docx"))) == 1
