"""项目汇总: one row a form, with formulas that count its findings.

Formulas are live up to ``LIVE_FORMS`` forms: each counts through all of 问题清单, and a workbook that
takes minutes to open helps nobody. Where nobody knows beforehand how many forms there are, rows wait until
it is known which it will be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from perfbatch.schema import ACCEPTED as DECIDED_ACCEPTED
from perfbatch.schema import LEVELS, label
from perfbatch.workbook.addresses import column_letters
from perfbatch.writing.chunk import Chunk
from perfbatch.writing.chunk_rows import FormRows
from perfbatch.writing.summary.columns import column, filled
from perfbatch.writing.summary.decided import AT_THE_END, OPINION
from perfbatch.writing.summary.in_order import InOrder
from perfbatch.writing.summary.links import Link, cell_link
from perfbatch.writing.summary.shared_columns import (
    ACCEPTED,
    BUDGET,
    COPY,
    DEPARTMENT,
    DEPARTMENT_NO,
    ERRORS,
    EXECUTED,
    FILE,
    FORM_NO,
    INFOS,
    MISSING_ERRORS,
    MISSING_WARNINGS,
    PROJECT,
    RATE,
    SHEET,
    UNIT,
    WARNINGS,
)  # fmt: skip
from perfbatch.writing.summary.stream import Formula, RowStream
from perfbatch.writing.terms import Terms

LIVE_FORMS = 2_000


def _totals_apart(rows: FormRows) -> Any:
    return np.round(rows.number("own_total") - rows.number("computed_total"), 2)


def _deviations(rows: FormRows) -> Any:
    return rows.chunk.per_form(rows.chunk.frames.indicators["deviation"].to_numpy(dtype=bool))


def _grade_change(rows: FormRows) -> list[str]:
    same, arrow = rows.terms("change.same"), rows.terms("change.arrow")
    both = zip(rows.text("grade_own"), rows.text("grade_computed"), strict=True)
    return [
        "" if not own or not computed else same if own == computed else own + arrow + computed
        for own, computed in both
    ]


def _kinds(rows: FormRows) -> list[str]:
    kinds = zip(rows.text("kind"), rows.chunk.counted, strict=True)
    return [
        rows.terms(f"form_kind.{(kind or 'project') if counts else 'superseded'}") for kind, counts in kinds
    ]


def _copies(rows: FormRows) -> list[Link | None]:
    return [cell_link(copy, sheet, "") for copy, sheet in zip(rows.copies(), rows.text("sheet"), strict=True)]


# Braces in a formula: {<key>} is the cell of that column in the row, {row} its number; {same} and {arrow} are
# the words of templates/summary.toml, {findings_form} … the names of the ranges that are counted through,
# {error}, {warning}, {info} the levels as criteria, {accepted} and {not_accepted} the auditor's word.
# What the auditor accepted is not to be mended; the count follows as soon as the word is written.
_COUNT = "COUNTIFS({findings_form},$A{row},{findings_level},%s,{findings_decision},{not_accepted})"
_COUNT_MISSING = "COUNTIFS({missing_form},$A{row},{missing_level},%s,{missing_decision},{not_accepted})"
_COUNT_ACCEPTED = "COUNTIFS({findings_form},$A{row},{findings_decision},{accepted})"

COLUMNS = (
    FORM_NO,
    DEPARTMENT_NO.with_(value=lambda rows: rows.chunk.department_numbers),
    PROJECT,
    DEPARTMENT,
    UNIT,
    column(
        "year", "plain", 6,
        heading="年度",
        meaning="自评表的预算年度。",
        value=lambda rows: rows.number("year"),
    ),
    BUDGET.with_(value=lambda rows: rows.chunk.budget),
    EXECUTED.with_(value=lambda rows: rows.chunk.executed),
    RATE.with_(
        value=lambda rows: rows.chunk.rate,
        formula='IF(AND(ISNUMBER({executed}),N({budget})>0),{executed}/{budget},"")',
    ),
    column(
        "own_total", "score", 8,
        heading="自评总分",
        meaning="单位填写的总分。",
        value=lambda rows: rows.number("own_total"),
    ),
    column(
        "computed_total", "score", 8,
        heading=label("forms", "computed_total"),
        meaning="预算执行和各指标核验得分之和；空白表示有得分没有填，无法计算。",
        value=lambda rows: rows.number("computed_total"),
    ),
    column(
        "total_difference", "score", 8,
        heading=label("indicators", "difference"),
        meaning="自评总分减核验总分：正数为自评偏高。",
        value=_totals_apart,
        formula='IF(AND(ISNUMBER({own_total}),ISNUMBER({computed_total})),'
        'ROUND({own_total}-{computed_total},2),"")',
    ),
    column(
        "grade_own", "short", 6,
        heading=label("forms", "grade_own"),
        meaning="自评总分所在的等级。",
        value=lambda rows: rows.text("grade_own"),
    ),
    column(
        "grade_computed", "short", 6,
        heading=label("forms", "grade_computed"),
        meaning="核验总分所在的等级。",
        value=lambda rows: rows.text("grade_computed"),
    ),
    column(
        "grade_change", "short", 8,
        heading="等级变化",
        meaning="自评等级与核验等级是否一致，不一致的写明由哪级到哪级。",
        value=_grade_change,
        formula='IF(OR({grade_own}="",{grade_computed}=""),"",'
        'IF({grade_own}={grade_computed},{same},{grade_own}&{arrow}&{grade_computed}))',
    ),
    column(
        "indicators", "integer", 7,
        heading="指标数",
        meaning="参加核验的三级指标数。",
        value=lambda rows: rows.chunk.per_form(),
    ),
    column(
        "deviations", "integer", 8,
        heading="有偏差的指标",
        meaning="没有达标、逾期、自评扣分或大幅超额完成的指标数。",
        value=_deviations,
    ),
    ERRORS.with_(value=lambda rows: rows.chunk.level_counts("error"), formula=_COUNT % "{error}"),
    WARNINGS.with_(value=lambda rows: rows.chunk.level_counts("warning"), formula=_COUNT % "{warning}"),
    INFOS.with_(value=lambda rows: rows.chunk.level_counts("info"), formula=_COUNT % "{info}"),
    MISSING_ERRORS.with_(
        value=lambda rows: rows.chunk.level_counts("error", missing_only=True),
        formula=_COUNT_MISSING % "{error}",
    ),
    MISSING_WARNINGS.with_(
        value=lambda rows: rows.chunk.level_counts("warning", missing_only=True),
        formula=_COUNT_MISSING % "{warning}",
    ),
    COPY.with_(link=_copies, printed=False),
    FILE,
    SHEET,
    column(
        "form_kind", "short", 9,
        heading="表的种类",
        meaning="项目支出，或者部门整体支出；部门整体的表不计入部门汇总的金额、平均分和等级。旧表是同一项目又报了更新的一份的，"
        "不计入部门汇总和通知，以哪一份为准见《问题清单》（B501）。",
        value=_kinds,
    ),
    ACCEPTED.with_(value=lambda rows: rows.chunk.accepted_counts(), formula=_COUNT_ACCEPTED, printed=False),
    column(
        "reviewed_total", "score", 8,
        heading=label("forms", "reviewed_total"),
        meaning="审核人员给的总分；没有给总分的，以审核人员给各指标的得分代替核验得分后的总分；都没有给的同核验总分。"
        "下一次核验时更新。",
        value=lambda rows: rows.decided_number("reviewed_total"),
        printed=False,
    ),
    OPINION.with_(
        meaning="审核人员对整张表的意见。问题逐条的意见写在《缺偏差原因》和《问题清单》里。下次核验照抄；清空即撤回。",
        printed=False,
    ),
    *AT_THE_END,
)  # fmt: skip


class Projects:
    """Rows of the sheet."""

    def __init__(
        self,
        stream: RowStream,
        terms: Terms,
        directory: Path,
        live_forms: int = LIVE_FORMS,
        expected: int | None = None,
    ) -> None:
        """``expected`` forms will come; None: it is not known how many."""
        self._rows = InOrder(stream, directory, hold=expected is None, change=self._with_formulas)
        self._terms = terms
        self._live_forms = live_forms
        self._expected = expected
        self._forms = 0
        self._formulas = formulas(terms)

    @property
    def live(self) -> bool:
        """Whether the rows have formulas."""
        return (self._forms if self._expected is None else self._expected) <= self._live_forms

    def append(self, chunk: Chunk) -> None:
        """Take in one chunk."""
        if not len(chunk):
            return
        self._forms += len(chunk)
        self._rows.add(chunk.places, chunk.places, *filled(COLUMNS, FormRows(chunk, self._terms)))

    def finish(self) -> None:
        """Write what waited."""
        self._rows.finish()

    def close(self) -> None:
        """Remove the temporary file."""
        self._rows.close()

    def _with_formulas(self, data: dict[str, Any]) -> dict[str, Any]:
        if not self.live:
            return data
        return {**data, **{key: Formula(formula, data[key]) for key, formula in self._formulas.items()}}


def formulas(terms: Terms) -> dict[str, str]:
    """Formula of each live column; {row} stands for the row's number."""
    words = {
        **{c.key: column_letters(at) + "{row}" for at, c in enumerate(COLUMNS)},
        **{name: terms(f"names.{name}") for name in terms.codes("names")},
        **{level: criterion(terms.levels[level]) for level in LEVELS},
        "accepted": criterion(DECIDED_ACCEPTED),
        "not_accepted": criterion(DECIDED_ACCEPTED).replace('"', '"<>', 1),
        "same": literal(terms("change.same")),
        "arrow": literal(terms("change.arrow")),
        "row": "{row}",
    }
    return {c.key: c.formula.format_map(words) for c in COLUMNS if c.formula}


def literal(text: str) -> str:
    """``text`` as a string inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def criterion(text: str) -> str:
    """``text`` as a criterion of COUNTIFS that matches it and nothing else."""
    for sign in "~*?":
        text = text.replace(sign, "~" + sign)
    return literal(text)
