"""The public data model: five frames, every column with dtype, unit and meaning.

This is the one definition. The CSV headers, docs/frames.md and the validation of
frames between the rooms all come from here.

Conventions
-----------
* text is dtype ``str`` and never missing: ``""`` is blank (0 is a value, not a blank);
* numbers are ``float64`` with NaN for "no number"; scores are in 分, money in the form's own
  unit (``forms.money_unit``, 万元 unless the form says otherwise), rates and completion in %
  (89.5 means 89.50 %);
* every value that was read from a cell has ``<field>_cell``, its A1 address on the form's sheet
  (for a merged range its top left cell; for a blank field the cell where the value belongs;
  ``""`` only where the form has no such place), and ``<field>_state``, one of ``STATES``;
* number fields also have ``<field>_text``, what a person sees in the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Room = Literal["read", "score", "check", "batch"]

STATES: Mapping[str, str] = {
    "value": "the cell holds a value that could be used",
    "blank": "nothing, or only blanks",
    "not_applicable": "a sign for 'does not apply': / - — * and their like",
    "nonsense": "something is written where a number belongs, and it is no number",
    "uncached": "a formula that was never calculated",
    "error": "an error value (#DIV/0!, #REF! …)",
    "absent": "this form has no place for the field",
}

LEVELS: Mapping[str, str] = {"error": "必须整改", "warning": "请核实", "info": "提示"}
"""Levels of findings, most severe first, with the words that people read."""

STATUSES: Mapping[str, str] = {"processed": "已处理", "refused": "未处理", "skipped": "跳过"}
"""What became of a file; found = processed + refused + skipped."""

MISSING_REASON = ("R301", "R302")
"""The findings that make up 缺偏差原因: a deviation without a reason, or with one that says nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a frame."""

    name: str
    dtype: str
    meaning: str
    unit: str = ""
    room: Room = "read"


def _text(name: str, meaning: str, room: Room = "read") -> list[Column]:
    return [Column(name, "str", meaning, room=room)]


def _cell(name: str, meaning: str) -> list[Column]:
    """A text field read from a cell: value, address, state."""
    return [
        Column(name, "str", meaning),
        Column(f"{name}_cell", "str", f"address of {name}"),
        Column(f"{name}_state", "str", f"state of {name}"),
    ]


def _number(name: str, meaning: str, unit: str) -> list[Column]:
    """A number field read from a cell: value, shown text, address, state."""
    return [
        Column(name, "float64", meaning, unit),
        Column(f"{name}_text", "str", f"{name} as shown in the cell"),
        Column(f"{name}_cell", "str", f"address of {name}"),
        Column(f"{name}_state", "str", f"state of {name}"),
    ]


def _parsed(side: str, label: str) -> list[Column]:
    """What the grammar (docs/specification.md, section 2) made of 年度指标值 or 实际完成值."""
    return [
        Column(f"{side}_kind", "str", f"kind of {label}: number, date, text, tier or '' (blank)"),
        Column(f"{side}_operator", "str", f"operator in {label}: >= > <= < = or ''"),
        Column(f"{side}_number", "float64", f"number in {label} (lower bound of a range)", f"{side}_unit"),
        Column(f"{side}_upper", "float64", f"upper bound of a range in {label}, else NaN", f"{side}_unit"),
        Column(f"{side}_unit", "str", f"unit written in {label} (NFKC; % for every percent sign)"),
        Column(f"{side}_from", "datetime64[s]", f"first day of the date in {label}"),
        Column(f"{side}_until", "datetime64[s]", f"last day of the date or deadline in {label}"),
        Column(f"{side}_tier", "str", f"tier in {label}: achieved, partly, missed or ''"),
    ]


_FORMS: list[Column] = [
    *_text("form_id", "identity of the form in the batch: file#sheet, file#sheet#2 for the second on it"),
    *_text("file", "path of the workbook below INPUT, with / between folders"),
    *_text("sheet", "name of the sheet"),
    *_text("layout", "name of the layout family"),
    Column("year", "Int64", "budget year", "年"),
    Column("year_cell", "str", "address of year"),
    Column("year_state", "str", "state of year"),
    *_cell("title", "title as printed"),
    *_cell("project", "项目名称"),
    *_cell("department", "主管部门"),
    *_cell("unit", "实施单位"),
    *_cell("leader", "项目负责人"),
    *_cell("phone", "联系电话"),
    *_cell("goal", "年度总体目标: 预期目标"),
    *_cell("outcome", "年度总体目标: 实际完成情况"),
    *_text("project_code", "code printed in front of the project name, '' if none"),
    *_text("money_unit", "unit of the funds as printed: 万元, 元 or 亿元"),
    *_number("points_total", "总分 row: 分值 as printed", "分"),
    *_number("own_total", "总分 row: the unit's own total", "分"),
    *_text("region", "range of cells that the form covers, A1:H40"),
    *_text("fallbacks", "fields taken by position and not by label, comma separated"),
    *_text("notes", "remarks of the reader, in Chinese, '；' between them"),
    *_text("rules", "rule book that scored the form", room="score"),
    Column("points_sum", "float64", "sum of all 分值 (budget and indicators)", "分", "score"),
    Column("own_sum", "float64", "sum of the unit's own scores", "分", "score"),
    Column("computed_total", "float64", "recomputed total: accepted scores of budget and indicators; "
           "NaN where a score is missing", "分", "score"),
    *_text("grade_own", "grade of own_total: 优 良 中 差 or ''", room="score"),
    *_text("grade_computed", "grade of computed_total", room="score"),
    *_text("printed_notes", "填报注意事项 that the form itself prints below its table, '' if none"),
    *_text("rules_source", "why that rule book: asked (--rules), printed (the form prints its notes) or "
           "layout (the layout's own)", room="score"),
    Column("rules_printed", "bool", "the form prints the notes of the book in rules", room="score"),
]  # fmt: skip

_FUNDS: list[Column] = [
    *_text("form_id", "form that the line stands in"),
    *_text("line", "total, fiscal, special_account, unit_funds, carryover or other"),
    *_text("label", "name of the line as printed"),
    Column("label_cell", "str", "address of the label"),
    *_number("initial", "年初预算数", "万元"),
    *_number("budget", "全年预算数（A）", "万元"),
    *_number("executed", "全年执行数（B）", "万元"),
    *_number("rate", "执行率 as written", "%"),
    Column("rate_decimals", "Int64", "decimals of the % as written, NA where there is no rate"),
    *_number("points", "分值", "分"),
    *_number("own_score", "得分", "分"),
    *_cell("reason", "reason for a low 执行率, where the form has a place for one"),
    Column("computed_rate", "float64", "B / A", "%", "score"),
    Column("computed_score", "float64", "score by rule; NaN where not computable or the line has no 分值",
           "分", "score"),
    *_text("rule", "rule that gave the score", room="score"),
    *_text("clause", "clause that the rule rests on", room="score"),
    Column("accepted_score", "float64", "computed score, else the unit's own, capped", "分", "score"),
    Column("difference", "float64", "own_score - accepted_score", "分", "score"),
]  # fmt: skip

_INDICATORS: list[Column] = [
    *_text("form_id", "form that the indicator stands in"),
    Column("number", "Int64", "1, 2, 3 … from top to bottom of the form"),
    *_text("level1", "一级指标, without blanks and printed weight"),
    Column("level1_cell", "str", "address of level1"),
    Column("level1_weight", "float64", "weight printed in the label of level1, NaN if none", "分"),
    *_text("level2", "二级指标, without blanks and printed weight"),
    Column("level2_cell", "str", "address of level2"),
    *_cell("name", "三级指标"),
    *_text("nature", "指标性质 as printed (platform layout), else ''"),
    *_cell("target", "年度指标值（A） as shown; 指标性质 and 度量单位 joined to it where split"),
    *_cell("actual", "实际完成值（B） as shown"),
    *_number("points", "分值", "分"),
    *_number("own_score", "得分", "分"),
    *_cell("reason", "偏差原因分析及改进措施"),
    *_text("fallbacks", "fields taken by position and not by label, comma separated"),
    *_parsed("target", "年度指标值"),
    *_parsed("actual", "实际完成值"),
    *_text("direction", "positive or reverse; '' where the comparison has none", room="score"),
    *_text("direction_source", "who decided: rulebook, approved, operator, change, zero, name, default or ''",
           room="score"),
    Column("actual_comparable", "float64", "actual brought to the target's unit", "target_unit", "score"),
    Column("inferred", "bool", "the unit of one side was inferred from the other", room="score"),
    Column("completion", "float64", "B / A", "%", "score"),
    Column("excess", "float64", "(B - A) / A of positive indicators: r of note 2, as %", "%", "score"),
    Column("computed_score", "float64", "score by rule, NaN where a person must judge", "分", "score"),
    *_text("rule", "budget, positive, reverse, range, several, short, deadline, late, text, tier, judgement, "
           "incomparable or missing", room="score"),
    *_text("clause", "clause that the rule rests on", room="score"),
    *_text("parameter", "rule-book parameter that decided, dotted", room="score"),
    Column("accepted_score", "float64", "computed score, else the unit's own, capped", "分", "score"),
    Column("difference", "float64", "own_score - accepted_score", "分", "score"),
    Column("missed", "bool", "the target was missed (late included)", room="score"),
    Column("deviation", "bool", "a deviation in the sense of note 3", room="score"),
    *_text("deviation_kind", "first that holds: late, missed, docked, over; '' for none", room="score"),
    Column("deviation_size", "float64", "missed and over: (B - A) / A; docked: lost share of 分值; NaN else",
           "%", "score"),
    Column("target_about", "bool", "年度指标值 is about that much: 约, 左右, 上下"),
    *_text("target_change", "年度指标值 is an amount of change: rise (增长5%), fall (下降3%) or ''"),
    *_text("approved_direction", "positive or reverse as the approved target says; '' where none is given"),
    Column("direction_sure", "bool", "no direction is needed, or something states it", room="score"),
    Column("computed_positive", "float64", "score if more were better; only where the direction is not sure",
           "分", "score"),
    Column("computed_reverse", "float64", "score if less were better; only where the direction is not sure",
           "分", "score"),
    *_text("asks", "why a person is asked: direction (not sure, and the two results or verdicts differ), "
           "scale (a bare number too far off the target, or on a tie), kinds (a number beside a date), "
           "units (cannot be compared), bound (an open bound that settles nothing) or ''", room="score"),
    Column("strict", "bool", "missed only because > or < in 年度指标值 leaves equality out", room="score"),
    Column("agrees", "bool", "the own score agrees with the computed one, within the tolerance or at the "
           "decimals in which it was written; False where either is missing", room="score"),
    *_text("part_target", "of several values in one cell the first target that was missed", room="score"),
    *_text("part_actual", "what stands beside part_target", room="score"),
]  # fmt: skip

_FINDINGS: list[Column] = [
    Column("form_id", "str", "form that the finding is about", room="check"),
    Column("check", "str", "id in the catalogue, e.g. R301", room="check"),
    Column("level", "str", "error, warning or info", room="check"),
    Column("field", "str", "column of the frame that the finding is about", room="check"),
    Column("cell", "str", "address on the form's sheet, '' where the form has no such place", room="check"),
    Column("message", "str", "what is wrong, in Chinese, with found and expected values", room="check"),
    Column("found", "str", "value found, as shown", room="check"),
    Column("expected", "str", "value expected, as a person would write it", room="check"),
    Column("file", "str", "path of the workbook below INPUT", room="check"),
    Column("sheet", "str", "name of the sheet", room="check"),
    Column("indicator", "Int64", "number of the indicator in its form, NA if not about one", room="check"),
    Column("line", "str", "line of the funds, '' if not about one", room="check"),
    Column("advice", "str", "what to do, in Chinese", room="check"),
    Column("clause", "str", "clause that the check rests on", room="check"),
    Column("parameter", "str", "rule-book parameter that decided, '' if none", room="check"),
]

_FILES: list[Column] = [
    Column("path", "str", "path below INPUT, with / between folders; archive.zip/member for a member"),
    Column("sha256", "str", "hash of the content, '' where it could not be read"),
    Column("size", "Int64", "size", "byte"),
    Column("status", "str", "processed, refused or skipped"),
    Column("reason", "str", "why refused or skipped and what to do, in Chinese; '' if processed"),
    Column("forms", "Int64", "forms read from it"),
    Column("seconds", "float64", "time that reading took", "s"),
    Column("reason_code", "str", "code of the reason, '' if processed"),
    Column("kind", "str", "kind by content: xlsx, xlsm, xls, et, ods … or ''"),
    Column("notes", "str", "remarks (hidden sheets left out, a broken signature …), in Chinese"),
    Column("copy", "str", "path of the annotated copy below DIR, '' if none", room="batch"),
]

SCHEMAS: Mapping[str, tuple[Column, ...]] = {
    "forms": tuple(_FORMS),
    "funds": tuple(_FUNDS),
    "indicators": tuple(_INDICATORS),
    "findings": tuple(_FINDINGS),
    "files": tuple(_FILES),
}

_ROOMS: Mapping[Room, int] = {"read": 0, "score": 1, "check": 2, "batch": 3}
_BLANKS: Mapping[str, Any] = {
    "str": "", "float64": float("nan"), "bool": False, "Int64": None, "datetime64[s]": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frames:
    """What passes from room to room. ``findings`` is empty before the check room."""

    forms: pd.DataFrame
    funds: pd.DataFrame
    indicators: pd.DataFrame
    files: pd.DataFrame
    findings: pd.DataFrame

    def with_(self, **frames: pd.DataFrame) -> Frames:
        """The same frames with some replaced."""
        return replace(self, **frames)

    def items(self) -> Iterable[tuple[str, pd.DataFrame]]:
        """Name and frame, in the order of ``SCHEMAS``."""
        return ((name, getattr(self, name)) for name in SCHEMAS)


class SchemaError(ValueError):
    """A frame does not have the columns or dtypes that this module states."""


def columns(frame: str, room: Room = "batch") -> list[Column]:
    """Columns of ``frame`` that exist once ``room`` is done."""
    return [column for column in SCHEMAS[frame] if _ROOMS[column.room] <= _ROOMS[room]]


@lru_cache(maxsize=32)
def _stated(frame: str, room: Room) -> Mapping[str, str]:
    """Name and dtype of the columns of ``frame`` once ``room`` is done."""
    return {column.name: column.dtype for column in columns(frame, room)}


def build(frame: str, data: Mapping[str, Any], room: Room = "read") -> pd.DataFrame:
    """A frame of the stated columns and dtypes from lists or arrays; what ``data`` lacks is blank.

    Raises SchemaError where ``data`` has a column that the schema does not know.
    """
    import pandas as pd

    stated = _stated(frame, room)
    unknown = data.keys() - stated.keys()
    if unknown:
        raise SchemaError(f"{frame}: unknown columns {sorted(unknown)}")
    length = len(next(iter(data.values()))) if data else 0
    arrays = {
        name: _array(data[name] if name in data else [_BLANKS[dtype]] * length, dtype)
        for name, dtype in stated.items()
    }
    return pd.DataFrame(arrays, copy=False)


def _array(values: Any, dtype: str) -> Any:
    """Values as an array of ``dtype``; of lists pandas need not find out what is in them."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    if isinstance(values, (list, tuple)):
        if dtype == "str":
            texts = pa.array(values, type=pa.large_string())
            return pd.arrays.ArrowStringArray(texts, dtype=_text_dtype())  # type: ignore[call-arg]
        if dtype == "float64":
            return np.array(values, dtype=np.float64)
    return pd.Series(values, dtype=dtype).array


