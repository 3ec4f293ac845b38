"""The sheet 核验结果 of an annotated copy: findings with links to their cells, own and recomputed scores.

One sheet a workbook, however many forms are in it: the findings of a form first, then every score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import ceil
from typing import Any, NamedTuple

from perfbatch.caching import CachedByArgument, cached
from perfbatch.schema import LEVELS
from perfbatch.version import __version__
from perfbatch.words import Words
from perfbatch.workbook.xlsx.edit.added_sheet import STYLES, AddedRow, AddedSheet, Value
from perfbatch.workbook.xlsx.edit.marking import Annotated
from perfbatch.writing.terms import Terms
from perfbatch.writing.text import width

Row = Mapping[str, Any]

_WIDTHS = (11, 6, 7, 19, 12, 12, 7, 9, 9, 7, 11, 26)
"""In characters: what leaves 8 points on A4 across even where a workbook's own letters are large."""
_COLUMNS = len(_WIDTHS)
_ALL = ("A", "L")
# 问题 spans the narrow columns G to K, where the scores below have their figures.
_MESSAGE_WIDTH = sum(_WIDTHS[6:11])
_FINDING_ROOMS = (*_WIDTHS[3:6], _MESSAGE_WIDTH, _WIDTHS[11])
_SCORE_ROOMS = (_WIDTHS[1] + _WIDTHS[2], *_WIDTHS[3:6], _WIDTHS[11])
_BUDGET_ROOMS = (_WIDTHS[3], _WIDTHS[11])
_LINE = 14.0  # points a line of 10 pt text
_ROW = 15.0
_HIGHEST = 409
_PAGE = 560.0
"""Points of rows on a page: A4 across, scaled to its width; less than there is, as programs measure rows
differently."""
_TOGETHER = 90.0
"""Points that a heading wants below it on its page."""
_REMEMBERED = 5_000
_SHORT = 300

# Rows by their columns: labels ('' where a label runs on), and looks of their cells.
_TOTALS_LABELS = (
    "total", "", "", "own_total", "own_grade", "computed_total", "computed_grade", "", "difference", "",
    "points",
)  # fmt: skip
_FINDING_LABELS = (
    "level", "check", "cell", "subject", "found", "expected", "message", "", "", "", "", "advice",
)  # fmt: skip
_SCORE_LABELS = (
    "number", "level2", "", "name", "target", "actual", "points", "own_score", "accepted_score", "difference",
    "rule", "basis",
)  # fmt: skip
_TOTALS_HEADER = ("label",) * 3 + ("header",) * 8
_TOTALS = ("label",) * 3 + ("number", "centred", "number", "centred", "centred", "number", "number", "number")
_FIGURE_COLUMNS = ("points", "own_score", "accepted_score", "difference", "rule")
_FINDING_END = ("wrapped",) * 4 + ("text",) * 4 + ("wrapped",)  # after level, check and cell
_FIGURES = ("number",) * 4 + ("centred",)
_SCORE = ("integer", "wrapped", "text", "wrapped", "wrapped", "wrapped", *_FIGURES, "wrapped")
_BUDGET = ("text",) * 3 + ("wrapped",) * 3 + (*_FIGURES, "wrapped")
_SUM = ("label",) * 6 + ("number",) * 4 + ("text",) * 2


class IndicatorRecord(NamedTuple):
    """A row of the indicators, of which there are most: the columns that 核验结果 shows, in this order."""

    form_id: str
    number: int
    level2: str
    name: str
    target: str
    actual: str
    points: float
    own_score: float
    accepted_score: float
    difference: float
    rule: str
    direction: str
    direction_source: str
    clause: str


class FormRecord(NamedTuple):
    """One form with its rows of the other frames, most as plain dictionaries."""

    form: Row
    budget: Row | None
    indicators: Sequence[IndicatorRecord]
    findings: Sequence[Row]


