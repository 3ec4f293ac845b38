"""The seed's form (docs/specification.md, section 7): the frames that it gives, and the same from any disguise of it."""

# ruff: noqa: E501, RUF001  (drawn tables are as wide as forms are)

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfbatch import schema
from perfbatch.reading.form.fields import Number, Text
from perfbatch.reading.form.forms import Form, read_forms
from perfbatch.reading.frames import form_ids, forms_frame, funds_frame, indicators_frame
from perfbatch.reading.layouts import load_layouts
from perfbatch.words import load_words
from perfbatch.workbook.addresses import address
from perfbatch.workbook.grid import Grid
from tests.drawn import draw, drawn, rows_of

SENTENCE = "通过委员履职平台系统维护、信息资料输入、数据修改维护，宣传北京市政协在我市民主政治建设中发挥的作用、展示委员参政议政的履职风采"
INDICATORS = """
 1 | 产出指标 50 | 数量指标 | 渗透测试次数 | 4 | 2 | 7 | 3.50 | number 4 | number 2
 2 | 产出指标 50 | 数量指标 | 漏洞扫描次数 | 1 | 2 | 7 | 7.00 | number 1 | number 2
 3 | 产出指标 50 | 数量指标 | 驻场运维人数 | 5 | 5 | 6 | 6.00 | number 5 | number 5
 4 | 产出指标 50 | 质量指标 | 信息系统安全保护等级 | 三级 | 三级 | 2 | 2.00 | text | text
 5 | 产出指标 50 | 质量指标 | 系统正常运行率 | ≥95% | ≥95% | 3 | 3.00 | number >= 95 % | number >= 95 %
 6 | 产出指标 50 | 质量指标 | 系统运行故障率 | ≤5% | ≤5% | 3 | 3.00 | number <= 5 % | number <= 5 %
 7 | 产出指标 50 | 质量指标 | 市级政务云租用及网络信息安全保障率 | 100% | 100% | 2 | 2.00 | number 100 % | number 100 %
 8 | 产出指标 50 | 时效指标 | 项目前期准备时间 | 2021年3月前 | 2021年3月前 | 2 | 2.00 | date <= 2021-03-31 | date <= 2021-03-31
 9 | 产出指标 50 | 时效指标 | 合同签订时间 | 2021年6月前 | 2021年12月 | 2 | 1.00 | date <= 2021-06-30 | date 2021-12-01 2021-12-31
10 | 产出指标 50 | 时效指标 | 工作总结完成时间 | 2021年12月前 | 2021年12月 | 2 | 2.00 | date <= 2021-12-31 | date 2021-12-01 2021-12-31
11 | 产出指标 50 | 时效指标 | 系统使用服务周期 | 每天 | 每天 | 4 | 4.00 | text | text
12 | 产出指标 50 | 成本指标 | 项目预算控制总数 | 170万元 | 152.15万元 | 10 | 8.95 | number 170 万元 | number 152.15 万元
13 | 效益指标 30 | 社会效益指标 | 通过委员履职平台系统维护、信息资料输入、数据修改维护 | 宣传北京市政协在我市民主政治建设中发挥的作用、展示委员参政议政的履职风采 | (SENTENCE) | 30 | 25.00 | text | text
14 | 满意度指标 10 | 服务对象满意度指标 | 委员和机关工作人员的满意度 | ≥90% | 超过90% | 10 | 9.00 | number >= 90 % | number > 90 %
"""


def frames_of(grid: Grid, number: int = 0) -> schema.Frames:
    """The frames of one form of a sheet, as read_sources builds them."""
    found, _ = read_forms(grid, load_layouts())
    rows = [(form_id, "a.xlsx", form) for form_id, form in zip(form_ids("a.xlsx", found), found, strict=True)]
    rows = rows[number : number + 1]
    return schema.validate(
        schema.empty("read").with_(
            forms=forms_frame(rows, load_words()), funds=funds_frame(rows), indicators=indicators_frame(rows)
        ),
        "read",
    )


@pytest.fixture(scope="module")
def seed() -> schema.Frames:
    """The frames of the seed as it was handed in."""
    return frames_of(draw(drawn("seed")))


def described(row: pd.Series, side: str) -> str:
    """What the grammar made of one side, as the table above writes it."""
    parts = [row[f"{side}_kind"], row[f"{side}_operator"]]
    if row[f"{side}_kind"] == "number":
        parts += [f"{row[f'{side}_number']:g}", row[f"{side}_unit"]]
    for day in ("from", "until"):
        value = row[f"{side}_{day}"]
        parts.append("" if pd.isna(value) else f"{value:%Y-%m-%d}")
    return " ".join(part for part in parts if part)


