"""部门汇总: one row a department, counted from 项目汇总 by formulas, and the sum of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from perfbatch.workbook.addresses import column_letters
from perfbatch.writing.running_totals import Totals
from perfbatch.writing.summary.columns import COLUMNS, SheetColumn
from perfbatch.writing.summary.projects import criterion
from perfbatch.writing.summary.style import Styles
from perfbatch.writing.terms import Terms
from perfbatch.writing.text import clean, width

LIVE_COMPARISONS = 20_000_000
"""Departments times forms up to which formulas are written: beyond it a workbook opens too slowly."""


@dataclass(frozen=True, slots=True)
class DepartmentColumn:
    """A column as it stands in the sheet: ``grade`` where it is one of several of its kind."""

    column: SheetColumn
    grade: str = ""

    def value(self, totals: Totals) -> float | int | str | None:
        """What the column says of ``totals``."""
        return _VALUES[self.column.key](totals, self.grade)  # type: ignore[no-any-return]


_VALUES: dict[str, Any] = {
    "department": lambda t, _: t.name,
    "units": lambda t, _: len(t.units),
    "forms": lambda t, _: t.forms,
    "budget": lambda t, _: round(t.budget, 6),
    "executed": lambda t, _: round(t.executed, 6),
    "rate": lambda t, _: t.rate,
    "own_mean": lambda t, _: t.own_mean,
    "computed_mean": lambda t, _: t.computed_mean,
    "own_grades": lambda t, grade: t.grades_own[grade],
    "computed_grades": lambda t, grade: t.grades_computed[grade],
    "changed": lambda t, _: t.changed,
    "errors": lambda t, _: t.findings["error"],
    "warnings": lambda t, _: t.findings["warning"],
    "infos": lambda t, _: t.findings["info"],
    "missing_errors": lambda t, _: t.missing["error"],
    "missing_warnings": lambda t, _: t.missing["warning"],
    "missing_total": lambda t, _: t.missing["error"] + t.missing["warning"],
}


class Departments:
    """The sheet, written once everything has been counted."""

    def __init__(self, terms: Terms, grades: Sequence[str], forms: int, live: bool) -> None:
        """``forms`` rows stand in 项目汇总; without ``live`` numbers are written and no formulas."""
        self._terms = terms
        self.live = live
        self.columns = [
            DepartmentColumn(column, grade)
            for column in COLUMNS["departments"]
            for grade in (grades if column.key in ("own_grades", "computed_grades") else [""])
        ]
        sheet = terms.sheets["projects"]
        self._ranges = {
            column.key: f"'{sheet}'!${letter}$2:${letter}${forms + 1}"
            for column, letter in ((c, column_letters(i)) for i, c in enumerate(COLUMNS["projects"]))
        }
        self._at = {(c.column.key, c.grade): column_letters(i) for i, c in enumerate(self.columns)}
        self.total_row = 0

    def headings(self) -> list[tuple[str, str]]:
        """Heading and meaning of each column."""
        found = []
        for c in self.columns:
            values = {"grade": c.grade} if c.grade else {}
            key = c.column.key
            found.append((self._terms.heading(key, **values), self._terms.meaning(key, **values)))
        return found

    def write(self, sheet: Any, styles: Styles, departments: Sequence[Totals], whole: Totals) -> None:
        """Rows below the header, and the sum of all below them."""
        blank = self._terms("department_blank")
        for row, totals in enumerate(departments, 1):
            for at, column in enumerate(self.columns):
                key, kind = column.column.key, column.column.kind
                if key == "department_no":
                    sheet.write_number(row, at, row, styles["plain"])
                elif key == "department":
                    sheet.write_string(row, at, clean(totals.name)[:1000] or blank, styles["text"])
                else:
                    formula = self._formula(column, row + 1) if self.live else ""
                    write_value(sheet, row, at, column.value(totals), styles[kind], formula)
        self.total_row = len(departments) + 1
        for at, column in enumerate(self.columns):
            key, kind = column.column.key, column.column.kind
            if key == "department_no":
                sheet.write_blank(self.total_row, at, None, styles["total_text"])
            elif key == "department":
                sheet.write_string(self.total_row, at, self._terms("departments.total"), styles["total_text"])
            else:
                formula = self._total(column, len(departments)) if self.live and departments else ""
                style = styles[f"total_{kind}"]
                write_value(sheet, self.total_row, at, column.value(whole), style, formula)
        for at, column in enumerate(self.columns):
            low, high = column.column.low, column.column.high
            if column.column.key == "department":
                widest = max((width(totals.name) for totals in departments), default=0)
                low = max(low, min(high, widest + 2))
            sheet.set_column(at, at, low)

    def total(self, key: str) -> str:
        """Reference to the sum of column ``key``, for 总览."""
        return f"'{self._terms.sheets['departments']}'!${self._at[key, '']}${self.total_row + 1}"

    def _formula(self, column: DepartmentColumn, row: int) -> str:
        key, ranges = column.column.key, self._ranges
        mine = f"{ranges['department_no']},$A{row}"
        if key == "forms":
            return f"COUNTIFS({mine})"
        if key in ("own_grades", "computed_grades"):
            grades = ranges["grade_own" if key == "own_grades" else "grade_computed"]
            return f"COUNTIFS({mine},{grades},{criterion(column.grade)})"
        if key == "changed":
            arrow = criterion(self._terms("change.arrow"))
            return f'COUNTIFS({mine},{ranges["grade_change"]},"*"&{arrow}&"*")'
        if key in ("own_mean", "computed_mean"):
            totals = ranges["own_total" if key == "own_mean" else "computed_total"]
            return f'IFERROR(AVERAGEIFS({totals},{mine}),"")'
        if key == "rate":
            return self._rate(f",{mine}")
        if key == "missing_total":
            return self._missing_total(row)
        if key == "units":
            return ""
        return f"SUMIFS({ranges[key]},{mine})"

    def _rate(self, criteria: str) -> str:
        """执行率 over the forms that have one: an amount without the other says nothing of a rate."""
        ranges = self._ranges
        executed, budget = (
            f'SUMIFS({ranges[key]},{ranges["rate"]},">=0"{criteria})' for key in ("executed", "budget")
        )
        return f'IFERROR({executed}/{budget},"")'

    def _missing_total(self, row: int) -> str:
        errors, warnings = (f"${self._at[k, '']}{row}" for k in ("missing_errors", "missing_warnings"))
        return f"{errors}+{warnings}"

    def _total(self, column: DepartmentColumn, count: int) -> str:
        key = column.column.key
        if key == "rate":
            return self._rate("")
        if key == "missing_total":
            return self._missing_total(self.total_row + 1)
        if key in ("own_mean", "computed_mean"):
            totals = self._ranges["own_total" if key == "own_mean" else "computed_total"]
            return f'IFERROR(AVERAGE({totals}),"")'
        if key == "units":
            return ""
        letter = self._at[key, column.grade]
        return f"SUM({letter}2:{letter}{count + 1})"


def write_value(sheet: Any, row: int, at: int, value: Any, style: Any, formula: str = "") -> None:
    """A number, or nothing for None; with the formula that gives it, if there is one."""
    if formula:
        sheet.write_formula(row, at, "=" + formula, style, "" if value is None else value)
    elif value is None:
        sheet.write_blank(row, at, None, style)
    else:
        sheet.write_number(row, at, value, style)
