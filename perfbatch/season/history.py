"""整改跟踪: what the rounds of a season found, in one SQLite file, a transaction a run.

Rollback journal, since write-ahead logs do not work on network shares, and a lock of our own, since those of
SQLite are not kept there either. A file that is damaged, foreign or of a newer version is refused and never
overwritten.
"""

from __future__ import annotations

import errno
import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from perfbatch.folder_lock import FolderInUseError, FolderLock, held
from perfbatch.season.errors import HistoryError
from perfbatch.system_errors import system_error

VERSION = 2
"""Version of the tables; ``_MIGRATIONS`` leads from each older one to the next."""
WAIT = 5.0
"""How long another program may hold the file, seconds."""
_APPLICATION = 0x70666268  # "pfbh"
_SCRIPT = Path(__file__).with_name("history.sql")
_CACHE_KIB = 16_384
_INTERNAL = ("project", "named", "finding", "about", "indicators")
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_CODES = (
    ("readonly", "read_only"),
    ("locked", "held"),
    ("full", "full"),
    ("not a database", "foreign"),
    ("malformed", "damaged"),
)
"""Words in what SQLite says, and the code of our sentence."""

Table = Literal["forms", "findings", "departments"]


@dataclass(frozen=True, slots=True)
class Round:
    """One period as it was recorded."""

    period: str
    recorded: str
    version: str
    rules: str
    forms: int
    findings: int


class OldIndicator(NamedTuple):
    """An indicator of an earlier form."""

    level2: str
    name: str
    target: str
    reason: str


