"""One round while it is recorded: what it finds is held against the rounds before it, then written at once.

What a round says rests on earlier rounds alone, so a period that is run again says the same as the first
time. Rows wait in SQLite's own temporary tables; ``commit`` is one short transaction at the end of the run.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from perfbatch.checking import identity
from perfbatch.schema import ACCEPTED, MISSING_REASON, Frames
from perfbatch.season.history import packed
from perfbatch.version import __version__

if TYPE_CHECKING:
    from perfbatch.season.history import History, OldIndicator

State = Literal["new", "open", "changed"]
MENDED = "mended"
"""State of a finding of the round before that is gone."""
TO_MEND = ("error", "warning")
"""Levels that are followed from round to round."""
TRACKED = (
    "state", "sent", "level", "department", "unit", "project", "subject", "line", "check", "message",
    "first_seen", "times", "file", "sheet", "cell", "accepted",
)  # fmt: skip
"""Columns of ``tracked``: str, but ``sent``, ``times`` and ``accepted`` int. ``sent`` is 0 for a project that
was not sent again; file, sheet and cell are '' for what is in no form of this round."""
_BATCH = 5_000
_LEVELS = "('error', 'warning')"
_TABLES = """
CREATE TEMP TABLE now_forms AS SELECT * FROM main.forms LIMIT 0;
CREATE TEMP TABLE now_findings AS SELECT * FROM main.findings LIMIT 0;
CREATE TEMP TABLE asked (finding BLOB PRIMARY KEY, project BLOB) WITHOUT ROWID;
CREATE TEMP TABLE last (project BLOB PRIMARY KEY, period TEXT) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS temp.now_form ON now_forms (project);
CREATE INDEX IF NOT EXISTS temp.now_finding ON now_findings (finding);
CREATE INDEX IF NOT EXISTS temp.now_project ON now_findings (project);
"""
_EARLIER = """
SELECT a.finding, min(f.period), count(*), max(CASE WHEN f.period = l.period THEN f.about END)
FROM temp.asked a JOIN main.findings f ON f.finding = a.finding AND f.period < ?1
LEFT JOIN temp.last l ON l.project = a.project GROUP BY a.finding
"""
_SINCE = (
    "(SELECT min(period) FROM main.findings e WHERE e.finding = f.finding),"
    " (SELECT count(*) FROM main.findings e WHERE e.finding = f.finding AND e.period < ?1)"
)
_STILL_THERE = "EXISTS (SELECT 1 FROM temp.now_findings c WHERE c.finding = f.finding)"
_MENDED = f"""
SELECT 'mended' AS state, 1, f.level, n.department AS department, n.unit, n.name, f.subject, f.line,
       f.check_id, f.message, {_SINCE}, '', '', '', 0
FROM temp.now_forms n JOIN temp.last l ON l.project = n.project
JOIN main.findings f ON f.project = l.project AND f.period = l.period
WHERE NOT n.owed AND f.level IN {_LEVELS} AND NOT f.accepted AND NOT {_STILL_THERE}
UNION ALL
SELECT 'mended', 1, f.level, o.department, o.unit, o.name, f.subject, f.line, f.check_id, f.message, {_SINCE},
       '', '', '', 0
FROM main.forms o JOIN main.findings f ON f.project = o.project AND f.period = o.period
WHERE ?2 AND o.owed AND o.period = (SELECT max(period) FROM main.periods WHERE roster AND period < ?1)
AND f.level IN {_LEVELS} AND NOT f.accepted AND NOT {_STILL_THERE}
"""  # noqa: S608  constants
_NOW = f"""
SELECT f.state AS state, 1, f.level, n.department, n.unit, n.name, f.subject, f.line, f.check_id, f.message,
       f.first_seen, f.times, n.file, n.sheet, f.cell, f.accepted
FROM temp.now_findings f JOIN temp.now_forms n ON n.project = f.project WHERE f.level IN {_LEVELS}
"""  # noqa: S608
_UNSENT = f"""
SELECT 'open', 0, f.level, o.department, o.unit, o.name, f.subject, f.line, f.check_id, f.message, {_SINCE},
       '', '', '', 0
