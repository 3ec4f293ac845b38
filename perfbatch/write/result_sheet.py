"""The sheet 核验结果 of an annotated copy: findings with links to their cells, own and recomputed scores.

One sheet a workbook, however many forms are in it: the findings of a form first, then every score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isnan
from typing import Any

from perfbatch import __version__
from perfbatch.schema import LEVELS
from perfbatch.words import Words
from perfbatch.write.package.added import AddedCell, AddedSheet
from perfbatch.write.package.marking import Annotated
from perfbatch.write.terms import Terms
from perfbatch.write.text import width

Row = Mapping[str, Any]
Cells = list[AddedCell | str | float | None]

_WIDTHS = (11, 8, 9, 26, 16, 16, 8, 10, 10, 9, 15, 40)
_COLUMNS = len(_WIDTHS)
_LAST = "L"
# 问题 spans the narrow columns G to K, where the scores below have their figures.
_MESSAGE_WIDTH = sum(_WIDTHS[6:11])
_LINE = 14.0  # points a line of 10 pt text
_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class FormRows:
    """One form with its rows of the other frames, as plain dictionaries."""

    form: Row
    budget: Row | None
    indicators: Sequence[Row]
    findings: Sequence[Row]


class ResultSheet:
    """Makes 核验结果 for one workbook after another; the words are looked up once."""

    def __init__(self, words: Words, terms: Terms, rules: Mapping[str, str]) -> None:
        """``rules``: title of each rule book by its name."""
        self._words = words
        self._terms = terms
        self._rules = rules
        self._said: dict[tuple[object, ...], str] = {}

    def build(self, forms: Sequence[FormRows], outcome: Annotated, notes: str = "") -> AddedSheet:
        """The sheet for the forms of one workbook; ``outcome`` tells what could not be placed."""
        draft = _Draft()
        draft.merged([AddedCell(self._say("title"), "title")], 1, _COLUMNS, height=26)
        rules = "》《".join(dict.fromkeys(self._rules.get(f.form["rules"], f.form["rules"]) for f in forms))
        draft.note(self._say("about", version=__version__, rules=rules))
        remarks = [remark.text for remark in outcome.remarks]
        remarks += [
            self._say("remarks.unplaced", cell=u.mark.cell, reason=u.reason) for u in outcome.unplaced
        ]
        remarks += [notes] if notes else []
        for remark in dict.fromkeys(remarks):
            draft.note(remark, "warn_text")
        for form in forms:
            self._form(draft, form)
        return AddedSheet(
            title=self._say("sheet"),
            rows=draft.rows,
            widths=_WIDTHS,
            heights=draft.heights,
            merges=draft.merges,
            footer=self._say("footer", title=self._say("title")),
        )

    def note(self, finding: Row) -> str:
        """The note in the finding's cell: id, what is wrong, expected value, what to do, clause."""
        keys = ("check", "message", "expected", "advice", "clause")
        return self._words.text("result", "note.message", **{key: finding[key] for key in keys})

    def no_copy(self, reason: str) -> str:
        """The remark on a file that got no copy."""
        return self._say("remarks.no_copy", reason=reason)

    def _form(self, draft: _Draft, rows: FormRows) -> None:
        form = rows.form
        draft.blank()
        draft.merged([AddedCell(self._say("form.heading", project=form["project"]), "subtitle")], 1, _COLUMNS)
        draft.note(self._say("form.detail", **{k: form[k] for k in ("sheet", "department", "unit", "year")}))
        self._totals(draft, rows)
        draft.blank()
        self._findings(draft, rows)
        draft.blank()
        self._scores(draft, rows)

    def _totals(self, draft: _Draft, rows: FormRows) -> None:
        form = rows.form
        own, computed = form["own_total"], form["computed_total"]
        figures: list[tuple[str, str | float, str]] = [
            ("own_total", own, "number"),
            ("own_grade", form["grade_own"], "centred"),
            ("computed_total", computed, "number"),
            ("computed_grade", form["grade_computed"], "centred"),
            ("difference", own - computed, "number"),
            ("points", form["points_sum"], "number"),
        ]
        labels: Cells = [AddedCell(self._say("form.total"), "label"), *[AddedCell(None, "label")] * 2]
        values: Cells = [AddedCell(None, "label")] * 3
        for key, value, style in figures:
            double = key in ("computed_grade", "difference")  # these stand in the narrow columns G to J
            labels += [AddedCell(self._say(f"form.{key}"), "header")] + [AddedCell(None, "header")] * double
            values += [AddedCell(value, style)] + [AddedCell(None, style)] * double
        draft.add(labels, spans=(("G", "H"), ("I", "J")))
        draft.add(values, spans=(("G", "H"), ("I", "J")))
        draft.join("A", "C", rows=2)
        counts = {level: sum(f["level"] == level for f in rows.findings) for level in LEVELS}
        if rows.findings:
            draft.merged([AddedCell(self._say("form.counts", **counts), "plain")], 1, _COLUMNS)
        else:
            draft.merged([AddedCell(self._say("form.clean"), "ok")], 1, _COLUMNS)

    def _findings(self, draft: _Draft, rows: FormRows) -> None:
        if not rows.findings:
            return
        draft.merged([AddedCell(self._say("findings.title"), "subtitle")], 1, _COLUMNS)
        keys = ("level", "check", "cell", "subject", "found", "expected", "message")
        header: Cells = [AddedCell(self._say(f"findings.{key}"), "header") for key in keys]
        header += [AddedCell(None, "header")] * 4
        header.append(AddedCell(self._say("findings.advice"), "header"))
        draft.add(header, spans=(("G", "K"),))
        names = {row["number"]: row["name"] for row in rows.indicators}
        for finding in rows.findings:
            cell = finding["cell"]
            advice = self._say(
                "findings.advice_and_clause", advice=finding["advice"], clause=finding["clause"]
            )
            subject = self._subject(finding, names)
            line: Cells = [
                AddedCell(self._terms.levels[finding["level"]], finding["level"]),
                AddedCell(finding["check"], "centred"),
                AddedCell(cell, "link", (finding["sheet"], cell)) if cell else AddedCell(None),
                AddedCell(subject, "wrapped"),
                AddedCell(finding["found"], "wrapped"),
                AddedCell(finding["expected"], "wrapped"),
                AddedCell(finding["message"], "wrapped"),
                *[AddedCell(None)] * 4,
                AddedCell(advice, "wrapped"),
            ]
            texts = (
                (subject, _WIDTHS[3]),
                (finding["found"], _WIDTHS[4]),
                (finding["expected"], _WIDTHS[5]),
                (finding["message"], _MESSAGE_WIDTH),
                (advice, _WIDTHS[11]),
            )
            draft.add(line, spans=(("G", "K"),), height=_height(texts))

    def _subject(self, finding: Row, names: Mapping[int, str]) -> str:
        if finding["indicator"] is not None:
            return names.get(finding["indicator"], "")
        return self._say("findings.budget" if finding["line"] else "findings.form")

    def _scores(self, draft: _Draft, rows: FormRows) -> None:
        draft.merged([AddedCell(self._say("scores.title"), "subtitle")], 1, _COLUMNS)
        keys = ("target", "actual", "points", "own_score", "accepted_score", "difference", "rule", "basis")
        header: Cells = [
            AddedCell(self._say("scores.number"), "header"),
            AddedCell(self._say("scores.level2"), "header"),
            AddedCell(None, "header"),
            AddedCell(self._say("scores.name"), "header"),
            *(AddedCell(self._say(f"scores.{key}"), "header") for key in keys),
        ]
        draft.add(header, spans=(("B", "C"),))
        budget = rows.budget
        if budget is not None:
            line: Cells = [
                AddedCell(None),
                AddedCell(None),
                AddedCell(None),
                AddedCell(self._say("scores.budget"), "wrapped"),
                AddedCell(budget["budget_text"], "wrapped"),
                AddedCell(budget["executed_text"], "wrapped"),
                *self._figures(budget),
                AddedCell(budget["clause"], "wrapped"),
            ]
            budget_texts = ((self._say("scores.budget"), _WIDTHS[3]), (budget["clause"], _WIDTHS[11]))
            draft.add(line, spans=(("B", "C"),), height=_height(budget_texts))
        for row in rows.indicators:
            basis = self._say(
                "scores.basis_text",
                direction=self._terms.code("direction", row["direction"]),
                source=self._terms.code("direction_source", row["direction_source"]),
                clause=row["clause"],
            )
            line = [
                AddedCell(row["number"], "integer"),
                AddedCell(row["level2"], "wrapped"),
                AddedCell(None),
                AddedCell(row["name"], "wrapped"),
                AddedCell(row["target"], "wrapped"),
                AddedCell(row["actual"], "wrapped"),
                *self._figures(row),
                AddedCell(basis, "wrapped"),
            ]
            texts = (
                (row["level2"], _WIDTHS[1] + _WIDTHS[2]),
                (row["name"], _WIDTHS[3]),
                (row["target"], _WIDTHS[4]),
                (row["actual"], _WIDTHS[5]),
                (basis, _WIDTHS[11]),
            )
            draft.add(line, spans=(("B", "C"),), height=_height(texts))
        self._sum(draft, rows.form)

    def _figures(self, row: Row) -> list[AddedCell]:
        difference = row["difference"]
        off = not isnan(difference) and abs(difference) >= 0.005
        return [
            AddedCell(row["points"], "number"),
            AddedCell(row["own_score"], "number"),
            AddedCell(row["accepted_score"], "number"),
            AddedCell(difference if off else None, "number"),
            AddedCell(self._terms.code("rule", row["rule"]), "centred"),
        ]

    def _sum(self, draft: _Draft, form: Row) -> None:
        own, computed = form["own_sum"], form["computed_total"]
        line: Cells = [AddedCell(self._say("scores.total"), "label"), *[AddedCell(None, "label")] * 5]
        line += [AddedCell(value, "number") for value in (form["points_sum"], own, computed, own - computed)]
        line += [AddedCell(None), AddedCell(None)]
        draft.add(line, spans=(("A", "F"),))

    def _say(self, key: str, **values: Any) -> str:
        """The sentence ``key``; clauses, labels and advice come again and again, form after form."""
        asked = (key, *values.values())
        said = self._said.get(asked)
        if said is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            said = self._said[asked] = self._words.text("result", key, **values)
        return said


