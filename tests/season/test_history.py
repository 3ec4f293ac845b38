"""What the history says of each finding over several rounds."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfbatch import schema
from perfbatch.checking.identity import identified, identified_findings, listed
from perfbatch.season import history
from perfbatch.season.errors import HistoryError
from perfbatch.season.history import History
from perfbatch.season.periods import period_of
from perfbatch.season.recording import Recording
from perfbatch.writing.months import figures

NOW = datetime(2022, 3, 1, 9, tzinfo=UTC)
Row = tuple[str, str, int | None, str, str]
"""Project, check, number of the indicator, found, expected."""


def frames(projects: list[str], found: list[Row]) -> schema.Frames:
    """Frames of forms of one unit with two indicators each; ``found`` are their findings."""
    ids = [f"{name}.xlsx#Sheet1" for name in projects]
    two = [form for form in ids for _ in range(2)]
    return schema.empty("check").with_(
        forms=schema.build(
            "forms",
            {
                "form_id": ids,
                "file": [f"{name}.xlsx" for name in projects],
                "sheet": ["Sheet1"] * len(ids),
                "year": [2021] * len(ids),
                "department": ["甲局"] * len(ids),
                "unit": ["甲中心"] * len(ids),
                "project": projects,
                "money_unit": ["元"] * len(ids),
                "own_total": [90.0] * len(ids),
            },
            "score",
        ),
        funds=schema.build(
            "funds",
            {"form_id": ids, "line": ["total"] * len(ids), "budget": [20000.0] * len(ids),
             "executed": [10000.0] * len(ids)},
            "score",
        ),
        indicators=schema.build(
            "indicators",
            {"form_id": two, "number": [1, 2] * len(ids), "name": ["培训人次", "满意度"] * len(ids)},
            "score",
        ),
        findings=schema.build(
            "findings",
            {
                "form_id": [f"{name}.xlsx#Sheet1" for name, *_ in found],
                "check": [check for _, check, *_ in found],
                "level": ["error"] * len(found),
                "field": ["reason"] * len(found),
                "indicator": [number for _, _, number, *_ in found],
                "found": [text for *_, text, _ in found],
                "expected": [text for *_, text in found],
                "message": [f"{check}：{text}" for _, check, _, text, _ in found],
            },
            "check",
        ),
    )  # fmt: skip


def record(
    path: Path, period: str, given: schema.Frames, owed: Sequence[str] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Record a round; states of its findings, and what was mended. ``owed``: projects that no form is, by a
    roster."""
    with History.alone(path) as book:
        round_ = Recording(book, period)
        round_.meet(given.forms, {})
        states = pd.DataFrame(round_.known(identified(given)))
        if owed is not None:
            projects = pd.DataFrame(
                {"project": list(owed), "department": "甲局", "unit": "甲中心", "code": ""}
            )
            about = schema.build(
                "findings", {"check": ["B502"] * len(owed), "level": ["error"] * len(owed)}, "check"
            )
            round_.expect(projects)
            owing = identified_findings(about, listed(projects))
            states = pd.concat(
                [states, pd.DataFrame(round_.known(schema.empty("batch").with_(findings=owing)))]
            )
        rows = pd.concat([pd.DataFrame(columns=["state"]), *round_.tracked()])
        gone = rows[rows["state"] == "mended"]
        assert round_.states().total() == int((rows["sent"] == 1).sum()) if len(rows) else True
        round_.commit(NOW, ["beijing-2021"], figures([], round_.states()))
        return states, [f"{row.project} {row.check}" for row in gone.itertuples()]


def told(states: pd.DataFrame) -> list[tuple[str, str, int]]:
    """State, first period and times, a row a finding."""
    return list(states.itertuples(index=False, name=None))


MISSING: Row = ("一号", "R301", 1, "", "说明原因")
SCORE: Row = ("一号", "I202", 2, "10", "9")


def test_new_open_changed_mended(tmp_path: Path) -> None:
    """Three rounds: one finding stays, one changes, one goes, one comes."""
    path = tmp_path / "history.sqlite"
    first, mended = record(path, "2022-01", frames(["一号"], [MISSING, SCORE]))
    assert told(first) == [("new", "2022-01", 1)] * 2 and not mended
    second, mended = record(path, "2022-02", frames(["一号"], [MISSING, ("一号", "I202", 2, "9.5", "9")]))
    assert told(second) == [("open", "2022-01", 2), ("changed", "2022-01", 2)] and not mended
    third, mended = record(path, "2022-03", frames(["一号"], [MISSING, ("一号", "T401", None, "90", "89")]))
    assert told(third) == [("open", "2022-01", 3), ("new", "2022-03", 1)]
    assert mended == ["一号 I202"]


def test_a_project_that_was_not_sent_has_mended_nothing(tmp_path: Path) -> None:
    """Nor is its finding new when it comes back; a finding that went and came again says since when."""
    path = tmp_path / "history.sqlite"
    both = frames(["一号", "二号"], [MISSING, ("二号", "R301", 1, "", "说明原因")])
    record(path, "2022-01", both)
    _, mended = record(path, "2022-02", frames(["二号"], []))
    assert mended == ["二号 R301"]
    states, mended = record(
        path, "2022-03", frames(["一号", "二号"], [MISSING, ("二号", "R301", 1, "", "说明原因")])
    )
    assert told(states) == [("open", "2022-01", 2), ("new", "2022-01", 2)] and not mended


