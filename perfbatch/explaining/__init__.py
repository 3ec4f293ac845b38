"""The whole story of one cell: what was read, by which rule it was scored, what was found on it.

``tell("表.xlsx#自评表!H15")`` reads the one file and gives the text that ``perfbatch explain`` shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.explaining.target import StoryError, parse
from perfbatch.words import load_words

if TYPE_CHECKING:
    from perfbatch.rules import Rules

__all__ = ["StoryError", "tell"]

PAGE = "story.txt.j2"


def tell(
    target: str,
    *,
    rules: Rules,
    layouts: Path | None = None,
    templates: Path | None = None,
    passwords: Sequence[str] = (),
) -> str:
    """The story of the cell that ``target`` names (FILE#SHEET!CELL, or FILE#CELL), as text.

    ``rules``: what the score room is given. Raises StoryError where the
    file cannot be read or the target names no cell in it, RuleBookError, LayoutError or TemplateError.
    """
    from perfbatch.explaining.opened import open_form
    from perfbatch.explaining.telling import sections

    words = load_words(templates)
    opened = open_form(parse(target), rules=rules, layouts=layouts, words=words, passwords=passwords)
    return words.document(PAGE).render(
        file=opened.file, sheet=opened.sheet, cell=opened.asked, sections=sections(opened)
    )