class ResultSheet:
    """Makes 核验结果 for one workbook after another; the words are looked up once."""

    def __init__(self, words: Words, terms: Terms, rules: Mapping[str, str]) -> None:
        """``rules``: title of each rule book by its name."""
        self._words = words
        self._terms = terms
        self._rules = rules
        # Clauses, labels and advice come again and again, form after form.
        self._say = cached(_REMEMBERED, typed=True)(partial(words.text, "result"))
        self._basis = cached(_REMEMBERED)(self._basis_of)
        self._rule = terms.codes("rule") | {"": ""}
        say = self._say
        self._sheet, title = say("sheet"), say("title")
        self._footer = say("footer", title=title)
        self._title = AddedRow(_whole("title"), (title,), height=26)
        self._totals_header = AddedRow(_TOTALS_HEADER, self._labels("form", _TOTALS_LABELS))
        self._clean = AddedRow(_whole("ok"), (say("form.clean"),))
        self._findings_title = AddedRow(_whole("subtitle"), (say("findings.title"),))
        self._findings_header = AddedRow(_whole("header"), self._labels("findings", _FINDING_LABELS))
        self._scores_title = AddedRow(_whole("subtitle"), (say("scores.title"),))
        self._scores_header = AddedRow(_whole("header"), self._labels("scores", _SCORE_LABELS))
        self._budget, self._sum = say("scores.budget"), say("scores.total")
        self._about_budget, self._about_form = say("findings.budget"), say("findings.form")

    def build(self, forms: Sequence[FormRecord], outcome: Annotated, notes: str = "") -> AddedSheet:
        """The sheet for the forms of one workbook; ``outcome`` tells what could not be placed."""
        draft = _Draft()
        draft.add(self._title, _ALL)
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
            title=self._sheet,
            rows=draft.rows,
            widths=_WIDTHS,
            merges=draft.merges,
            breaks=draft.breaks,
            ignored=f"A1:{_ALL[1]}{len(draft.rows)}",
            footer=self._footer,
        )

    def note(self, finding: Row) -> str:
        """The note in the finding's cell: id, what is wrong, expected value, what to do, clause."""
        keys = ("check", "message", "expected", "advice", "clause")
        return self._words.text("annotate", "note.message", **{key: finding[key] for key in keys})

    def no_copy(self, reason: str) -> str:
        """The remark on a file that got no copy."""
        return self._say("remarks.no_copy", reason=reason)

    def through_link(self, name: str) -> str:
        """Why nothing is written below a folder of ours that is a link."""
        return self._say("remarks.through_link", name=name)

    def _form(self, draft: _Draft, rows: FormRecord) -> None:
        form = rows.form
        draft.blank()
        draft.keep_together()
        draft.add(AddedRow(_whole("subtitle"), (self._say("form.heading", project=form["project"]),)), _ALL)
        draft.note(self._say("form.detail", **{k: form[k] for k in ("sheet", "department", "unit", "year")}))
        self._totals(draft, rows)
        draft.blank()
        self._findings(draft, rows)
        draft.blank()
        self._scores(draft, rows)

    def _totals(self, draft: _Draft, rows: FormRecord) -> None:
        form = rows.form
        own, computed = form["own_total"], form["computed_total"]
        figures = (
            own, form["grade_own"], computed, form["grade_computed"], None, own - computed, None,
            form["points_sum"],
        )  # fmt: skip
        draft.add(self._totals_header, ("G", "H"), ("I", "J"))
        draft.add(AddedRow(_TOTALS, (None, None, None, *figures)), ("G", "H"), ("I", "J"))
        draft.join("A", "C", rows=2)
        if rows.findings:
            levels = [finding["level"] for finding in rows.findings]
            counts = self._say("form.counts", **{level: levels.count(level) for level in LEVELS})
            draft.add(AddedRow(_whole("plain"), (counts,)), _ALL)
        else:
            draft.add(self._clean, _ALL)

    def _findings(self, draft: _Draft, rows: FormRecord) -> None:
        if not rows.findings:
            return
        draft.begin_table(self._findings_title, self._findings_header, ("G", "K"))
        names = {indicator.number: indicator.name for indicator in rows.indicators}
        for finding in rows.findings:
            level, cell = finding["level"], finding["cell"]
            advice = self._say(
                "findings.advice_and_clause", advice=finding["advice"], clause=finding["clause"]
            )
            subject = self._subject(finding, names)
            texts = (subject, finding["found"], finding["expected"], finding["message"])
            looks = (level, "centred", "link" if cell else "text", *_FINDING_END)
            values = (
                self._terms.levels[level],
                finding["check"],
                cell,
                *texts,
                None,
                None,
                None,
                None,
                advice,
            )
            link = (3, finding["sheet"], cell) if cell else None
            height = _height((*texts, advice), _FINDING_LINES)
            draft.add(AddedRow(looks, values, link, height), ("G", "K"))
        draft.end_table()

    def _subject(self, finding: Row, names: Mapping[int, str]) -> str:
        if finding["indicator"] is not None:
            return names.get(finding["indicator"], "")
        return self._about_budget if finding["line"] else self._about_form

    def _scores(self, draft: _Draft, rows: FormRecord) -> None:
        draft.begin_table(self._scores_title, self._scores_header, ("B", "C"))
        budget = rows.budget
        if budget is not None:
            clause = budget["clause"]
            texts = (self._budget, budget["budget_text"], budget["executed_text"])
            figures = self._figures(*[budget[column] for column in _FIGURE_COLUMNS])
            values = (None, None, None, *texts, *figures, clause)
            height = _height((self._budget, clause), _BUDGET_LINES)
            draft.add(AddedRow(_BUDGET, values, None, height), ("B", "C"))
        level2_lines, name_lines, target_lines, actual_lines, basis_lines = _SCORE_LINES
        for (
            _, number, level2, name, target, actual, points, score, accepted, difference, rule, direction,
            source, clause,
        ) in rows.indicators:  # fmt: skip
            basis = self._basis(direction, source, clause)
            figures = self._figures(points, score, accepted, difference, rule)
            values = (number, level2, None, name, target, actual, *figures, basis)
            lines = max(
                level2_lines[level2], name_lines[name], target_lines[target], actual_lines[actual],
                basis_lines[basis],
            )  # fmt: skip
            height = min(lines * _LINE + 4, _HIGHEST) if lines > 1 else 0
            draft.add(AddedRow(_SCORE, values, None, height), ("B", "C"))
        own, computed = rows.form["own_sum"], rows.form["computed_total"]
        sums = (rows.form["points_sum"], own, computed, own - computed)
        draft.add(AddedRow(_SUM, (self._sum, None, None, None, None, None, *sums)), ("A", "F"))
        draft.end_table()

    def _figures(
        self, points: float, own: float, accepted: float, difference: float, rule: str
    ) -> tuple[Value, ...]:
        off = abs(difference) >= 0.005  # not so where it is NaN
        return points, own, accepted, difference if off else None, self._rule.get(rule, rule)

    def _basis_of(self, direction: str, source: str, clause: str) -> str:
        """What the direction and the rule rest on."""
        return self._say(
            "scores.basis_text",
            direction=self._terms.code("direction", direction),
            source=self._terms.code("direction_source", source),
            clause=clause,
        )

    def _labels(self, table: str, keys: Iterable[str]) -> tuple[str | None, ...]:
        return tuple(self._say(f"{table}.{key}") if key else None for key in keys)


