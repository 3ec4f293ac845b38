"""逐月对比: the figures of the departments, months side by side, a block and a chart a measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from perfbatch.workbook.addresses import column_letters
from perfbatch.writing.months import MEASURES, Measure, Months
from perfbatch.writing.summary.departments import write_value
from perfbatch.writing.summary.style import FONT, Styles, inches_on, paper, print_scale
from perfbatch.writing.text import printable, width

if TYPE_CHECKING:
    from perfbatch.writing.terms import Terms

_NAME_COLUMN = 24
_MONTH_COLUMN = 10
_CHART_COLUMN = 9
_CHART_COLUMNS = 8
"""Columns of ``_CHART_COLUMN`` characters on which a chart lies."""
_CHART_ROWS = 11
_ROW_PIXELS = 24
_ROW_INCHES = _ROW_PIXELS / 96
_ABOVE = 3
"""Rows of the title."""
_GAP = 2
"""Rows below a block."""
_SLACK = 1.5
"""Rows by which programs differ, and the title is higher than others."""
_SERIES = 6
"""Departments in a chart, beside all together."""
_LOOKS = (
    ("#1F3864", "solid", "circle"),
    ("#B45309", "dash", "square"),
    ("#047857", "square_dot", "triangle"),
    ("#6D28D9", "long_dash", "diamond"),
    ("#9C0006", "dash_dot", "x"),
    ("#0E7490", "round_dot", "plus"),
)
"""Colour, dash and marker of a department: told apart without colour too."""


@dataclass(slots=True)
class ByMonth:
    """The sheet, written once everything has been counted."""

    book: Any
    sheet: Any
    styles: Styles
    terms: Terms
    months: Months

    def write(self) -> None:
        """All blocks, top to bottom."""
        shown = len(self.months.periods)
        widths = [_NAME_COLUMN, *[_MONTH_COLUMN] * shown, 2, *[_CHART_COLUMN] * _CHART_COLUMNS]
        for at, characters in enumerate(widths):
            self.sheet.set_column(at, at, characters)
        self.sheet.set_default_row(_ROW_PIXELS * 0.75)
        self.sheet.hide_gridlines(2)
        self.sheet.set_row_pixels(0, 40)
        last = len(widths) - 1
        self.sheet.merge_range(0, 0, 0, last, "", self.styles["title"])
        self.sheet.write_string(0, 0, self.terms("by_month.title"), self.styles["title"])
        self.sheet.merge_range(1, 0, 1, last, "", self.styles["note"])
        note = self.terms("by_month.note", first=self.months.periods[0], last=self.months.periods[-1])
        self.sheet.write_string(1, 0, note, self.styles["note"])
        tops = [_ABOVE]
        for measure in MEASURES:
            tops.append(self._block(measure, tops[-1], last))
        self.sheet.freeze_panes(0, 1)
        self.sheet.print_area(0, 0, tops[-1] - _GAP, last)
        self._set_pages(widths, tops)

    def _set_pages(self, widths: Sequence[float], tops: Sequence[int]) -> None:
        """No block goes over two pages that fits on one: at a scale of our own, since programs leave breaks
        aside where a sheet is fitted to pages. ``tops``: first row of each block, and the row below all."""
        kind = paper(widths)
        two = (tops[2] - _GAP + _SLACK) * _ROW_INCHES
        percent = print_scale(kind, widths, two)
        room = inches_on(kind, percent / 100) / _ROW_INCHES - _SLACK
        breaks, page = [], 0
        for top, below in pairwise(tops):
            if below - _GAP - page > room and top > _ABOVE:
                breaks.append(top)
                page = top
        self.sheet.set_paper(kind)
        self.sheet.set_print_scale(percent)
        self.sheet.set_h_pagebreaks(breaks)

    def _block(self, measure: Measure, top: int, last: int) -> int:
        """One measure; the row below it."""
        for at in range(last + 1):
            self.sheet.write_blank(top, at, None, self.styles["section"])
        self.sheet.write_string(top, 0, self.terms(f"by_month.{measure.key}"), self.styles["section"])
        note = self.terms(f"by_month.{measure.key}_note")
        self.sheet.merge_range(top + 1, 0, top + 1, last, "", self.styles["note"])
        self.sheet.write_string(top + 1, 0, note, self.styles["note"])
        head = top + 2
        self.sheet.write_string(head, 0, self.terms("by_month.department"), self.styles["header"])
        for at, period in enumerate(self.months.periods, 1):
            self.sheet.write_string(head, at, period, self.styles["header"])
        names = [self._name(name) for name in self.months.names]
        for at, name in enumerate(names, 1):
            self.sheet.write_string(head + at, 0, name, self.styles["label"])
            lines = -(-width(name) // (_NAME_COLUMN - 1))
            if lines > 1:
                self.sheet.set_row_pixels(head + at, 18 * lines)
            for place, value in enumerate(self.months.row(measure, at - 1), 1):
                write_value(self.sheet, head + at, place, value, self.styles[f"figure_{measure.kind}"])
        total = head + len(names) + 1
        self.sheet.write_string(total, 0, self.terms("departments.total"), self.styles["total_text"])
        for place, value in enumerate(self.months.row(measure, None), 1):
            letters = column_letters(place)
            formula = f"SUM({letters}{head + 2}:{letters}{total})" if measure.adds_up and names else ""
            style = self.styles[f"total_{measure.kind}"]
            write_value(self.sheet, total, place, value, style, formula if value is not None else "")
        chart = self._chart(measure, head, total)
        self.sheet.insert_chart(head, len(self.months.periods) + 2, chart, {
            "x_offset": 2, "y_offset": 2, "object_position": 2,
            "description": self.terms(f"by_month.{measure.key}"),
        })  # fmt: skip
        return max(total + 1, head + _CHART_ROWS) + _GAP

    def _chart(self, measure: Measure, head: int, total: int) -> Any:
        """Lines over the months: all together, and the departments with most to mend."""
        name, count = self.sheet.get_name(), len(self.months.periods)
        font = {"name": FONT, "size": 9}
        single = count == 1
        chart = self.book.add_chart({"type": "column" if single else "line"})
        leading = zip(self.months.leading(_SERIES), _LOOKS, strict=False)
        rows = [(head + 1 + at, *look) for at, look in leading]
        if measure.adds_up or len(self.months.names) < 2:
            together: list[tuple[int, str, str, str]] = []
        else:
            together = [(total, "#404040", "solid", "none")]
        for row, colour, dash, marker in [*rows, *together]:
            thick = 2.75 if marker == "none" else 1.75
            look: dict[str, Any] = {"fill": {"color": colour}} if single else {
                "line": {"color": colour, "width": thick, "dash_type": dash},
                "marker": {"type": "none"} if marker == "none" else {
                    "type": marker, "size": 7, "fill": {"color": colour}, "border": {"color": colour},
                },
            }  # fmt: skip
            chart.add_series({
                "name": [name, row, 0],
                "categories": [name, head, 1, head, count],
                "values": [name, row, 1, row, count],
                **look,
            })  # fmt: skip
        chart.set_title({
            "name": self.terms(f"by_month.{measure.key}"), "name_font": {**font, "size": 11},
        })  # fmt: skip
        forms = {"integer": "#,##0", "score": "0", "percent": "0%"}
        chart.set_x_axis({"num_font": font, "text_axis": True})
        floor: dict[str, Any] = {"min": 0} if measure.kind == "integer" else {}
        if measure.kind == "score":
            least = min((value for value in self._shown(measure) if value is not None), default=0)
            floor = {"min": max(0, 10 * int(least // 10) - 10), "max": 100}
        elif measure.kind == "percent":
            floor = {"min": 0, "max": max(1, *(value or 0 for value in self._shown(measure)))}
        grid = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
        chart.set_y_axis({"num_font": font, "num_format": forms[measure.kind], "major_gridlines": grid,
                          **floor})  # fmt: skip
        chart.set_legend({"position": "right", "font": font})
        chart.show_blanks_as("gap")
        pixels = (_CHART_COLUMN * 7 + 5) * _CHART_COLUMNS - 10
        chart.set_size({"width": pixels, "height": _CHART_ROWS * _ROW_PIXELS - 4})
        return chart

    def _shown(self, measure: Measure) -> Sequence[float | None]:
        return [value for at in range(len(self.months.names)) for value in self.months.row(measure, at)]

    def _name(self, name: str) -> str:
        return " ".join(printable(name).split())[:60] or self.terms("department_blank")
