"""docs/specification.md is what code and tests cite: every citation leads to a section that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.specification import PATH, sections, table

ROOT = PATH.parent.parent
FILES = sorted(
    path
    for folder in ("perfbatch", "tests", "docs", "templates")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".md", ".j2"} and path != PATH and path != Path(__file__)
)
CITED = re.compile(r"docs/specification\.md, sections? ([0-9]+)(?: and ([0-9]+))?")
LOOSE = re.compile(r"\b[Ss]pec(?:ification)?(?:'s)? sections? [0-9]|(?<!specification.md, )\bsection [0-9]")
"""A section of what? Within half a line the document must be named."""


def cited() -> list[tuple[str, int]]:
    """Every place that cites a section, with its number."""
    return [
        (path.relative_to(ROOT).as_posix(), int(number))
        for path in FILES
        for match in CITED.finditer(path.read_text(encoding="utf-8"))
        for number in match.groups()
        if number
    ]


def test_every_citation_leads_to_a_section() -> None:
    """A section that is renumbered takes its citations with it."""
    found = cited()
    assert len(found) > 20
    assert {place: number for place, number in found if number not in sections()} == {}


def test_no_section_is_cited_without_its_document() -> None:
    """'Section 4' of what?"""
    loose = [
        f"{path.relative_to(ROOT).as_posix()}: {line.strip()}"
        for path in FILES
        for line in path.read_text(encoding="utf-8").splitlines()
        if LOOSE.search(line) and "specification.md" not in line
    ]
    assert loose == []


def test_files_that_the_specification_names_are_there() -> None:
    """Links and paths lead somewhere."""
    text = PATH.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (PATH.parent / link).exists(), link
    assert not re.search(r"(?<![\w/])(?:seed|cases)/", text)


@pytest.mark.parametrize("section", [1, 2, 4, 5, 7])
def test_tables_are_read_whole(section: int) -> None:
    """Every row has all cells of its head."""
    assert all(all(row) or section == 7 for row in table(section))