class History:
    """The history in one file. Close it, or use it as a context manager."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Raises HistoryError where the file is absent (unless ``create``), foreign, damaged, newer, held."""
        self.path = path
        self._lock: FolderLock | None = None
        if path.is_dir():
            raise HistoryError("folder", path=path)
        if not path.exists() and not create:
            raise HistoryError("absent", path=path)
        new = not path.exists() or path.stat().st_size == 0
        if new and not create:
            raise HistoryError("foreign", path=path)
        try:
            if new:
                path.touch()  # a file that SQLite makes has no rights for the group, whatever the umask gives
            self.db = sqlite3.connect(path, isolation_level=None, timeout=WAIT)
        except (sqlite3.Error, OSError) as error:
            raise HistoryError("unusable", path=path, detail=str(error)) from error
        try:
            with self.explained():
                self.db.execute("PRAGMA foreign_keys = ON")
                self.db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                if new:
                    self._make()
                else:
                    self._look()
        except HistoryError:
            self.db.close()
            raise

    @classmethod
    @contextmanager
    def alone(cls, path: Path, *, create: bool = True) -> Iterator[History]:
        """The history, for this process alone, once it is certain that it can be written to.

        Its folder is made if need be, unless it must be there (``create``). Raises HistoryError.
        """
        if not create and not path.exists():
            raise HistoryError("absent", path=path)
        with ExitStack() as stack:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                lock = stack.enter_context(held(path.parent, f".{path.name}.lock"))
                history = stack.enter_context(cls(path, create=create))
            except FolderInUseError as error:
                raise HistoryError("in_use", path=path, **error.said()) from error
            except OSError as error:
                code = "read_only" if error.errno in _FORBIDDEN else "unusable"
                raise HistoryError(code, path=path, detail=system_error(error)) from error
            history._must_be_writable()
            history._lock = lock
            yield history

    def __enter__(self) -> History:
        return self

    def __exit__(self, *of: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def must_hold(self) -> None:
        """Raises HistoryError where another run took the history over meanwhile."""
        try:
            if self._lock is not None:
                self._lock.must_hold()
        except FolderInUseError as error:
            raise HistoryError("taken_over", path=self.path, **error.said()) from error

    def rounds(self) -> list[Round]:
        """Every period, the earliest first."""
        with self.explained():
            rows = self.db.execute(
                "SELECT period, recorded, version, rules,"
                " (SELECT count(*) FROM forms f WHERE f.period = p.period AND NOT owed),"
                " (SELECT count(*) FROM findings f WHERE f.period = p.period) FROM periods p ORDER BY period"
            ).fetchall()
        return [Round(*row) for row in rows]

    def round(self, period: str) -> Round:
        """One period. Raises HistoryError where there is none."""
        for one in self.rounds():
            if one.period == period:
                return one
        raise HistoryError("no_period", period=period, path=self.path)

    def tokens(self, until: str) -> list[tuple[str, str]]:
        """Each period up to ``until`` with the token of its recording, the same while nothing changes."""
        with self.explained():
            return self.db.execute(
                "SELECT period, token FROM periods WHERE period <= ? ORDER BY period", [until]
            ).fetchall()

    def remove(self, period: str) -> None:
        """Forget one period. Raises HistoryError where there is none."""
        with self.transaction():
            if not self.db.execute("DELETE FROM periods WHERE period = ?", [period]).rowcount:
                raise HistoryError("no_period", period=period, path=self.path)

    def table(self, name: Table, period: str | None = None, until: str | None = None) -> pd.DataFrame:
        """The rows of one table, of one period, of all, or of those up to ``until``; identities left out."""
        where, values = "", []
        if period is not None:
            where, values = " WHERE period = ?", [period]
        elif until is not None:
            where, values = " WHERE period <= ?", [until]
        with self.explained():
            cursor = self.db.execute(f"SELECT * FROM {name}{where} ORDER BY period", values)  # noqa: S608
            columns = [column for column, *_ in cursor.description]
            frame = pd.DataFrame(cursor.fetchall(), columns=columns)
        return frame[[column for column in columns if column not in _INTERNAL]]

    def last_indicators(
        self, before: str, projects: Iterable[tuple[bytes, bytes]]
    ) -> list[list[OldIndicator]]:
        """Indicators of the last form of each project sent in a period before ``before``; none where there
        is none. Each of ``projects`` is known by its identity, or by the one of its name."""
        found = []
        with self.explained():
            for project, named in projects:
                row = self.db.execute(
                    "SELECT indicators FROM forms WHERE (project = ?2 OR named = ?3) AND period < ?1"
                    " AND NOT owed ORDER BY period DESC LIMIT 1",
                    [before, project, named],
                ).fetchone()
                try:
                    found.append(_unpacked(row[0]) if row else [])
                except (zlib.error, ValueError, TypeError) as error:
                    raise HistoryError("damaged", path=self.path, detail=f"{error}") from error
        return found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing. Raises HistoryError."""
        with self.explained():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """What SQLite refuses, with what to do."""
        try:
            yield
        except sqlite3.Error as error:
            text = str(error)
            code = next((code for word, code in _CODES if word in text), "unusable")
            raise HistoryError(code, path=self.path, detail=text) from error

    def _make(self) -> None:
        with self.transaction():
            _make_tables(self.db)
            self.db.execute(f"PRAGMA application_id = {_APPLICATION}")
            self.db.execute(f"PRAGMA user_version = {VERSION}")

    def _look(self) -> None:
        """Refuse what is not ours or newer; bring what is older up to date."""
        (application,) = self.db.execute("PRAGMA application_id").fetchone()
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        if application != _APPLICATION:
            raise HistoryError("foreign", path=self.path)
        if version > VERSION:
            raise HistoryError("newer", path=self.path, version=version, known=VERSION)
        (whole,) = self.db.execute("PRAGMA quick_check(1)").fetchone()
        if whole != "ok":
            raise HistoryError("damaged", path=self.path, detail=whole)
        if version < VERSION:
            with self.transaction():
                (version,) = self.db.execute("PRAGMA user_version").fetchone()  # another may have been first
                for old in range(version, VERSION):
                    _MIGRATIONS[old](self.db)
                self.db.execute(f"PRAGMA user_version = {VERSION}")
        if _columns(self.db) != _columns_wanted():
            raise HistoryError("damaged", path=self.path, detail="columns")

    def _must_be_writable(self) -> None:
        """Write something and take it back."""
        with self.explained():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                self.db.execute("INSERT INTO periods VALUES ('', '', '', '', '', 0)")
            finally:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")


def packed(indicators: Sequence[Sequence[str]]) -> bytes:
    """Indicators of a form (as ``OldIndicator``) as they are kept."""
    return zlib.compress(json.dumps(indicators, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def _unpacked(data: bytes) -> list[OldIndicator]:
    return [OldIndicator(*one) for one in json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))]


def _make_tables(db: sqlite3.Connection) -> None:
    script = re.sub(r"--.*", "", _SCRIPT.read_text(encoding="utf-8"))
    for statement in filter(str.strip, script.split(";")):
        db.execute(statement)


def _columns(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Table and column, of every table, in the order of the columns."""
    return db.execute(
        "SELECT t.name, c.name FROM main.sqlite_master t JOIN pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
    ).fetchall()


@cache
def _columns_wanted() -> list[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as db:
        _make_tables(db)
        return _columns(db)


def _add_accepted(db: sqlite3.Connection) -> None:
    """Version 1 did not say of a finding whether the auditor accepted it; some files of it did."""
    if ("findings", "accepted") not in _columns(db):
        db.execute("ALTER TABLE findings ADD accepted INTEGER NOT NULL DEFAULT 0")


_MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _add_accepted}
