"""Forms of the examples in tests/data/score, filled in as a unit fills them, recalculated by LibreOffice."""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from perfbatch.blank_forms.kinds import DATE, JUDGED, NUMBER, SEVERAL, Indicator, indicators_of
from perfbatch.blank_forms.project import Project
from perfbatch.blank_forms.sheet import draw
from perfbatch.form_identity import Identity, digests
from perfbatch.rules import RuleBook
from perfbatch.values import parse, parse_one
from perfbatch.values.units import bring_together
from perfbatch.words import load_words
from tests.scoring.tables import DATA, DIRECTIONS, NONE, book, number, rows

OFFICE = shutil.which("soffice")
needs_office = [pytest.mark.office, pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")]
FIRST = 15
"""Row of the first indicator in the plain look: 6 of the head, 5 of funds, 2 of goals, 1 of labels."""
MAIN = 8
"""Row of 年度资金总额."""
REASON = "因设备到货晚，下一步加快进度。"
Row = dict[str, str]


_PROFILE = tempfile.TemporaryDirectory(prefix="perfbatch-office-")
"""LibreOffice's settings, made once for all tests of a process: that alone takes a second or two."""


def office(folder: Path, kind: str) -> Path:
    """Recalculate and save the workbooks of ``folder`` as ``kind``, in one go; the folder of the results."""
    saved = folder.parent / f"{folder.name}-{kind}"
    command = [
        str(OFFICE), "--headless", f"-env:UserInstallation=file://{_PROFILE.name}",
        "--convert-to", kind, "--outdir", str(saved), *map(str, sorted(folder.glob("*.xlsx"))),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return saved


KNOWN = [
    ("数量指标", "培训人数", "≥50人", 10.0), ("数量指标", "次数", "4", 10.0),
    ("质量指标", "合格率", "≥95%", 10.0), ("质量指标", "差错率", "≤5%", 10.0),
    ("数量指标", "水深", "20–30米", 10.0), ("数量指标", "约数", "约100人", 10.0),
    ("时效指标", "签订时间", "2021年6月前", 10.0), ("社会效益指标", "成效", "效果明显", 10.0),
    ("质量指标", "设备使用率", "80%", 5.0), ("成本指标", "补助支出", "≤0万元", 5.0),
]  # fmt: skip
"""An indicator of each kind."""


def indicators(rules: RuleBook, of: list[tuple[str, str, str, float]] = KNOWN) -> list[Indicator]:
    known = [
        {"level1": "产出指标", "level2": a, "name": b, "target": c, "points": d, "direction": ""}
        for a, b, c, d in of
    ]
    return indicators_of(known, 2021, rules)


def sheet_of(path: Path, *, values: bool = False) -> Worksheet:
    sheet = openpyxl.load_workbook(path, data_only=values).active
    assert isinstance(sheet, Worksheet)
    return sheet


def form(
    indicators: Sequence[Indicator], rules: RuleBook, *, layout: str = "national", **known: Any
) -> bytes:
    """A form of a project of which everything is known."""
    given = {
        "project": "某项目", "department": "某局", "unit": "某单位", "year": 2021, "budget": 100.0, **known
    }  # fmt: skip
    named = pd.DataFrame({name: [given[name]] for name in ("project", "department", "unit")})
    identity = Identity(given.get("code", ""), *digests(named)[0], rules.name, rules.hash[:8]).line()
    return draw(Project(**given, indicators=indicators), rules, layout, load_words(), identity=identity)


@dataclass(frozen=True)
class Example:
    """An indicator as a table has it and as a form asks for it; what a unit types into the form."""

    row: Row
    indicator: Indicator
    actual: float | str | pd.Timestamp | None
    own: float
    """the unit's own score, for where the form leaves it to the unit"""


def examples() -> dict[str, list[Example]]:
    """The rows of the tables, by book, whose actual value a form of ours takes."""
    found: dict[str, list[Row]] = {}
    for path in sorted((DATA / "indicators").glob("*.tsv")):
        for row in rows(path):
            # A form of ours says in which unit it is to be filled in.
            ours = row["规则"] != "单位不可比"
            if ours and row["年度指标值"] and not math.isnan(number(row["分值"])):
                found.setdefault(row["手册"], []).append(row)
    return {name: [one for one in _examples(mine, book(name)) if one] for name, mine in found.items()}


def _examples(mine: list[Row], rules: RuleBook) -> list[Example | None]:
    known = [
        {"level1": "产出指标", "level2": row["二级指标"], "name": row["三级指标"] or "某指标",
         "target": row["年度指标值"], "points": number(row["分值"]),
         "direction": DIRECTIONS.get(row.get("批复方向", ""), "")}
        for row in mine
    ]  # fmt: skip
    result = []
    for row, one in zip(mine, indicators_of(known, 2021, rules), strict=True):
        actual = _typed(row["实际完成值"], one)
        own = number(row["自评得分"])
        result.append(Example(row, one, actual, own) if actual is not None and not math.isnan(own) else None)
    return result


def _typed(text: str, one: Indicator) -> float | str | pd.Timestamp | None:
    """The table's actual value as it is typed into a form: the number in the unit that the form shows."""
    if one.kind in (JUDGED, SEVERAL):
        return text or None
    if one.kind == DATE:
        until = parse([text], 2021)["until"].iloc[0]
        return None if pd.isna(until) else until
    actual = parse_one(text)
    plain = actual.kind == "number" and not actual.operator and not actual.trend and not actual.nearly
    if not plain or not math.isnan(actual.upper):
        return None
    together = bring_together([one.number], [one.unit], [actual.number], [actual.unit]).actual[0]
    if math.isnan(together):
        return None
    if one.unit == "%":  # such a cell shows two decimals, and both count what it shows
        return round(round(float(together), 2) / 100, 6)
    return float(together)


def fill(path: Path, mine: Sequence[Example], *, reason: str = REASON) -> None:
    """Type the actual values, a score where the form leaves it to the unit, and the reasons."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for at, one in enumerate(mine, FIRST):
        actual = one.actual
        if isinstance(actual, pd.Timestamp):
            actual = actual.to_pydatetime()  # type: ignore[assignment]
        elif isinstance(actual, float) and actual == int(actual):
            actual = int(actual)
        type_in(sheet, f"E{at}", actual)
        choose = one.indicator.kind == NUMBER and not one.indicator.sure
        if not sheet[f"G{at}"].value or (one.row["重算得分"] == NONE and not choose):
            type_in(sheet, f"G{at}", one.own)
        if choose:
            type_in(sheet, f"D{at}", f"≥{one.indicator.target}")
        if reason:
            type_in(sheet, f"H{at}", reason)
    type_in(sheet, f"D{MAIN + 1}", 100)
    type_in(sheet, f"E{MAIN + 1}", 89.5)
    if not sheet[f"H{MAIN}"].value:
        type_in(sheet, f"H{MAIN}", 8.95)
    workbook.save(path)


def type_in(sheet: Worksheet, at: str, value: Any) -> None:
    """Type into a cell that is open to the unit, as the protection of the sheet has it."""
    assert sheet.protection.sheet and not sheet[at].protection.locked, at
    sheet[at] = value
