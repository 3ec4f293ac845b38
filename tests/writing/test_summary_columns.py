"""Columns of 汇总.xlsx: each declared once, whole, with formulas that name what is there."""

from __future__ import annotations

import pytest

from perfbatch.words import load_words
from perfbatch.writing.summary.columns import column
from perfbatch.writing.summary.departments import Departments
from perfbatch.writing.summary.projects import formulas
from perfbatch.writing.summary.sheets import COLUMNS
from perfbatch.writing.summary.writer import ORDER
from perfbatch.writing.terms import Terms

EVERY = [(sheet, one) for sheet, columns in COLUMNS.items() for one in columns]


def test_every_sheet_has_its_columns() -> None:
    """All but 总览 and 逐月对比, which are laid out by hand."""
    assert set(ORDER) - {"overview", "by_month"} == set(COLUMNS)
    assert all(len({one.key for one in columns}) == len(columns) for columns in COLUMNS.values())


def test_a_key_has_the_same_heading_on_every_sheet() -> None:
    """An office replaces it by the key alone."""
    said: dict[str, set[str]] = {}
    for _, one in EVERY:
        said.setdefault(one.key, set()).add(one.heading)
    assert {key: words for key, words in said.items() if len(words) > 1} == {}


def test_no_column_is_left_without_a_value() -> None:
    """A column that was declared and forgotten is none; what a person wrote is written again."""
    assert [one.key for _, one in EVERY if one.value is None] == []
    assert all(one.kind == "fill" for _, one in EVERY if one.value is None)
    assert all(one.link is not None for _, one in EVERY if one.kind == "link")


def test_words_are_wanted_where_a_column_is_declared() -> None:
    """Not only when the workbook is written."""
    with pytest.raises(ValueError, match="column a: heading and meaning are wanted"):
        column("a", "text", 8, heading="甲", meaning="")


def test_formulas_name_columns_that_are_there() -> None:
    """A brace that names nothing fails here."""
    terms = Terms(load_words())
    assert formulas(terms)["rate"] == 'IF(AND(ISNUMBER(H{row}),N(G{row})>0),H{row}/G{row},"")'
    departments = Departments(terms, ["优", "差"], forms=3, live=True)
    words = departments._words_of_row(1)
    found = [departments._formula(one.formula, words, grade='"优"') for one, _ in departments.columns]
    assert found.count("") == 3  # number, name, 实施单位数
    totals = [
        departments._formula(one.total, words, grade="", rows="A2:A4") for one, _ in departments.columns
    ]
    assert [bool(formula) for formula in found] == [bool(total) for total in totals]
