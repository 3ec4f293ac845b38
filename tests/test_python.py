"""The same from Python: step by step, and in whatever order the names are first used."""

from __future__ import annotations

import ast
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import perfbatch
from perfbatch import batch

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_inputs"


def test_step_by_step_gives_what_a_run_gives(tmp_path: Path) -> None:
    """read → score → check → write, each taking and giving frames."""
    folder = SAMPLES / "市农业农村局"
    frames = perfbatch.read(folder)
    frames = perfbatch.score(frames)
    frames = perfbatch.check(frames)
    written = perfbatch.write(frames, folder, tmp_path / "steps")
    result = batch.run([folder], tmp_path / "run", workers=0)
    assert sorted(written) == sorted(result.outputs)
    for name in ("数据/findings.csv", "数据/indicators.csv", *(n for n in written if n.startswith("批注/"))):
        if name.startswith("批注/"):
            assert (tmp_path / "steps" / name).exists()
        assert (tmp_path / "steps" / name).read_bytes() == (tmp_path / "run" / name).read_bytes()


def test_a_room_stays_callable_whatever_was_imported_first() -> None:
    """Loading a submodule must not hide the step behind its package, whichever comes first."""
    script = (
        "import sys, numpy, pandas, pyarrow\n"
        "for first in ('read', 'score', 'check', 'write', 'run', 'annotate'):\n"
        "    for name in [name for name in sys.modules if name.partition('.')[0] == 'perfbatch']:\n"
        "        del sys.modules[name]\n"
        "    import perfbatch\n"
        "    getattr(perfbatch, first)\n"
        "    import perfbatch.values as values, perfbatch.checking.catalogue, perfbatch.scoring.rounding\n"
        "    hidden = [n for n in perfbatch.__all__ if n[0] != '_' and not callable(getattr(perfbatch, n))]\n"
        "    assert not hidden, (first, hidden)\n"
        "    assert values.parse_one('5人').number == 5\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def saved_and_run(folder: Path, program: str) -> str:
    """What a program prints that stands in a file of its own."""
    path = folder / "程序.py"
    path.write_text(program, encoding="utf-8")
    command = [sys.executable, "-X", "utf8", str(path)]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8")


def test_the_example_of_the_readme_runs_as_written(tmp_path: Path) -> None:
    """Saved as a file, without the usual guard: workers do not begin the program again."""
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    shutil.copytree(SAMPLES / "市农业农村局", tmp_path / "自评表")
    shown = saved_and_run(tmp_path, f"{example}\nprint(result.tally.files['processed'], len(frames.forms))")
    assert shown == "3 4\n"
    assert (tmp_path / "结果" / "汇总.xlsx").exists()


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_fresh_process_leaves_the_main_program_alone(tmp_path: Path, method: str) -> None:
    """However the system starts processes: the script's own line is shown once."""
    shown = saved_and_run(
        tmp_path,
        "import multiprocessing, sys\n"
        "from perfbatch.batch.fresh_process import main_is_loaded\n"
        "print('main', flush=True)\n"
        f"context = multiprocessing.get_context({method!r})\n"
        "process = context.Process(target=print, args=('worker',))\n"
        "with main_is_loaded():\n"
        "    process.start()\n"
        "process.join()\n"
        "assert sys.modules['__main__'].__spec__ is None and process.exitcode == 0\n",
    )
    assert shown.split() == ["main", "worker"]


def test_a_program_that_is_checked_strictly_may_use_every_public_name(tmp_path: Path) -> None:
    """mypy sees real types behind the names that are loaded when first used."""
    program = ROOT / "tests" / "strict_program.py"
    used = {
        node.attr
        for node in ast.walk(ast.parse(program.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "perfbatch"
    }
    assert used == set(perfbatch.__all__)
    command = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--follow-imports=silent"]
    checked = subprocess.run(
        [*command, "--cache-dir", str(tmp_path), str(program)],
        cwd=tmp_path, env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
