"""The invented content: right forms are right, names say nothing wrong about direction."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

import pytest

from tests.generator import scoring
from tests.generator.catalogue import entries, identity, load, named
from tests.generator.content import SIZES, right_form
from tests.generator.model import number, own_sum

REVERSE_WORDS = re.compile("成本|控制数|故障率|投诉|差错|事故|能耗|时长|未.*率")
"""Section 3 of the spec."""


def test_no_two_forms_are_of_the_same_project() -> None:
    """Or B501 would speak where it is not expected."""
    seen = {(who.unit, who.name) for who in map(identity, range(20_000))}
    assert len(seen) == 20_000


def test_positive_indicators_have_no_name_that_reads_as_reverse() -> None:
    """A target without ≥ takes its direction from the name."""
    known = [entry for listed in entries().values() for entry in listed]
    names = [entry.name + entry.level2 for entry in known if entry.kind in ("number", "rate")]
    names += [row[0] for d in load("departments")["department"] for p in d["project"] for row in p["outputs"]]
    assert [name for name in names if REVERSE_WORDS.search(name)] == []


def test_reverse_indicators_have_a_name_that_reads_so() -> None:
    """0起 and 170万元 carry no operator."""
    reverse = [e for listed in entries().values() for e in listed if e.kind in ("ceiling", "cost")]
    assert [e.name for e in reverse if not REVERSE_WORDS.search(e.name + e.level2)] == []


@pytest.mark.parametrize("layout", ["national", "platform"])
@pytest.mark.parametrize("size", list(SIZES))
def test_a_right_form_is_right(layout: str, size: str) -> None:
    """分值 add up, scores are as the rules give them, each deviation has a reason and nothing else has."""
    for index in range(25):
        form = right_form(identity(index), Random(f"{layout}/{size}/{index}"), layout, size)
        points = [Decimal(str(indicator.points)) for indicator in form.indicators]
        assert sum(points) + 10 == 100
        assert form.own_total == own_sum(form) == scoring.computed_total(form)
        assert not scoring.in_another_grade(form)
        for level1, weight in form.weights.items():
            pairs = zip(form.indicators, points, strict=True)
            assert sum(worth for indicator, worth in pairs if indicator.level1 == level1) == weight
        for indicator, worth in zip(form.indicators, points, strict=True):
            own = Decimal(str(indicator.own_score))
            assert own == scoring.accepted(indicator.truth, own, worth)
            deviates = bool(scoring.reason_level(indicator.truth, own, worth))
            assert deviates == (len(str(indicator.reason or "")) > 6), indicator


@pytest.mark.parametrize("layout", ["national", "platform"])
def test_the_funds_of_a_right_form_add_up(layout: str) -> None:
    """Every money column of the lines below is the total's."""
    for index in range(50):
        form = right_form(identity(index), Random(index), layout)
        for column in ("initial", "budget", "executed"):
            lines = sum((number(getattr(fund, column)) or Decimal(0) for fund in form.funds[1:]), Decimal(0))
            assert lines == number(getattr(form.total, column))
        assert form.total.own_score == scoring.budget_score(form)


def test_an_unknown_unit_is_refused() -> None:
    """samples.toml cannot name what departments.toml lacks."""
    with pytest.raises(LookupError, match="市没有这个单位"):
        named("市没有这个单位", "农村公路养护")
