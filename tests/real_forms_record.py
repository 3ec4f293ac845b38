"""What was read, scored and found, as the tables that stand below a drawing in tests/data/forms.

``python -m tests.real_forms_record NAME…`` writes them below the drawings (all of them without a name). They
are no proof by themselves: whoever writes them reads each line against the drawing before it is kept.
"""

# ruff: noqa: E501  (tables)

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import perfbatch
from perfbatch.checking import check
from perfbatch.schema import Frames
from perfbatch.scoring import score
from tests.real_forms import FOLDER, Drawing, by_openpyxl, by_xlsxwriter, drawing, drawings

HEADER = {
    "project": "项目名称", "department": "主管部门", "unit": "实施单位", "leader": "项目负责人", "phone": "联系电话",
    "goal": "预期目标", "outcome": "实际完成情况",
}  # fmt: skip
FUNDS = {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "rate": "执行率%", "points": "分值",
         "own_score": "得分"}  # fmt: skip
_STATES = {"blank": "空", "absent": "无此栏", "not_applicable": "不适用", "nonsense": "不是数", "uncached": "未计算",
           "error": "错误值"}  # fmt: skip
_DIRECTIONS = {"positive": "正向", "reverse": "反向", "": ""}


def results(forms: Iterable[Drawing], write: Callable[[Drawing], bytes], folder: Path) -> Frames:
    """The whole way from workbooks in a folder to findings."""
    for form in forms:
        (folder / f"{form.name}.xlsx").write_bytes(write(form))
    return check(score(perfbatch.read([folder])))


def record(frames: Frames, name: str) -> str:
    """The tables for one drawn form."""
    file = f"{name}.xlsx"
    (row,) = frames.files[frames.files["path"] == file].to_dict("records")
    if row["status"] != "processed":
        return _section("应读出", [["未核验", row["reason_code"]]])
    parts = [_section("备注", [[row["notes"]]])] if row["notes"] else []
    forms = frames.forms[frames.forms["file"] == file].to_dict("records")
    for number, form in enumerate(forms, start=1):
        suffix = f"（第{number}张）" if len(forms) > 1 else ""
        ours = {
            name: frame[frame["form_id"] == form["form_id"]].to_dict("records")
            for name, frame in (("funds", frames.funds), ("indicators", frames.indicators),
                                ("findings", frames.findings))
        }  # fmt: skip
        parts += [
            _section(f"应读出{suffix}", _form_rows(form)),
            _section(f"资金{suffix}", _fund_rows(ours["funds"])),
            _section(f"指标{suffix}", _indicator_rows(ours["indicators"])),
            _section(f"问题{suffix}", [[f["check"], f["level"], f["cell"], f["message"]] for f in ours["findings"]]
                     or [["没有"]]),
        ]  # fmt: skip
    return "\n".join(parts)


def _form_rows(form: dict[str, Any]) -> list[list[str]]:
    year = "" if form["year"] != form["year"] else str(form["year"])
    rows = [
        ["表式", form["layout"]],
        ["年度", year if form["year_state"] == "value" else _STATES[form["year_state"]], form["year_cell"]],
        *([label, _text(form, field), form[f"{field}_cell"]] for field, label in HEADER.items()),
        ["项目编码", form["project_code"]],
        ["金额单位", form["money_unit"]],
        ["总分的分值", _number(form, "points_total"), form["points_total_cell"]],
        ["总分", _number(form, "own_total"), form["own_total_cell"]],
        ["核验总分", _plain(form["computed_total"])],
        ["范围", form["region"]],
        ["说明", form["notes"]],
    ]
    return [row for row in rows if row[1] and row[1] != _STATES["absent"]]


def _fund_rows(lines: list[dict[str, Any]]) -> list[list[str]]:
    head = ["资金行", "类别", *FUNDS.values(), "位置", "原因"]
    return [head, *(
        [_one_line(line["label"]), line["line"], *(_number(line, field) for field in FUNDS),
         " ".join(line[f"{field}_cell"] or "-" for field in FUNDS),
         "" if line["reason_state"] == "absent" else f"{line['reason_cell']} {_text(line, 'reason')}"]
        for line in lines
    )]  # fmt: skip


def _indicator_rows(indicators: list[dict[str, Any]]) -> list[list[str]]:
    head = ["一级指标", "二级指标", "三级指标", "指标值", "读作", "完成值", "读作", "分值", "得分", "原因", "位置",
            "方向", "规则", "应得分", "偏差"]  # fmt: skip
    return [head, *(
        [f"{one['level1']}{_weight(one['level1_weight'])}", one["level2"], _text(one, "name"), _text(one, "target"),
         _parsed(one, "target"), _text(one, "actual"), _parsed(one, "actual"), _number(one, "points"),
         _number(one, "own_score"), "" if one["reason_state"] in ("blank", "absent") else _text(one, "reason"),
         " ".join(one[f"{field}_cell"] or "-" for field in ("name", "target", "actual", "points", "own_score",
                                                            "reason")),
         _DIRECTIONS[one["direction"]], one["rule"], _plain(one["computed_score"]), one["deviation_kind"]]
        for one in indicators
    )]  # fmt: skip


def _parsed(one: dict[str, Any], side: str) -> str:
    kind = one[f"{side}_kind"]
    if kind == "number":
        upper = one[f"{side}_upper"]
        number = _plain(one[f"{side}_number"]) + ("" if math.isnan(upper) else f"–{_plain(upper)}")
        return " ".join(part for part in (one[f"{side}_operator"], number, one[f"{side}_unit"]) if part)
    if kind == "date":
        first, last = (str(one[f"{side}_{end}"])[:10] for end in ("from", "until"))
        return f"至 {last}" if first == "NaT" else first if first == last else f"{first}–{last}"
    return {"text": "文字", "tier": f"档次 {one[f'{side}_tier']}", "": ""}[kind]


def _text(row: dict[str, Any], field: str) -> str:
    state = row[f"{field}_state"]
    return _one_line(row[field]) if state == "value" else _STATES[state]


def _number(row: dict[str, Any], field: str) -> str:
    state = row[f"{field}_state"]
    return _plain(row[field]) if state == "value" else _STATES[state]


def _plain(number: float) -> str:
    return "" if math.isnan(number) else f"{number:.10g}"


def _weight(number: float) -> str:
    return "" if math.isnan(number) else f"（{number:g}分）"


def _one_line(text: str) -> str:
    return text.replace("\n", "\\n").strip()


def _section(title: str, rows: list[list[str]]) -> str:
    return "\n".join([f"## {title}", "", *("| " + " | ".join(row) + " |" for row in rows), ""])


def write(names: list[str]) -> None:
    """The tables below the drawings of these names."""
    for name in names:
        path = FOLDER / f"{name}.md"
        text = path.read_text(encoding="utf-8").split("\n## ")[0].rstrip()
        form = drawing(name)
        with tempfile.TemporaryDirectory() as folder:
            frames = results([form], by_openpyxl if form.is_uncached else by_xlsxwriter, Path(folder))
        path.write_text(f"{text}\n\n{record(frames, name)}", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:] or list(drawings()))