def test_the_same_period_again_replaces_its_entry(tmp_path: Path) -> None:
    """Run twice, counted once."""
    path = tmp_path / "history.sqlite"
    for _ in range(3):
        states, _ = record(path, "2022-01", frames(["一号"], [MISSING]))
    assert told(states) == [("new", "2022-01", 1)]
    with History(path) as book:
        assert [(r.period, r.forms, r.findings) for r in book.rounds()] == [("2022-01", 1, 1)]


def test_moved_rows_and_renamed_files_are_the_same(tmp_path: Path) -> None:
    """Only project, check, indicator and field count."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], [MISSING]))
    moved = frames(["一 号"], [("一 号", "R301", 2, "", "说明原因")])
    moved.indicators["number"] = pd.array([2, 1], dtype="Int64")
    moved.findings["cell"] = "H99"
    states, _ = record(path, "2022-02", moved)
    assert told(states) == [("open", "2022-01", 2)]


def test_a_broken_round_leaves_no_trace(tmp_path: Path) -> None:
    """All of it or nothing, the replaced round included."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], [MISSING]))
    with pytest.raises(ZeroDivisionError), History.alone(path) as book, book.transaction():
        book.db.execute("DELETE FROM periods")
        raise ZeroDivisionError
    with History(path) as book:
        assert [(r.period, r.findings) for r in book.rounds()] == [("2022-01", 1)]


def test_of_several_forms_of_a_project_the_newest_counts(tmp_path: Path) -> None:
    """Findings of the others have no state, and what they lack is not mended."""
    given = frames(["一号", "一号（再报）"], [MISSING, ("一号（再报）", "R301", 2, "", "说明原因")])
    given.forms["project"] = "一号"
    with History.alone(tmp_path / "history.sqlite") as book:
        round_ = Recording(book, "2022-01")
        round_.meet(given.forms, {"一号.xlsx": 2.0, "一号（再报）.xlsx": 1.0})
        states = pd.DataFrame(round_.known(identified(given)))
    assert states["state"].tolist() == ["new", ""]
    assert states["times"].isna().tolist() == [False, True]


def test_an_earlier_round_that_is_run_again_does_not_see_later_ones(tmp_path: Path) -> None:
    """Its findings are as new as they were."""
    path = tmp_path / "history.sqlite"
    for period in ("2022-01", "2022-02"):
        record(path, period, frames(["一号"], [MISSING]))
    states, _ = record(path, "2022-01", frames(["一号"], [MISSING]))
    assert told(states) == [("new", "2022-01", 1)]
    states, _ = record(path, "2022-02", frames(["一号"], [MISSING]))
    assert told(states) == [("open", "2022-01", 2)]


def test_who_owes_is_reminded_and_then_mended(tmp_path: Path) -> None:
    """Forgotten twice, then sent; a round without a roster says nothing of it."""
    path = tmp_path / "history.sqlite"
    states, _ = record(path, "2022-01", frames(["一号"], []), owed=["二号"])
    assert told(states) == [("new", "2022-01", 1)]
    _, mended = record(path, "2022-02", frames(["一号"], []))
    assert not mended
    states, mended = record(path, "2022-03", frames(["一号"], []), owed=["二号"])
    assert told(states) == [("open", "2022-01", 2)] and not mended
    _, mended = record(path, "2022-04", frames(["一号", "二号"], []), owed=[])
    assert mended == ["二号 B502"]


def test_what_was_not_sent_again_waits(tmp_path: Path) -> None:
    """It is shown as it was, and is neither counted nor mended."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号", "二号"], [MISSING]))
    with History.alone(path) as book:
        round_ = Recording(book, "2022-02")
        round_.meet(frames(["二号"], []).forms, {})
        round_.known(identified(frames(["二号"], [])))
        [rows] = round_.tracked()
        assert rows[["state", "sent", "project", "subject", "first_seen", "times"]].to_numpy().tolist() == [
            ["open", 0, "一号", "培训人次", "2022-01", 1]
        ]
        assert not round_.states()


def test_what_the_auditor_accepted_is_not_counted(tmp_path: Path) -> None:
    """It is shown with its state, is nothing to mend, and gone it was not mended."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], [MISSING, SCORE]))
    given = identified(frames(["一号"], [MISSING, SCORE]))
    given = given.with_(findings=given.findings.assign(decision=["认可", ""]))
    with History.alone(path) as book:
        round_ = Recording(book, "2022-02")
        round_.meet(given.forms, {})
        assert round_.known(given)["state"] == ["open", "open"]
        [rows] = round_.tracked()
        assert rows[["check", "state", "accepted"]].to_numpy().tolist() == [
            ["R301", "open", 1], ["I202", "open", 0],
        ]  # fmt: skip
        assert round_.states() == {("甲局", "open"): 1}
        round_.commit(NOW, [], figures([], round_.states()))
    _, mended = record(path, "2022-03", frames(["一号"], []))
    assert mended == ["一号 I202"]


