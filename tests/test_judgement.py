"""Target and actual pairs with a known answer (tests/data/cases/judgement.json)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfbatch.checking import check
from perfbatch.scoring import score
from perfbatch.values import parse_sides
from tests.scoring.making import frames

CASES = json.loads((Path(__file__).parent / "data" / "cases" / "judgement.json").read_text(encoding="utf-8"))


def shown(value: Any) -> str:
    """What a cell of the case shows."""
    if not isinstance(value, dict):
        return str(value)
    if "percent_cell" in value:
        return f"{value['percent_cell'] * 100:.10g}%"
    year, month, day = value["date_cell"].split("-")
    return f"{year}年{int(month)}月{int(day)}日"


@cache
def judged() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indicators and findings of all cases, each the only indicator of a form of 2021."""
    sides = parse_sides([shown(c["target"]) for c in CASES], [shown(c["actual"]) for c in CASES], 2021)
    rows, forms = [], []
    for number, (case, parsed) in enumerate(zip(CASES, sides.to_dict("records"), strict=True)):
        reason, own = case.get("reason") or "", case["own"]
        points, written = str(case["points"]), "" if own is None else f"{own:g}"
        row = {"form_id": f"f{number}", "number": 1, "level1": "产出指标", "level2": case["level2"], **parsed}
        for field, text in (
            ("name", case["name"]), ("target", shown(case["target"])), ("actual", shown(case["actual"])),
            ("reason", reason), ("points", points), ("own_score", written),
        ):  # fmt: skip
            key = f"{field}_text" if field in ("points", "own_score") else field
            row |= {key: text, f"{field}_cell": "A1", f"{field}_state": "value" if text else "blank"}
        row |= {"points": float(case["points"]), "own_score": float("nan") if own is None else float(own)}
        rows.append(row)
        forms.append({"form_id": f"f{number}", "file": f"{number}.xlsx", "sheet": "表", "year": 2021} | {
            "points_place": "column", "reason_place": "row",
        })  # fmt: skip
    found = check(score(frames(rows, [], forms)), batch=False)
    return found.indicators, found.findings


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda n: f"{CASES[n]['name']} {CASES[n]['target']}|{CASES[n]['actual']}"
)
def test_a_pair_is_judged_as_its_answer_says(number: int) -> None:
    """Kinds, verdict, computed score, findings that must come and that must not."""
    case = CASES[number]
    indicators, findings = judged()
    row = indicators.iloc[number]
    found = set(findings.loc[findings["form_id"] == f"f{number}", "check"])
    if case["kind"]:
        assert case["kind"] == [row["target_kind"], row["actual_kind"]]
    kind = row["deviation_kind"]
    verdict = (
        "late" if kind == "late" else "missed" if row["missed"] else "over" if kind == "over" else "none"
    )
    if case["verdict"] is not None:
        assert verdict == case["verdict"]
    if case["computed"] is not None:
        assert row["computed_score"] == pytest.approx(case["computed"], abs=1e-6)
    if case["judged_by_hand"]:
        assert pd.isna(row["computed_score"])
    assert set(case["findings"]) <= found
    assert not set(case["not_findings"]) & found
