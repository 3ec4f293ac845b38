"""总览: one page or two that say what the batch came to, with charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from perfbatch.rules import ASKED, LAYOUT
from perfbatch.schema import LEVELS, STATUSES
from perfbatch.writing.running_totals import RunningTotals, Totals
from perfbatch.writing.summary.departments import BY_KEY, Departments, write_value
from perfbatch.writing.summary.style import COLOURS, DARK, FONT, Styles
from perfbatch.writing.terms import Terms
from perfbatch.writing.text import clean, width

if TYPE_CHECKING:
    from perfbatch.writing.context import RunContext

TOP = 20
"""Departments in a chart."""
_LAST = 9
_ROW_PIXELS = 24
_PAGE_PIXELS = 840
_CHART_ROWS = 13
_CHART_COLUMN = 5
_NAME_COLUMN = 34
_NAME = 60
_LIGHT = "#F4B183"


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
    row: int = 0
    _heights: dict[int, int] = field(default_factory=dict)
    _sections: list[int] = field(default_factory=list)

    def write(self) -> None:
        """Everything, top to bottom."""
        self.sheet.set_column(0, 0, _NAME_COLUMN)
        self.sheet.set_column(1, _LAST, 12)
        self.sheet.set_default_row(_ROW_PIXELS * 0.75)
        self._set_height(0, 44)
        self.sheet.merge_range(0, 0, 0, _LAST, self.terms("title"), self.styles["title"])
        self.row = 1
        self._run()
        self._figures()
        self._grades()
        self._missing()
        self._rates()
        self._guide()
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
        value = clean(value)[:2000]
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
        live = self.departments.live and bool(self.totals.departments)

        def total(key: str, extra: int = 0) -> str:
            return self.departments.total(key) + (f"+{extra}" if extra else "") if live else ""

        self._group("files", [
            ("files_found", statuses.total(), "integer", ""),
            *((f"files_{status}", statuses[status], "integer", "") for status in STATUSES),
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
        ])  # fmt: skip
        self._group("missing", [
            ("missing_error", whole.missing["error"], "integer", total("missing_errors")),
            ("missing_warning", whole.missing["warning"], "integer", total("missing_warnings")),
            ("missing_total", whole.missing["error"] + whole.missing["warning"], "integer",
             total("missing_total")),
        ])  # fmt: skip
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
        ], top + 1, len(rows))  # fmt: skip
        self._place(chart, top)

    def _missing(self) -> None:
        self._section("missing")
        ranked = sorted(
            (t for t in self.totals.departments if t.missing.total()),
            key=lambda t: (-t.missing["error"], -t.missing["warning"], t.name),
        )
        rows = [(t.name, t.missing["error"], t.missing["warning"], t.missing.total()) for t in ranked[:TOP]]
        keys = ("department", "missing_errors", "missing_warnings", "missing_total")
        series: list[_Series] = [
            (self.terms.levels["error"], 1, COLOURS["error"][1], None),
            (self.terms.levels["warning"], 2, COLOURS["warning"][0], "wide_upward_diagonal"),
        ]
        self._ranking(
            ranked, rows, keys, ["integer"] * 3, "missing_none",
            lambda top: self._chart("bar", "chart_missing", series, top, len(rows), stacked=True),
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
            lambda top: self._chart("bar", "chart_rates", series, top, len(rows)),
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
        if len(ranked) > TOP:
            sheet = self.terms.sheets["departments"]
            note = self.terms("more_departments", limit=TOP, total=len(ranked), sheet=sheet)
            self.sheet.write_string(self.row, 0, note, self.styles["note"])
            self.row += 1
        self._place(chart(top + 1), top, max(_CHART_ROWS, len(rows) + 1))

    def _table(self, headings: Sequence[str], rows: Sequence[Sequence[Any]], kinds: Sequence[str]) -> None:
        blank = self.terms("department_blank")
        for at, heading in enumerate(headings):
            self.sheet.write_string(self.row, at, heading, self.styles["header"])
        self._set_height(self.row, 36)
        for name, *values in rows:
            self.row += 1
            label = clean(name).replace("\n", " ") or blank
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
        count: int,
        stacked: bool = False,
    ) -> Any:
        """A chart of ``count`` rows from ``top``; a pattern tells series apart without colour."""
        name = self.sheet.get_name()
        chart = self.book.add_chart({"type": kind, "subtype": "stacked"} if stacked else {"type": kind})
        bottom = top + count - 1
        font = {"name": FONT, "size": 9}
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
            chart.set_x_axis({**axis, "visible": False, "min": 0})
            chart.set_y_axis({**axis, "reverse": True})
        else:
            chart.set_x_axis(axis)
            chart.set_y_axis({**axis, "visible": False, "min": 0})
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
        for key in ("missing_reasons", "projects", "departments", "findings", "indicators", "files", "rules"):
            name = self.terms.sheets[key]
            self.sheet.write_url(self.row, 0, f"internal:'{name}'!A1", self.styles["link"], name)
            self.sheet.merge_range(self.row, 1, self.row, _LAST, "", self.styles["value"])
            self.sheet.write_string(self.row, 1, self._say(f"sheet.{key}"), self.styles["value"])
            self._set_height(self.row, 36 if len(self._say(f"sheet.{key}")) > 55 else _ROW_PIXELS)
            self.row += 1
