"""Wine for the tests that run batch files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desktop.wine import StandIn, Wine, missing, stand_in


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """A prefix for all of them; skipped with a sentence where there is no Wine."""
    if why := missing():
        pytest.skip(why)
    made = Wine(tmp_path_factory.mktemp("wine") / "prefix")
    made.make()
    yield made
    made.end()


@pytest.fixture
def python(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    """A stand-in for the installed Python."""
    return stand_in(tmp_path_factory.mktemp("recorder"))