def test_the_indicators_of_the_seed(seed):
    """Every line of docs/specification.md, section 7, in order, with its levels, weights, values and scores."""
    lines = [line.split(" | ") for line in INDICATORS.replace("(SENTENCE)", SENTENCE).strip().splitlines()]
    assert len(seed.indicators) == len(lines) == 14
    for line, (_, row) in zip(lines, seed.indicators.iterrows(), strict=True):
        number, level1, level2, name, target, actual, points, own, target_parsed, actual_parsed = line
        expected_target = target_parsed.strip()
        assert row["number"] == int(number)
        assert f"{row['level1']} {row['level1_weight']:g}" == level1
        assert (row["level2"], row["name"], row["target"], row["actual"]) == (level2, name, target, actual)
        assert (f"{row['points']:g}", row["own_score_text"]) == (points, own)
        assert row["own_score"] == float(own)
        assert described(row, "target") == expected_target
        assert described(row, "actual") == actual_parsed.strip()
    assert set(seed.indicators["reason_state"]) == {"blank"}
    assert list(seed.indicators["reason_cell"]) == [f"J{row}" for row in range(15, 29)]
    assert set(seed.indicators["fallbacks"]) == {""}


def test_the_form_of_the_seed(seed):
    """Header, goals, totals and the place of each."""
    form = seed.forms.iloc[0]
    stated = {
        "form_id": "a.xlsx#Sheet1", "file": "a.xlsx", "sheet": "Sheet1", "layout": "national", "year": 2021,
        "year_cell": "A3", "year_state": "value", "title": "项目支出绩效自评表", "title_cell": "A2",
        "project": "政协委员履职平台专项运维", "project_cell": "D4", "project_state": "value", "project_code": "",
        "department": "中国人民政治协商会议北京市委员会办公厅 (财务处)", "department_cell": "D5",
        "unit": "北京市政协本级行政", "unit_cell": "H5", "leader": "赵峰", "leader_cell": "D6",
        "phone": "", "phone_cell": "H6", "phone_state": "blank",
        "goal": "委员履职平台是为委员提供服务的信息化平台", "goal_cell": "B13", "outcome": "通过购买技术服务", "outcome_cell": "F13",
        "money_unit": "万元", "points_total": 100.0, "points_total_cell": "H29", "own_total": 87.4,
        "own_total_text": "87.40", "own_total_cell": "I29", "region": "A2:J30", "fallbacks": "", "notes": "",
    }  # fmt: skip
    assert {name: form[name] for name in stated} == stated


def test_the_funds_of_the_seed(seed):
    """年度资金总额 with its rate of 89.50 %; the dashes of the other lines."""
    assert list(seed.funds["line"]) == ["total", "fiscal", "carryover", "other"]
    total = seed.funds.iloc[0]
    assert (total["initial"], total["budget"], total["executed"]) == (200, 170, 152.1493)
    assert (total["rate"], total["rate_decimals"], total["rate_text"]) == (89.5, 2, "89.50%")
    assert (total["points"], total["own_score"], total["own_score_cell"]) == (10, 8.95, "J8")
    assert set(seed.funds["reason_state"]) == {"absent"}
    other = seed.funds.iloc[3]
    assert (other["budget_state"], other["own_score_text"], other["points"]) == ("not_applicable", "—", 0)
    assert math.isnan(other["budget"])


# ---- disguises -----------------------------------------------------------------------------------------

_FIRST_INDICATOR, _LAST_INDICATOR = 14, 27
_LABELS = load_layouts().families[0]


def values(form: Form) -> list[object]:
    """Everything that does not depend on where a cell is and how its number is typed."""

    def bare(field: Text | Number) -> tuple[object, str]:
        value = field.value
        return (None if isinstance(value, float) and math.isnan(value) else value), field.state

    return [
        form.layout, form.year.value, form.year.state, form.project_code, form.money_unit, form.fallbacks, form.notes,
        {name: bare(text) for name, text in form.texts.items()}, bare(form.points_total), bare(form.own_total),
        *((f.line, *map(bare, (f.initial, f.budget, f.executed, f.rate.number, f.points, f.own_score, f.reason)),
           f.rate.decimals) for f in form.funds),
        *((i.level1, i.level1_weight, i.level2, i.nature, i.target_parse, i.actual_parse,
           *map(bare, (i.name, i.target, i.actual, i.points, i.own_score, i.reason))) for i in form.indicators),
    ]  # fmt: skip


def only_form(grid: Grid) -> Form:
    """The one form on a sheet."""
    (form,) = read_forms(grid, load_layouts())[0]
    return form


PLAIN = values(only_form(draw(drawn("seed"))))


def is_label(text: str) -> bool:
    """Whether a drawn cell is a label and nothing else."""
    entry = _LABELS.lookup(text.replace("\\n", "\n"))
    return entry is not None and entry.rest is None and entry.exact and "form.title" not in entry.roles


