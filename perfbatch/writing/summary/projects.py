"""项目汇总: one row a form, with formulas that count its findings.

Formulas are live up to ``LIVE_FORMS`` forms: each counts through all of 问题清单, and a workbook that
takes minutes to open helps nobody. Rows wait until it is known which it will be.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from perfbatch.schema import LEVELS
from perfbatch.workbook.addresses import column_letters
from perfbatch.writing.chunk import Chunk
from perfbatch.writing.summary.columns import COLUMNS
from perfbatch.writing.summary.links import Link, cell_link
from perfbatch.writing.summary.stream import Formula, RowStream
from perfbatch.writing.terms import Terms

LIVE_FORMS = 2_000
_TEXTS = ("department", "unit", "project", "grade_own", "grade_computed", "file", "sheet")
_COUNTS = {"errors": "error", "warnings": "warning", "infos": "info"}
_MISSING = {"missing_errors": "error", "missing_warnings": "warning"}

Rows = tuple[dict[str, Any], dict[str, list[Link | None]]]


class Projects:
    """Rows of the sheet."""

    def __init__(self, stream: RowStream, terms: Terms, live_forms: int = LIVE_FORMS) -> None:
        self.stream = stream
        self._terms = terms
        self._live_forms = live_forms
        self._waiting: list[Rows] = []
        self._forms = 0
        self._formulas = formulas(terms)

    @property
    def live(self) -> bool:
        """Whether the rows have formulas."""
        return self._forms <= self._live_forms

    def append(self, chunk: Chunk) -> None:
        """Take in one chunk."""
        if not len(chunk):
            return
        self._forms += len(chunk)
        self._waiting.append(self._rows(chunk))
        if not self.live:
            self._write()

    def finish(self) -> None:
        """Write what waited."""
        self._write()

    def _write(self) -> None:
        for data, links in self._waiting:
            if self.live:
                for key, formula in self._formulas.items():
                    data[key] = Formula(formula, data[key])
            self.stream.write(data, links)
        self._waiting.clear()

    def _rows(self, chunk: Chunk) -> Rows:
        places = np.arange(len(chunk))
        own, computed = chunk.numbers("forms", "own_total"), chunk.numbers("forms", "computed_total")
        grades = zip(chunk.texts("forms", "grade_own"), chunk.texts("forms", "grade_computed"), strict=True)
        copies = [chunk.copies.get(file, "") for file in chunk.texts("forms", "file")]
        data: dict[str, Any] = {
            "form_no": chunk.form_numbers(places),
            "department_no": chunk.department_numbers,
            **{name: chunk.texts("forms", name) for name in _TEXTS},
            "year": chunk.numbers("forms", "year"),
            "budget": chunk.budget,
            "executed": chunk.executed,
            "rate": chunk.rate,
            "own_total": own,
            "computed_total": computed,
            "total_difference": np.round(own - computed, 2),
            "grade_change": [self._change(*both) for both in grades],
            "indicators": chunk.per_form(),
            "deviations": chunk.per_form(chunk.frames.indicators["deviation"].to_numpy(dtype=bool)),
            **{key: chunk.level_counts(level) for key, level in _COUNTS.items()},
            **{key: chunk.level_counts(level, missing_only=True) for key, level in _MISSING.items()},
            "copy": [self._terms("copy_link") if copy else "" for copy in copies],
        }
        sheets = chunk.texts("forms", "sheet")
        links = [cell_link(copy, sheet, "") for copy, sheet in zip(copies, sheets, strict=True)]
        return data, {"copy": links}

    def _change(self, own: str, computed: str) -> str:
        if not own or not computed:
            return ""
        return self._terms("change.same") if own == computed else own + self._terms("change.arrow") + computed


def formulas(terms: Terms) -> dict[str, str]:
    """Formula of each live column; {row} stands for the row's number."""
    at = {column.key: column_letters(i) + "{row}" for i, column in enumerate(COLUMNS["projects"])}
    budget, executed, own, computed = (at[k] for k in ("budget", "executed", "own_total", "computed_total"))
    mine, theirs = at["grade_own"], at["grade_computed"]
    same, arrow = literal(terms("change.same")), literal(terms("change.arrow"))
    found = {
        "rate": f'IF(AND(ISNUMBER({executed}),N({budget})>0),{executed}/{budget},"")',
        "total_difference": f'IF(AND(ISNUMBER({own}),ISNUMBER({computed})),ROUND({own}-{computed},2),"")',
        "grade_change": (
            f'IF(OR({mine}="",{theirs}=""),"",IF({mine}={theirs},{same},{mine}&{arrow}&{theirs}))'
        ),
    }
    levels = {level: criterion(terms.levels[level]) for level in LEVELS}
    for keys, form_name, level_name in (
        (_COUNTS, terms("names.findings_form"), terms("names.findings_level")),
        (_MISSING, terms("names.missing_form"), terms("names.missing_level")),
    ):
        for key, level in keys.items():
            found[key] = f"COUNTIFS({form_name},$A{{row}},{level_name},{levels[level]})"
    return found


def literal(text: str) -> str:
    """``text`` as a string inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def criterion(text: str) -> str:
    """``text`` as a criterion of COUNTIFS that matches it and nothing else."""
    for sign in "~*?":
        text = text.replace(sign, "~" + sign)
    return literal(text)
