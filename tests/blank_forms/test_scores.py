"""Forms filled in and recalculated by LibreOffice give the scores that perfbatch computes, table by table."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

import perfbatch
from perfbatch.blank_forms.kinds import NUMBER, Indicator, indicators_of
from perfbatch.blank_forms.project import Project
from perfbatch.blank_forms.sheet import draw
from perfbatch.form_identity import Identity, find_identity
from perfbatch.rules import RuleBook
from perfbatch.values import parse_one
from perfbatch.words import load_words
from tests.scoring.tables import DATA, DIRECTIONS, book, number, rows

OFFICE = shutil.which("soffice")
pytestmark = [pytest.mark.office, pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")]
FIRST = 15
"""Row of the first indicator in the plain look: 6 of the head, 5 of funds, 2 of goals, 1 of labels."""


def office(path: Path, kind: str, folder: Path) -> None:
    """Recalculate and save workbooks as ``kind``."""
    command = [
        str(OFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
        "--outdir", str(folder / "saved"), *map(str, sorted(path.glob("*.xlsx"))),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def form(indicators: list[Indicator], rules: RuleBook, code: str = "") -> bytes:
    project = Project("某项目", code, "某局", "某单位", 2021, 100.0, "", indicators)
    return draw(
        project, rules, "national", load_words(), identity=Identity(code, "0" * 16, "x", "0" * 8).line()
    )


def fill(path: Path, actuals: list[str], indicators: list[Indicator]) -> None:
    """Type the actual values as a unit does: numbers where the row is one."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    assert sheet is not None
    for row, (text, one) in enumerate(zip(actuals, indicators, strict=True), FIRST):
        value = parse_one(text)
        if one.kind == NUMBER:
            typed = value.number / 100 if one.unit == "%" else value.number
            sheet[f"E{row}"] = int(typed) if typed == int(typed) else typed
        sheet[f"H{row}"] = "因设备到货晚，下一步加快进度。"
    sheet["E8"] = None
    sheet["D9"], sheet["E9"] = 100, 89.5
    workbook.active["E8"] = '=IF(COUNT(E9:E11)=0,"",ROUND(SUM(E9:E11),6))'
    workbook.save(path)


def examples() -> dict[str, list[dict[str, str]]]:
    """The numeric examples of the tables, by book: units as the target's, as a form of ours asks for them."""
    found: dict[str, list[dict[str, str]]] = {}
    for path in sorted((DATA / "indicators").glob("*.tsv")):
        for row in rows(path):
            target, actual = parse_one(row["年度指标值"]), parse_one(row["实际完成值"])
            plain = actual.kind == target.kind == "number" and not actual.operator and not actual.trend
            if not plain or math.isnan(number(row["分值"])) or not math.isnan(actual.upper) or actual.nearly:
                continue
            if actual.unit != target.unit:
                continue
            if target.unit == "%" and round(actual.number, 2) != actual.number:
                continue  # such a cell shows two decimals, and both count what it shows
            found.setdefault(row["手册"], []).append(row)
    return found


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[list[dict[str, str]], list[Indicator], Path]]:
    folder = tmp_path_factory.mktemp("forms")
    (folder / "filled").mkdir()
    made = {}
    for at, (name, mine) in enumerate(examples().items()):
        rules = book(name)
        known = [
            {"level1": "产出指标", "level2": row["二级指标"], "name": row["三级指标"] or "某指标",
             "target": row["年度指标值"], "points": number(row["分值"]),
             "direction": DIRECTIONS.get(row.get("批复方向", ""), "")}
            for row in mine
        ]  # fmt: skip
        indicators = indicators_of(known, 2021, rules)
        path = folder / "filled" / f"{at}.xlsx"
        path.write_bytes(form(indicators, rules))
        fill(path, [row["实际完成值"] for row in mine], indicators)
        made[name] = (mine, indicators, folder / "saved" / f"{at}.xlsx")
    office(folder / "filled", "xlsx", folder)
    return made


def test_every_computed_score_is_perfbatchs(
    filled: dict[str, tuple[list[dict[str, str]], list[Indicator], Path]],
) -> None:
    wrong, count = [], 0
    for name, (mine, indicators, path) in filled.items():
        read = perfbatch.read(path)
        read.indicators["approved_direction"] = [DIRECTIONS.get(row.get("批复方向", ""), "") for row in mine]
        scored = perfbatch.score(read, book(name)).indicators
        assert len(scored) == len(mine)
        for row, one, got in zip(mine, indicators, scored.to_dict("records"), strict=True):
            if one.kind != NUMBER or not one.sure or math.isnan(got["computed_score"]):
                continue
            count += 1
            if got["own_score"] != pytest.approx(got["computed_score"], abs=1e-9):
                wrong.append(
                    f"{row['所在']} {one.target} {got['actual']}: {got['own_score']} {got['computed_score']}"
                )
    assert wrong == []
    assert count > 140


def test_values_of_a_blank_form_are_what_an_office_program_computes(tmp_path: Path) -> None:
    """What stands beside each formula before anybody recalculates."""
    (tmp_path / "blank").mkdir()
    rows_ = [("数量指标", "培训人数", "≥50人"), ("数量指标", "次数", "4"), ("质量指标", "合格率", "≥95%"),
             ("时效指标", "签订时间", "2021年6月前"), ("社会效益指标", "成效", "效果明显"),
             ("质量指标", "设备使用率", "80%")]  # fmt: skip
    known = [
        {"level1": "产出指标", "level2": a, "name": b, "target": c, "points": 18.0, "direction": ""}
        for a, b, c in rows_
    ]
    for layout in ("national", "platform"):
        for some in (known, []):
            indicators = indicators_of(some, 2021, book(""))
            project = Project("某项目", "", "某局", "某单位", 2021, None, "", indicators)
            data = draw(project, book(""), layout, load_words(), identity="PB1")
            (tmp_path / "blank" / f"{layout}{len(some)}.xlsx").write_bytes(data)
    office(tmp_path / "blank", "xlsx", tmp_path)
    for path in sorted((tmp_path / "blank").glob("*.xlsx")):
        ours = openpyxl.load_workbook(path, data_only=True).active
        formulas = openpyxl.load_workbook(path).active
        theirs = openpyxl.load_workbook(tmp_path / "saved" / path.name, data_only=True).active
        assert ours is not None and theirs is not None and formulas is not None
        for line in formulas.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and cell.data_type == "f":
                    at = cell.coordinate
                    assert (ours[at].value or "") == (theirs[at].value or ""), (path.name, at, cell.value)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_identity_survives_another_program(tmp_path: Path, kind: str) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.xlsx").write_bytes(form(indicators_of(
        [{"level1": "产出指标", "level2": "数量指标", "name": "次数", "target": "≥5次", "points": 90.0,
          "direction": ""}],
        2021, book("")), book(""), "110000-1"))  # fmt: skip
    office(tmp_path / "f", kind, tmp_path)
    frames = perfbatch.read(tmp_path / "saved" / f"a.{kind}")
    found = find_identity(frames.forms["printed_notes"].iloc[0])
    assert found is not None and found.code == "110000-1"
