"""B501: the same project handed in twice, over a whole batch and over its chunks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from perfbatch import schema
from perfbatch.checking import check, check_batch, join_findings
from perfbatch.checking.batch import keys_of
from perfbatch.rules import load
from tests.checking.build import checked, said, scored


def keys(*rows: tuple[object, str, str, str]) -> pd.DataFrame:
    """Identities of forms: year, unit, department, project; each on a file of its own."""
    data = {
        "form_id": [f"{n}.xlsx#表" for n in range(len(rows))],
        "file": [f"{n}.xlsx" for n in range(len(rows))],
        "sheet": ["表"] * len(rows),
        "year": [row[0] for row in rows],
        "unit": [row[1] for row in rows],
        "department": [row[2] for row in rows],
        "project": [row[3] for row in rows],
        "project_cell": ["B3"] * len(rows),
        "rules": ["beijing-2021"] * len(rows),
    }
    return keys_of(schema.build("forms", data, "score"), schema.build("funds", {}, "score"))


ONE = (2021, "市信息中心", "市大数据局", "政务云运维")
SAME = [
    pytest.param(ONE, id="unchanged"),
    pytest.param((2021, "市信息中心", "", "政务云 运维"), id="a blank in the name"),
    pytest.param((2021, "市信息中心", "", "政务云·运维（）"), id="punctuation"),
    pytest.param((2021, "市信息中心", "", "51000021T000000012345-政务云运维"), id="a code before the name"),
    pytest.param((2021, "001001-市信息中心", "", "政务云运维"), id="a code before the unit"),
]
OTHER = [
    pytest.param((2022, "市信息中心", "市大数据局", "政务云运维"), id="another year"),
    pytest.param((None, "市信息中心", "市大数据局", "政务云运维"), id="no year"),
    pytest.param((2021, "市档案馆", "市大数据局", "政务云运维"), id="another unit"),
    pytest.param((2021, "市信息中心", "市大数据局", "政务云运维2期"), id="another project"),
    pytest.param((2021, "101中学", "市大数据局", "政务云运维"), id="a number that is no code"),
]


@pytest.mark.parametrize("other", SAME)
def test_the_same_project_of_the_same_unit_and_year_is_found(other: tuple[object, str, str, str]) -> None:
    """Both forms get the finding, each naming the other's file and sheet."""
    found = check_batch(keys(ONE, other))
    assert said(found) == ["B501 warning project"] * 2
    assert ["1.xlsx（表）" in found["message"][0], "0.xlsx（表）" in found["message"][1]] == [True, True]
    assert found["cell"].tolist() == ["B3", "B3"]


@pytest.mark.parametrize("other", OTHER)
def test_another_project_unit_or_year_is_not(other: tuple[object, str, str, str]) -> None:
    """One difference is enough."""
    assert said(check_batch(keys(ONE, other))) == []


def test_blank_names_say_nothing_about_each_other() -> None:
    """A blank project is S001's, and forms without unit and department are nobody's."""
    assert said(check_batch(keys((2021, "a", "", ""), (2021, "a", "", "")))) == []
    assert said(check_batch(keys((2021, "", "", "运维"), (2021, "", "", "运维")))) == []


def test_the_department_speaks_where_the_unit_is_blank() -> None:
    """The same department and project without a unit are the same."""
    assert len(check_batch(keys((2021, "", "市大数据局", "运维"), (2021, "", "市大数据局", "运维")))) == 2


def test_many_copies_are_counted_and_a_few_named() -> None:
    """Three others by name, all by number."""
    messages = check_batch(keys(*[ONE] * 6))["message"].tolist()
    assert "另见 1.xlsx（表）、2.xlsx（表）、3.xlsx（表） 等 5 张。" in messages[0]
    assert "另见 0.xlsx（表）、1.xlsx（表）、2.xlsx（表） 等 5 张。" in messages[5]


def test_chunks_checked_alone_and_joined_are_the_batch_checked_at_once() -> None:
    """batch=False for each chunk, check_batch over all identities, join_findings for each chunk."""
    whole = scored({"2.actual": ""}, count=3)
    at_once = check(whole).findings
    chunks = [
        whole.with_(
            **{
                name: getattr(whole, name)[getattr(whole, name)["form_id"] == form].reset_index(drop=True)
                for name in ("forms", "funds", "indicators")
            }
        )
        for form in whole.forms["form_id"]
    ]
    alone = [check(chunk, batch=False) for chunk in chunks]
    of_batch = check_batch(pd.concat([keys_of(c.forms, c.funds) for c in chunks], ignore_index=True))
    joined = pd.concat([join_findings(chunk, of_batch).findings for chunk in alone], ignore_index=True)
    pd.testing.assert_frame_equal(at_once, joined)
    assert (at_once["check"] == "B501").sum() == 3


def test_a_rule_book_sets_the_level_or_turns_it_off() -> None:
    """By the book of each form."""
    pair = keys(ONE, ONE)
    off, error = (replace(load(), levels={"B501": level}, hash=level) for level in ("off", "error"))
    assert said(check_batch(pair, off)) == []
    assert said(check_batch(pair, error)) == ["B501 error project"] * 2


def test_forms_within_one_check_are_compared_too() -> None:
    """check() looks at the batch unless told not to."""
    assert len(checked(count=2).findings) == 2


def test_a_whole_city_is_compared_at_once() -> None:
    """100,000 identities, each project handed in twice: every form is found, and names only its twin."""
    many = keys(*[ONE] * 100_000)
    many["project"] = pd.Series([f"项目第{n // 2}号" for n in range(100_000)], dtype="str")
    found = check_batch(many)
    assert len(found) == 100_000
    assert found["message"].iloc[-1].endswith("另见 99998.xlsx（表）。")