class _Draft:
    """Rows, heights and merges of the sheet while it grows."""

    def __init__(self) -> None:
        self.rows: list[Cells] = []
        self.heights: dict[int, float] = {}
        self.merges: list[str] = []

    def add(self, cells: Cells, *, spans: Sequence[tuple[str, str]] = (), height: float = 0) -> None:
        """A row; ``spans`` are pairs of column letters to merge, ``height`` in points (0: as usual)."""
        self.rows.append(cells)
        number = len(self.rows)
        self.merges += [f"{left}{number}:{right}{number}" for left, right in spans]
        if height:
            self.heights[number] = height

    def join(self, left: str, right: str, *, rows: int) -> None:
        """Merge the columns ``left`` to ``right`` over the last ``rows`` rows."""
        self.merges.append(f"{left}{len(self.rows) - rows + 1}:{right}{len(self.rows)}")

    def merged(self, cells: Cells, first: int, last: int, height: float = 0) -> None:
        """A row whose one cell runs from column ``first`` to ``last`` (the whole width of the sheet)."""
        style = cells[0].style if isinstance(cells[0], AddedCell) else "plain"
        cells += [AddedCell(None, style)] * (last - first)
        self.add(cells, spans=(("A", _LAST),), height=height)

    def note(self, text: str, style: str = "note") -> None:
        """A remark over the whole width."""
        lines = lines_needed(text, sum(_WIDTHS))
        self.merged([AddedCell(text, style)], 1, _COLUMNS, height=lines * _LINE + 4)

    def blank(self) -> None:
        """An empty row."""
        self.add([])


def lines_needed(text: str, room: float) -> int:
    """Lines that ``text`` takes in a column ``room`` characters wide."""
    if len(text) * 2 < room and "\n" not in text:
        return 1
    return sum(max(1, ceil(width(line) / (room - 1))) for line in text.split("\n"))


def _height(texts: Sequence[tuple[str, float]]) -> float:
    """Height in points of a row that shows every text in its width; 0 where one line is enough."""
    lines = max(lines_needed(text, width) for text, width in texts)
    return min(lines * _LINE + 4, 409) if lines > 1 else 0
