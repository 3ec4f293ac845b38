"""Tables as published by government units, fact by fact: what must be read, found, and not found.

``tests/data/cases/forms`` holds the tables, transcribed cell by cell, and ``expected.json`` their facts.
Where ``partial`` is true the table is cut off, so that its totals do not add up (``ignore``).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import perfbatch
from perfbatch.reading import approved_targets
from perfbatch.schema import Frames

FOLDER = Path(__file__).parent / "data" / "cases" / "forms"
CASES = {case["file"]: case for case in json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))}
FORMS = [name for name, case in CASES.items() if case["forms"]]
_PARTS = "其中"


@pytest.fixture(scope="module")
def frames() -> Frames:
    """All of them, taken the whole way."""
    return perfbatch.check(perfbatch.score(perfbatch.read([FOLDER / name for name in CASES])))


def form_of(frames: Frames, name: str) -> dict[str, Any]:
    """The one form of a file."""
    (row,) = frames.forms[frames.forms["file"].str.endswith(name)].to_dict("records")
    return {str(key): value for key, value in row.items()}


def rows_of(frame: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """The rows of a file's form."""
    rows = frame[frame["form_id"].str.contains(name, regex=False)].to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


@pytest.mark.parametrize("name", FORMS)
def test_the_header(frames: Frames, name: str) -> None:
    """Year, names, unit of money, kind."""
    case, form = CASES[name], form_of(frames, name)
    for field in ("year", "project", "department", "unit", "money_unit", "kind"):
        if field in case:
            assert form[field] == case[field], field
    if case.get("own_total") is not None:
        assert form["own_total"] == case["own_total"]
    assert form["kind"] == case.get("kind", "project")


@pytest.mark.parametrize("name", [name for name in FORMS if "budget" in CASES[name]])
def test_the_funds(frames: Frames, name: str) -> None:
    """年度资金总额: budget, executed, rate, points and score."""
    case = CASES[name]
    (total,) = (line for line in rows_of(frames.funds, name) if line["line"] == "total")
    assert (total["budget"], total["executed"]) == (case["budget"], case["executed"])
    for field, column in (("rate_printed", "rate"), ("budget_points", "points"), ("budget_own", "own_score")):
        if field in case:
            assert total[column] == case[field]


@pytest.mark.parametrize("name", [name for name in FORMS if "n_indicators" in CASES[name]])
def test_the_indicators(frames: Frames, name: str) -> None:
    """Each with its values, points, own and computed score; 其中 rows are parts of the one above them."""
    case, rows = CASES[name], rows_of(frames.indicators, name)
    expected = [one for one in case.get("indicators", ()) if not one["name"].startswith(_PARTS)]
    assert len(rows) == case["n_indicators"]
    for one, row in zip(expected, rows, strict=bool(expected)):
        assert row["name"] == one["name"]
        assert (row["target"], row["actual"]) == (one["target"] or "", one["actual"])
        assert (row["points"], row["own_score"]) == (one["points"], one["own"])
        if one["computed"] is not None:
            assert row["computed_score"] == one["computed"]


@pytest.mark.parametrize("name", FORMS)
def test_the_findings(frames: Frames, name: str) -> None:
    """Those that must come at their cells, and none that must not."""
    case = CASES[name]
    found = [(row["check"], row["cell"], row["message"]) for row in rows_of(frames.findings, name)]
    checks = [check for check, _, _ in found]
    for wanted in case.get("must", ()):
        several = re.fullmatch(r"(\w+) on the (\d+) rows .*", wanted)
        if several:
            assert checks.count(several[1]) == int(several[2])
            continue
        at = re.fullmatch(r"(\w+)@(\w+)(?: \((\d+)\))?", wanted)
        assert at is not None, wanted
        assert any(
            (check, cell) == at.group(1, 2) and (at[3] or "") in message for check, cell, message in found
        )
    assert not set(checks) & set(case.get("must_not", ()))


def test_a_form_without_points_is_judged_by_its_deviations(frames: Frames) -> None:
    """A missed target without a reason is found, nothing about scores, and nobody is told to add a column."""
    for name in ("04_hengshan_2020_hunan_noscores.xlsx", "07_xianning_2021_hubei_transfer_partial.xlsx"):
        assert form_of(frames, name)["points_place"] == "none"
        checks = {row["check"] for row in rows_of(frames.findings, name)}
        assert not {
            check
            for check in checks
            if check.startswith(("T4", "I20")) and check not in ("I205", "I206", "I207")
        }
        assert not any("分值" in row["message"] for row in rows_of(frames.findings, name))


def test_points_in_labels(frames: Frames) -> None:
    """(20分) beside the funds, (15分) beside a 二级指标; 自评分 is the unit's, and 复核分 is not."""
    (hubei,) = (
        line for line in rows_of(frames.funds, "12_hubei_jinbu_2020_nopoints.xlsx") if line["line"] == "total"
    )
    assert (hubei["points"], hubei["own_score"]) == (20, 20)
    (road,) = rows_of(frames.indicators, "14_guangshui_2021_hubei_partial.xlsx")
    assert (road["points"], road["own_score"], road["reviewer_score_state"]) == (15, 15, "blank")


def test_one_place_for_all_reasons(frames: Frames) -> None:
    """偏差大或目标未完成原因分析 below the table speaks for every row."""
    form = form_of(frames, "12_hubei_jinbu_2020_nopoints.xlsx")
    assert (form["reason_place"], form["reason_place_cell"]) == ("form", "B16")
    assert {row["reason_cell"] for row in rows_of(frames.indicators, form["file"])} == {"B16"}


def test_a_target_sheet_is_skipped_with_a_sentence_and_read_as_targets(frames: Frames) -> None:
    """Never refused as a form that is not filled in."""
    name = "20_yueyang_2022_target_form.xlsx"
    (file,) = frames.files[frames.files["path"].str.endswith(name)].to_dict("records")
    assert (file["status"], file["reason_code"], file["forms"]) == ("skipped", "approved_targets", 0)
    assert "跳过" in file["reason"]
    targets = approved_targets(FOLDER / name)
    assert list(targets["name"])[:2] == ["脱贫村村内道路硬化里程", "脱贫户供水设施数量"]
    assert list(targets["target"]) == ["≥100公里", "≥20座", "100%", "≥100%", "1600元/亩", "≥95%"]
    assert set(targets["project"]) == {"岳阳县2022年高标准农田建设项目"}
    assert targets["target_cell"].iloc[0] == "D10"
    assert len(approved_targets(FOLDER)) == 6
