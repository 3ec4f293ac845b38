"""The scripts that benchmarks/run.py sets beside perfbatch do the same job, or their times say nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).parents[1]
FORMS = 12


def made(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True, capture_output=True)


def listed(folder: Path) -> list[list[str]]:
    """The list as it is read: polars writes a column of numbers and texts as texts."""
    rows = CalamineWorkbook.from_path(folder / "汇总.xlsx").get_sheet_by_index(0).to_python()
    return [[f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    pytest.importorskip("excelize")
    pytest.importorskip("polars")
    home = tmp_path_factory.mktemp("scripts")
    found = {name: home / name for name in ("forms", "usual", "expert", "only marked")}
    forms = ("--count", str(FORMS), "--defects", "R301,R304", "--output", f"{home}/forms")
    made("tests.generator", *forms)
    for name in ("usual", "expert", "only marked"):
        found[name].mkdir()
    made("benchmarks.usual_script", f"{home}/forms", f"{home}/usual")
    made("benchmarks.expert_script", f"{home}/forms", f"{home}/expert")
    made("benchmarks.expert_script", f"{home}/forms", f"{home}/only marked", "--only-marked")
    return found


def test_the_scripts_list_the_same_indicators(folders: dict[str, Path]) -> None:
    head, *rows = listed(folders["usual"])
    assert rows
    assert listed(folders["expert"]) == listed(folders["only marked"]) == [head, *rows]


def test_the_scripts_mark_the_same_cells(folders: dict[str, Path]) -> None:
    _, *rows = listed(folders["usual"])
    for file, sheet, cell, *_ in rows:
        for name in ("usual", "expert", "only marked"):
            marked = load_workbook(folders[name] / file)[sheet][cell]
            assert marked.comment.text == "得分低于分值，没有写明偏差原因。", name
            assert marked.fill.fgColor.rgb == "FFFF9999", name


def test_every_workbook_has_a_copy(folders: dict[str, Path]) -> None:
    wanted = {path.relative_to(folders["forms"]) for path in folders["forms"].rglob("*.xls[xm]")}
    assert len(wanted) == FORMS
    for name in ("usual", "expert", "only marked"):
        copies = {path.relative_to(folders[name]) for path in folders[name].rglob("*.xls[xm]")}
        assert copies - {Path("汇总.xlsx")} == wanted, name
