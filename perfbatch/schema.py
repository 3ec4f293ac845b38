"""The public data model: five frames, every column with dtype, unit and meaning.

This is the one definition. The CSV headers, docs/frames.md and the validation of
frames between the stages all come from here.

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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from perfbatch.caching import cached

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Stage = Literal["read", "score", "check", "batch"]

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

DATA = ("csv", "csv,parquet", "csv,sqlite", "csv,parquet,sqlite")
"""Formats of the data files."""
HEADERS: Mapping[str, Callable[[Column], str]] = {
    "keys": lambda column: column.name,
    "中文": lambda column: column.label,
}
"""What may head the columns of 数据/*.csv, the usual one first."""

DECISIONS = ("认可", "不认可", "退回", "已电话核实")
"""What an auditor may decide on a finding; other words may be written."""
ACCEPTED = DECISIONS[0]
"""The decision on a finding that need not be mended."""

MISSING_REASON = ("R301", "R302", "F106")
"""The findings that make up 缺偏差原因: a deviation without a reason, or with one that says nothing; and a
low 执行率 without one."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a frame."""

    name: str
    label: str
    """What people call it: the heading of the column, the name of the field in a sentence."""
    dtype: str
    meaning: str
    unit: str = ""
    stage: Stage = "read"


def _text(name: str, label: str, meaning: str, stage: Stage = "read") -> list[Column]:
    return [Column(name, label, "str", meaning, stage=stage)]


def _cell(name: str, label: str, meaning: str = "") -> list[Column]:
    """A text field read from a cell: value, address, state."""
    return [
        Column(name, label, "str", meaning or label),
        Column(f"{name}_cell", f"{label}（单元格）", "str", f"address of {name}"),
        Column(f"{name}_state", f"{label}（状态）", "str", f"state of {name}"),
    ]


def _number(name: str, label: str, meaning: str = "", unit: str = "") -> list[Column]:
    """A number field read from a cell: value, shown text, address, state."""
    return [
        Column(name, label, "float64", meaning or label, unit),
        Column(f"{name}_text", f"{label}（所填文字）", "str", f"{name} as shown in the cell"),
        Column(f"{name}_cell", f"{label}（单元格）", "str", f"address of {name}"),
        Column(f"{name}_state", f"{label}（状态）", "str", f"state of {name}"),
    ]


def _parsed(side: str, label: str) -> list[Column]:
    """What the grammar (docs/specification.md, section 2) made of 年度指标值 or 实际完成值."""
    number = f"{side}_unit"
    return [
        Column(f"{side}_kind", f"{label}（类别）", "str",
               f"kind of {label}: number, date, text, tier or '' (blank)"),
        Column(f"{side}_operator", f"{label}（符号）", "str", f"operator in {label}: >= > <= < = or ''"),
        Column(f"{side}_number", f"{label}（数）", "float64",
               f"number in {label} (lower bound of a range)", number),
        Column(f"{side}_upper", f"{label}（上限）", "float64",
               f"upper bound of a range in {label}, else NaN", number),
        Column(f"{side}_unit", f"{label}（单位）", "str",
               f"unit written in {label} (NFKC; % for every percent sign)"),
        Column(f"{side}_from", f"{label}（起）", "datetime64[s]", f"first day of the date in {label}"),
        Column(f"{side}_until", f"{label}（止）", "datetime64[s]",
               f"last day of the date or deadline in {label}"),
        Column(f"{side}_tier", f"{label}（档次）", "str", f"tier in {label}: achieved, partly, missed or ''"),
    ]  # fmt: skip


_FORMS: list[Column] = [
    *_text("form_id", "表的标识",
           "identity of the form in the batch: file#sheet, file#sheet#2 for the second on it"),
    *_text("file", "文件", "path of the workbook below INPUT, with / between folders"),
    *_text("sheet", "工作表", "name of the sheet"),
    *_text("layout", "表式", "name of the layout family"),
    Column("year", "年度", "Int64", "budget year", "年"),
    Column("year_cell", "年度（单元格）", "str", "address of year"),
    Column("year_state", "年度（状态）", "str", "state of year"),
    *_cell("title", "表头标题", "title as printed"),
    *_cell("project", "项目名称"),
    *_cell("department", "主管部门"),
    *_cell("unit", "实施单位"),
    *_cell("leader", "项目负责人"),
    *_cell("phone", "联系电话"),
    *_cell("goal", "预期目标", "年度总体目标: 预期目标"),
    *_cell("outcome", "实际完成情况", "年度总体目标: 实际完成情况"),
    *_text("project_code", "项目代码", "code printed in front of the project name, '' if none"),
    *_text("money_unit", "金额单位", "unit of the funds as printed: 万元, 元 or 亿元"),
    *_number("points_total", "总分（分值）", "总分 row: 分值 as printed", "分"),
    *_number("own_total", "总分（得分）", "总分 row: the unit's own total", "分"),
    *_text("region", "表的范围", "range of cells that the form covers, A1:H40"),
    *_text("fallbacks", "按位置认的栏", "fields taken by position and not by label, comma separated"),
    *_text("notes", "读取备注", "remarks of the reader, in Chinese, '；' between them"),
    *_text("rules", "规则手册", "rule book that scored the form", stage="score"),
    Column("points_sum", "分值合计", "float64", "sum of all 分值 (budget and indicators)", "分", "score"),
    Column("own_sum", "得分合计", "float64", "sum of the unit's own scores", "分", "score"),
    Column("computed_total", "核验总分", "float64",
           "recomputed total: accepted scores of budget and indicators; "
           "NaN where a score is missing", "分", "score"),
    *_text("grade_own", "自评等级", "grade of own_total: 优 良 中 差 or ''", stage="score"),
    *_text("grade_computed", "核验等级", "grade of computed_total", stage="score"),
    *_text("printed_notes", "表上印的注意事项",
           "填报注意事项 that the form itself prints below its table, '' if none"),
    *_text("rules_source", "规则手册来自",
           "why that rule book: asked (--rules), printed (the form prints its notes) or "
           "layout (the layout's own)", stage="score"),
    Column("rules_printed", "表上印有该手册", "bool",
           "the form prints the notes of the book in rules", stage="score"),
    *_text("kind", "表的种类", "project or department: what the form is a self-evaluation of"),
    *_text("points_place", "分值印在哪里", "where 分值 stand: column, labels (printed there) or none"),
    *_text("reason_place", "原因位置", "row (a column), form (one cell for all reasons) or none"),
    *_text("reason_place_cell", "原因位置单元格", "address of the one cell for all reasons, '' if none"),
    *_text("hidden", "隐藏的行列", "rows and columns of the form that the sheet hides: 12,15-17,F"),
    *_number("reviewer_total", "复核总分", "总分 given by a reviewer (复评, 财政审核 …)", "分"),
    Column("other_points", "另列计分的分值", "float64",
           "分值 of rows scored beside funds and indicators (项目决策 …), NaN for none", "分"),
    Column("other_own_score", "另列计分的得分", "float64", "their own scores, NaN for none", "分"),
    *_text("project_id", "项目标识",
           "the same in every round: budget year and project code, else year, unit and project", "batch"),
    *_text("decision", "审核意见", "what the auditor decided on the form, '' for nothing", "batch"),
    Column("decision_score", "审核得分", "float64", "total that the auditor gives, NaN for none", "分",
           "batch"),
    *_text("decision_note", "审核说明", "what the auditor says of it", "batch"),
    *_text("reviewer", "审核人", "who decided", "batch"),
    Column("decided_on", "审核日期", "datetime64[s]", "day of the decision, NA for none", stage="batch"),
    Column("reviewed_total", "复核后得分", "float64",
           "total that the auditor gives; else computed_total with the scores that the auditor gives in "
           "place of the accepted ones; NaN where something has none", "分", "batch"),
    *_text("issued", "表单识别码",
           "the line by which a form made by `perfbatch template` knows itself again, '' if none"),
    *_text("superseded_by", "以哪张表为准",
           "form_id of the newer form of the same project and year, which counts in its place; '' where this "
           "one counts (always without a roster and a history)", "batch"),
]  # fmt: skip

_FUNDS: list[Column] = [
    *_text("form_id", "表的标识", "form that the line stands in"),
    *_text("line", "资金行", "total, fiscal, special_account, unit_funds, carryover or other"),
    *_text("label", "资金行名称", "name of the line as printed"),
    Column("label_cell", "资金行名称（单元格）", "str", "address of the label"),
    *_number("initial", "年初预算数", unit="万元"),
    *_number("budget", "全年预算数（A）", unit="万元"),
    *_number("executed", "全年执行数（B）", unit="万元"),
    *_number("rate", "执行率", "执行率 as written", "%"),
    Column("rate_decimals", "执行率小数位", "Int64",
           "decimals of the % as written, NA where there is no rate"),
    *_number("points", "分值", unit="分"),
    *_number("own_score", "得分", unit="分"),
    *_cell("reason", "原因", "reason for a low 执行率, where the form has a place for one"),
    Column("computed_rate", "核验执行率", "float64", "B / A", "%", "score"),
    Column("computed_score", "重算得分", "float64",
           "score by rule; NaN where not computable or the line has no 分值",
           "分", "score"),
    *_text("rule", "计分规则", "rule that gave the score", stage="score"),
    *_text("clause", "依据", "clause that the rule rests on", stage="score"),
    Column("accepted_score", "核验得分", "float64",
           "computed score, else the unit's own, capped", "分", "score"),
    Column("difference", "相差", "float64", "own_score - accepted_score", "分", "score"),
    *_number("reviewer_score", "复核得分", "得分 given by a reviewer", "分"),
]  # fmt: skip

_INDICATORS: list[Column] = [
    *_text("form_id", "表的标识", "form that the indicator stands in"),
    Column("number", "序号", "Int64", "1, 2, 3 … from top to bottom of the form"),
    *_text("level1", "一级指标", "一级指标, without blanks and printed weight"),
    Column("level1_cell", "一级指标（单元格）", "str", "address of level1"),
    Column("level1_weight", "一级指标分值", "float64",
           "weight printed in the label of level1, NaN if none", "分"),
    *_text("level2", "二级指标", "二级指标, without blanks and printed weight"),
    Column("level2_cell", "二级指标（单元格）", "str", "address of level2"),
    *_cell("name", "三级指标"),
    *_text("nature", "指标性质", "指标性质 as printed (platform layout), else ''"),
    *_cell("target", "年度指标值（A）",
           "年度指标值（A） as shown; 指标性质 and 度量单位 joined to it where split"),
    *_cell("actual", "实际完成值（B）", "实际完成值（B） as shown"),
    *_number("points", "分值", unit="分"),
    *_number("own_score", "得分", unit="分"),
    *_cell("reason", "偏差原因分析及改进措施"),
    *_text("fallbacks", "按位置认的栏", "fields taken by position and not by label, comma separated"),
    *_parsed("target", "年度指标值"),
    *_parsed("actual", "实际完成值"),
    *_text("direction", "方向", "positive or reverse; '' where the comparison has none", stage="score"),
    *_text("direction_source", "方向来自",
           "who decided: rulebook, approved, operator, change, zero, name, default or ''",
           stage="score"),
    Column("actual_comparable", "换算后的完成值", "float64",
           "actual brought to the target's unit", "target_unit", "score"),
    Column("inferred", "单位为推断", "bool",
           "the unit of one side was inferred from the other", stage="score"),
    Column("completion", "完成率", "float64", "B / A", "%", "score"),
    Column("excess", "超出比例", "float64",
           "(B - A) / A of positive indicators: r of note 2, as %", "%", "score"),
    Column("computed_score", "重算得分", "float64",
           "score by rule, NaN where a person must judge", "分", "score"),
    *_text("rule", "计分规则",
           "budget, positive, reverse, range, several, short, deadline, late, text, tier, judgement, "
           "incomparable or missing", stage="score"),
    *_text("clause", "依据", "clause that the rule rests on", stage="score"),
    *_text("parameter", "依据的参数", "rule-book parameter that decided, dotted", stage="score"),
    Column("accepted_score", "核验得分", "float64",
           "computed score, else the unit's own, capped", "分", "score"),
    Column("difference", "相差", "float64", "own_score - accepted_score", "分", "score"),
    Column("missed", "未达标", "bool", "the target was missed (late included)", stage="score"),
    Column("deviation", "有偏差", "bool", "a deviation in the sense of note 3", stage="score"),
    *_text("deviation_kind", "偏差类型",
           "first that holds: late, missed, docked, over; '' for none", stage="score"),
    Column("deviation_size", "偏差幅度", "float64",
           "missed and over: (B - A) / A; docked: lost share of 分值; NaN else",
           "%", "score"),
    Column("target_about", "指标值为约数", "bool", "年度指标值 is about that much: 约, 左右, 上下"),
    *_text("target_change", "指标值为增减量",
           "年度指标值 is an amount of change: rise (增长5%), fall (下降3%) or ''"),
    *_text("approved_direction", "批复目标的方向",
           "positive or reverse as the approved target says; '' where none is given"),
    Column("direction_sure", "方向确定", "bool",
           "no direction is needed, or something states it", stage="score"),
    Column("computed_positive", "按正向重算得分", "float64",
           "score if more were better; only where the direction is not sure",
           "分", "score"),
    Column("computed_reverse", "按反向重算得分", "float64",
           "score if less were better; only where the direction is not sure",
           "分", "score"),
    *_text("asks", "请人判断的缘由",
           "why a person is asked: direction (not sure, and the two results or verdicts differ), "
           "scale (a bare number too far off the target, or on a tie), kinds (a number beside a date), "
           "units (cannot be compared), bound (an open bound that settles nothing) or ''", stage="score"),
    Column("strict", "只差等于", "bool",
           "missed only because > or < in 年度指标值 leaves equality out", stage="score"),
    Column("agrees", "自评与核验一致", "bool",
           "the own score agrees with the computed one, within the tolerance or at the "
           "decimals in which it was written; False where either is missing", stage="score"),
    *_text("part_target", "未达的一项（指标值）",
           "of several values in one cell the first target that was missed", stage="score"),
    *_text("part_actual", "未达的一项（完成值）", "what stands beside part_target", stage="score"),
    *_number("reviewer_score", "复核得分", "得分 given by a reviewer, never the unit's own", "分"),
    *_text("approved_target", "批复的指标值", "指标值 that was approved; '' where none is known"),
    Column("approved_points", "批复的分值", "float64", "分值 that was approved, NaN if none", "分"),
    *_text("approved_file", "批复文件", "file of the approved target, '' for none"),
    *_text("approved_cell", "批复的指标值（单元格）", "sheet and address of the approved 指标值: Sheet1!F5"),
    *_text("approved_points_cell", "批复的分值（单元格）", "sheet and address of the approved 分值"),
]  # fmt: skip

_FINDINGS: list[Column] = [
    Column("form_id", "表的标识", "str", "form that the finding is about", stage="check"),
    Column("check", "核验项", "str", "id in the catalogue, e.g. R301", stage="check"),
    Column("level", "级别", "str", "error, warning or info", stage="check"),
    Column("field", "栏目", "str", "column of the frame that the finding is about", stage="check"),
    Column(
        "cell",
        "单元格",
        "str",
        "address on the form's sheet, '' where the form has no such place",
        stage="check",
    ),
    Column(
        "message", "问题", "str", "what is wrong, in Chinese, with found and expected values", stage="check"
    ),
    Column("found", "表中所填", "str", "value found, as shown", stage="check"),
    Column("expected", "应为", "str", "value expected, as a person would write it", stage="check"),
    Column("file", "文件", "str", "path of the workbook below INPUT", stage="check"),
    Column("sheet", "工作表", "str", "name of the sheet", stage="check"),
    Column(
        "indicator",
        "指标序号",
        "Int64",
        "number of the indicator in its form, NA if not about one",
        stage="check",
    ),
    Column("line", "资金行", "str", "line of the funds, '' if not about one", stage="check"),
    Column("advice", "处理办法", "str", "what to do, in Chinese", stage="check"),
    Column("clause", "依据", "str", "clause that the check rests on", stage="check"),
    Column("parameter", "依据的参数", "str", "rule-book parameter that decided, '' if none", stage="check"),
    *_text("finding_id", "问题标识",
           "the same in every round, wherever rows and files go: project, check, indicator or fund "
           "line, field",
           "batch"),
    *_text("content_id", "内容标识", "what was found and expected: another where either changed", "batch"),
    *_text("state", "整改状态",
           "against the round before: new, open, changed; '' without a history, or where the form does not "
           "count for its project", "batch"),
    *_text("first_seen", "首次发现", "period (YYYY-MM) in which it came first; '' as state", "batch"),
    Column("times", "发现次数", "Int64", "rounds in which it was there, this one included; NA as state",
           stage="batch"),
    *_text("decision", "审核意见", "what the auditor decided, '' for nothing", "batch"),
    Column("decision_score", "审核得分", "float64", "score that the auditor gives, NaN for none", "分",
           "batch"),
    *_text("decision_note", "审核说明", "what the auditor says of it", "batch"),
    *_text("reviewer", "审核人", "who decided", "batch"),
    Column("decided_on", "审核日期", "datetime64[s]", "day of the decision, NA for none", stage="batch"),
    *_text("remark", "单位补充说明", "what the unit had to add, as written in 汇总.xlsx", "batch"),
]  # fmt: skip

FOLLOW_UP = ("state", "first_seen", "times", "decision", "decision_score", "decision_note", "reviewer",
             "decided_on", "remark")  # fmt: skip
"""Columns of ``findings`` for what earlier rounds and the auditor say of each, blank for nothing."""
FOLLOW_UP_FORMS = (
    "decision",
    "decision_score",
    "decision_note",
    "reviewer",
    "decided_on",
    "reviewed_total",
    "superseded_by",
)
"""The same of ``forms``."""

_FILES: list[Column] = [
    Column(
        "path", "文件", "str", "path below INPUT, with / between folders; archive.zip/member for a member"
    ),
    Column("sha256", "校验值", "str", "hash of the content, '' where it could not be read"),
    Column("size", "大小（字节）", "Int64", "size", "byte"),
    Column("status", "处理结果", "str", "processed, refused or skipped"),
    Column("reason", "原因", "str", "why refused or skipped and what to do, in Chinese; '' if processed"),
    Column("forms", "自评表数", "Int64", "forms read from it"),
    Column("seconds", "读取用时（秒）", "float64", "time that reading took", "s"),
    Column("reason_code", "原因代码", "str", "code of the reason, '' if processed"),
    Column("kind", "种类", "str", "kind by content: xlsx, xlsm, xls, et, ods … or ''"),
    Column("notes", "备注", "str", "remarks (hidden sheets left out, a broken signature …), in Chinese"),
    Column("copy", "批注件", "str", "path of the annotated copy below DIR, '' if none", stage="batch"),
]

SCHEMAS: Mapping[str, tuple[Column, ...]] = {
    "forms": tuple(_FORMS),
    "funds": tuple(_FUNDS),
    "indicators": tuple(_INDICATORS),
    "findings": tuple(_FINDINGS),
    "files": tuple(_FILES),
}

_ROSTER: list[Column] = [
    *_text("sheet", "名单工作表", "sheet of the roster"),
    Column("row", "名单行号", "Int64", "row of the roster, from 1"),
    *_text("code", "项目代码", "code of the project, '' if none"),
    *_text("department", "主管部门", "as in the roster"),
    *_text("unit", "实施单位", "as in the roster"),
    *_text("project", "项目名称", "as in the roster"),
    Column("budget", "名单预算数", "float64", "budget as in the roster, NaN if none", "money_unit"),
    *_text("money_unit", "金额单位",
           "unit of the budget: 元, 千元, 万元 or 亿元; '' where the roster does not say it"),
    *_text("contact", "联系人", "as in the roster"),
    Column("due", "应报日期", "datetime64[s]", "last day on which the form may be sent"),
    *_text("form_id", "对应的表", "form that was matched, the newest of several; '' for none"),
    Column("forms", "对应的表数", "Int64", "forms that were matched"),
    *_text("matched", "对应依据",
           "code, issued (the form's own identity), name or confirmed (by a person); '' for none"),
    Column("handed_in", "已报送", "bool", "a form was matched"),
    Column("days_overdue", "逾期天数", "Int64", "days after due, negative before it; NA for no date", "天"),
]  # fmt: skip

_DECISIONS: list[Column] = [
    *_text("standing", "状态",
           "in_force, stale (the cell has changed since), unmatched (no such finding in this batch), rival "
           "(another person wrote otherwise), refused (a score that cannot be applied), lost (nobody can "
           "tell which row it was); '' for what only the program needs"),
    *_text("project", "项目名称", "what the row showed"),
    *_text("subject", "指标或资金行", "what the row showed"),
    *_text("check", "核验项", "what the row showed"),
    *_text("decision", "审核意见", "what was written, '' for nothing"),
    *_text("score", "审核得分", "what was written"),
    *_text("note", "审核说明", "what was written"),
    *_text("reviewer", "审核人", "what was written"),
    *_text("day", "审核日期", "what was written"),
    *_text("remark", "单位补充说明", "what was written"),
    *_text("source", "来源", "workbook that it was written in"),
    *_text("reason", "说明", "why it is not in force, in Chinese"),
    *_text("record", "记录", "for the program: what is read by the next run, in ASCII"),
]  # fmt: skip

SEASON_SCHEMAS: Mapping[str, tuple[Column, ...]] = {
    "roster": tuple(_ROSTER),
    "decisions": tuple(_DECISIONS),
}
"""Frames that there are only where the office gave what they rest on."""

_STAGES: Mapping[Stage, int] = {"read": 0, "score": 1, "check": 2, "batch": 3}
_BLANKS: Mapping[str, Any] = {
    "str": "", "float64": float("nan"), "bool": False, "Int64": None, "datetime64[s]": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frames:
    """What passes from stage to stage. ``findings`` is empty before the check stage."""

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


def label(frame: str, column: str) -> str:
    """What people call a column. Raises KeyError for an unknown one."""
    return _labels(frame)[column]


@cached(8)
def _labels(frame: str) -> Mapping[str, str]:
    return {column.name: column.label for column in SCHEMAS[frame]}


def columns(frame: str, stage: Stage = "batch") -> list[Column]:
    """Columns of ``frame`` that exist once ``stage`` is done."""
    return [column for column in SCHEMAS[frame] if _STAGES[column.stage] <= _STAGES[stage]]


@cached(32)
def _stated(frame: str, stage: Stage) -> Mapping[str, str]:
    """Name and dtype of the columns of ``frame`` once ``stage`` is done."""
    return {column.name: column.dtype for column in columns(frame, stage)}


def build(frame: str, data: Mapping[str, Any], stage: Stage = "read") -> pd.DataFrame:
    """A frame of the stated columns and dtypes from lists or arrays; what ``data`` lacks is blank.

    Raises SchemaError where ``data`` has a column that the schema does not know.
    """
    import pandas as pd

    stated = _stated(frame, stage)
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
            return texts(pa.array(values, type=pa.large_string()))
        if dtype in ("float64", "bool"):
            return np.array(values, dtype=dtype)
    elif getattr(values, "dtype", None) == (_text_dtype() if dtype == "str" else dtype):
        return values
    return pd.array(values, dtype=dtype)


def texts(array: pa.Array) -> pd.arrays.ArrowStringArray:
    """A text column of an Arrow array of large_string."""
    import pandas as pd

    return pd.arrays.ArrowStringArray(array, dtype=_text_dtype())  # type: ignore[call-arg]


@cached(1)
def _text_dtype() -> pd.StringDtype:
    import pandas as pd

    return pd.StringDtype(na_value=float("nan"))


def _stage_of(frame: str, stage: Stage) -> Stage:
    """Findings have the columns of the check stage from the first."""
    return "check" if frame == "findings" and stage != "batch" else stage


def empty(stage: Stage = "read") -> Frames:
    """Frames without rows, with the columns that exist once ``stage`` is done."""
    return Frames(**{name: build(name, {}, _stage_of(name, stage)) for name in SCHEMAS})


def filled(name: str, frame: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """``frame`` with the columns of ``stage`` that it lacks, blank, and all in their order."""
    lacking = [column for column in columns(name, stage) if column.name not in frame.columns]
    blank = {column.name: _array([_BLANKS[column.dtype]] * len(frame), column.dtype) for column in lacking}
    whole: pd.DataFrame = frame.assign(**blank)[list(_stated(name, stage))]
    return whole


def concat(parts: list[Frames], stage: Stage) -> Frames:
    """Frames of several chunks, one below the other."""
    import pandas as pd

    if not parts:
        return empty(stage)
    return Frames(
        **{name: pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in SCHEMAS}
    )


def validate(frames: Frames, stage: Stage) -> Frames:
    """``frames`` itself, once every frame has exactly the columns and dtypes of ``stage``.

    Raises SchemaError naming frame and column.
    """
    for name, frame in frames.items():
        stated = _stated(name, _stage_of(name, stage))
        found = dict(zip(frame.columns, frame.dtypes, strict=True))
        missing = [c for c in stated if c not in found]
        extra = [c for c in found if c not in stated]
        if missing or extra:
            raise SchemaError(f"{name}: missing columns {missing}, unknown columns {extra}")
        wrong = [c for c, dtype in stated.items() if found[c] != dtype]
        if wrong:
            raise SchemaError(f"{name}: {[(c, str(found[c]), stated[c]) for c in wrong]}")
    return frames
