"""docs/layouts.md shows every shipped family as a picture."""

from __future__ import annotations

from pathlib import Path

from perfbatch.reading.layouts import load_layouts

DOCS = Path(__file__).parents[1] / "docs"


def test_every_family_has_its_picture() -> None:
    """A new family is drawn, rendered (docs/pictures/render-layouts.sh) and shown."""
    page = (DOCS / "layouts.md").read_text(encoding="utf-8")
    for layout in load_layouts():
        picture = f"pictures/layout-{layout.name}.png"
        assert f"]({picture})" in page
        assert (DOCS / picture).stat().st_size > 10_000
