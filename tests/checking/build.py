"""Forms as frames: a right one and the seed, and the same with a few cells changed.

A cell is named as in the findings: ``project``, ``own_total``, ``total.rate`` (a fund line and its column),
``3.actual`` (the third indicator). What is put into it is what a person would type: ``""`` blank, ``?`` a
formula that was never calculated, ``#REF!`` an error value, ``!absent`` no such place on the form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from perfbatch import schema
from perfbatch.checking import check
from perfbatch.schema import Frames
from perfbatch.scoring import score
from perfbatch.values import parse_sides

Changes = Mapping[str, str]

FORM_TEXTS = ("project", "department", "unit", "leader", "phone", "goal", "outcome")
FUND_NUMBERS = {"initial": "C", "budget": "D", "executed": "E", "points": "F", "rate": "G", "own_score": "H"}
INDICATOR_TEXTS = {"name": "C", "target": "D", "actual": "E", "reason": "H"}
INDICATOR_NUMBERS = {"points": "F", "own_score": "G"}
FIRST_FUND, FIRST_INDICATOR = 8, 20
SIGNS = ("-", "—", "/", "*", "——")


@dataclass(frozen=True)
class Drawn:
    """A form as a person sees it.

    Fund lines: line, label, 年初预算数, 全年预算数, 全年执行数, 分值, 执行率, 得分.
    Indicators: 一级指标, 二级指标, 三级指标, 指标值, 完成值, 分值, 得分, 偏差原因.
    """

    header: Mapping[str, str]
    funds: Sequence[Sequence[str]]
    indicators: Sequence[Sequence[str]]
    points_total: str = "100"


CLEAN = Drawn(
    header={"year": "2021", "project": "政务云运维", "department": "市大数据局", "unit": "市信息中心"},
    funds=[
        ("total", "年度资金总额", "200", "170", "153", "10", "90.00%", "9.00"),
        ("fiscal", "其中:当年财政拨款", "150", "130", "117", "", "90.00%", ""),
        ("carryover", "上年结转资金", "50", "40", "36", "", "90.00%", ""),
        ("other", "其他资金", "-", "-", "-", "", "", ""),
    ],
    indicators=[
        ("产出指标(50分)", "数量指标", "培训人次", "≥200人", "210人", "10", "10.00", ""),
        ("产出指标(50分)", "数量指标", "编制报告数量", "4份", "4份", "10", "10.00", ""),
        ("产出指标(50分)", "质量指标", "验收合格率", "100%", "100%", "10", "10.00", ""),
        ("产出指标(50分)", "时效指标", "项目完成时间", "2021年12月前", "2021年11月", "10", "10.00", ""),
        ("产出指标(50分)", "成本指标", "项目成本控制数", "≤170万元", "153万元", "10", "10.00", ""),
        ("效益指标(30分)", "社会效益指标", "社会影响", "效果明显", "效果明显", "20", "20.00", ""),
        ("效益指标(30分)", "社会效益指标", "公共服务能力", "明显提升", "达成年度指标", "10", "10.00", ""),
        ("满意度指标(10分)", "服务对象满意度指标", "受益对象满意度", "≥90%", "96%", "10", "10.00", ""),
    ],
)
RESULT = (
    "通过委员履职平台系统维护、信息资料输入、数据修改维护，宣传北京市政协在我市民主政治建设中发挥的作用、"
    "展示委员参政议政的履职风采"
)
SEED = Drawn(
    header={
        "year": "2021",
        "project": "政协委员履职平台专项运维",
        "department": "中国人民政治协商会议北京市委员会办公厅 (财务处)",
        "unit": "北京市政协本级行政",
    },
    funds=[
        ("total", "年度资金总额", "200", "170", "152.1493", "10", "89.50%", "8.95"),
        ("fiscal", "其中:当年财政拨款", "200", "170", "152.1493", "10", "89.50%", "8.95"),
        ("carryover", "上年结转资金", "-", "-", "-", "0", "", ""),
        ("other", "其他资金", "-", "-", "-", "0", "", "—"),
    ],
    indicators=[
        ("产出指标(50分)", "数量指标", "渗透测试次数", "4", "2", "7", "3.50", ""),
        ("产出指标(50分)", "数量指标", "漏洞扫描次数", "1", "2", "7", "7.00", ""),
        ("产出指标(50分)", "数量指标", "驻场运维人数", "5", "5", "6", "6.00", ""),
        ("产出指标(50分)", "质量指标", "信息系统安全保护等级", "三级", "三级", "2", "2.00", ""),
        ("产出指标(50分)", "质量指标", "系统正常运行率", "≥95%", "≥95%", "3", "3.00", ""),
        ("产出指标(50分)", "质量指标", "系统运行故障率", "≤5%", "≤5%", "3", "3.00", ""),
        (
            "产出指标(50分)", "质量指标", "市级政务云租用及网络信息安全保障率",
            "100%", "100%", "2", "2.00", "",
        ),
        ("产出指标(50分)", "时效指标", "项目前期准备时间", "2021年3月前", "2021年3月前", "2", "2.00", ""),
        ("产出指标(50分)", "时效指标", "合同签订时间", "2021年6月前", "2021年12月", "2", "1.00", ""),
        ("产出指标(50分)", "时效指标", "工作总结完成时间", "2021年12月前", "2021年12月", "2", "2.00", ""),
        ("产出指标(50分)", "时效指标", "系统使用服务周期", "每天", "每天", "4", "4.00", ""),
        ("产出指标(50分)", "成本指标", "项目预算控制总数", "170万元", "152.15万元", "10", "8.95", ""),
        (
            "效益指标(30分)", "社会效益指标", "通过委员履职平台系统维护、信息资料输入、数据修改维护",
            "宣传北京市政协在我市民主政治建设中发挥的作用、展示委员参政议政的履职风采",
            RESULT,
            "30", "25.00", "",
        ),
        (
            "满意度指标(10分)", "服务对象满意度指标", "委员和机关工作人员的满意度",
            "≥90%", "超过90%", "10", "9.00", "",
        ),
    ],
)  # fmt: skip
FORMS = {"clean": CLEAN, "seed": SEED}


def frames(
    changes: Changes | None = None, form: str = "clean", count: int = 1, file: str = "表.xlsx"
) -> Frames:
    """Frames of stage 'read' of ``count`` such forms, on sheets 表1, 表2 …, each of them changed."""
    return batch([changes or {}] * count, form, [file] * count)


def batch(changes: Sequence[Changes], form: str = "clean", files: Sequence[str] | None = None) -> Frames:
    """Frames of stage 'read' of as many forms as there are changes, each changed in its own way."""
    files = files or [f"{n}.xlsx" for n in range(len(changes))]
    rows: dict[str, list[dict[str, Any]]] = {"forms": [], "funds": [], "indicators": []}
    for n, (file, change) in enumerate(zip(files, changes, strict=True), 1):
        left = dict(change)
        sheet = {"file": file, "sheet": f"表{n}"}
        of = {"form_id": f"{file}#表{n}"}
        rows["forms"].append({**_header(FORMS[form], left), **sheet, **of})
        rows["funds"] += [{**row, **of} for row in _funds(FORMS[form], left)]
        rows["indicators"] += [{**row, **of} for row in _indicators(FORMS[form], left)]
        if left:
            raise KeyError(f"no such cells: {sorted(left)}")
    made = {name: _frame(name, some) for name, some in rows.items()}
    sides = parse_sides(made["indicators"]["target"], made["indicators"]["actual"], 2021)
    made["indicators"][sides.columns] = sides
    return schema.empty("read").with_(**made)


def scored(changes: Changes | None = None, form: str = "clean", rules: Any = None, **more: Any) -> Frames:
    """The same after the score stage."""
    return score(frames(changes, form, **more), rules)


def checked(changes: Changes | None = None, form: str = "clean", rules: Any = None, **more: Any) -> Frames:
    """The same after the check stage."""
    return check(scored(changes, form, rules, **more), rules)


def each(changes: Sequence[Changes], rules: Any = None) -> list[pd.DataFrame]:
    """Findings of right forms, each changed in its own way and checked together as one chunk."""
    found = check(score(batch(changes), rules), rules, batch=False).findings
    return [found[found["file"] == f"{n}.xlsx"] for n in range(len(changes))]


def said(findings: pd.DataFrame) -> list[str]:
    """Each finding as check, level and place: ``R301 error 1.reason``."""
    return [
        f"{row.check} {row.level} {place(row.indicator, row.line, row.field)}"
        for row in findings.itertuples(index=False)
    ]


def place(indicator: Any, line: str, field: str) -> str:
    """The name of a cell, as in the changes."""
    if indicator is not pd.NA:
        return f"{indicator}.{field}"
    return f"{line}.{field}" if line else field


def _header(drawn: Drawn, left: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "layout": left.pop("layout", "national"),
        "money_unit": left.pop("money_unit", "万元"),
        "region": "A1:I40",
    }
    row["reason_place"] = left.pop("reason_place", "row")
    row["printed_notes"] = left.pop("printed_notes", "")
    row |= {"title": "项目支出绩效自评表", "title_cell": "A1", "title_state": "value"}
    year = left.pop("year", drawn.header["year"])
    row |= {"year": int(year) if year.isdigit() else None, "year_cell": "A2", "year_state": _state(year)}
    if row["year_state"] not in schema.STATES or (row["year"] is None and row["year_state"] == "value"):
        row["year_state"] = "nonsense"
    for n, name in enumerate(FORM_TEXTS, 3):
        row |= _text(name, left.pop(name, drawn.header.get(name, "有")), f"B{n}")
    own = sum(_number_of(line[7]) for line in drawn.funds if line[0] == "total")
    own = _number_of(left["total.own_score"], own) if "total.own_score" in left else own
    for n, line in enumerate(drawn.indicators, 1):
        own += _number_of(left.get(f"{n}.own_score", line[6]), _number_of(line[6]))
    row |= _number("points_total", left.pop("points_total", drawn.points_total), "F40")
    row |= _number("own_total", left.pop("own_total", f"{own:.2f}"), "G40")
    return row


def _funds(drawn: Drawn, left: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for n, (line, label, initial, budget, executed, points, rate, own) in enumerate(drawn.funds):
        row: dict[str, Any] = {"line": line, "label": label, "label_cell": f"A{FIRST_FUND + n}"}
        values = {"initial": initial, "budget": budget, "executed": executed}
        values |= {"points": points, "rate": rate, "own_score": own}
        for name, column in FUND_NUMBERS.items():
            text = left.pop(f"{line}.{name}", values[name])
            row |= _number(name, text, f"{column}{FIRST_FUND + n}")
            if name == "rate" and not math.isnan(row["rate"]):
                row["rate_decimals"] = min(2, len(text.rstrip("%").partition(".")[2]))
        row |= _text("reason", left.pop(f"{line}.reason", "!absent"), f"I{FIRST_FUND + n}")
        rows.append(row)
    return rows


def _indicators(drawn: Drawn, left: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for n, (level1, level2, name, target, actual, points, own, reason) in enumerate(drawn.indicators, 1):
        cell = FIRST_INDICATOR + n
        level1 = left.pop(f"{n}.level1", level1)
        weight = re.search(r"\(([0-9.]+)分\)", level1)
        row: dict[str, Any] = {
            "number": n,
            "level1": level1.partition("(")[0],
            "level1_cell": f"A{cell}",
            "level1_weight": float(weight[1]) if weight else math.nan,
            "level2": level2,
            "level2_cell": f"B{cell}",
        }
        values = {"name": name, "target": target, "actual": actual, "reason": reason}
        for field, column in INDICATOR_TEXTS.items():
            text = left.pop(f"{n}.{field}", values[field])
            row |= _text(field, text, left.pop(f"{n}.{field}_cell", f"{column}{cell}"))
        for field, text in (("points", points), ("own_score", own)):
            row |= _number(field, left.pop(f"{n}.{field}", text), f"{INDICATOR_NUMBERS[field]}{cell}")
        rows.append(row)
    return rows


def _text(name: str, text: str, cell: str) -> dict[str, Any]:
    state = _state(text)
    value = "" if state in ("absent", "uncached", "blank") else text
    return {name: value, f"{name}_cell": "" if state == "absent" else cell, f"{name}_state": state}


def _number(name: str, text: str, cell: str) -> dict[str, Any]:
    state = _state(text)
    number = math.nan
    if state == "value":
        number = _number_of(text, math.nan)
        state = "nonsense" if math.isnan(number) else state
    shown = "" if state in ("absent", "uncached") else text
    cell = "" if state == "absent" else cell
    return {name: number, f"{name}_text": shown, f"{name}_cell": cell, f"{name}_state": state}


def _state(text: str) -> str:
    if text == "!absent":
        return "absent"
    if text == "?":
        return "uncached"
    if text.startswith("#"):
        return "error"
    if text.strip() in SIGNS:
        return "not_applicable"
    return "value" if text.strip() else "blank"


def _number_of(text: str, otherwise: float = 0.0) -> float:
    try:
        return float(text.removesuffix("%"))
    except ValueError:
        return otherwise


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    stated = {column.name: column.dtype for column in schema.columns(name, "read")}
    blank: dict[str, Any] = {
        "str": "", "float64": math.nan, "bool": False, "Int64": None, "datetime64[s]": None,
    }  # fmt: skip
    return schema.build(name, {c: [row.get(c, blank[dtype]) for row in rows] for c, dtype in stated.items()})
