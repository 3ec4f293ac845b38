"""整改跟踪: what the rounds of a season found, in one SQLite file, a transaction a run.

Rollback journal, since write-ahead logs do not work on network shares. A file that is damaged, foreign or
of a newer version is refused and never overwritten.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from perfbatch.checking import identity
from perfbatch.schema import MISSING_REASON
from perfbatch.season.errors import HistoryError
from perfbatch.values.typed_numbers import MONEY
from perfbatch.version import __version__

State = Literal["new", "open", "changed"]

VERSION = 1
"""Version of the tables; ``_MIGRATIONS`` leads from each older one to the next."""
WAIT = 5.0
"""How long another run may hold the file, seconds."""
_APPLICATION = 0x70666268  # "pfbh"
_MIGRATIONS: dict[int, str] = {}
_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Mended(NamedTuple):
    """A finding of the round before that is no longer there, though its project was sent again."""

    department: str
    unit: str
    project: str
    check: str
    level: str
    indicator: str
    message: str
    first_seen: str
    times: int


@dataclass(frozen=True, slots=True)
class Round:
    """One period as it was recorded."""

    period: str
    recorded: str
    version: str
    rules: str
    forms: int
    findings: int


def period_of(text: str) -> str:
    """``text`` itself where it is YYYY-MM. Raises HistoryError."""
    if not _PERIOD.fullmatch(text):
        raise HistoryError("period", period=text)
    return text


class History:
    """The history in one file. Close it, or use it as a context manager."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Raises HistoryError where the file is absent (unless ``create``), foreign, damaged, newer, held."""
        self.path = path
        if not path.exists() and not create:
            raise HistoryError("absent", path=path)
        new = not path.exists() or path.stat().st_size == 0
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=WAIT)
            with self._explained():
                self._db.execute("PRAGMA foreign_keys = ON")
                if new:
                    self._make()
                else:
                    self._look()
        except sqlite3.Error as error:
            raise HistoryError("unusable", path=path, detail=str(error)) from error
        except HistoryError:
            self._db.close()
            raise

    def __enter__(self) -> History:
        return self

    def __exit__(self, *of: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rounds(self) -> list[Round]:
        """Every period, the earliest first."""
        rows = self._db.execute(
            "SELECT period, recorded, version, rules,"
            " (SELECT count(*) FROM forms f WHERE f.period = p.period),"
            " (SELECT count(*) FROM findings f WHERE f.period = p.period) FROM periods p ORDER BY period"
        )
        return [Round(*row) for row in rows]

    def remove(self, period: str) -> None:
        """Forget one period. Raises HistoryError where there is none."""
        with self._transaction():
            if not self._db.execute("DELETE FROM periods WHERE period = ?", [period]).rowcount:
                raise HistoryError("no_period", period=period, path=self.path)

    def table(self, name: Literal["forms", "findings"], period: str | None = None) -> pd.DataFrame:
        """The rows of one table, of one period or all, identities left out."""
        where, values = ("", []) if period is None else (" WHERE period = ?", [period])
        cursor = self._db.execute(f"SELECT * FROM {name}{where} ORDER BY period", values)  # noqa: S608
        columns = [column for column, *_ in cursor.description]
        frame = pd.DataFrame(cursor.fetchall(), columns=columns)
        return frame[[c for c in columns if c not in ("project", "finding", "about")]]

    @contextmanager
    def recording(self, period: str, rules: Sequence[str], now: datetime) -> Iterator[Recording]:
        """Record a round, all of it or nothing; what the same period held before is replaced."""
        with self._transaction():
            self._db.execute("DELETE FROM periods WHERE period = ?", [period_of(period)])
            self._db.execute(
                "INSERT INTO periods VALUES (?, ?, ?, ?)",
                [period, now.isoformat(timespec="seconds"), __version__, ",".join(rules)],
            )
            yield Recording(self._db, period)

    def _make(self) -> None:
        with self._transaction():
            for statement in _statements(Path(__file__).with_name("history.sql").read_text(encoding="utf-8")):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA application_id = {_APPLICATION}")
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def _look(self) -> None:
        """Refuse what is not ours or newer; bring what is older up to date."""
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if application != _APPLICATION:
            raise HistoryError("foreign", path=self.path)
        if version > VERSION:
            raise HistoryError("newer", path=self.path, version=version, known=VERSION)
        (whole,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if whole != "ok":
            raise HistoryError("damaged", path=self.path, detail=whole)
        while version < VERSION:
            with self._transaction():
                for statement in _statements(_MIGRATIONS[version]):
                    self._db.execute(statement)
                version += 1
                self._db.execute(f"PRAGMA user_version = {version}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What SQLite refuses, with what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            text = str(error)
            code = "held" if "locked" in text else "read_only" if "readonly" in text else "unusable"
            raise HistoryError(code, path=self.path, detail=text) from error
        except sqlite3.DatabaseError as error:
            code = "foreign" if "not a database" in str(error) else "damaged"
            raise HistoryError(code, path=self.path, detail=str(error)) from error


class Recording:
    """One round while it is recorded, chunk by chunk."""

    def __init__(self, db: sqlite3.Connection, period: str) -> None:
        self._db, self._period = db, period
        found = db.execute("SELECT max(period) FROM periods WHERE period < ?", [period]).fetchone()
        self.before: str | None = found[0]

    def add(
        self, forms: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, found: pd.DataFrame
    ) -> pd.DataFrame:
        """Record forms (those that count for their project) with what belongs to them.

        Returns state, first_seen (str) and times (Int64) a row of ``found``; '' and NA for findings about
        no form of ``forms``.
        """
        project = dict(zip(forms["form_id"], identity.projects(forms), strict=True))
        self._add_forms(forms, funds, project)
        subject = self._add_indicators(indicators, project)
        return self._add_findings(found, project, subject)

    def mended(self) -> list[Mended]:
        """Findings of each project's last round that are gone, where the project was sent again."""
        rows = self._db.execute(
            "SELECT o.department, o.unit, o.name, f.check_id, f.level, f.indicator, f.message,"
            " f.first_seen, f.times"
            " FROM findings f JOIN forms o ON o.period = f.period AND o.project = f.project"
            " WHERE f.period = (SELECT max(period) FROM forms WHERE project = f.project AND period < ?1)"
            " AND EXISTS (SELECT 1 FROM forms n WHERE n.period = ?1 AND n.project = f.project)"
            " AND NOT EXISTS (SELECT 1 FROM findings n WHERE n.period = ?1 AND n.finding = f.finding)"
            " ORDER BY o.department, o.unit, o.name, f.check_id",
            [self._period],
        )
        return [Mended(*row) for row in rows]

    def _add_forms(self, forms: pd.DataFrame, funds: pd.DataFrame, project: dict[str, bytes]) -> None:
        total = funds[funds["line"] == "total"].drop_duplicates("form_id").set_index("form_id")
        scale = forms["money_unit"].map(MONEY).to_numpy(dtype="float64") / MONEY["万元"]
        rows = pd.DataFrame({
            "project": [project[form] for form in forms["form_id"]],
            "year": forms["year"].astype(object).where(forms["year"].notna(), None).to_numpy(),
            **{name: forms[name].to_numpy() for name in ("department", "unit")},
            "name": forms["project"].to_numpy(), "code": forms["project_code"].to_numpy(),
            "file": forms["file"].to_numpy(), "sheet": forms["sheet"].to_numpy(),
            "own_total": _optional(forms["own_total"]), "computed_total": _optional(forms["computed_total"]),
            **{
                name: _optional(pd.Series(total[name].reindex(forms["form_id"]).to_numpy() * scale))
                for name in ("budget", "executed")
            },
        })  # fmt: skip
        self._insert("forms", rows)

    def _add_indicators(
        self, indicators: pd.DataFrame, project: dict[str, bytes]
    ) -> dict[tuple[str, int], bytes]:
        ours = indicators[indicators["form_id"].isin(project)]
        identities = identity.indicators(ours)
        rows = pd.DataFrame({
            "project": [project[form] for form in ours["form_id"]],
            "indicator": identities,
            **{name: ours[name].to_numpy() for name in ("name", "target", "reason")},
        })  # fmt: skip
        self._insert("indicators", rows)
        return dict(
            zip(zip(ours["form_id"], ours["number"].astype(int), strict=True), identities, strict=True)
        )

    def _add_findings(
        self, found: pd.DataFrame, project: dict[str, bytes], subject: dict[tuple[str, int], bytes]
    ) -> pd.DataFrame:
        at = np.flatnonzero(found["form_id"].isin(project).to_numpy())
        ours = found.iloc[at]
        numbers = ours["indicator"].to_numpy(dtype="float64", na_value=0).astype(int)
        projects = [project[form] for form in ours["form_id"]]
        subjects = [subject.get(key, b"") for key in zip(ours["form_id"], numbers.tolist(), strict=True)]
        told = identity.identified_findings(ours, projects, subjects)
        finding = list(map(bytes.fromhex, told["finding_id"]))
        content = list(map(bytes.fromhex, told["content_id"]))
        earlier = self._earlier(finding, projects)
        states: list[State | Literal[""]] = [""] * len(found)
        first_seen, times = [""] * len(found), [0] * len(found)
        for row, key, now in zip(at.tolist(), finding, content, strict=True):
            first_seen[row], rounds, before = earlier.get(key, (self._period, 0, None))
            states[row] = "new" if before is None else "open" if before == now else "changed"
            times[row] = rounds + 1
        known = pd.DataFrame({
            "state": pd.Series(states, dtype="str"),
            "first_seen": pd.Series(first_seen, dtype="str"),
            "times": pd.Series([nth or None for nth in times], dtype="Int64"),
        })  # fmt: skip
        self._insert("findings", pd.DataFrame({
            "finding": finding, "project": projects, "about": content,
            **{name: known[name].to_numpy(dtype=object)[at] for name in known},
            "check_id": ours["check"].to_numpy(), "level": ours["level"].to_numpy(),
            "indicator": _names(ours), "cell": ours["cell"].to_numpy(), "message": ours["message"].to_numpy(),
            "missing_reason": ours["check"].isin(MISSING_REASON).astype(int).to_numpy(),
        }))  # fmt: skip
        return known

    def _earlier(
        self, finding: Sequence[bytes], projects: Sequence[bytes]
    ) -> dict[bytes, tuple[str, int, bytes | None]]:
        """First period and number of rounds of each finding seen before; what it was about in the round in
        which its project was last sent, None where it was not there then."""
        self._db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS asked (finding BLOB PRIMARY KEY, project BLOB) WITHOUT ROWID"
        )
        self._db.execute("DELETE FROM temp.asked")
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.asked VALUES (?, ?)", zip(finding, projects, strict=True)
        )
        rows = self._db.execute(
            "SELECT a.finding, min(f.period), count(*),"
            " max(CASE WHEN f.period = l.period THEN f.about END)"
            " FROM temp.asked a JOIN findings f ON f.finding = a.finding AND f.period < ?1"
            " JOIN (SELECT project, max(period) AS period FROM forms WHERE period < ?1 GROUP BY project) l"
            " ON l.project = a.project GROUP BY a.finding",
            [self._period],
        )
        return {key: (first, times, content) for key, first, times, content in rows}

    def _insert(self, table: str, rows: pd.DataFrame) -> None:
        """``rows`` with the period; the first of those with one identity counts."""
        marks = ", ".join("?" * (len(rows.columns) + 1))
        named = ", ".join(["period", *rows.columns])
        values = ((self._period, *row) for row in rows.astype(object).itertuples(index=False, name=None))
        self._db.executemany(f"INSERT OR IGNORE INTO {table} ({named}) VALUES ({marks})", values)  # noqa: S608


def _names(found: pd.DataFrame) -> Any:
    """What each finding is about, for people: the fund line or the indicator's number."""
    number = found["indicator"].astype("string").fillna("").to_numpy(dtype=object)
    return np.where(found["line"].to_numpy(dtype=object) != "", found["line"].to_numpy(dtype=object), number)


def _optional(column: pd.Series[Any]) -> Any:
    """Numbers with None where there is none."""
    return column.astype(object).where(column.notna(), None).to_numpy()


def _statements(script: str) -> list[str]:
    return [part.strip() for part in re.sub(r"--.*", "", script).split(";") if part.strip()]