class _Draft:
    """Rows, merges and pages of the sheet while it grows.

    A sheet has several tables, and Excel repeats the same rows on every page: so pages end where this says,
    and the headings of a table that goes on stand once more below.
    """

    def __init__(self) -> None:
        self.rows: list[AddedRow] = []
        self.merges: list[str] = []
        self.breaks: list[int] = []
        self._used = 0.0
        self._header: tuple[AddedRow, tuple[str, str]] | None = None
        self._waiting: AddedRow | None = None

    def begin_table(self, title: AddedRow, header: AddedRow, span: tuple[str, str]) -> None:
        """Title and headings of a table; they come with its first row, on the page of that."""
        self._waiting = title
        self._header = header, span

    def end_table(self) -> None:
        """What comes next is none of the table's rows."""
        self._header = None

    def keep_together(self) -> None:
        """End the page where too little room is left for a heading and what it is about."""
        if self._used + _TOGETHER > _PAGE:
            self._end_page()

    def _end_page(self) -> None:
        self.breaks.append(len(self.rows))
        self._used = 0.0

    def add(self, row: AddedRow, *spans: tuple[str, str]) -> None:
        """A row; ``spans`` are pairs of column letters to merge."""
        title = self._waiting
        if title is None and self._used + (row.height or _ROW) <= _PAGE:
            self._append(row, spans)
            return
        height = (row.height or _ROW) + (2 * _ROW if title is not None else 0)
        ends = self._used + height > _PAGE and self._used > 0
        if ends:
            self._end_page()
        if title is not None:
            self._waiting = None
            self._append(title, (_ALL,))
        if self._header is not None and (ends or title is not None):
            header, span = self._header
            self._append(header, (span,))
        self._append(row, spans)

    def _append(self, row: AddedRow, spans: Iterable[tuple[str, str]]) -> None:
        self._used += row.height or _ROW
        self.rows.append(row)
        number = len(self.rows)
        for left, right in spans:
            self.merges.append(f"{left}{number}:{right}{number}")

    def join(self, left: str, right: str, *, rows: int) -> None:
        """Merge the columns ``left`` to ``right`` over the last ``rows`` rows."""
        self.merges.append(f"{left}{len(self.rows) - rows + 1}:{right}{len(self.rows)}")

    def note(self, text: str, style: str = "note") -> None:
        """A remark over the whole width."""
        height = _LINES[sum(_WIDTHS)][text] * _LINE + 4
        self.add(AddedRow(_whole(style), (text,), None, height), _ALL)

    def blank(self) -> None:
        """An empty row."""
        self._used += _ROW
        self.rows.append(AddedRow())


@cached(128)
def _whole(style: str) -> tuple[str, ...]:
    """The looks of a merged row in one style; without a border its first cell is all that shows."""
    return (style,) * (_COLUMNS if STYLES[style].border else 1)


def _lines_in(room: float) -> CachedByArgument[str, int]:
    """Lines that a text takes in a column ``room`` characters wide."""

    def lines(text: str) -> int:
        if len(text) * 2 < room and "\n" not in text:
            return 1
        return sum(max(1, ceil(width(line) / (room - 1))) for line in text.split("\n"))

    return CachedByArgument(lines, _is_short)


def _is_short(text: str) -> bool:
    return len(text) <= _SHORT


_LINES = {room: _lines_in(room) for room in (*_WIDTHS, *_FINDING_ROOMS, *_SCORE_ROOMS, sum(_WIDTHS))}
_FINDING_LINES = [_LINES[room].__getitem__ for room in _FINDING_ROOMS]
_SCORE_LINES = [_LINES[room] for room in _SCORE_ROOMS]
_BUDGET_LINES = [_LINES[room].__getitem__ for room in _BUDGET_ROOMS]


def _height(texts: Sequence[str], lines_of: Sequence[Callable[[str], int]]) -> float:
    """Height in points of a row that shows every text in its width; 0 where one line is enough."""
    lines = max([count(text) for count, text in zip(lines_of, texts, strict=True)])
    return min(lines * _LINE + 4, _HIGHEST) if lines > 1 else 0
