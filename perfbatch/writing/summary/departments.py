"""部门汇总: one row a department, counted from 项目汇总 by formulas, and the sum of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from perfbatch.workbook.addresses import column_letters
from perfbatch.writing.chunk import name_key
from perfbatch.writing.handed_in import HandedIn, altogether
from perfbatch.writing.running_totals import Totals
from perfbatch.writing.summary.columns import SheetColumn, column
from perfbatch.writing.summary.projects import COLUMNS as PROJECTS
from perfbatch.writing.summary.projects import criterion
from perfbatch.writing.summary.shared_columns import (
    ACCEPTED,
    BUDGET,
    DEPARTMENT,
    DEPARTMENT_NO,
    ERRORS,
    EXECUTED,
    FORMS,
    INFOS,
    MISSING_ERRORS,
    MISSING_WARNINGS,
    RATE,
    WARNINGS,
)  # fmt: skip
from perfbatch.writing.summary.style import Styles
from perfbatch.writing.terms import Terms
from perfbatch.writing.text import printable, width

LIVE_COMPARISONS = 20_000_000
"""Departments times forms up to which formulas are written: beyond it a workbook opens too slowly."""


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department as the columns ask for it, or all of them together (without a number)."""

    number: int | None
    name: str
    totals: Totals
    grade: str = ""
    """The grade that a column ``by_grade`` counts."""
    handed: HandedIn = field(default_factory=HandedIn)
    """What the roster expects of it; nothing where it is not on the roster."""


# Braces in a formula: {<key>} is the range of that column in 项目汇总, {mine} the criterion that picks the
# department's rows there, {projects} the one that leaves out whole departments' forms (they hold the money
# and scores of the projects once more) and older ones of a project that was sent again, {departments} the
# one that leaves out all others, {superseded} and {counted} the ones that leave only those older ones, and
# only the others, {grade} the
# column's grade, {arrow} the word of templates/summary.toml, {here[<key>]} the cell of another column in
# this row; in a total also {rows}, this column above it.
_SUM = "SUMIFS({%s},{mine},{counted})"
_SUM_OF_PROJECTS = "SUMIFS({%s},{mine},{projects})"
_MEAN = 'IFERROR(AVERAGEIFS({%s},{mine},{projects}),"")'
_MEAN_OF_ALL = 'IFERROR(AVERAGEIFS({%s},{projects}),"")'
_SUM_OF_ROWS = "SUM({rows})"

