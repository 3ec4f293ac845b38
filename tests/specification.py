"""docs/specification.md as tests cite it: its sections, and the tables in them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

PATH = Path(__file__).parent.parent / "docs/specification.md"
_HEADING = re.compile(r"^## ([0-9]+)\. (.+)$", re.MULTILINE)


@lru_cache(maxsize=1)
def sections() -> dict[int, str]:
    """Text of each section by its number."""
    text = PATH.read_text(encoding="utf-8")
    found = list(_HEADING.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return {int(match[1]): text[match.start() : end] for match, end in zip(found, ends, strict=True)}


def table(section: int) -> list[dict[str, str]]:
    """The first table of a section, one dict a row, by the names in its head."""
    lines = [line for line in sections()[section].splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head = rows[0]
    assert set(rows[1]) <= {"---"}, f"section {section} begins with no table"
    body = rows[2:]
    length = next((at for at, row in enumerate(body) if len(row) != len(head)), len(body))
    return [dict(zip(head, row, strict=True)) for row in body[:length]]
