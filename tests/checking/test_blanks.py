"""One blank cell, one error: whatever cell of a right form a unit forgets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checking.build import CLEAN, each, said

HEADER = ["project", "department", "unit", "year", "own_total", "points_total"]
AMOUNTS = ("initial", "budget", "executed", "points", "rate", "own_score")
FUNDS = [f"{line[0]}.{column}" for line in CLEAN.funds for column in AMOUNTS]
FIELDS = ("name", "target", "actual", "points", "own_score", "reason")
INDICATORS = [f"{n}.{field}" for n in range(1, len(CLEAN.indicators) + 1) for field in FIELDS]
CELLS = HEADER + FUNDS + INDICATORS


def errors(changes: list[dict[str, str]]) -> list[list[str]]:
    """Error findings of the right form with each of these changes."""
    return [[finding for finding in said(found) if " error " in finding] for found in each(changes)]


@pytest.mark.parametrize("how", ["", "—", "?", "#REF!"], ids=["blank", "sign", "uncached", "error value"])
def test_no_single_cell_makes_two_errors(how: str) -> None:
    """Every cell in turn."""
    found = zip(CELLS, errors([{cell: how} for cell in CELLS]), strict=True)
    assert {cell: said for cell, said in found if len(said) > 1} == {}


def forms_with_blanks(cells: list[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    """Some forms, each with some of the cells blank."""
    some = st.lists(st.sampled_from(cells), min_size=1, max_size=6, unique=True)
    return st.lists(some.map(lambda blank: dict.fromkeys(blank, "")), min_size=1, max_size=12)


@settings(max_examples=20, deadline=None)
@given(st.one_of(forms_with_blanks(INDICATORS), forms_with_blanks(FUNDS), forms_with_blanks(CELLS)))
def test_several_blanks_make_no_more_errors_than_blanks(forms: list[dict[str, str]]) -> None:
    """A blank never multiplies, in whatever company."""
    more = [(f, found) for f, found in zip(forms, errors(forms), strict=True) if len(found) > len(f)]
    assert more == []


def test_blanks_that_nobody_needs_are_no_findings() -> None:
    """A reason without deviation, the score of a line that does not count, the printed 100."""
    cells = ("1.reason", "fiscal.own_score", "fiscal.rate", "points_total")
    assert [said(found) for found in each([{cell: ""} for cell in cells])] == [[], [], [], []]
