"""指标明细: every indicator with its scores, and how the recomputed one came about."""

from __future__ import annotations

from typing import Any

from perfbatch.writing.chunk import Chunk, translated
from perfbatch.writing.terms import Terms

_TEXTS = ("level1", "level2", "name", "target", "actual", "clause", "reason")
_NUMBERS = ("number", "points", "own_score", "computed_score", "accepted_score", "difference")
_PERCENT = ("completion", "deviation_size")
_CODES = ("direction", "direction_source", "rule", "deviation_kind")


def rows(chunk: Chunk, terms: Terms) -> dict[str, Any]:
    """Columns of the sheet."""
    form = chunk.indicators_form

    def say(group: str) -> list[str]:
        return translated(chunk.texts("indicators", group), lambda code: terms.code(group, code))

    return {
        "form_no": chunk.form_numbers(form),
        **{name: chunk.of_forms(name, form) for name in ("department", "unit", "project")},
        **{name: chunk.texts("indicators", name) for name in _TEXTS},
        **{name: chunk.numbers("indicators", name) for name in _NUMBERS},
        **{name: chunk.numbers("indicators", name) / 100 for name in _PERCENT},
        **{name: say(name) for name in _CODES},
    }
