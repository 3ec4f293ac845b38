"""The command as an office types it, in this process; test_cli.py proves it the same in one of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from perfbatch.cli import app

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_inputs"
SEED = next(SAMPLES.rglob("*履职平台*.xlsx"))


def perfbatch(*arguments: object, cwd: Path | None = None) -> Result:
    """What ``perfbatch`` with these arguments says (stdout, stderr) and ends with (exit_code)."""
    with contextlib.chdir(cwd or Path.cwd()):
        return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def in_own_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, where the process itself is what is tested."""
    return subprocess.run(
        [sys.executable, "-m", "perfbatch", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment},
        check=False,
    )
