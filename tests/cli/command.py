"""The command run in a process of its own, as an office types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_inputs"
SEED = next(SAMPLES.rglob("*履职平台*.xlsx"))


def perfbatch(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``perfbatch`` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "perfbatch", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        check=False,
    )