@lru_cache(maxsize=1)
def _text_dtype() -> pd.StringDtype:
    import pandas as pd

    return pd.StringDtype(na_value=float("nan"))


def empty(room: Room = "read") -> Frames:
    """Frames without rows, with the columns that exist once ``room`` is done."""
    return Frames(**{name: build(name, {}, "check" if name == "findings" else room) for name in SCHEMAS})


def concat(parts: list[Frames], room: Room) -> Frames:
    """Frames of several chunks, one below the other."""
    import pandas as pd

    if not parts:
        return empty(room)
    return Frames(
        **{name: pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in SCHEMAS}
    )


def validate(frames: Frames, room: Room) -> Frames:
    """``frames`` itself, once every frame has exactly the columns and dtypes of ``room``.

    Raises SchemaError naming frame and column.
    """
    for name, frame in frames.items():
        stated = _stated(name, "check" if name == "findings" else room)
        found = dict(zip(frame.columns, frame.dtypes, strict=True))
        missing = [c for c in stated if c not in found]
        extra = [c for c in found if c not in stated]
        if missing or extra:
            raise SchemaError(f"{name}: missing columns {missing}, unknown columns {extra}")
        wrong = [c for c, dtype in stated.items() if found[c] != dtype]
        if wrong:
            raise SchemaError(f"{name}: {[(c, str(found[c]), stated[c]) for c in wrong]}")
    return frames
