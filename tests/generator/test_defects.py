"""Each defect is exactly that defect: the right check, a cell of the form, all else consistent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.generator import faulty, faulty_variants, scoring
from tests.generator.defects import DEFECTS
from tests.generator.model import number, own_sum
from tests.generator.workbook import make

SECTION_5 = [
    *("S001", "S002", "S003"),
    *("F101", "F102", "F103", "F104", "F105", "F106"),
    *("I201", "I202", "I203", "I204", "I205", "I206", "I207", "I208", "I209"),
    *("R301", "R302", "R303", "R304"),
    *("T401", "T402", "T403", "T404"),
    "B501",
]


def test_every_check_of_the_spec_has_a_defect() -> None:
    """Except B502 and B503, which need a roster."""
    assert sorted({name.split("-")[0] for name in faulty_variants()}) == sorted(SECTION_5)


@pytest.mark.parametrize("name", faulty_variants())
def test_a_defect_is_what_its_name_says(name: str) -> None:
    """The check named, at a place that the form has; T404 alone needs another one with it."""
    for layout in (None, "platform"):
        if layout and name.startswith(("T403", "B501")):
            continue
        workbook = faulty(name, 1, layout)
        found = [e for rendered in workbook.forms for e in rendered.expected]
        checks = {e.check for e in found}
        assert checks == ({"T404", "I202"} if name == "T404" else {name.split("-")[0]})
        for rendered in workbook.forms:
            assert all(rendered.cell(e.place) for e in rendered.expected)


TOTALS_OFF = {"T401", "S002-own_score", "S003-uncached", "S003-error"}


@pytest.mark.parametrize("name", [n for n in DEFECTS if n not in TOTALS_OFF and n != "T404"])
def test_the_total_follows_the_scores(name: str) -> None:
    """No defect drags a wrong sum or another grade along."""
    form = faulty(name, 2).forms[0].form
    assert number(form.own_total) == own_sum(form)
    assert not scoring.in_another_grade(form)
    if name not in ("T402", "T403-points"):
        points = [number(indicator.points) or Decimal(0) for indicator in form.indicators]
        assert sum(points, Decimal(10)) == 100


def test_what_is_expected_of_mixed_forms_is_never_said_twice() -> None:
    """One cause, one finding."""
    for index in range(60):
        for rendered in make(11, index).forms:
            assert len(set(rendered.expected)) == len(rendered.expected)
