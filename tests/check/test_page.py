"""docs/checks.md is made from the definitions and current."""

from __future__ import annotations

from pathlib import Path

from perfbatch.check import catalogue
from perfbatch.check.page import page

DOCS = Path(__file__).parent.parent.parent / "docs" / "checks.md"


def test_the_page_is_current() -> None:
    """Refresh it with `python -m perfbatch.check.page docs/checks.md`."""
    assert page() == DOCS.read_text(encoding="utf-8")


def test_the_page_has_every_check_with_an_example() -> None:
    """Each with title and sentence."""
    text = page()
    assert all(f"### {one.id} {one.title}" in text and one.example in text for one in catalogue())
