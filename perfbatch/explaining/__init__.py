"""Where one cell's value and score come from: what was read, by which rule it was scored, what was found.

``explain("表.xlsx#自评表!H15")`` reads the one file and gives the text that ``perfbatch explain`` shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfbatch.explaining.target import ExplainError, parse_target
from perfbatch.words import load_words

if TYPE_CHECKING:
    from perfbatch.options import Options

__all__ = ["ExplainError", "explain"]

PAGE = "story.txt.j2"


def explain(target: str, options: Options) -> str:
    """What is to be said of the cell that ``target`` names (FILE#SHEET!CELL, or FILE#CELL), as text.

    Raises ExplainError where the file cannot be read or the target names no cell in it, RuleBookError,
    LayoutError or TemplateError.
    """
    from perfbatch.explaining.cell import read_cell
    from perfbatch.explaining.sections import sections_of

    words = load_words(options.templates)
    explained = read_cell(parse_target(target), options, words)
    return words.document(PAGE).render(
        file=explained.file, sheet=explained.sheet, cell=explained.asked, sections=sections_of(explained)
    )
