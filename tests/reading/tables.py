"""Case tables of tests/data: tab separated, ``#`` for remarks, escapes for what cannot be seen."""

from __future__ import annotations

import csv
import re
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|n|t|\\)")


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of tests/data/<name> by their Chinese column heads; cells that are left out are ``""``."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("#")]
    rows = csv.DictReader(kept, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
    return [{head: _ESCAPE.sub(_unescape, cell) for head, cell in row.items()} for row in rows]


def number(cell: str) -> float:
    """A cell as a number, NaN where blank."""
    return float(cell) if cell else float("nan")


def _unescape(found: re.Match[str]) -> str:
    sign = found[1]
    return chr(int(sign[1:], 16)) if sign[0] == "u" else {"n": "\n", "t": "\t", "\\": "\\"}[sign]
