"""报告.html: one page that says what the batch came to, with a list of findings to search. Offline."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import quote

import numpy as np
from markupsafe import Markup

from perfbatch.schema import LEVELS, MISSING_REASON
from perfbatch.whole_files import Settle, settle, write_whole
from perfbatch.writing.chunk import Chunk, Register
from perfbatch.writing.chunk_rows import FindingRows
from perfbatch.writing.figures import Series, grouped_columns, stacked_bars
from perfbatch.writing.handed_in import altogether, by_department
from perfbatch.writing.months import MEASURES, STATES, Months, figures
from perfbatch.writing.running_totals import RunningTotals, Totals, grades
from perfbatch.writing.summary.departments import BY_KEY
from perfbatch.writing.terms import Terms
from perfbatch.writing.text import printable

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Template

    from perfbatch.words import Words
    from perfbatch.writing.context import RunContext
    from perfbatch.writing.season_frames import Rounds

TABLE = "report"
FINDINGS = 5_000
"""Findings in the page: more would make it slow on a phone; 汇总.xlsx has them all."""
DEPARTMENTS = 200
"""Departments, and refused files, in a table of the page."""
TOP = 15
"""Departments in a plot."""
_TEXT = 1_000
_OWN = "#1F3864"
_COMPUTED = "#B45309"
_COLOURS = {"error": "#9C0006", "warning": "#B45309"}
_COLUMNS = ("message", "found", "expected", "advice", "clause")


class Choice(NamedTuple):
    """A part of a figure: the fields of the list's filter that show it, as level=error&missing=1."""

    label: str
    shows: str


class Card(NamedTuple):
    """One headline figure."""

    label: str
    figure: str
    more: str
    alarm: bool = False
    shows: str = ""
    """What of the list a click on the card shows, as ``Choice.shows``; "" for a card that shows none."""
    choices: Sequence[Choice] = ()
    """Parts of the figure that can be chosen; they stand in the place of ``more``."""


def templates(words: Words) -> tuple[Template, Template, Template]:
    """Page, style and script. Raises TemplateError where one is absent or broken."""
    page, style, script = map(words.document, ("报告.html.j2", "报告.css.j2", "报告.js.j2"))
    return page, style, script


