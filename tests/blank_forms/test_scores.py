"""Forms filled in and recalculated by LibreOffice give the scores that perfbatch computes, table by table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import perfbatch
from perfbatch.blank_forms.kinds import NUMBER
from perfbatch.schema import Frames
from tests.blank_forms.filling import (
    FIRST,
    MAIN,
    Example,
    examples,
    fill,
    form,
    needs_office,
    office,
)
from tests.scoring.tables import DIRECTIONS, book

pytestmark = needs_office
MISSING = "缺偏差原因"


@dataclass(frozen=True)
class Filled:
    """The examples of one book, what perfbatch makes of the form, and what the form itself says."""

    examples: list[Example]
    frames: Frames
    says: Mapping[str, Any]
    """values by cell"""


@pytest.fixture(scope="module", params=["reasons", "no reasons"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Filled]:
    folder = tmp_path_factory.mktemp("forms") / "filled"
    folder.mkdir()
    given = examples()
    for at, (name, mine) in enumerate(given.items()):
        path = folder / f"{at}.xlsx"
        path.write_bytes(form([one.indicator for one in mine], book(name)))
        fill(path, mine, **({} if request.param == "reasons" else {"reason": ""}))
    saved = office(folder, "xlsx")
    return {name: _read(saved / f"{at}.xlsx", name, mine) for at, (name, mine) in enumerate(given.items())}


def _read(path: Path, name: str, mine: list[Example]) -> Filled:
    read = perfbatch.read(path)
    assert len(read.indicators) == len(mine)
    read.indicators["approved_direction"] = [DIRECTIONS.get(one.row.get("批复方向", ""), "") for one in mine]
    scored = perfbatch.check(perfbatch.score(read, book(name)), book(name))
    sheet = openpyxl.load_workbook(path, data_only=True).active
    assert sheet is not None
    return Filled(mine, scored, {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row})


def _rows(found: pd.DataFrame, *checks: str) -> set[int]:
    """Rows of the sheet about which there are findings."""
    mine = found[found["check"].isin(checks)]
    return {int("".join(filter(str.isdigit, cell))) for cell in mine["cell"]}


def test_every_computed_score_is_perfbatchs(filled: dict[str, Filled]) -> None:
    wrong, count = [], 0
    for one in filled.values():
        for example, got in zip(one.examples, one.frames.indicators.to_dict("records"), strict=True):
            if not math.isnan(got["computed_score"]) and example.indicator.kind == NUMBER:
                count += 1
                if got["own_score"] != pytest.approx(got["computed_score"], abs=1e-9):
                    wrong.append((example.row["所在"], example.indicator.target, got["actual"],
                                  got["own_score"], got["computed_score"]))  # fmt: skip
    assert not wrong, "\n".join(map(str, wrong))
    assert count > 170


def test_the_form_and_the_run_find_the_same_places(filled: dict[str, Filled]) -> None:
    """What a form says beside its rows is what the run finds there, with reasons and without."""
    wrong = []
    kinds = {MISSING: ("R301", "R302"), "得分不在该档区间": ("I209",), "得分应在0和分值之间": ("I201",)}
    for name, one in filled.items():
        for said, checks in kinds.items():
            found = _rows(one.frames.findings, *checks)
            for at, example in enumerate(one.examples, FIRST):
                status = one.says[f"I{at}"] or ""
                if (at in found) > bool(status) or (status == said) > (at in found):
                    wrong.append((name, said, example.row["所在"], example.row["说明"], at in found, status))
    assert not wrong, "\n".join(map(str, wrong))


def test_nothing_is_an_error_where_the_form_says_nothing(filled: dict[str, Filled]) -> None:
    wrong = []
    for name, one in filled.items():
        found = one.frames.findings
        errors = found[found["level"] == "error"]
        for error in errors.to_dict("records"):
            at = int("".join(filter(str.isdigit, error["cell"])))
            if error["check"] == "T403":  # said of the whole form, in its last row
                at = FIRST + len(one.examples)
            if not one.says.get(f"I{at}"):
                wrong.append((name, error["check"], error["cell"], error["message"]))
    assert not wrong, "\n".join(map(str, wrong))


def test_the_line_on_top_counts_what_is_open(filled: dict[str, Filled]) -> None:
    for one in filled.values():
        said = [one.says.get(f"I{at}") for at in range(MAIN, FIRST + len(one.examples) + 1)]
        open_ = [text for text in said if text and text != "填报提示"]
        line = str(one.says["A1"])
        assert open_
        assert line.startswith(f"还有 {len(open_)} 处没有填好，其中缺偏差原因 {open_.count(MISSING)} 处")
