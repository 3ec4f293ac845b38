"""What several people wrote on one record: merged field by field, nothing lost, nothing guessed."""

from __future__ import annotations

import pytest

from perfbatch.season.decisions import (
    FIELDS,
    About,
    Answer,
    Change,
    Entry,
    Item,
    Key,
    Lost,
    Record,
    Refusal,
    Rival,
    Written,
)
from perfbatch.season.lines import completed, identity, is_complete, item_of, lines_of, put

KEY = Key("f", "0" * 32, "a" * 12)
ABOUT = About("学科竞赛", "参赛人数", "R301")
HERE = "汇总.xlsx"


def record(decision: str, source: str = HERE) -> Record:
    """A record with one decision on it."""
    found = Record()
    if decision:
        found.set(KEY, "decision", decision, source, ABOUT)
    return found


def copy(source: str, base: str, value: str, name: str = "decision") -> Written:
    """A workbook in which ``value`` stands where the run had written ``base``."""
    return Written(source, changes=[Change(KEY, name, value, base, ABOUT)])


# On record (written in 汇总.xlsx); in each copy: workbook, what the run wrote, what stands there.
CASES = [
    ("", [(HERE, "", "认可")], "认可", [], "a first word"),
    ("认可", [(HERE, "认可", "退回")], "退回", [], "a change of mind"),
    ("认可", [(HERE, "认可", "")], "", [], "withdrawn"),
    ("认可", [], "认可", [], "a missing row is not withdrawn"),
    ("", [("甲.xlsx", "", "认可"), ("乙.xlsx", "", " 认 可")], "认可", [], "two say the same"),
    ("", [("甲.xlsx", "", "认可"), ("乙.xlsx", "", "退回")], "", ["认可", "退回"], "two disagree"),
    ("认可", [("甲.xlsx", "认可", "退回"), ("乙.xlsx", "认可", "")], "认可", ["退回", ""], "one withdraws"),
    ("认可", [("甲.xlsx", "", "退回")], "认可", ["退回"], "an old copy, of before the word in force"),
    ("认可", [("甲.xlsx", "", "认可")], "认可", [], "an old copy that says the same"),
    ("认可", [(HERE, "", "退回")], "退回", [], "an old window saved once more by who wrote it"),
    ("不认可", [(HERE, "不认可", "认可"), ("甲.xlsx", "不认可", "认可")], "认可", [], "both come round"),
]


@pytest.mark.parametrize(("on_record", "copies", "in_force", "beside", "why"), CASES)
def test_merging(
    on_record: str, copies: list[tuple[str, str, str]], in_force: str, beside: list[str], why: str
) -> None:
    """The word in force, and what is listed beside it."""
    found = record(on_record)
    found.take([copy(*one) for one in copies])
    assert found.value(KEY, "decision") == in_force, why
    assert [one.value for one in found.rivals] == beside, why


def test_fields_are_merged_one_by_one() -> None:
    """One writes the opinion, another the score: both hold."""
    found = Record()
    found.take([copy("甲.xlsx", "", "退回"), copy("乙.xlsx", "", "8", "score")])
    assert (found.value(KEY, "decision"), found.value(KEY, "score")) == ("退回", "8")
    assert not found.rivals


@pytest.mark.parametrize(("word", "in_force"), [(True, "退回"), (False, "认可")], ids=["采用", "不采用"])
def test_a_conflict_is_settled_in_the_list(word: bool, in_force: str) -> None:
    """采用 puts it in force, 不采用 forgets it; either way nothing is left to look at."""
    found = record("认可")
    found.take([copy("甲.xlsx", "", "退回")])
    found.take([Written(HERE, answers=[Answer(found.rivals[0], word)])])
    assert (found.value(KEY, "decision"), found.rivals) == (in_force, [])


def test_a_conflict_is_settled_in_the_row() -> None:
    """A new word there counts, whatever stood beside."""
    found = record("认可")
    found.take([copy("甲.xlsx", "", "退回")])
    found.take([copy(HERE, "认可", "已电话核实")])
    assert (found.value(KEY, "decision"), found.rivals) == ("已电话核实", [])


def test_what_is_taken_twice_is_taken_once() -> None:
    """A copy given again every month changes nothing."""
    found = Record()
    for _ in range(3):
        found.take([copy("甲.xlsx", "", "认可"), copy("乙.xlsx", "", "退回")])
    assert len(found.rivals) == 2
    lost = Lost(("认可",) + ("",) * (len(FIELDS) - 1), ABOUT, "no_mark", HERE)
    for _ in range(3):
        found.take([Written(HERE, lost=[lost])])
    assert found.lost == [lost]


def full() -> Record:
    """A record with something of everything."""
    found = record("认可")
    found.take([copy("甲.xlsx", "", "退回")])
    found.set(KEY, "note", '说明 "一"，\n第二行', HERE, ABOUT)
    found.lost.append(Lost(tuple("字" for _ in FIELDS), ABOUT, "torn", "乙.xlsx"))
    found.refusals.append(Refusal(KEY, "120", ABOUT, HERE, "above", "100"))
    found.entries[Key("p", "1" * 32, "b" * 12)] = Entry(tuple("值" for _ in FIELDS), again=True)
    found.seen.add("f" * 64)
    return found


def test_lines_give_the_record_back() -> None:
    """In any order, and in ASCII."""
    found = full()
    lines = [line for line, _ in lines_of(found)]
    assert all(line.isascii() for line in lines)
    again = Record()
    assert all(put(line, again) for line in reversed(lines))
    assert (identity(again), again.seen) == (identity(found), found.seen)
    items: list[Item] = [*found.entries, *found.rivals, *found.refusals, *found.lost]
    assert [item_of(line) for line, item in lines_of(found) if item is not None] == items


def test_a_line_that_is_missing_or_spoilt_is_noticed() -> None:
    """The last line says which stand before it."""
    lines = [line for line, _ in lines_of(full())]
    whole = [*lines, completed(lines)]
    assert is_complete(whole[::-1])
    assert not any(is_complete(whole[:at] + whole[at + 1 :]) for at in range(len(whole)))
    assert not put(lines[0][:-3], Record())
    assert not put('{"key":["f"],"values":[]}', Record())
    assert not put("[" * 100_000, Record())


def test_a_rival_stays_a_rival_until_it_is_settled() -> None:
    """A word of the same reviewer in a later copy takes the place of the earlier one."""
    found = record("认可")
    found.take([copy("甲.xlsx", "", "退回")])
    found.take([copy("甲.xlsx", "", "不认可")])
    assert found.rivals == [Rival(KEY, "decision", "不认可", ABOUT, "甲.xlsx")]