class Report:
    """The page of one run; it appears on ``close``, whole or not at all."""

    def __init__(
        self,
        path: Path,
        words: Words,
        totals: RunningTotals,
        *,
        roster: pd.DataFrame | None = None,
        rounds: Rounds | None = None,
        limit: int = FINDINGS,
        settle: Settle = settle,
    ) -> None:
        """Keeps at most ``limit`` findings, errors first; ``totals`` count every chunk before it is appended.
        ``roster``: the projects expected, None where no roster was given; ``rounds`` likewise.

        Raises TemplateError where a template of the page is absent or broken.
        """
        self._path = path
        self._settle = settle
        self._words = words
        self._terms = Terms(words)
        self._page, style, script = templates(words)
        self._style, self._script = style.render(), script.render()
        self._limit = limit
        self._departments = Register()
        self._units = Register()
        self._totals = totals
        self._handed = by_department(roster) if roster is not None else None
        self._rounds = rounds
        self._files: dict[str, int] = {}
        self._links: list[tuple[str, str]] = []
        self._rows: dict[str, list[list[Any]]] = {level: [] for level in LEVELS}
        self._refused: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def append(self, chunk: Chunk) -> None:
        """Keep the findings of the next forms that are to be mended, in order, as long as there is room."""
        for name in chunk.texts("forms", "department"):
            self._departments.number(name)
        self._keep_refused(chunk)
        room = self._limit
        for level, rows in self._rows.items():
            room -= len(rows)
            if room > 0:
                wanted = np.flatnonzero((chunk.findings("level") == level) & ~chunk.accepted)[:room]
                if len(wanted):
                    rows.extend(self._kept(chunk, wanted))
                    room -= len(wanted)

    def close(self, context: RunContext) -> None:
        """Write the page."""
        html = self._page.render(self._content(context))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, f"{html}\n".encode(), self._settle)

    def abort(self) -> None:
        """Nothing to undo: the page is written at the end."""

    def _say(self, key: str, **values: Any) -> str:
        return self._words.text(TABLE, key, **values)

    def _keep_refused(self, chunk: Chunk) -> None:
        statuses, paths, reasons = (chunk.texts("files", name) for name in ("status", "path", "reason"))
        for at in np.flatnonzero(statuses == "refused")[: max(DEPARTMENTS - len(self._refused), 0)]:
            self._refused.append((_shown(paths[at]), _shown(reasons[at])))

    def _kept(self, chunk: Chunk, wanted: np.ndarray) -> list[list[Any]]:
        """Rows of the page's list, as the script expects them."""
        form = chunk.findings_form[wanted]
        subject = FindingRows(chunk, self._terms, wanted).subjects()

        def of(name: str) -> list[str]:
            return chunk.findings(name)[wanted].tolist()  # type: ignore[no-any-return]

        columns: list[Sequence[Any]] = [
            of("level"), of("check"),
            [self._departments.number(name) - 1 for name in chunk.of_forms("department", form)],
            [self._units.number(name) - 1 for name in chunk.of_forms("unit", form)],
            [_shown(name) for name in chunk.of_forms("project", form)],
            [self._file(chunk, path) for path in of("file")],
            [_shown(name) for name in of("sheet")], of("cell"),
            [_shown(name) for name in subject],
            [self._terms.field(code) for code in of("field")],
            *([_shown(text) for text in of(name)] for name in _COLUMNS),
            self._standing(chunk, wanted) if self._rounds is not None else [""] * len(wanted),
        ]  # fmt: skip
        return [list(row) for row in zip(*columns, strict=True)]

    def _standing(self, chunk: Chunk, wanted: np.ndarray) -> list[str]:
        """State of each finding against the round before, in words."""
        states, since = (chunk.findings(name)[wanted] for name in ("state", "first_seen"))
        times = chunk.numbers("findings", "times")[chunk.order][wanted]
        return [
            self._say("standing", state=self._terms.code("state", state), since=first, times=int(nth))
            if nth > 1
            else self._terms.code("state", state)
            for state, first, nth in zip(states, since, times, strict=True)
        ]

    def _file(self, chunk: Chunk, path: str) -> int:
        place = self._files.setdefault(path, len(self._files))
        if place == len(self._links):
            copy = chunk.copies.get(path, "")
            self._links.append((_shown(path), "./" + quote(copy) if copy else ""))
        return place

    def _content(self, context: RunContext) -> dict[str, Any]:
        whole = self._totals.whole()
        whole.findings.update(self._totals.loose)
        departments = sorted(
            self._totals.departments,
            key=lambda t: (-t.missing["error"], -t.missing["warning"], -t.findings["error"], t.name),
        )
        refused = self._totals.statuses["refused"]
        return {
            "w": {key: text for key, text in self._words.table(TABLE).items() if isinstance(text, str)},
            "lead": self._say(
                "lead", started=f"{context.started:%Y-%m-%d %H:%M}", version=context.version,
                rules="、".join(book.title for book in context.rules),
            ),
            "deselected": self._terms("overview.deselected", checks=context.deselected)
            if context.deselected else "",
            "inputs": self._say("inputs", inputs="、".join(printable(name) for name in context.inputs)),
            "cards": self._cards(whole),
            **self._grades(context, whole),
            **self._by_department(departments),
            **self._handed_in(),
            **self._by_month(),
            "refused": self._refused,
            "refused_note": self._say(
                "refused_limited", total=refused, shown=len(self._refused), sheet=self._terms.sheets["files"]
            ) if refused > len(self._refused) else "",
            **self._list(context, whole),
            "style": Markup(self._style),  # noqa: S704 (our own template)
            "script": Markup(self._script),  # noqa: S704 (our own template)
            "script_hash": _hash(self._script),
        }  # fmt: skip

    def _cards(self, whole: Totals) -> list[Card]:
        missing, found, files = whole.missing, whole.findings, self._totals.statuses
        nothing = self._say("nothing")
        return [
            Card(self._say("missing"), f"{missing.total():,}", "", missing["error"] > 0, "missing=1", [
                self._choice(level, missing[level], "&missing=1") for level in ("error", "warning")
            ]),
            Card(self._say("findings"), f"{found.total():,}", "", found["error"] > 0, "level=", [
                self._choice(level, found[level]) for level in LEVELS
            ]),
            Card(self._say("forms"), f"{whole.forms:,}", self._say(
                "forms_more", departments=len(self._totals.departments), units=len(whole.units),
            )),
            Card(self._say("rate"), _percent(whole.rate, nothing), self._say(
                "rate_more", budget=f"{whole.budget:,.2f}", executed=f"{whole.executed:,.2f}",
            ) if whole.rate is not None else self._say("rate_none")),
            Card(self._say("scores"), _score(whole.own_mean, nothing), self._say(
                "scores_more", computed=_score(whole.computed_mean, nothing), changed=whole.changed,
            )),
            Card(self._say("files"), f"{files.total():,}", self._say(
                "files_more", processed=files["processed"], refused=files["refused"],
                skipped=files["skipped"],
            )),
        ]  # fmt: skip

    def _handed_in(self) -> dict[str, Any]:
        """报送情况 by department, the least complete first; nothing where there is no roster."""
        if self._handed is None:
            return {"handed_in": [], "handed_in_lead": ""}
        whole, nothing = altogether(self._handed), self._say("nothing")
        ranked = sorted(self._handed.values(), key=lambda of: (of.rate or 0.0, of.name))
        return {
            "handed_in": [
                (_shown(of.name) or self._terms("department_blank"), f"{of.expected:,}",
                 f"{of.handed_in:,}", f"{of.expected - of.handed_in:,}", _percent(of.rate, nothing))
                for of in ranked[:DEPARTMENTS]
            ],
            "handed_in_lead": self._say(
                "handed_in_lead", expected=whole.expected, handed_in=whole.handed_in,
                rate=_percent(whole.rate, nothing), owed=whole.expected - whole.handed_in,
                departments=len(ranked), limit=DEPARTMENTS,
            ),
        }  # fmt: skip

    def _by_month(self) -> dict[str, Any]:
        """整改情况 and 逐月对比; nothing where there is no history."""
        if self._rounds is None:
            return {"rounds_lead": "", "rounds": [], "months": [], "periods": [], "months_svg": ""}
        now = figures(self._totals.departments, self._rounds.states())
        months = Months(self._rounds.earlier, self._rounds.period, now)
        nothing, shown = self._say("nothing"), range(min(len(months.names), DEPARTMENTS))
        names = [_shown(name) or self._terms("department_blank") for name in months.names]
        sums = months.sums()
        share = MEASURES[-1].value(sums)
        places = [*shown, *([None] if len(months.names) > 1 else [])]
        titles = {at: names[at] for at in shown} | {None: self._terms("departments.total")}
        forms = {"integer": "{:,.0f}".format, "score": "{:.2f}".format, "percent": "{:.2%}".format}
        tables = [
            (self._terms(f"by_month.{one.key}"), self._terms(f"by_month.{one.key}_note"), [
                (titles[at], [nothing if value is None else forms[one.kind](value)
                              for value in months.row(one, at)])
                for at in places
            ])
            for one in MEASURES
        ]  # fmt: skip
        missing = [value or 0 for value in months.row(MEASURES[-2], None)]
        parts = "；".join(
            self._say("months_part", period=period, missing=count)
            for period, count in zip(months.periods, missing, strict=True)
        )
        svg = grouped_columns(
            "months-plot", self._say("months_chart", parts=parts), months.periods,
            [Series(self._terms("by_month.missing"), missing, _OWN)],
        )  # fmt: skip
        return {
            "rounds_lead": self._say(
                "rounds_lead", before=self._rounds.before or "", share=_percent(share, nothing),
                **{state: f"{sums[state]:,.0f}" for state in STATES}, sheet=self._terms.sheets["tracking"],
            ),
            "rounds": [
                (titles[at], [f"{months.sums(at)[state]:,.0f}" for state in STATES],
                 _percent(MEASURES[-1].value(months.sums(at)), nothing))
                for at in places
            ],
            "states": [self._terms.code("state", state) for state in STATES],
            "periods": list(months.periods),
            "months": tables,
            "months_svg": Markup(svg),  # noqa: S704 (drawn, text escaped)
        }  # fmt: skip

    def _choice(self, level: str, count: int, more: str = "") -> Choice:
        return Choice(f"{self._terms.levels[level]} {count:,}", f"level={level}{more}")

    def _grades(self, context: RunContext, whole: Totals) -> dict[str, Any]:
        names = grades(context.rules, whole)
        rows = [(name, whole.grades_own[name], whole.grades_computed[name]) for name in names]
        none = whole.grades_own[""], whole.grades_computed[""]
        if any(none):
            rows.append((self._terms("grade.none"), *none))
        parts = "；".join(self._say("grades_part", grade=g, own=own, computed=c) for g, own, c in rows)
        svg = grouped_columns(
            "grades-plot", self._say("grades_chart", parts=parts), [row[0] for row in rows],
            [
                Series(self._say("own"), [row[1] for row in rows], _OWN),
                Series(self._say("computed"), [row[2] for row in rows], _COMPUTED, hatched=True),
            ],
        )  # fmt: skip
        return {"grades": rows, "grades_svg": Markup(svg)}  # noqa: S704 (drawn, text escaped)

    def _by_department(self, ranked: Sequence[Totals]) -> dict[str, Any]:
        nothing = self._say("nothing")
        levels = ("error", "warning")
        missing = [t for t in ranked if t.missing.total()][:TOP]
        missing_parts = "；".join(
            self._say(
                "missing_part", name=self._name(t), errors=t.missing["error"], warnings=t.missing["warning"]
            )
            for t in missing
        )
        missing_svg = stacked_bars(
            "missing-plot", self._say("missing_chart", parts=missing_parts), [self._name(t) for t in missing],
            [
                Series(
                    self._terms.levels[level], [t.missing[level] for t in missing], _COLOURS[level],
                    hatched=level != levels[0],
                )
                for level in levels
            ],
        ) if missing else ""  # fmt: skip
        rates = sorted(
            ((t.rate, self._name(t)) for t in ranked if t.rate is not None), key=lambda pair: pair
        )[:TOP]
        rate_parts = "；".join(
            self._say("rate_part", name=name, rate=_percent(rate, nothing)) for rate, name in rates
        )
        rate_svg = stacked_bars(
            "rate-plot", self._say("rate_chart", parts=rate_parts), [name for _, name in rates],
            [Series(self._say("rate"), [rate * 100 for rate, _ in rates], _OWN)], "{:,.2f}%",
        ) if rates else ""  # fmt: skip
        headings = [
            "department", "units", "forms", "rate", "own_mean", "computed_mean", "errors", "warnings",
            "missing_errors", "missing_warnings",
        ]  # fmt: skip
        rows = [
            (self._name(t), (
                f"{len(t.units):,}", f"{t.forms:,}", _percent(t.rate, nothing), _score(t.own_mean, nothing),
                _score(t.computed_mean, nothing), f"{t.findings['error']:,}", f"{t.findings['warning']:,}",
                f"{t.missing['error']:,}", f"{t.missing['warning']:,}",
            ))
            for t in ranked[:DEPARTMENTS]
        ]  # fmt: skip
        return {
            "missing_svg": Markup(missing_svg),  # noqa: S704 (drawn, text escaped)
            "rate_svg": Markup(rate_svg),  # noqa: S704 (drawn, text escaped)
            "department_headings": [self._terms.words_of(BY_KEY[key])[0] for key in headings],
            "departments": rows,
            "departments_note": self._say("top", limit=TOP, shown=len(rows), total=len(ranked)),
        }

    def _list(self, context: RunContext, whole: Totals) -> dict[str, Any]:
        rows = [row for level in self._rows.values() for row in level][: self._limit]
        total = whole.findings.total()
        note = ""
        if total > len(rows):
            sheet = self._terms.sheets["findings"]
            note = self._say("list_limited", total=f"{total:,}", shown=f"{len(rows):,}", sheet=sheet)
        elif not total:
            note = self._say("list_none")
        data = {
            "words": {
                "open_copy": self._say("open_copy", cell="{cell}"),
                **{key: self._say(key) for key in ("found", "expected", "count")},
            },
            "levels": self._terms.levels,
            "checks": {check.id: check.title for check in context.checks},
            "missing": MISSING_REASON,
            "departments": [_shown(n) or self._terms("department_blank") for n in self._departments.names],
            "units": [_shown(n) or self._terms("unit_blank") for n in self._units.names],
            "files": self._links,
            "rows": rows,
        }
        return {"list_note": note, "data": _script_json(data)}

    def _name(self, totals: Totals) -> str:
        return _shown(totals.name) or self._terms("department_blank")


def _shown(text: str) -> str:
    """Text that a page can hold: no control characters, and not a novel."""
    text = printable(text)
    return text if len(text) <= _TEXT else text[:_TEXT] + "……"


def _percent(rate: float | None, nothing: str) -> str:
    return nothing if rate is None else f"{rate * 100:.2f}%"


def _score(score: float | None, nothing: str) -> str:
    return nothing if score is None else f"{score:.2f}"


def _script_json(data: Any) -> Markup:
    """JSON that ends no <script> and opens no comment in one."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (escaped above)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
