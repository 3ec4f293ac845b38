"""What people read, sentence by sentence: how a deviation is told, and what was only inferred is told so."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.checking.build import each

DATA = Path(__file__).parent.parent / "data" / "check" / "messages.toml"
CASES: list[dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["case"]


@cache
def _found() -> dict[str, pd.DataFrame]:
    findings = each([case["set"] for case in CASES])
    return dict(zip([case["why"] for case in CASES], findings, strict=True))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_finding_reads_as_the_table_says(case: dict[str, Any]) -> None:
    """The one sentence of that check on that form."""
    findings = _found()[case["why"]]
    assert findings.loc[findings["check"] == case["check"], "message"].tolist() == [case["message"]]