@st.composite
def broken_label(choose, text: str) -> str:
    """A label with blanks and line breaks inside, brackets and colons of either width."""
    text = choose(
        st.sampled_from(
            [text, text.replace("（", "(").replace("）", ")"), text.replace("(", "（").replace(")", "）")]
        )
    )
    sign = choose(st.sampled_from(["", " ", "\\n", "　", "\\n\\n", "\u200b", "\xa0"]))
    pieces = text.split("\\n")
    broken = "\\n".join(sign.join(piece) for piece in pieces)
    return broken + choose(st.sampled_from(["", "：", ":", " ", "　"]))


@st.composite
def disguised(choose) -> tuple[list[list[str]], int, int]:
    """The seed with some of a unit's habits: rows, and how far they are moved down and right."""
    rows = rows_of(drawn("seed"))
    if choose(st.booleans()):
        rows = [[choose(broken_label(text)) if is_label(text) else text for text in row] for row in rows]
    levels = choose(st.sampled_from(["merged", "repeated", "first only"]))
    if levels != "merged":
        for column in (1, 2):
            above = ""
            for row in rows[_FIRST_INDICATOR : _LAST_INDICATOR + 1]:
                above = row[column] if row[column] != "^" else above
                if row[column] == "^":
                    row[column] = above if levels == "repeated" else ""
    if choose(st.booleans()):
        for row in rows[_FIRST_INDICATOR : _LAST_INDICATOR + 1]:
            row[8] = choose(
                st.sampled_from(
                    [row[8], typed(row[8]), f"{typed(row[8])}分", f"{typed(row[8])} ", full(typed(row[8]))]
                )
            )
            row[7] = choose(st.sampled_from([row[7], typed(row[7])]))
        rows[7][8] = choose(st.sampled_from([rows[7][8], "89.50%", "８９．５０％"]))
    for _ in range(choose(st.integers(0, 3))):
        at = choose(st.integers(_FIRST_INDICATOR + 1, len(rows) - 2))
        below, above_row = rows[at], rows[at - 1]
        template = choose(st.sampled_from(["", "指标2：", "……", "指标3"])) if below[0] == "^" else ""
        merged = [("^" if c == "^" else "") for c in below]
        if not template:
            pairs = enumerate(zip(merged, below, strict=True))
            rows.insert(at, [m or ("<" if b == "<" and merged[n - 1] == "^" else "") for n, (m, b) in pairs])
        elif above_row[3] != "^" and below[4] == "<":
            merged[3], merged[4] = template, "<"
            rows.insert(at, merged)
    if choose(st.booleans()):
        column = choose(st.integers(1, 9))
        rows = [[*row[:column], "<" if row[column] == "<" else "", *row[column:]] for row in rows]
    return rows, choose(st.integers(0, 30)), choose(st.integers(0, 30))


def typed(cell: str) -> str:
    """The number of a drawn number cell, as a person types it."""
    return f"{float(cell[1:].partition('{')[0]):g}" if cell.startswith("#") else cell


def full(text: str) -> str:
    """Full-width figures."""
    return text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(disguised())
def test_a_disguise_changes_nothing(disguise):
    """Broken labels, levels of any habit, text numbers, template rows, extra columns, any offset."""
    rows, down, right = disguise
    found = values(only_form(draw(rows, down=down, right=right)))
    assert len(found) == len(PLAIN)
    assert [(a, b) for a, b in zip(found, PLAIN, strict=True) if a != b] == []


@pytest.mark.parametrize(("down", "right"), [(1, 0), (0, 1), (7, 3), (200, 60)])
def test_moved_forms_move_their_cells(seed, down, right):
    """Every address moves by the offset, and nothing else changes."""
    plain, moved = seed, frames_of(draw(drawn("seed"), down=down, right=right))
    places = {
        address(row, column): address(row + down, column + right) for row in range(40) for column in range(12)
    }
    for name, frame in plain.items():
        for column in frame.columns:
            expected = (
                [places[cell] if cell else "" for cell in frame[column]] if column.endswith("_cell") else None
            )
            if expected is not None:
                assert list(getattr(moved, name)[column]) == expected, column
    assert values(only_form(draw(drawn("seed"), down=down, right=right))) == PLAIN


def test_a_form_above_or_below_changes_nothing():
    """Stacked on one sheet, the seed is read as alone; its identity says that it is the second."""
    rows = rows_of(drawn("seed"))
    other = rows_of(drawn("chizhou"))
    stacked = draw([*other, [""], *rows, [""], *other])
    found, _ = read_forms(stacked, load_layouts())
    assert len(found) == 3
    assert values(found[1]) == PLAIN
    assert frames_of(stacked, 1).forms["form_id"].tolist() == ["a.xlsx#Sheet1#2"]
