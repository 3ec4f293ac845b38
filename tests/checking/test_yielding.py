"""Every pair of checks of which one yields to the other, both ways."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from perfbatch.checking import catalogue
from perfbatch.checking.yielding import excuse, excuses
from tests.checking.build import each

DATA = Path(__file__).parent.parent / "data" / "check" / "yields.toml"
PAIRS: list[dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["pair"]
NO_TOTAL = {("T404", "S002"), ("T404", "S003")}
"""A form whose total nobody knows has no grade, for whatever cause."""


@cache
def _found(side: str, rules: str | None) -> dict[tuple[str, str], set[str]]:
    """The checks that speak on each pair's form, checked as one chunk."""
    ours = [pair for pair in PAIRS if pair.get("rules") == rules]
    findings = each([pair[side] for pair in ours], rules)
    return {(p["check"], p["to"]): set(f["check"]) for p, f in zip(ours, findings, strict=True)}


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{p['check']} to {p['to']}" for p in PAIRS])
def test_one_cause_is_said_once(pair: dict[str, Any]) -> None:
    """Where there is only the other one's cause, only the other one speaks."""
    found = _found("same", pair.get("rules"))[pair["check"], pair["to"]]
    assert pair["to"] in found
    assert pair["check"] not in found


@pytest.mark.parametrize(
    "pair", [p for p in PAIRS if p["own"]], ids=[f"{p['check']} to {p['to']}" for p in PAIRS if p["own"]]
)
def test_a_cause_of_its_own_is_said_beside_it(pair: dict[str, Any]) -> None:
    """Where the yielding check has another cause too, both speak."""
    assert {pair["check"], pair["to"]} <= _found("own", pair.get("rules"))[pair["check"], pair["to"]]


def test_every_declared_pair_has_a_function_and_cases_both_ways() -> None:
    """Nothing is declared that the code does not use, nothing used that is not declared or not tested."""
    declared = {(check.id, other) for check in catalogue() for other in check.yields}
    assert declared == set(excuses())
    assert declared == {(pair["check"], pair["to"]) for pair in PAIRS}
    assert {(pair["check"], pair["to"]) for pair in PAIRS if not pair["own"]} == NO_TOTAL


def test_a_check_yields_to_checks_that_there_are() -> None:
    """And never to itself."""
    ids = {check.id for check in catalogue()}
    assert all(set(check.yields) <= ids - {check.id} for check in catalogue())


def test_what_is_not_declared_cannot_be_used() -> None:
    """A function under a pair that no words declare is refused."""
    with pytest.raises(ValueError, match="declare no yielding"):
        excuse("F104", "I201")(lambda evidence: evidence)
    with pytest.raises(ValueError, match="twice"):
        excuse("I202", "I201")(lambda evidence: evidence)