@pytest.mark.parametrize("with_column", [False, True], ids=["without", "with"])
def test_a_history_of_version_1_is_brought_up_to_date(with_column: bool, tmp_path: Path) -> None:
    """Its findings said nothing of what the auditor accepted, or did already; what it holds stays, and the
    next round stands on it."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], [MISSING]))
    with closing(sqlite3.connect(path)) as db:
        if not with_column:
            db.execute("ALTER TABLE findings DROP COLUMN accepted")
        db.execute("PRAGMA user_version = 1")
    with History(path) as book:
        assert [(r.period, r.findings) for r in book.rounds()] == [("2022-01", 1)]
        assert book.db.execute("PRAGMA user_version").fetchone() == (history.VERSION,)
        assert book.table("findings")["accepted"].tolist() == [0]
    states, _ = record(path, "2022-02", frames(["一号"], [MISSING]))
    assert told(states) == [("open", "2022-01", 2)]


def test_a_history_with_other_columns_is_refused_at_once(tmp_path: Path) -> None:
    """Not at the end of a run; and it stays as it is."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], [MISSING]))
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE findings RENAME COLUMN accepted TO taken")
    content = path.read_bytes()
    with pytest.raises(HistoryError, match="没有动它"):
        History(path)
    assert path.read_bytes() == content


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """The second is told who has it."""
    path = tmp_path / "history.sqlite"
    used = pytest.raises(HistoryError, match="正由另一次核验使用")
    with History.alone(path), used as raised, History.alone(path):
        pass
    assert raised.value.code == "in_use"


def test_a_folder_is_no_history(tmp_path: Path) -> None:
    """Said so."""
    with pytest.raises(HistoryError, match="是文件夹"):
        History(tmp_path)


def test_remove(tmp_path: Path) -> None:
    """A round that is removed counts no more; one that is not there is said."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], [MISSING]))
    with History(path) as book:
        book.remove("2022-01")
        assert not book.rounds() and not len(book.table("findings"))
        with pytest.raises(HistoryError, match="没有 2022-01"):
            book.remove("2022-01")


@pytest.mark.parametrize("period", ["2022-13", "2022-1", "202201", "2022-01-05", ""])
def test_a_period_is_a_month(period: str) -> None:
    """Anything else is refused."""
    with pytest.raises(HistoryError, match="年-月"):
        period_of(period)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"SQLite format 3\x00" + bytes(2000), "damaged"), ("一份说明".encode() * 50, "foreign")],
)
def test_what_is_no_history_stays_as_it_is(content: bytes, code: str, tmp_path: Path) -> None:
    """Refused, never overwritten."""
    path = tmp_path / "history.sqlite"
    path.write_bytes(content)
    with pytest.raises(HistoryError) as raised:
        History(path)
    assert raised.value.code in (code, "foreign", "damaged") and "没有动它" in str(raised.value)
    assert path.read_bytes() == content


def test_another_programs_database_and_a_newer_history(tmp_path: Path) -> None:
    """Told apart by SQLite's own fields."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], []))
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {history.VERSION + 1}")
    db.close()
    with pytest.raises(HistoryError) as raised:
        History(path)
    assert raised.value.code == "newer"
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    with pytest.raises(HistoryError) as raised:
        History(other)
    assert raised.value.code == "foreign"


def test_cut_off(tmp_path: Path) -> None:
    """Half a file is damaged, and stays."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames([f"{n}号" for n in range(300)], []))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(HistoryError) as raised:
        History(path)
    assert raised.value.code == "damaged"


def test_held_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said so, after a short wait."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], []))
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(history, "WAIT", 0.1)
        with pytest.raises(HistoryError) as raised:
            record(path, "2022-02", frames(["一号"], []))
        other.rollback()
    other.close()
    assert raised.value.code == "held"


def test_not_there(tmp_path: Path) -> None:
    """Where it must be there it is not made."""
    with pytest.raises(HistoryError, match="找不到"):
        History(tmp_path / "history.sqlite", create=False)
    assert not list(tmp_path.iterdir())


def test_read_only_for_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that can be read and not be written to: met before a form is read."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], []))
    real = sqlite3.connect

    def read_only(at: Path, **how: Any) -> sqlite3.Connection:
        return real(f"{at.as_uri()}?mode=ro", uri=True, **how)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(HistoryError, match="只能读"), History.alone(path):
        pass


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES], ids=["share", "folder"])
def test_a_read_only_place(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can leave a lock, nothing is begun."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], []))

    def refused(*given: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(history, "held", refused)
    with pytest.raises(HistoryError, match="只能读") as raised, History.alone(path):
        pass
    assert raised.value.code == "read_only"


def test_read_only(tmp_path: Path) -> None:
    """A share that cannot be written to."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], []))
    path.chmod(stat.S_IRUSR)
    try:
        with path.open("ab"):
            pytest.skip("this user may write to everything")
    except PermissionError:
        pass
    with pytest.raises(HistoryError, match="只能读"):
        record(path, "2022-02", frames(["一号"], []))