FROM temp.last l JOIN main.forms o ON o.project = l.project AND o.period = l.period
JOIN main.findings f ON f.project = l.project AND f.period = l.period
WHERE NOT o.owed AND f.level IN {_LEVELS} AND o.year IN (SELECT DISTINCT year FROM temp.now_forms)
AND NOT f.accepted
AND NOT EXISTS (SELECT 1 FROM temp.now_forms n WHERE n.project = o.project)
"""  # noqa: S608
_TRACKED = f"""
SELECT * FROM ({_NOW} UNION ALL {_MENDED} UNION ALL {_UNSENT}) ORDER BY 4, 5, 6,
CASE state WHEN 'open' THEN 0 WHEN 'changed' THEN 1 WHEN 'new' THEN 2 ELSE 3 END, 7, 8, 9
"""  # noqa: S608
_COUNT_MENDED = f"SELECT department, count(*) FROM ({_MENDED}) GROUP BY department"  # noqa: S608


class Recording:
    """The round of one period. A ``Follower`` of the run (``batch/follow_up.py``)."""

    def __init__(self, history: History, period: str) -> None:
        """``period`` as ``period_of`` takes it; ``history`` is this process's alone."""
        self.history, self.period = history, period
        self._db = history.db
        self._counts: frozenset[str] = frozenset()
        self._owed: pd.DataFrame | None = None
        self._roster = False
        self._states: Counter[tuple[str, str]] = Counter()
        self._years: frozenset[int | None] | None = None
        """Budget years of the earlier rounds' forms."""
        self._token = secrets.token_hex(16)
        with history.explained():
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)
            self._db.execute(
                "INSERT INTO temp.last SELECT project, max(period) FROM forms WHERE period < ?"
                " GROUP BY project", [period],
            )  # fmt: skip
            found = self._db.execute("SELECT max(period) FROM periods WHERE period < ?", [period]).fetchone()
        self.before: str | None = found[0]
        """The round before, None for the first."""

    def identity(self) -> list[list[str]]:
        """What decides what the round says: what was recorded until now, and that it is recorded itself."""
        return [list(pair) for pair in self.history.tokens(self.period)]

    def meet(self, keys: pd.DataFrame, modified: Mapping[str, float]) -> None:
        """Learn which forms there are. Of several for one project the one whose file is newest counts, of
        equally new ones the last.

        ``keys`` has form_id, file, year, project_code, department, unit, project; ``modified`` gives the time
        of each file.
        """
        times = np.array([modified.get(file, 0.0) for file in keys["file"]], dtype="float64")
        order = np.argsort(times, kind="stable").tolist()
        projects, ids = identity.projects(keys), keys["form_id"].tolist()
        self._counts = frozenset({projects[at]: ids[at] for at in order}.values())

    def expect(self, owed: pd.DataFrame | None) -> None:
        """Learn which projects of the roster (department, unit, project, code) no form is, in the order of
        the findings that are about no form; None where the office gave no roster."""
        self._owed, self._roster = owed, owed is not None

    def last_year(self, forms: pd.DataFrame) -> list[list[OldIndicator]]:
        """Indicators of the last form of each form's project in the budget year before; none where there is
        none. ``forms`` as ``identity.projects`` takes them."""
        if self._years is None:
            with self.history.explained():
                rows = self._db.execute(
                    "SELECT DISTINCT year FROM forms WHERE period < ? AND NOT owed", [self.period]
                )
                self._years = frozenset(year for (year,) in rows)
        before = forms["year"] - 1
        wanted = before.isin(list(self._years)).fillna(False).to_numpy(dtype=bool)
        if not wanted.any():
            return [[] for _ in range(len(forms))]
        old = forms.assign(year=before)
        pairs = zip(identity.projects(old), identity.projects(old.assign(project_code="")), strict=True)
        asked = [pair for pair, ask in zip(pairs, wanted, strict=True) if ask]
        found = iter(self.history.last_indicators(self.period, asked))
        return [next(found) if ask else [] for ask in wanted]

    def known(self, frames: Frames) -> Mapping[str, Sequence[Any]]:
        """state and first_seen ('' where the form does not count for its project), and times (None)."""
        found, forms = frames.findings, frames.forms
        counting = forms[np.array([form in self._counts for form in forms["form_id"]], dtype=bool)]
        project = dict(zip(counting["form_id"], map(bytes.fromhex, counting["project_id"]), strict=True))
        of_department = dict(zip(counting["form_id"], counting["department"], strict=True))
        ids, finding_ids = found["form_id"].tolist(), found["finding_id"].tolist()
        projects = [project.get(form) for form in ids]
        owing: list[str] = []
        if self._owed is not None and len(found) and not len(forms):
            owing = self._owed["department"].tolist()
        with self.history.explained():
            self._add_forms(counting, frames.indicators, project)
            if owing:
                owed = [bytes.fromhex(one) for one in finding_ids]
                self._add_owed(owed)
                projects = [*owed]
            at = [row for row, one in enumerate(projects) if one is not None]
            rows = list(
                zip(
                    [bytes.fromhex(finding_ids[row]) for row in at],
                    [projects[row] for row in at],
                    [bytes.fromhex(one) for one in found["content_id"].iloc[at]],
                    strict=True,
                )
            )
            earlier = self._earlier(rows)
            states, first_seen = [""] * len(found), [""] * len(found)
            times: list[int | None] = [None] * len(found)
            for row, (key, _, about) in zip(at, rows, strict=True):
                first_seen[row], rounds, before = earlier.get(key, (self.period, 0, None))
                states[row] = "new" if before is None else "open" if before == about else "changed"
                times[row] = rounds + 1
            self._add_findings(found.iloc[at], rows, frames.indicators, [
                (first_seen[row], times[row], states[row]) for row in at
            ])  # fmt: skip
        levels, decisions = found["level"].tolist(), _decisions(found)
        self._states.update(
            (owing[row] if owing else of_department[ids[row]], states[row])
            for row in at
            if levels[row] in TO_MEND and decisions[row] != ACCEPTED
        )
        return {"state": states, "first_seen": first_seen, "times": times}

    def tracked(self) -> Iterator[pd.DataFrame]:
        """整改跟踪, a row a finding that is to be mended or looked at, in pieces, by department, unit and
        project: what there is, what was mended, and what waits in projects that were not sent again."""
        with self.history.explained():
            self._index()
            cursor = self._db.execute(_TRACKED, [self.period, self._roster])
            while rows := cursor.fetchmany(_BATCH):
                yield pd.DataFrame(rows, columns=list(TRACKED))

    def states(self) -> Counter[tuple[str, str]]:
        """Findings of ``TO_MEND`` by department (as the forms name it) and state, the mended ones too."""
        with self.history.explained():
            self._index()
            mended = self._db.execute(_COUNT_MENDED, [self.period, self._roster])
            return self._states + Counter({(department, MENDED): count for department, count in mended})

    def commit(self, now: datetime, rules: Sequence[str], figures: pd.DataFrame) -> None:
        """Record the round, all of it or nothing; what the same period held before is replaced.

        ``figures``: of each department, columns as in history.sql without the period.
        """
        self.history.must_hold()
        with self.history.transaction():
            self._db.execute("DELETE FROM periods WHERE period = ?", [self.period])
            self._db.execute(
                "INSERT INTO periods VALUES (?, ?, ?, ?, ?, ?)",
                [self.period, now.isoformat(timespec="seconds"), __version__, ",".join(rules), self._token,
                 int(self._roster)],
            )  # fmt: skip
            self._db.execute("INSERT INTO main.forms SELECT * FROM temp.now_forms ORDER BY project")
            self._db.execute("INSERT INTO main.findings SELECT * FROM temp.now_findings")
            columns = list(figures.columns)
            marks = ", ".join("?" * (len(columns) + 1))
            self._db.executemany(
                f"INSERT INTO departments (period, {', '.join(columns)}) VALUES ({marks})",  # noqa: S608
                ((self.period, *row) for row in _tuples(figures)),
            )

    def _add_forms(self, forms: pd.DataFrame, indicators: pd.DataFrame, project: Mapping[str, bytes]) -> None:
        kept = {form: packed([row[1:] for row in rows]) for form, rows in groupby(
            _tuples(indicators[["form_id", "level2", "name", "target", "reason"]]), itemgetter(0)
        ) if form in project}  # fmt: skip
        nothing = packed([])
        columns = ("year", "department", "unit", "project", "project_code", "file", "sheet", "own_total",
                   "computed_total")  # fmt: skip
        named = identity.projects(forms.assign(project_code=""))
        self._db.executemany(
            "INSERT INTO temp.now_forms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (
                (self.period, project[form], name, *row, kept.get(form, nothing))
                for form, name, row in zip(
                    forms["form_id"], named, _tuples(forms[list(columns)]), strict=True
                )
            ),
        )

    def _add_owed(self, projects: Sequence[bytes]) -> None:
        """A row for each project of the roster that no form is, known by its finding."""
        assert self._owed is not None
        nothing = packed([])
        self._db.executemany(
            "INSERT INTO temp.now_forms VALUES (?, ?, ?, NULL, ?, ?, ?, ?, '', '', NULL, NULL, 1, ?)",
            (
                (self.period, project, project, *row, nothing)
                for project, row in zip(
                    projects, _tuples(self._owed[["department", "unit", "project", "code"]]), strict=True
                )
            ),
        )

    def _add_findings(
        self, found: pd.DataFrame, rows: Sequence[tuple[Any, ...]], indicators: pd.DataFrame,
        known: Sequence[tuple[Any, ...]],
    ) -> None:  # fmt: skip
        wanted = set(zip(found["form_id"], found["indicator"], strict=True))
        keys = zip(indicators["form_id"].tolist(), indicators["number"].tolist(), strict=True)
        named = zip(keys, indicators["name"].tolist(), strict=True)
        names = {key: name for key, name in named if key in wanted}
        subjects = [names.get(key, "") for key in zip(found["form_id"], found["indicator"], strict=True)]
        columns = [found[name].tolist() for name in ("check", "level", "line", "cell", "message")]
        self._db.executemany(
            "INSERT INTO temp.now_findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (self.period, *row, *said, check, level, subject, line, cell, message,
                 int(check in MISSING_REASON), int(decision == ACCEPTED))
                for row, said, subject, check, level, line, cell, message, decision in zip(
                    rows, known, subjects, *columns, _decisions(found), strict=True
                )
            ),
        )  # fmt: skip

    def _earlier(self, rows: Sequence[tuple[Any, ...]]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """First period and number of rounds of each finding seen before; what it was about in the round in
        which its project was last sent, None where it was not there then."""
        if self.before is None:
            return {}
        self._db.execute("DELETE FROM temp.asked")
        self._db.executemany("INSERT OR IGNORE INTO temp.asked VALUES (?, ?)", (row[:2] for row in rows))
        return {
            key: (first, times, about)
            for key, first, times, about in self._db.execute(_EARLIER, [self.period])
        }

    def _index(self) -> None:
        for statement in filter(str.strip, _INDEXES.split(";")):
            self._db.execute(statement)


def _decisions(found: pd.DataFrame) -> list[str]:
    """What the auditor decided, '' for nothing, where that is known already."""
    return found["decision"].tolist() if "decision" in found else [""] * len(found)


def _tuples(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows as SQLite takes them: None for what is missing."""
    return zip(*(_listed(frame[name]) for name in frame.columns), strict=True)


def _listed(column: pd.Series[Any]) -> list[Any]:
    if isinstance(column.dtype, pd.StringDtype) and not column.hasnans:
        return column.tolist()
    return column.astype(object).where(column.notna(), None).tolist()
