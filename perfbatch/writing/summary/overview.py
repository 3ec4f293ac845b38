"""总览: the conclusion, what is to be done and where, on the first page; figures and charts behind it.

What only a record needs (rule books and their checksums, paths) comes last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from perfbatch.rules import ASKED, LAYOUT
from perfbatch.schema import LEVELS, STATUSES
from perfbatch.writing.handed_in import altogether
from perfbatch.writing.months import STATES, Months
from perfbatch.writing.running_totals import RunningTotals, Totals
from perfbatch.writing.summary.departments import BY_KEY, Departments, write_value
from perfbatch.writing.summary.style import COLOURS, DARK, FONT, Styles
from perfbatch.writing.terms import Terms
from perfbatch.writing.text import printable, width

if TYPE_CHECKING:
    from perfbatch.writing.context import RunContext

TOP = 20
"""Departments in a chart."""
ACTING = 10
"""Departments on the first page."""
_CARDS = ((0, 0), (1, 2), (3, 4), (5, 6), (7, 9))
"""First and last column of each large figure."""
_LAST = 9
_ROW_PIXELS = 24
_PAGE_PIXELS = 800
_CHART_ROWS = 13
_RANKING_ROWS = 9
"""Rows beside a ranking at the least: with more, the first page would not end with where to look."""
_CHART_COLUMN = 5
_NAME_COLUMN = 31
_NAME = 60
_LIGHT = "#F4B183"
_ROOM = 1.4
"""Length of an axis as a multiple of the longest bar."""


_Series = tuple[str, int, str, str | None]
"""Label, column of the values, colour, pattern."""


@dataclass(slots=True)
class Overview:
    """The sheet, written once everything has been counted."""

    book: Any
    sheet: Any
    styles: Styles
    terms: Terms
    context: RunContext
    totals: RunningTotals
    whole: Totals
    grades: Sequence[str]
    departments: Departments
    notes: Sequence[str]
    season: Sequence[str] = ()
    """Sheets of the season that there are."""
    months: Months | None = None
    """The rounds side by side, where there is a history."""
    left_out: Sequence[str] = ()
    """Sheets that this workbook does not have."""
    row: int = 0
    _heights: dict[int, int] = field(default_factory=dict)
    _sections: list[int] = field(default_factory=list)

    def write(self) -> None:
        """Everything, top to bottom."""
        self.sheet.set_column(0, 0, _NAME_COLUMN)
        self.sheet.set_column(1, _LAST, 11.5)
        self.sheet.set_default_row(_ROW_PIXELS * 0.75)
        self._set_height(0, 44)
        self.sheet.merge_range(0, 0, 0, _LAST, self.terms("title"), self.styles["title"])
        self.row = 1
        self._conclusion()
        self._act()
        self._guide()
        self._figures()
        self._grades()
        self._rates()
        self._run()
        self.sheet.set_h_pagebreaks(self._breaks())
        self.sheet.print_area(0, 0, self.row, _LAST)

    def _say(self, key: str, **values: Any) -> str:
        return self.terms(f"overview.{key}", **values)

    def _set_height(self, row: int, pixels: int) -> None:
        self._heights[row] = pixels
        self.sheet.set_row_pixels(row, pixels)

    def _breaks(self) -> list[int]:
        """Rows before which a page ends, so that no section is torn where it fits on one page.

        The two empty rows after a section may fall off the page.
        """
        breaks, top = [], 0
        for start, end in pairwise([*self._sections, self.row]):
            height = sum(self._heights.get(row, _ROW_PIXELS) for row in range(top, end - 2))
            if height > _PAGE_PIXELS and start > top:
                breaks.append(start)
                top = start
        return breaks

    def _section(self, key: str) -> None:
        self._sections.append(self.row)
        for at in range(_LAST + 1):
            self.sheet.write_blank(self.row, at, None, self.styles["section"])
        self.sheet.write_string(self.row, 0, self._say(key), self.styles["section"])
        self.row += 1

    def _line(self, label: str, value: str) -> None:
        value = printable(value)[:2000]
        self.sheet.write_string(self.row, 0, label, self.styles["label"])
        self.sheet.merge_range(self.row, 1, self.row, _LAST, "", self.styles["value"])
        self.sheet.write_string(self.row, 1, value, self.styles["value"])
        lines = sum(1 + len(line) // 60 for line in value.split("\n"))
        if lines > 1:
            self._set_height(self.row, min(lines * 18 + 6, 500))
        self.row += 1

    def _run(self) -> None:
        context = self.context
        self._section("run")
        self._line(self._say("started"), f"{context.started:%Y-%m-%d %H:%M}")
        self._line(self._say("version"), self.terms("producer", version=context.version))
        judged, judging = self.totals.judged, Counter[str]()
        for (name, _, _), forms in judged.items():
            judging[name] += forms
        books = [
            self._say(
                "rule_book", title=book.title, name=book.name, hash=book.hash[:12], forms=judging[book.name]
            )
            for book in context.rules
        ]
        self._line(self._say("rules"), "\n".join(books))
        absent = Counter[str]()
        for (_, source, printed), forms in judged.items():
            absent[source] += 0 if printed else forms
        self._line(
            self._say("printed"),
            self._say(
                "printed_count", forms=judged.total(), absent=absent.total(),
                asked=absent[ASKED], layout=absent[LAYOUT],
            ),
        )  # fmt: skip
        self._line(self._say("inputs"), "\n".join(context.inputs))
        self._line(self._say("output"), context.output)
        for note in self.notes:
            self.sheet.merge_range(self.row, 0, self.row, _LAST, "", self.styles["note"])
            self.sheet.write_string(self.row, 0, note, self.styles["note"])
            self.row += 1
        self.row += 1

    def _figures(self) -> None:
        whole, statuses, loose = self.whole, self.totals.statuses, self.totals.loose
        self._section("figures")
        live = self._live()
        accepted = whole.accepted + self.totals.loose_accepted

        def total(key: str, extra: int = 0) -> str:
            return self.departments.total(key) + (f"+{extra}" if extra else "") if live else ""

        self._group("files", [
            ("files_found", statuses.total(), "integer", ""),
            *((f"files_{status}", statuses[status], "integer", "") for status in STATUSES),
        ])  # fmt: skip
        if self.departments.handed is not None:
            roster = altogether(self.departments.handed)
            self._group("roster", [
                ("roster_expected", roster.expected, "integer", ""),
                ("roster_handed_in", roster.handed_in, "integer", ""),
                ("roster_rate", roster.rate, "percent", ""),
            ])  # fmt: skip
        self._group("forms", [
            ("forms_count", whole.forms, "integer", total("forms")),
            ("departments_count", len(self.totals.departments), "integer", ""),
            ("units_count", len(whole.units), "integer", total("units")),
            ("indicators_count", whole.indicators, "integer", ""),
        ])  # fmt: skip
        if whole.department_forms:
            apart = total("department_forms")
            self._group("apart", [("department_forms", whole.department_forms, "integer", apart)])
        if whole.superseded:
            again = total("superseded")
            self._group("again", [("superseded_forms", whole.superseded, "integer", again)])
        self._group("money", [
            ("money_budget", round(whole.budget, 6), "money", total("budget")),
            ("money_executed", round(whole.executed, 6), "money", total("executed")),
            ("money_rate", whole.rate, "percent", total("rate")),
        ])  # fmt: skip
        self._group("scores", [
            ("scores_own", whole.own_mean, "score", total("own_mean")),
            ("scores_computed", whole.computed_mean, "score", total("computed_mean")),
            ("scores_changed", whole.changed, "integer", total("changed")),
        ])  # fmt: skip
        self._group("findings", [
            (f"findings_{level}", whole.findings[level] + loose[level], "integer",
             total(key, loose[level]))
            for level, key in zip(LEVELS, ("errors", "warnings", "infos"), strict=True)
        ] + ([
            ("findings_accepted", accepted, "integer", total("accepted", self.totals.loose_accepted))
        ] if accepted else []))  # fmt: skip
        self._group("missing", [
            ("missing_error", whole.missing["error"], "integer", total("missing_errors")),
            ("missing_warning", whole.missing["warning"], "integer", total("missing_warnings")),
            ("missing_total", whole.missing["error"] + whole.missing["warning"], "integer",
             total("missing_total")),
        ])  # fmt: skip
        if self.months is not None:
            sums = self.months.sums()
            self._group("rounds", [(f"rounds_{state}", int(sums[state]), "integer", "") for state in STATES])
        self.row += 1

    def _group(self, key: str, figures: Sequence[tuple[str, Any, str, str]]) -> None:
        """One row: what it is about, then label and number side by side."""
        self.sheet.write_string(self.row, 0, self._say(f"figure.{key}"), self.styles["label"])
        for at, (name, value, kind, formula) in enumerate(figures):
            label = self._say(f"figure.{name}")
            self.sheet.write_string(self.row, 1 + 2 * at, label, self.styles["label"])
            style = self.styles[f"figure_{kind}"]
            write_value(self.sheet, self.row, 2 + 2 * at, value, style, formula)
        self.row += 1

    def _grades(self) -> None:
        self._section("grades")
        top = self.row
        own, computed = self.whole.grades_own, self.whole.grades_computed
        rows = [(grade, own[grade], computed[grade]) for grade in self.grades]
        none = (own[""], computed[""])
        if any(none):
            rows.append((self.terms("grade.none"), *none))
        self._table([self._say("grade_axis"), self._say("own"), self._say("computed")], rows, ["integer"] * 2)
        chart = self._chart("column", "chart_grades", [
            (self._say("own"), 1, DARK, None),
            (self._say("computed"), 2, _LIGHT, "wide_upward_diagonal"),
        ], top + 1, [row[1:3] for row in rows])  # fmt: skip
        self._place(chart, top)

    def _conclusion(self) -> None:
        """What came out, in one sentence, and the figures that it rests on, large."""
        whole, loose, live = self.whole, self.totals.loose, self._live()
        missing, errors = whole.missing, whole.findings["error"] + loose["error"]
        acting = sum(1 for totals in self.totals.departments if totals.findings["error"])
        text = self._say(
            "conclusion", forms=whole.forms, departments=len(self.totals.departments), units=len(whole.units),
            missing=missing.total(), missing_errors=missing["error"], missing_warnings=missing["warning"],
            errors=errors, acting=acting, refused=self.totals.statuses["refused"],
        )  # fmt: skip
        self.sheet.merge_range(self.row, 0, self.row, _LAST, text, self.styles["conclusion"])
        self._set_height(self.row, 30 * -(-width(text) // 95) + 8)
        self.row += 1
        if self.context.deselected:
            text = self._say("deselected", checks=self.context.deselected)
            self.sheet.merge_range(self.row, 0, self.row, _LAST, text, self.styles["conclusion"])
            self._set_height(self.row, 30 * -(-width(text) // 95) + 8)
            self.row += 1

        def total(key: str, extra: int = 0) -> str:
            return self.departments.total(key) + (f"+{extra}" if extra else "") if live else ""

        alarm = "alarm" if errors else "card"
        cards: tuple[tuple[str, str, Any, str, str, dict[str, Any]], ...] = (
            ("missing", "alarm" if missing["error"] else "card", missing.total(), total("missing_total"),
             "integer", {"errors": missing["error"], "warnings": missing["warning"]}),
            ("errors", alarm, errors, total("errors", loose["error"]), "integer",
             {"acting": acting}),
            ("warnings", "card", whole.findings["warning"] + loose["warning"],
             total("warnings", loose["warning"]), "integer", {}),
            ("forms", "card", whole.forms, total("forms"), "integer",
             {"departments": len(self.totals.departments), "units": len(whole.units)}),
            ("rate", "card", whole.rate, total("rate"), "percent",
             {"budget": f"{whole.budget:,.2f}", "executed": f"{whole.executed:,.2f}"}),
        )  # fmt: skip
        for (first, last), (key, look, value, formula, kind, values) in zip(_CARDS, cards, strict=True):
            label, more = self._say(f"card.{key}"), self._say(f"card.{key}_more", **values)
            for at, style in enumerate((f"{look}_label", f"{look}_{kind}", f"{look}_more")):
                if last > first:
                    self.sheet.merge_range(self.row + at, first, self.row + at, last, "", self.styles[style])
            self.sheet.write_string(self.row, first, label, self.styles[f"{look}_label"])
            write_value(self.sheet, self.row + 1, first, value, self.styles[f"{look}_{kind}"], formula)
            self.sheet.write_string(self.row + 2, first, more, self.styles[f"{look}_more"])
        for at, pixels in enumerate((24, 46, 38)):
            self._set_height(self.row + at, pixels)
        self.row += 4

    def _live(self) -> bool:
        return self.departments.live and bool(self.totals.departments)

    def _act(self) -> None:
        """Who must mend something: the departments with errors or reasons that lack, most of them first."""
        self._section("act")
        ranked = sorted(
            (t for t in self.totals.departments if t.findings["error"] or t.missing.total()),
            key=lambda t: (-t.missing["error"], -t.findings["error"], -t.missing["warning"], t.name),
        )
        rows = [
            (t.name, t.findings["error"], t.missing["error"], t.missing["warning"]) for t in ranked[:ACTING]
        ]
        keys = ("department", "errors", "missing_errors", "missing_warnings")
        series: list[_Series] = [
            (self.terms.levels["error"], 2, COLOURS["error"][1], None),
            (self.terms.levels["warning"], 3, COLOURS["warning"][0], "wide_upward_diagonal"),
        ]
        self._ranking(
            ranked, rows, keys, ["integer"] * 3, "act_none",
            lambda top: self._chart(
                "bar", "chart_missing", series, top, [row[2:4] for row in rows], stacked=True
            ),
        )  # fmt: skip

    def _rates(self) -> None:
        self._section("rates")
        ranked = sorted(
            (t for t in self.totals.departments if t.rate is not None), key=lambda t: (t.rate, t.name)
        )
        rows = [(t.name, t.budget, t.executed, t.rate) for t in ranked[:TOP]]
        keys = ("department", "budget", "executed", "rate")
        series: list[_Series] = [(self.terms.words_of(BY_KEY["rate"])[0], 3, DARK, None)]
        self._ranking(
            ranked, rows, keys, ["money", "money", "percent"], "rates_none",
            lambda top: self._chart("bar", "chart_rates", series, top, [row[3:4] for row in rows]),
        )  # fmt: skip

    def _ranking(
        self,
        ranked: Sequence[Totals],
        rows: Sequence[Sequence[Any]],
        keys: Sequence[str],
        kinds: Sequence[str],
        nothing: str,
        chart: Callable[[int], Any],
    ) -> None:
        if not rows:
            self.sheet.write_string(self.row, 0, self._say(nothing), self.styles["note"])
            self.row += 2
            return
        top = self.row
        self._table([self.terms.words_of(BY_KEY[key])[0] for key in keys], rows, kinds)
        if len(ranked) > len(rows):
            sheet = self.terms.sheets["departments"]
            note = self.terms("more_departments", limit=len(rows), total=len(ranked), sheet=sheet)
            self.sheet.write_string(self.row, 0, note, self.styles["note"])
            self.row += 1
        self._place(chart(top + 1), top, max(_RANKING_ROWS, len(rows) + 1))

    def _table(self, headings: Sequence[str], rows: Sequence[Sequence[Any]], kinds: Sequence[str]) -> None:
        blank = self.terms("department_blank")
        for at, heading in enumerate(headings):
            self.sheet.write_string(self.row, at, heading, self.styles["header"])
        self._set_height(self.row, 36)
        for name, *values in rows:
            self.row += 1
            label = printable(name).replace("\n", " ") or blank
            label = label if len(label) <= _NAME else label[: _NAME - 1] + "…"
            self.sheet.write_string(self.row, 0, label, self.styles["label"])
            lines = -(-width(label) // (_NAME_COLUMN - 1))
            if lines > 1:
                self._set_height(self.row, 18 * lines)
            for at, (value, kind) in enumerate(zip(values, kinds, strict=True), 1):
                write_value(self.sheet, self.row, at, value, self.styles[f"figure_{kind}"])
        self.row += 1

    def _chart(
        self,
        kind: str,
        title: str,
        series: Sequence[_Series],
        top: int,
        values: Sequence[Sequence[Any]],
        stacked: bool = False,
    ) -> Any:
        """A chart of the rows from ``top``; a pattern tells series apart without colour.

        ``values`` are what the series have in each row.
        """
        name = self.sheet.get_name()
        chart = self.book.add_chart({"type": kind, "subtype": "stacked"} if stacked else {"type": kind})
        bottom = top + len(values) - 1
        font = {"name": FONT, "size": 9}
        # Room beyond the longest bar, so that the figure at its end stays inside the frame.
        longest = max(sum(row) if stacked else max(row) for row in values) or 1
        room = {"min": 0, "max": longest * _ROOM}
        for label, column, colour, pattern in series:
            look: dict[str, Any] = {"fill": {"color": colour}}
            if pattern:
                look = {"pattern": {"pattern": pattern, "fg_color": colour, "bg_color": "white"}}
            labels: dict[str, Any] = {"value": True, "font": font}
            if stacked and not pattern:
                labels["font"] = {**font, "color": "white"}
            if stacked:
                labels["num_format"] = "#,##0;;"  # no label on nothing
            chart.add_series({
                "name": label,
                "categories": [name, top, 0, bottom, 0],
                "values": [name, top, column, bottom, column],
                "data_labels": labels,
                "gap": 60,
                "border": {"color": "#404040", "width": 0.5},
                **look,
            })  # fmt: skip
        chart.set_title({"name": self._say(title), "name_font": {**font, "size": 11}})
        axis = {"num_font": font, "major_gridlines": {"visible": False}}
        if kind == "bar":
            chart.set_x_axis({**axis, "visible": False, **room})
            chart.set_y_axis({**axis, "reverse": True, "interval_unit": 1})
        else:
            chart.set_x_axis(axis)
            chart.set_y_axis({**axis, "visible": False, **room})
        chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": font})
        return chart

    def _place(self, chart: Any, top: int, rows: int = _CHART_ROWS) -> None:
        """Put a chart to the right of the table that starts at ``top``, and go on below both."""
        chart.set_size({"width": 86 * (_LAST + 1 - _CHART_COLUMN) - 10, "height": rows * _ROW_PIXELS})
        self.sheet.insert_chart(top, _CHART_COLUMN, chart, {
            "x_offset": 5, "y_offset": 4, "object_position": 2,
            "description": chart.title.name if hasattr(chart.title, "name") else "",
        })  # fmt: skip
        self.row = max(self.row, top + rows + 1) + 1

    def _guide(self) -> None:
        self._section("guide")
        for key in (
            "missing_reasons",
            *self.season,
            "projects",
            "departments",
            "findings",
            "indicators",
            "files",
            "rules",
        ):
            if key in self.left_out:
                continue
            name = self.terms.sheets[key]
            self.sheet.write_url(self.row, 0, f"internal:'{name}'!A1", self.styles["link"], name)
            self.sheet.merge_range(self.row, 1, self.row, _LAST, "", self.styles["value"])
            self.sheet.write_string(self.row, 1, self._say(f"sheet.{key}"), self.styles["value"])
            self._set_height(self.row, 36 if len(self._say(f"sheet.{key}")) > 55 else _ROW_PIXELS)
            self.row += 1
