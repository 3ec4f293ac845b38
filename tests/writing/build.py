"""Frames made by hand for the department-wide outputs: scored and checked forms, every kind of finding.

Scores and grades are plausible and not recomputed: what these tests are about is what becomes of numbers
and texts on their way into an output.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from perfbatch import rules, schema
from perfbatch.checking.catalogue import catalogue
from perfbatch.schema import Frames
from perfbatch.writing.context import RunContext

DEPARTMENTS = (
    "市教育委员会", "市卫生健康委员会", "市交通运输局", "市文化和旅游局", "市水务局（市河长制办公室）",
    "市档案馆",
    "中国人民政治协商会议某市委员会办公厅 (财务处)",
)  # fmt: skip
LEVEL3 = (
    ("产出指标", "数量指标", "渗透测试次数", "4", "2", "missed", -50.0),
    ("产出指标", "数量指标", "驻场运维人数", "5人", "5人", "", None),
    ("产出指标", "质量指标", "系统正常运行率", "≥95%", "98.60%", "", None),
    ("产出指标", "质量指标", "信息系统安全保护等级", "三级", "三级", "", None),
    ("产出指标", "时效指标", "合同签订时间", "2021年6月前", "2021年12月", "late", None),
    ("产出指标", "成本指标", "项目预算控制总数", "170万元", "152.15万元", "docked", 10.5),
    ("效益指标", "社会效益指标", "漏洞扫描次数", "1", "2", "over", 100.0),
    ("满意度指标", "服务对象满意度指标", "委员和机关工作人员的满意度", "≥90%", "超过90%", "docked", 10.0),
)
REASON_CHECKS = {"missed": ("R301", "error"), "late": ("R302", "error"), "docked": ("R301", "error"),
                 "over": ("R301", "warning")}  # fmt: skip
REASON = "因疫情影响，部分工作延期；下一步将加强进度管理，确保按期完成。"
OTHER_CHECKS = (
    ("F101", "error", "rate", "F7", "86%", "89.50%"),
    ("I202", "warning", "own_score", "G15", "3.50", "7.00"),
    ("I205", "info", "actual", "E17", "≥95%", ""),
    ("T404", "warning", "own_total", "G30", "90.40", "89.45（良）"),
    ("S001", "error", "phone", "", "", ""),
)


def context(started: datetime | None = None, **changes: Any) -> RunContext:
    """A context like that of a real run."""
    values: dict[str, Any] = {
        "version": "0.1.0",
        "started": started or datetime(2022, 3, 1, 9, 30, tzinfo=UTC),
        "inputs": ("D:\\绩效\\2021年度自评表",),
        "output": "D:\\绩效\\核验结果",
        "rules": (rules.load("beijing-2021"),),
        "checks": tuple(catalogue()),
    }
    return RunContext(**{**values, **changes})


def frames(
    forms: int = 30, indicators: int = 15, seed: int = 1, *, start: int = 0, hostile: str = ""
) -> Frames:
    """``forms`` forms with ``indicators`` indicators each and their findings; ``hostile`` replaces names."""
    chance = random.Random(seed + start)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in schema.SCHEMAS}
    for number in range(start, start + forms):
        _form(rows, number, indicators, chance, hostile)
    if start == 0:
        rows["files"] += [
            {"path": "损坏.xlsx", "status": "refused", "reason": "文件已损坏，打不开。请重新导出后再交一次。",
             "reason_code": "damaged", "size": 1234, "forms": 0, "kind": "damaged"},
            {"path": "~$自评表.xlsx", "status": "skipped", "reason": "Excel 打开文件时的临时文件。",
             "reason_code": "lock", "size": 165, "forms": 0},
        ]  # fmt: skip
    return Frames(**{name: _frame(name, found) for name, found in rows.items()})


def _frame(name: str, rows: list[dict[str, Any]]) -> Any:
    keys = dict.fromkeys(key for row in rows for key in row)
    blank = {"str": "", "float64": float("nan"), "bool": False, "Int64": None, "datetime64[s]": None}
    dtypes = {column.name: column.dtype for column in schema.SCHEMAS[name]}
    data = {key: [row.get(key, blank[dtypes[key]]) for row in rows] for key in keys}
    stage = "check" if name == "findings" else "batch"
    return schema.build(name, data, stage)  # type: ignore[arg-type]


def _form(
    rows: dict[str, list[dict[str, Any]]], number: int, indicators: int, chance: random.Random, hostile: str
) -> None:
    department = hostile or DEPARTMENTS[number % len(DEPARTMENTS)]
    unit = hostile or f"{department[:10]}第{number % 3 + 1}中心"
    file = f"{hostile or department}/{number:05d} 项目自评表.xlsx"
    sheet = hostile or "自评表"
    form = f"{file}#{sheet}"
    total = chance.uniform(55, 100)
    budget = round(chance.uniform(20, 3000), 6)
    executed = round(budget * chance.uniform(0.4, 1.0), 6)
    own_total = round(min(100.0, total + chance.choice((0, 0, 1.05, -1.55))), 2)
    rows["forms"].append({
        "form_id": form, "file": file, "sheet": sheet, "layout": "national", "year": 2021,
        "project": hostile or f"信息化平台第 {number} 期专项运维项目", "department": department, "unit": unit,
        "money_unit": "万元", "own_total": own_total if number % 11 else float("nan"),
        "own_total_text": f"{own_total:.2f}", "computed_total": round(total, 2),
        "grade_own": _grade(own_total) if number % 11 else "", "grade_computed": _grade(total),
        "rules": "beijing-2021", "leader": "赵峰", "phone": "010-12345678", "phone_cell": "F4",
        "project_cell": "B3", "department_cell": "B4", "unit_cell": "E4", "points_total": 100.0,
    })  # fmt: skip
    rows["funds"].append({
        "form_id": form, "line": "total", "label": "年度资金总额", "budget": budget, "executed": executed,
        "rate": round(executed / budget * 100, 2), "computed_rate": executed / budget * 100,
        "points": 10.0, "own_score": round(executed / budget * 10, 2),
    })  # fmt: skip
    found: list[dict[str, Any]] = []
    for place in range(indicators):
        level1, level2, name, target, actual, kind, size = LEVEL3[(place + number) % len(LEVEL3)]
        points = 6.0
        own = points if not kind or kind == "over" else round(points * chance.uniform(0.4, 0.95), 2)
        explained = chance.random() < 0.5
        row = place + 12
        rows["indicators"].append({
            "form_id": form, "number": place + 1, "level1": level1, "level2": level2,
            "name": hostile or f"{name}{place + 1}", "target": target, "actual": hostile or actual,
            "points": points, "own_score": own, "accepted_score": own, "difference": 0.0,
            "computed_score": own if kind != "late" else float("nan"),
            "reason": (hostile or REASON) if explained else "无",
            "reason_cell": f"H{row}", "direction": "positive", "direction_source": "operator",
            "rule": "late" if kind == "late" else "positive",
            "clause": "北京市2021年度自评表填报注意事项第2条",
            "completion": 98.6, "deviation": bool(kind), "deviation_kind": kind, "missed": kind == "missed",
            "deviation_size": size if size is not None else float("nan"),
        })  # fmt: skip
        if kind and not explained:
            check, level = REASON_CHECKS[kind]
            found.append(_finding(check, level, "reason", f"H{row}", "无", "", place + 1, hostile))
    for check, level, field, cell, value, expected in OTHER_CHECKS:
        if chance.random() < 0.4:
            found.append(_finding(check, level, field, cell, value, expected, None, hostile))
    rows["findings"] += [{**finding, "form_id": form, "file": file, "sheet": sheet} for finding in found]
    rows["files"].append({
        "path": file, "sha256": "0" * 64, "size": 20_480, "status": "processed", "forms": 1, "seconds": 0.01,
        "kind": "xlsx", "copy": f"批注/{file}",
        "notes": "有 1 张隐藏工作表，没有核验" if number % 9 == 0 else "",
    })  # fmt: skip


def _finding(
    check: str,
    level: str,
    field: str,
    cell: str,
    found: str,
    expected: str,
    indicator: int | None,
    hostile: str,
) -> dict[str, Any]:
    return {
        "check": check, "level": level, "field": field, "cell": cell, "found": hostile or found,
        "expected": expected, "indicator": indicator, "line": "total" if check == "F101" else "",
        "message": hostile or f"{check}：表中填“{found}”，应为“{expected or '有具体内容'}”。",
        "advice": "请单位补充说明原因和拟采取的改进措施，或更正后重新报送。",
        "clause": "北京市2021年度自评表填报注意事项第3条",
    }  # fmt: skip


def _grade(total: float) -> str:
    return next(grade for bottom, grade in ((90, "优"), (80, "良"), (60, "中"), (0, "差")) if total >= bottom)
