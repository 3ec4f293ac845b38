"""The same from Python: step by step, and in whatever order the names are first used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import perfbatch
from perfbatch import batch

SAMPLES = Path(__file__).parent.parent / "sample_inputs"


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


@pytest.mark.parametrize("first", ["read", "score", "check", "write", "run", "annotate"])
def test_a_room_stays_callable_whatever_was_imported_first(first: str) -> None:
    """Loading a submodule must not hide the step behind its package."""
    script = (
        f"import perfbatch; perfbatch.{first}\n"
        "import perfbatch.values as values, perfbatch.checking.catalogue, perfbatch.scoring.rounding\n"
        "assert all(callable(getattr(perfbatch, name)) for name in perfbatch.__all__ if name[0] != '_')\n"
        "assert values.parse_one('5人').number == 5"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
