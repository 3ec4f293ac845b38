"""Levels, checks turned off, and several rule books in one batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perfbatch import schema
from perfbatch.batch.books import load_books
from perfbatch.checking import check
from perfbatch.options import Options
from perfbatch.reading import read_sources
from perfbatch.reading.discover import discover
from perfbatch.rules import RuleBook, load
from perfbatch.schema import Frames
from perfbatch.scoring import score
from tests.checking.build import checked, frames, said
from tests.generator.defects import DEFECTS
from tests.generator.workbook import make


def book(levels: dict[str, str], **values: Any) -> RuleBook:
    """The default book with other levels."""
    return replace(load(), levels=levels, hash=repr(levels), **values)


def test_a_rule_book_changes_the_level_of_a_check() -> None:
    """For all its findings, the mild ones too."""
    found = said(checked(form="seed", rules=book({"R301": "info", "I205": "error"})).findings)
    assert sum(finding.startswith("R301 info") for finding in found) == 6
    assert sum(finding.startswith("I205 error") for finding in found) == 3


def test_a_rule_book_turns_a_check_off() -> None:
    """And with it no other."""
    found = said(checked(form="seed", rules=book({"R301": "off"})).findings)
    assert [f for f in said(checked(form="seed").findings) if not f.startswith("R301")] == found


def test_turning_one_check_off_does_not_make_another_speak() -> None:
    """I203 off is no I202 in its place."""
    change = {"1.actual": "600人", "1.reason": "因线上培训扩大规模，今后将合理设定指标值"}
    assert said(checked(change, rules=book({"I203": "off"})).findings) == []


def test_each_form_is_checked_by_the_book_that_scored_it() -> None:
    """beijing-2021 docks far above target, platform-2023 does not, in one batch and in the order of forms."""
    change = {"1.actual": "600人", "1.reason": "因线上培训扩大规模，今后将合理设定指标值"}
    batch = schema.concat(
        [
            frames({**change, "layout": "national"}, file="甲.xlsx"),
            frames({**change, "layout": "platform"}, file="乙.xlsx"),
            frames({**change, "layout": "national"}, file="丙.xlsx"),
        ],
        "read",
    )
    scored = score(batch, {"": "beijing-2021", "platform": "platform-2023"})
    for rules in (None, {"": "beijing-2021", "platform": load("platform-2023")}):
        found = check(scored, rules, batch=False).findings
        assert found["file"].tolist() == ["甲.xlsx", "丙.xlsx"]
        assert {"I203"} == set(found["check"])


def test_an_offices_own_book_works_from_its_file(tmp_path: Path) -> None:
    """One changed threshold and its clause reach the finding."""
    own = tmp_path / "本单位.toml"
    own.write_text(
        """
name = "本单位"
extends = "beijing-2021"
[sources.notice]
title = "本单位绩效自评通知"
[parameters.deviation.excess]
value = 4
clause = "notice"
""",
        encoding="utf-8",
    )
    findings = checked(rules=str(own)).findings
    assert said(findings) == ["R301 warning 1.reason", "R301 warning 8.reason"]
    assert {("deviation.excess", "本单位绩效自评通知")} == set(
        zip(findings["parameter"], findings["clause"], strict=True)
    )


def test_frames_without_forms_have_no_findings() -> None:
    """An empty batch passes through, with the columns that the schema states."""
    empty: Frames = check(schema.empty("score"))
    assert len(empty.findings) == 0
    schema.validate(empty, "score")


def test_findings_are_as_the_schema_states() -> None:
    """Columns, dtypes, known levels, an indicator only for indicators."""
    batch = checked(form="seed", count=2)
    schema.validate(batch, "score")
    assert set(batch.findings["level"]) <= set(schema.LEVELS)
    assert batch.findings["form_id"].is_monotonic_increasing
    about_forms = batch.findings["check"] == "B501"
    assert about_forms.tolist() == batch.findings["indicator"].isna().tolist()


def test_checking_twice_is_checking_once() -> None:
    """Findings of an earlier check are replaced."""
    once = checked(form="seed")
    pd.testing.assert_frame_equal(once.findings, check(once).findings)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Forms of both layouts by turns, each defect in some of them, read and scored."""
    folder = tmp_path_factory.mktemp("forms")
    for number, defect in enumerate(sorted(DEFECTS)):
        for layout in ("national", "platform"):
            made = make(11, number, layout, [defect], disguised=False)
            (folder / f"{number}-{layout}.xlsx").write_bytes(made.data)
    return score(read_sources(discover([folder])), load_books(Options()))


@pytest.mark.parametrize("pieces", [2, 3, 7])
def test_findings_of_a_form_do_not_depend_on_the_forms_beside_it(everything: Frames, pieces: int) -> None:
    """Every ``pieces``-th form together, under one rule book or two: the findings of the batch at once."""

    def findings(forms: pd.Series[bool]) -> pd.DataFrame:
        ids = everything.forms.loc[forms, "form_id"]
        some = {
            name: frame[frame["form_id"].isin(ids)].reset_index(drop=True)
            for name, frame in everything.items()
            if name in ("forms", "funds", "indicators")
        }
        return check(everything.with_(**some), load_books(Options()), batch=False).findings

    places = pd.Series(range(len(everything.forms)))
    whole = findings(places >= 0)
    parts = pd.concat([findings(places % pieces == rest) for rest in range(pieces)], ignore_index=True)
    keys = ["form_id", "check", "cell", "indicator", "message"]
    pd.testing.assert_frame_equal(
        whole.sort_values(keys, ignore_index=True), parts.sort_values(keys, ignore_index=True)
    )
    assert {defect.partition("-")[0] for defect in DEFECTS} - set(whole["check"]) <= {"B501"}
