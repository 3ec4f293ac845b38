"""What the history says of each finding over several rounds."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import schema
from perfbatch.season import history
from perfbatch.season.errors import HistoryError
from perfbatch.season.history import History

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


def record(path: Path, period: str, given: schema.Frames) -> tuple[pd.DataFrame, list[str]]:
    """Record a round; states of its findings, and what was mended."""
    with History(path) as book, book.recording(period, ["beijing-2021"], NOW) as round_:
        states = round_.add(given.forms, given.funds, given.indicators, given.findings)
        return states, [f"{one.project} {one.check}" for one in round_.mended()]


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
    with pytest.raises(ZeroDivisionError), History(path) as book, book.recording("2022-01", [], NOW):
        raise ZeroDivisionError
    with History(path) as book:
        assert [(r.period, r.findings) for r in book.rounds()] == [("2022-01", 1)]


def test_money_is_kept_in_one_unit(tmp_path: Path) -> None:
    """元 on the form, 万元 in the history."""
    path = tmp_path / "history.sqlite"
    record(path, "2022-01", frames(["一号"], []))
    with History(path) as book:
        assert book.table("forms")[["budget", "executed"]].to_numpy().tolist() == [[2.0, 1.0]]


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
        history.period_of(period)


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
