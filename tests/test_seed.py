"""The published form, line by line (docs/specification.md, section 7): from the file to the findings."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from perfbatch.checking import catalogue, check
from perfbatch.reading import read
from perfbatch.schema import Frames
from perfbatch.scoring import score
from tests.specification import table

SEED = Path(__file__).parent.parent / "sample_inputs/北京市政协办公厅/政协委员履职平台专项运维.xlsx"

SENTENCES = {"target": "宣传", "actual": "通过"}
"""How the two texts begin that the specification calls 'sentence' and '…'."""


def lines() -> list[list[str]]:
    """Name, A, B, 分值, own, computed, rule and findings with their levels, line by line."""
    found = []
    for row in table(7):
        findings = row["finding"].replace(" (warning)", ":warning").split(", ") if row["finding"] else []
        checks = [finding for finding in findings if re.match(r"[A-Z][0-9]{3}", finding)]
        if row["indicator"] != "total":
            rule = row["rule"].split(",")[0].split(" ")[0]
            found.append([*list(row.values())[:6], rule, " ".join(checks)])
    return found


LINES = lines()


@pytest.fixture(scope="module")
def frames() -> Frames:
    """The seed through read, score and check, by the default rule book."""
    return check(score(read(SEED)))


def test_the_table_is_the_whole_form(frames: Frames) -> None:
    """As many indicators as the table has lines beside the budget, in its order."""
    names = frames.indicators["name"].tolist()
    assert len(names) == len(LINES) - 1
    assert all(name.startswith(line[0].rstrip("…")) for name, line in zip(names, LINES[1:], strict=True))
    assert len(frames.forms) == 1


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_line(frames: Frames, line: list[str]) -> None:
    """Values, own score, recomputed score, rule and findings of one line."""
    name, target, actual, points, own, computed, rule, findings = line
    found = frames.findings
    if name == "budget":
        row = frames.funds[frames.funds["line"] == "total"].iloc[0]
        assert (row["budget_text"], row["executed_text"]) == ("170.000000", "152.149300")
        shown = (f"{row['budget']:.10g}", f"{row['executed']:.10g}")
        mine = found[found["line"] == "total"]
    else:
        row = frames.indicators.iloc[LINES.index(line) - 1]
        if target == "sentence":
            target, actual = SENTENCES.values()
        shown = (row["target"][: len(target)], row["actual"][: len(actual)])
        mine = found[found["indicator"] == row["number"]]
    assert shown == (target, actual)
    assert (row["points"], row["own_score"], row["rule"]) == (float(points), float(own), rule)
    if computed.startswith("–"):
        assert math.isnan(row["computed_score"])
        assert row["accepted_score"] == float(computed.strip("– ()"))
    else:
        assert row["computed_score"] == row["accepted_score"] == float(computed)
    levels = {one.id: one.level for one in catalogue()} | {"I202": "warning"}  # the own scores are too low
    stated = (finding.partition(":") for finding in findings.split())
    expected = sorted((check, level or levels[check]) for check, _, level in stated)
    assert sorted(zip(mine["check"], mine["level"], strict=True)) == expected


def test_header_and_totals(frames: Frames) -> None:
    """100 points, 87.40 own, 89.45 recomputed, 良 both."""
    form = frames.forms.iloc[0]
    assert (form["project"], form["unit"]) == ("政协委员履职平台专项运维", "北京市政协本级行政")
    assert form["year"] == 2021
    assert form["department"] == "中国人民政治协商会议北京市委员会办公厅 (财务处)"
    assert (form["leader"], form["phone"], form["phone_state"]) == ("赵峰", "", "blank")
    assert (form["points_total"], form["points_sum"]) == (100, 100)
    assert (form["own_total"], form["own_sum"], form["computed_total"]) == (87.40, 87.40, 89.45)
    assert (form["grade_own"], form["grade_computed"]) == ("良", "良")


def test_what_must_be_mended(frames: Frames) -> None:
    """5 deviations without a reason must be mended, 1 is to be checked; nothing beside the table."""
    missing = frames.findings[frames.findings["check"].isin(["R301", "R302"])]
    assert missing["level"].value_counts().to_dict() == {"error": 5, "warning": 1}
    stated = sum(len(line[7].split()) for line in LINES)
    assert len(frames.findings) == stated


def test_the_reverse_budget_control_says_why(frames: Frames) -> None:
    """Directions: the operator where there is one, else the name, else what is usual."""
    rows = frames.indicators.set_index("name")[["direction", "direction_source"]]
    assert rows.loc["项目预算控制总数"].tolist() == ["reverse", "name"]
    assert rows.loc["系统运行故障率"].tolist() == ["reverse", "operator"]
    assert rows.loc["渗透测试次数"].tolist() == ["positive", "default"]
    assert rows.loc["合同签订时间"].tolist() == ["", ""]
