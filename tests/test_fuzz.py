"""A fixed number of mutated workbooks; ``make fuzz`` makes as many as there is time for."""

from __future__ import annotations

import pytest

from tests.fuzz import mutated, trouble


@pytest.mark.parametrize("hundred", range(10))
def test_mutated_workbooks_are_read_or_refused(hundred: int) -> None:
    """Nothing else happens, and nothing takes long."""
    seeds = range(100 * hundred, 100 * hundred + 100)
    assert {seed: said for seed in seeds if (said := trouble(mutated(seed)))} == {}


def test_the_same_number_makes_the_same_bytes() -> None:
    """What is found can be made again."""
    assert mutated(7) == mutated(7) != mutated(8)
