"""Target and actual pairs with a known answer (tests/data/cases/judgement.json and judged.tsv)."""

from __future__ import annotations

import csv
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

CASES_FOLDER = Path(__file__).parent / "data" / "cases"
CASES = json.loads((CASES_FOLDER / "judgement.json").read_text(encoding="utf-8"))
VERDICTS = {"无": "none", "超额": "over", "未达标": "missed", "逾期": "late"}
Case = dict[str, Any]


def table() -> list[dict[str, str]]:
    """The lines of judged.tsv."""
    with (CASES_FOLDER / "judged.tsv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


LINES = table()


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
    """Indicators and findings of judgement.json."""
    return judge(CASES)


@cache
def judged_lines() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indicators and findings of judged.tsv."""
    return judge([{
        "level2": line["二级指标"], "name": line["三级指标"], "target": line["年度指标值"],
        "actual": line["实际完成值"], "points": 10, "reason": line["偏差原因"],
        "own": float(line["自评得分"]) if line["自评得分"] else None,
    } for line in LINES])  # fmt: skip


def judge(cases: list[Case]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indicators and findings of all cases, each the only indicator of a form of 2021."""
    sides = parse_sides([shown(c["target"]) for c in cases], [shown(c["actual"]) for c in cases], 2021)
    rows, forms = [], []
    for number, (case, parsed) in enumerate(zip(cases, sides.to_dict("records"), strict=True)):
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


def verdict_of(row: Any) -> str:
    """late, missed, over or none."""
    kind = row["deviation_kind"]
    return "late" if kind == "late" else "missed" if row["missed"] else "over" if kind == "over" else "none"


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
    verdict = verdict_of(row)
    if case["verdict"] is not None:
        assert verdict == case["verdict"]
    if case["computed"] is not None:
        assert row["computed_score"] == pytest.approx(case["computed"], abs=1e-6)
    if case["judged_by_hand"]:
        assert pd.isna(row["computed_score"])
    assert set(case["findings"]) <= found
    assert not set(case["not_findings"]) & found


@pytest.mark.parametrize(
    "number",
    range(len(LINES)),
    ids=lambda n: "{三级指标} {年度指标值}|{实际完成值}|{自评得分}".format(**LINES[n]),
)
def test_a_line_of_the_table_is_judged_as_it_says(number: int) -> None:
    """Verdict, computed score, findings (with a level where one stands there), none that must not be."""
    line = LINES[number]
    indicators, findings = judged_lines()
    row = indicators.iloc[number]
    mine = findings[findings["form_id"] == f"f{number}"]
    found = {*mine["check"], *(mine["check"] + ":" + mine["level"])}
    if line["判定"]:
        assert verdict_of(row) == VERDICTS[line["判定"]]
    if line["重算得分"] == "–":
        assert pd.isna(row["computed_score"])
    elif line["重算得分"]:
        assert row["computed_score"] == pytest.approx(float(line["重算得分"]), abs=1e-6)
    assert set(line["应当发现"].split()) <= found
    assert not set(line["不应发现"].split()) & found