COLUMNS = (
    DEPARTMENT_NO.with_(value=lambda row: row.number),
    DEPARTMENT.with_(low=16, high=26, value=lambda row: row.name),
    column(
        "units", "integer", 7,
        heading="实施单位数",
        meaning="该部门交表的实施单位数，同名的算一个。",
        value=lambda row: len(row.totals.units),
    ),
    FORMS.with_(
        value=lambda row: row.totals.forms,
        formula="COUNTIFS({mine})",
        total=_SUM_OF_ROWS,
    ),
    BUDGET.with_(
        low=13,
        value=lambda row: round(row.totals.budget, 6),
        formula=_SUM_OF_PROJECTS % "budget",
        total=_SUM_OF_ROWS,
    ),
    EXECUTED.with_(
        low=13,
        value=lambda row: round(row.totals.executed, 6),
        formula=_SUM_OF_PROJECTS % "executed",
        total=_SUM_OF_ROWS,
    ),
    # Over the forms that have one: an amount without the other says nothing of a rate.
    RATE.with_(
        value=lambda row: row.totals.rate,
        formula='IFERROR(SUMIFS({executed},{rate},">=0",{mine},{projects})'
        '/SUMIFS({budget},{rate},">=0",{mine},{projects}),"")',
        total='IFERROR(SUMIFS({executed},{rate},">=0",{projects})'
        '/SUMIFS({budget},{rate},">=0",{projects}),"")',
    ),
    column(
        "own_mean", "score", 7,
        heading="自评平均分",
        meaning="各表自评总分的平均数，没有填总分的不计。",
        value=lambda row: row.totals.own_mean,
        formula=_MEAN % "own_total",
        total=_MEAN_OF_ALL % "own_total",
    ),
    column(
        "computed_mean", "score", 7,
        heading="核验平均分",
        meaning="各表核验总分的平均数，无法计算的不计。",
        value=lambda row: row.totals.computed_mean,
        formula=_MEAN % "computed_total",
        total=_MEAN_OF_ALL % "computed_total",
    ),
    column(
        "own_grades", "integer", 5,
        heading="自评{{ grade }}",
        meaning="自评等级为{{ grade }}的表数。",
        value=lambda row: row.totals.grades_own[row.grade],
        formula="COUNTIFS({mine},{projects},{grade_own},{grade})",
        total=_SUM_OF_ROWS,
        by_grade=True,
    ),
    column(
        "computed_grades", "integer", 5,
        heading="核验{{ grade }}",
        meaning="核验等级为{{ grade }}的表数。",
        value=lambda row: row.totals.grades_computed[row.grade],
        formula="COUNTIFS({mine},{projects},{grade_computed},{grade})",
        total=_SUM_OF_ROWS,
        by_grade=True,
    ),
    column(
        "changed", "integer", 9,
        heading="等级变化的表",
        meaning="核验等级与自评等级不同的表数。",
        value=lambda row: row.totals.changed,
        formula='COUNTIFS({mine},{projects},{grade_change},"*"&{arrow}&"*")',
        total=_SUM_OF_ROWS,
    ),
    ERRORS.with_(
        value=lambda row: row.totals.findings["error"],
        formula=_SUM % "errors",
        total=_SUM_OF_ROWS,
    ),
    WARNINGS.with_(
        value=lambda row: row.totals.findings["warning"],
        formula=_SUM % "warnings",
        total=_SUM_OF_ROWS,
    ),
    INFOS.with_(
        value=lambda row: row.totals.findings["info"],
        formula=_SUM % "infos",
        total=_SUM_OF_ROWS,
    ),
    MISSING_ERRORS.with_(
        value=lambda row: row.totals.missing["error"],
        formula=_SUM % "missing_errors",
        total=_SUM_OF_ROWS,
    ),
    MISSING_WARNINGS.with_(
        value=lambda row: row.totals.missing["warning"],
        formula=_SUM % "missing_warnings",
        total=_SUM_OF_ROWS,
    ),
    column(
        "missing_total", "integer", 7,
        heading="缺原因合计",
        meaning="缺偏差原因的总条数（必须整改＋请核实）。",
        value=lambda row: row.totals.missing["error"] + row.totals.missing["warning"],
        formula="{here[missing_errors]}+{here[missing_warnings]}",
        total="{here[missing_errors]}+{here[missing_warnings]}",
    ),
    column(
        "department_forms", "integer", 9,
        heading="其中部门整体表",
        meaning="自评表中部门整体支出的表数；它们的金额、总分和等级不计入前面各栏，以免与项目重复。",
        value=lambda row: row.totals.department_forms,
        formula="COUNTIFS({mine},{departments})",
        total=_SUM_OF_ROWS,
    ),
    column(
        "roster_expected", "integer", 8,
        heading="应报数",
        meaning="应报名单上该部门的项目数。",
        value=lambda row: row.handed.expected,
        total=_SUM_OF_ROWS,
    ),
    column(
        "roster_handed_in", "integer", 8,
        heading="已报数",
        meaning="应报名单上已经报送的项目数；一个项目报送几份只算一个。",
        value=lambda row: row.handed.handed_in,
        total=_SUM_OF_ROWS,
    ),
    column(
        "roster_rate", "percent", 9,
        heading="报送率",
        meaning="已报数 ÷ 应报数；名单上没有该部门的项目的为空白。",
        value=lambda row: row.handed.rate,
        formula='IFERROR({here[roster_handed_in]}/{here[roster_expected]},"")',
        total='IFERROR({here[roster_handed_in]}/{here[roster_expected]},"")',
    ),
    ACCEPTED.with_(
        value=lambda row: row.totals.accepted,
        formula=_SUM % "accepted",
        total=_SUM_OF_ROWS,
        printed=False,
    ),
    column(
        "reviewed_mean", "score", 7,
        heading="复核平均分",
        meaning="各表复核后得分的平均数，无法计算的不计；没有审核得分时同核验平均分。",
        value=lambda row: row.totals.reviewed_mean,
        formula=_MEAN % "reviewed_total",
        total=_MEAN_OF_ALL % "reviewed_total",
        printed=False,
    ),
    column(
        "superseded", "integer", 7,
        heading="其中旧表",
        meaning="自评表中同一项目又报了更新的一份的；它们的金额、总分、等级和问题都不计入前面各栏。",
        value=lambda row: row.totals.superseded,
        formula="COUNTIFS({mine},{superseded})",
        total=_SUM_OF_ROWS,
        printed=False,
    ),
)  # fmt: skip
_OF_ROSTER = ("roster_expected", "roster_handed_in", "roster_rate")
"""Columns that there are only where a roster was given."""
_OF_SEASON = ("superseded",)
"""Columns that there are only where a roster or a history was given."""
BY_KEY = {c.key: c for c in COLUMNS}


