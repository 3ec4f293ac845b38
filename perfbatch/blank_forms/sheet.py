"""One blank form: what is known is printed and locked, what the unit writes is open and checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.canvas import lines
from perfbatch.blank_forms.free_rows import draw_free_row
from perfbatch.blank_forms.fund_rows import draw_funds
from perfbatch.blank_forms.indicator_rows import draw_indicator
from perfbatch.blank_forms.kinds import Indicator
from perfbatch.blank_forms.page import TABLE, Page
from perfbatch.blank_forms.places import PLAIN, PLATFORM, WIDE
from perfbatch.blank_forms.project import Project
from perfbatch.rules import RuleBook
from perfbatch.rules.notes import notes_of
from perfbatch.words import Words

_HIGHEST = 409.0
"""Points that a row can be high."""
_REASON_BESIDE_FUNDS = "beside_funds"


def looks(words: Words) -> dict[str, str]:
    """The layouts that can be drawn, the default first, and where each has its reasons."""
    return dict(words.table(TABLE)["looks"])


@dataclass(slots=True)
class _Rows:
    """Rows of the sheet as they come to be known."""

    header: list[str] = field(default_factory=list)
    """cells that must be filled"""
    funds: list[int] = field(default_factory=list)
    indicators: list[int] = field(default_factory=list)
    levels: list[tuple[str, str]] = field(default_factory=list)
    """一级 and 二级指标 of each"""
    total: int = 0
    next: int = 1


def draw(
    project: Project, book: RuleBook, layout: str, words: Words, *, identity: str, password: str = ""
) -> bytes:
    """The workbook of one form."""
    return _Form(project, book, layout, words, identity, password).draw()


class _Form:
    """A form while it is drawn."""

    def __init__(
        self, project: Project, book: RuleBook, layout: str, words: Words, identity: str, password: str
    ) -> None:
        self.project, self.identity, self.password = project, identity, password
        beside_funds = looks(words)[layout] == _REASON_BESIDE_FUNDS
        places = PLATFORM if beside_funds else PLAIN if project.indicators else WIDE
        self.page = Page(book, layout, words, places)
        self.canvas, self.places = self.page.canvas, places
        self.rows = _Rows()

    def draw(self) -> bytes:
        """Top to bottom."""
        self._head()
        self.rows.funds = draw_funds(self.page, self.rows.next, self.project.budget)
        self._goals(self.rows.funds[-1] + 1)
        self._indicators()
        self._total()
        self._notes()
        last = self.rows.next - 1
        self._progress()
        self._marks()
        places = self.places
        return self.canvas.finish(
            widths=places.widths, hidden=places.hidden, area=f"A2:{places.last}{last}",
            password=self.password,
        )  # fmt: skip

    def _head(self) -> None:
        canvas, last, project = self.canvas, self.places.last, self.project
        canvas.put("A2", self.page.say("form.title"), font="title", boxed=False)
        canvas.merge("A2", f"{last}2")
        canvas.heights(2, 30)
        if project.year is None:
            canvas.put("A3", self.page.say("form.year", year=""), boxed=False, open_=True)
        else:
            canvas.put("A3", self.page.say("form.year", year=project.year), boxed=False)
        canvas.merge("A3", f"{last}3")
        self._pair(4, "project", project.project, "project_code", project.code)
        self._pair(5, "department", project.department, "unit", project.unit)
        self._pair(6, "leader", "", "phone", "")
        self.rows.header = ["B4", "B5", f"{self._right()[1]}5"]
        self.rows.next = 7

    def _right(self) -> tuple[str, str]:
        """Columns of the second label of a header row and its value."""
        return ("D", "E") if self.places is PLAIN else ("D", "F")

    def _pair(self, row: int, left: str, first: str, right: str, second: str) -> None:
        canvas, (label, value) = self.canvas, self._right()
        canvas.label(f"A{row}", self.page.say(f"header.{left}"))
        canvas.put(f"B{row}", first, side="left", open_=not first)
        canvas.merge(f"B{row}", f"C{row}")
        canvas.label(f"{label}{row}", self.page.say(f"header.{right}"), f"{chr(ord(value) - 1)}{row}")
        known = bool(second) or (right == "project_code" and bool(first))
        canvas.put(
            f"{value}{row}", second, side="left", open_=not known, form="@" if right != "unit" else "General"
        )
        canvas.merge(f"{value}{row}", f"{self.places.last}{row}")
        most = max(
            lines(first, self.places.width("B", "C")),
            lines(second, self.places.width(value, self.places.last)),
        )
        canvas.heights(row, max(26.0, 13.5 * most + 3))

    def _goals(self, row: int) -> None:
        canvas, last = self.canvas, self.places.last
        split = "E" if self.places is PLAIN else "F"
        canvas.label(f"A{row}", self.page.say("form.goals"), f"A{row + 1}")
        canvas.label(f"B{row}", self.page.say("form.goal"), f"{chr(ord(split) - 1)}{row}")
        canvas.label(f"{split}{row}", self.page.say("form.outcome"), f"{last}{row}")
        canvas.put(f"B{row + 1}", self.project.goal, side="left", open_=not self.project.goal)
        canvas.merge(f"B{row + 1}", f"{chr(ord(split) - 1)}{row + 1}")
        canvas.put(f"{split}{row + 1}", None, side="left", open_=True)
        canvas.merge(f"{split}{row + 1}", f"{last}{row + 1}")
        most = lines(self.project.goal, self.places.width("B", chr(ord(split) - 1)))
        canvas.heights(row + 1, min(_HIGHEST, max(70.0, 13.5 * most + 3)))
        self.rows.next = row + 2

    def _indicators(self) -> None:
        canvas, places, row = self.canvas, self.places, self.rows.next
        for name, column in places.indicators.items():
            until = self.page.until(places.indicators_merged, name, row)
            canvas.label(f"{column}{row}", self.page.say(f"columns.{name}"), until)
        canvas.put(f"{places.status}{row}", self.page.say("columns.status"), font="status", boxed=False)
        canvas.heights(row, 30)
        free = self.page.table("free_rows")
        indicators: Sequence[Indicator | None] = self.project.indicators or [None] * len(free)
        levels = []
        for number, one in enumerate(indicators):
            at = row + 1 + number
            self.rows.indicators.append(at)
            if one is None:
                levels.append((free[number]["level1"], free[number]["level2"]))
                draw_free_row(self.page, at)
            else:
                levels.append((one.level1, one.level2 or one.level1))  # a blank is read as the one above
                draw_indicator(self.page, at, one)
            if "reason" in places.indicators_merged:
                canvas.merge(
                    f"{places.indicators['reason']}{at}", f"{places.indicators_merged['reason']}{at}"
                )
        self.rows.levels = levels
        self._levels(row + 1, levels)
        self.rows.next = row + 1 + len(indicators)

    def _levels(self, top: int, levels: list[tuple[str, str]]) -> None:
        """一级 and 二级指标, one cell for each run of equal ones."""
        for column, key in (("A", lambda pair: pair[:1]), ("B", lambda pair: pair)):
            start = 0
            for number in range(1, len(levels) + 1):
                if number == len(levels) or key(levels[number]) != key(levels[start]):  # type: ignore[no-untyped-call]
                    text = levels[start]["AB".index(column)]
                    self._room(
                        top + start, top + number - 1, 13.5 * lines(text, self.places.width(column)) + 3
                    )
                    self.canvas.label(f"{column}{top + start}", text, f"{column}{top + number - 1}")
                    start = number

    def _room(self, first: int, last: int, wanted: float) -> None:
        """Make the last of these rows higher where a text that stands over all of them needs it."""
        known = [self.canvas.height(row) for row in range(first, last + 1)]
        if sum(known) < wanted:
            self.canvas.heights(last, min(_HIGHEST, known[-1] + wanted - sum(known)))

    def _total(self) -> None:
        canvas, places, row = self.canvas, self.places, self.rows.next
        columns = places.indicators
        before = chr(ord(columns["points"]) - 1)
        canvas.label(f"A{row}", self.page.say("form.total"), f"{before}{row}")
        self.rows.total = row
        ends = self.rows.indicators[0], self.rows.indicators[-1]
        main = self.rows.funds[0]
        sums = {}
        for name in ("points", "own_score"):
            column, fund = columns[name], f"{places.funds[name]}{main}"
            sums[name] = f"{fund},{column}{ends[0]}:{column}{ends[1]}"
        known = [one.points or 0.0 for one in self.project.indicators]
        points = float(self.page.book.value("total.budget_points")) + sum(known)
        canvas.formula(f"{columns['points']}{row}", f"ROUND(SUM({sums['points']}),6)", round(points, 6))
        inner = formulas.rounded(f"SUM({sums['own_score']})", self.page.book)
        total = f'IF(COUNT({sums["own_score"]})=0,"",{inner})'
        own = f"{columns['own_score']}{row}"
        canvas.formula(own, total, "", form="0.00", font="label")
        grade = self.page.quoted("form.grade")
        shown = f'IF(ISNUMBER({own}),{grade}&"："&{formulas.grade(own, self.page.book)},"")'
        canvas.formula(f"{columns['reason']}{row}", shown, "", side="left")
        if "reason" in places.indicators_merged:
            canvas.merge(f"{columns['reason']}{row}", f"{places.indicators_merged['reason']}{row}")
        wanted = float(self.page.book.value("total.points"))
        off = f"ABS({columns['points']}{row}-{formulas.number(wanted)})>{self.page.tolerance}"
        status, blank = self._level_points(columns["points"])
        sentence = {"key": "status.points_sum", "points": formulas.short(wanted)}
        if abs(points - wanted) > float(self.page.book.value("rounding.tolerance")):
            blank = self.page.say(**sentence)
        self.page.status(row, f"IF({off},{self.page.quoted(**sentence)},{status})", blank)
        canvas.heights(row, 24)
        self.rows.next = row + 1

    def _level_points(self, column: str) -> tuple[str, str]:
        """What is said where a 一级指标 does not have the 分值 that the book gives it (T403), and what of it
        while the form is blank."""
        names = list(dict.fromkeys(level1 for level1, _ in self.rows.levels))
        known = [one.points or 0.0 for one in self.project.indicators] or [0.0] * len(self.rows.levels)
        status, blank = '""', ""
        for entry in reversed(self.page.book.value("total.level1_points")):
            for name in (name for name in names if entry["level1"] in name):
                mine = [at for at, (level1, _) in enumerate(self.rows.levels) if level1 == name]
                cells = ",".join(f"{column}{self.rows.indicators[at]}" for at in mine)
                wanted = float(entry["points"])
                sentence = {
                    "key": "status.level1_points", "level1": name, "points": formulas.short(wanted),
                }  # fmt: skip
                off = f"ABS(SUM({cells})-{formulas.number(wanted)})>{self.page.tolerance}"
                status = f"IF({off},{self.page.quoted(**sentence)},{status})"
                tolerance = float(self.page.book.value("rounding.tolerance"))
                if abs(sum(known[at] for at in mine) - wanted) > tolerance:
                    blank = self.page.say(**sentence)
        return status, blank

    def _notes(self) -> None:
        canvas, row, last = self.canvas, self.rows.next, self.places.last
        canvas.put(f"A{row}", self.page.say("form.notes"), font="label", side="left", boxed=False)
        canvas.merge(f"A{row}", f"{last}{row}")
        for number, (text, meaning, value, unit) in enumerate(notes_of(self.page.book), 1):
            said = text or self.page.say("form.changed", meaning=meaning, value=value, unit=unit)
            row += 1
            canvas.put(
                f"A{row}", self.page.say("form.note", number=number, text=said), side="left", boxed=False
            )
            canvas.merge(f"A{row}", f"{last}{row}")
            canvas.heights(row, 13.5 * lines(said, self.places.width("A", last)) + 3)
        row += 1
        line = self.page.say("form.identity", line=self.identity)
        canvas.put(f"A{row}", line, font="small", side="left", boxed=False)
        canvas.merge(f"A{row}", f"{last}{row}")
        self.rows.next = row + 1

    def _progress(self) -> None:
        """Row 1, above the page: what is still open, and the weight that is left."""
        canvas, places, rows = self.canvas, self.places, self.rows
        area = f"${places.status}${rows.funds[0]}:${places.status}${rows.total}"
        blank_header = "+".join(f"(LEN({cell})=0)" for cell in rows.header)
        count = f"SUMPRODUCT(--(LEN({area})>0))-1+{blank_header}"  # the heading of the column is no answer
        reasons = f"SUMPRODUCT(--({area}={self.page.quoted('status.reason')}))"
        values = canvas.values
        heading = f"{places.status}{rows.indicators[0] - 1}"
        statuses = [values[f"{places.status}{row}"] for row in [*rows.funds, *rows.indicators, rows.total]]
        assert heading not in values
        open_ = sum(bool(text) for text in statuses) + sum(
            canvas.sheet[cell].value is None for cell in rows.header
        )
        canvas.formula(f"{places.value}1", count, open_, boxed=False)
        canvas.formula(f"{places.deviates}1", reasons, 0, boxed=False)
        points = f"{places.indicators['points']}{rows.total}"
        wanted = float(self.page.book.value("total.points"))
        n, m = f"{places.value}1", f"{places.deviates}1"
        left = f"ROUND({formulas.number(wanted)}-{points},6)"
        formula = (
            f"IF({n}=0,{self.page.quoted('form.ready')},{self.page.quoted('form.open')}&{n}&{self.page.quoted('form.open_reasons')}"
            f"&{m}&{self.page.quoted('form.open_points')})&{points}&{self.page.quoted('form.left')}&{left}&{self.page.quoted('form.end')}"
        )
        total = float(values[points])
        say: Callable[..., str] = self.page.say
        shown = f"{say('form.open')}{open_}{say('form.open_reasons')}0{say('form.open_points')}"
        shown = (shown if open_ else say("form.ready")) + formulas.short(total)
        shown += f"{say('form.left')}{formulas.short(round(wanted - total, 6))}{say('form.end')}"
        canvas.formula("A1", formula, shown, font="status", side="left", boxed=False)
        canvas.merge("A1", f"{places.last}1")

    def _marks(self) -> None:
        """Red where a reason is missing, and where something that was typed does not hold."""
        canvas, places, rows = self.canvas, self.places, self.rows
        first, last = rows.indicators[0], rows.indicators[-1]
        status = f"${places.status}{first}"
        column = places.indicators["reason"]
        end = places.indicators_merged.get("reason", column)
        canvas.red_where(f"{column}{first}:{end}{last}", f"{status}={self.page.quoted('status.reason')}")
        for name, keys in (
            ("own_score", ("score", "range", "band", "equal", "full")),
            ("actual", ("number", "date", "scale", "parts")),
        ):
            column = places.indicators[name]
            some = ",".join(f"{status}={self.page.quoted(f'status.{key}')}" for key in keys)
            canvas.red_where(f"{column}{first}:{column}{last}", f"OR({some})")
        self._mark_funds()

    def _mark_funds(self) -> None:
        """Red in the row whose status speaks of the funds."""
        places, rows = self.places, self.rows
        top = f"${places.status}{rows.funds[0]}"
        said = {
            "budget": ("sums", "no_budget"), "executed": ("overspent",), "own_score": ("no_rate",),
            "reason": ("rate",),
        }  # fmt: skip
        for name, keys in said.items():
            if name in places.funds:
                column, until = places.funds[name], places.funds_merged.get(name, places.funds[name])
                some = ",".join(f"{top}={self.page.quoted(f'status.{key}')}" for key in keys)
                area = f"{column}{rows.funds[0]}:{until}{rows.funds[-1]}"
                self.canvas.red_where(area, f"OR({some})")