class Departments:
    """The sheet, written once everything has been counted."""

    def __init__(
        self,
        terms: Terms,
        grades: Sequence[str],
        forms: int,
        live: bool,
        handed: dict[str, HandedIn] | None = None,
        *,
        rounds: bool = False,
    ) -> None:
        """``forms`` rows stand in 项目汇总; without ``live`` numbers are written and no formulas. ``handed``:
        what the roster expects of each department, None where no roster was given; ``rounds``: whether there
        is a history.
        """
        left_out = {
            *(_OF_ROSTER if handed is None else ()),
            *(_OF_SEASON if handed is None and not rounds else ()),
        }
        self.handed = handed
        self._terms = terms
        self.live = live
        self.columns: list[tuple[SheetColumn, str]] = [
            (one, grade)
            for one in COLUMNS
            if one.key not in left_out
            for grade in (grades if one.by_grade else [""])
        ]
        """As they stand in the sheet, those ``by_grade`` with their grade."""
        sheet = terms.sheets["projects"]
        letters = {c.key: column_letters(at) for at, c in enumerate(PROJECTS)}
        self._words = {
            **{key: f"'{sheet}'!${letter}$2:${letter}${forms + 1}" for key, letter in letters.items()},
            "arrow": criterion(terms("change.arrow")),
        }
        for name, kind in (("projects", "project"), ("departments", "department"), ("superseded",) * 2):
            word = criterion(terms(f"form_kind.{kind}"))
            self._words[name] = f"{self._words['form_kind']},{word}"
        other = word.replace('"', '"<>', 1)
        self._words["counted"] = f"{self._words['form_kind']},{other}"
        self.printed = sum(one.printed for one, _ in self.columns)
        """Columns on paper; the others stand behind them."""
        self._at = {c.key: column_letters(at) for at, (c, grade) in enumerate(self.columns) if not grade}
        self.total_row = 0

    def headings(self) -> list[tuple[str, str]]:
        """Heading and meaning of each column."""
        return [
            self._terms.words_of(one, **({"grade": grade} if grade else {})) for one, grade in self.columns
        ]

    def with_owing(self, departments: Sequence[Totals]) -> list[Totals]:
        """``departments``, and behind them those of the roster that sent nothing at all."""
        sent = {name_key(totals.name) for totals in departments}
        owing = (of.name for key, of in (self.handed or {}).items() if key not in sent)
        return [*departments, *map(Totals, owing)]

    def write(self, sheet: Any, styles: Styles, departments: Sequence[Totals], whole: Totals) -> None:
        """Rows below the header (of ``with_owing``), and the sum of all below them."""
        handed = self.handed or {}
        blank = self._terms("department_blank")
        for number, totals in enumerate(departments, 1):
            words = self._words_of_row(number)
            name = printable(totals.name)[:1000] or blank
            of = handed.get(name_key(totals.name), HandedIn())
            for at, (one, grade) in enumerate(self.columns):
                value = _value(one, DepartmentRow(number, name, totals, grade, of))
                formula = self._formula(one.formula, words, grade=criterion(grade))
                write_value(sheet, number, at, value, styles.column(one.kind, one.key), formula)
        self.total_row = len(departments) + 1
        words = self._words_of_row(self.total_row)
        for at, (one, grade) in enumerate(self.columns):
            total = self._terms("departments.total")
            value = _value(one, DepartmentRow(None, total, whole, grade, altogether(handed)))
            rows = f"{column_letters(at)}2:{column_letters(at)}{self.total_row}"
            formula = self._formula(one.total, words, grade=criterion(grade), rows=rows)
            kind = "text" if one.kind == "plain" else one.kind
            style = styles.column(kind, one.key, "total_")
            write_value(sheet, self.total_row, at, value, style, formula if departments else "")
        for at, fitting in enumerate(self.widths(departments)):
            sheet.set_column(at, at, fitting)

    def widths(self, departments: Sequence[Totals]) -> list[int]:
        """Widths of the columns, in characters."""
        widest = max((width(totals.name) for totals in departments), default=0)
        return [
            max(one.low, min(one.high, widest + 2)) if one.kind == "text" else one.low
            for one, _ in self.columns
        ]

    def total(self, key: str) -> str:
        """Reference to the sum of column ``key``, for 总览."""
        return f"'{self._terms.sheets['departments']}'!${self._at[key]}${self.total_row + 1}"

    def _words_of_row(self, row: int) -> dict[str, Any]:
        """What the braces of a formula name in the row that stands ``row`` rows below the header."""
        here = {key: f"${letter}{row + 1}" for key, letter in self._at.items()}
        return {**self._words, "mine": f"{self._words['department_no']},$A{row + 1}", "here": here}

    def _formula(self, template: str, words: dict[str, Any], **more: str) -> str:
        return template.format_map({**words, **more}) if template and self.live else ""


def _value(one: SheetColumn, row: DepartmentRow) -> float | str | None:
    assert one.value is not None, f"部门汇总 wants a value of {one.key}"
    return one.value(row)  # type: ignore[no-any-return]


def write_value(sheet: Any, row: int, at: int, value: Any, style: Any, formula: str = "") -> None:
    """A number or a text, or nothing for None; with the formula that gives it, if there is one."""
    if formula:
        sheet.write_formula(row, at, "=" + formula, style, "" if value is None else value)
    elif value is None:
        sheet.write_blank(row, at, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, at, value, style)
    else:
        sheet.write_number(row, at, value, style)
