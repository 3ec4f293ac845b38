"""问题清单: every finding, by form, most severe first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from perfbatch.writing.chunk import Chunk, take, translated
from perfbatch.writing.summary.links import Link, cell_links
from perfbatch.writing.terms import Terms

_OWN = ("level", "check", "message", "found", "expected", "advice", "clause", "file", "sheet")


def rows(
    chunk: Chunk, terms: Terms, titles: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, list[Link | None]]]:
    """Columns of the sheet and links of its link column; ``titles`` are those of the checks."""
    form = chunk.findings_form
    cells = chunk.findings("cell")
    data: dict[str, Any] = {
        "form_no": chunk.form_numbers(form),
        **{name: chunk.findings(name) for name in _OWN},
        **{name: chunk.of_forms(name, form) for name in ("department", "unit", "project")},
        "title": translated(chunk.findings("check"), lambda check: titles.get(check, "")),
        "subject": subjects(chunk, terms),
        "field": translated(chunk.findings("field"), lambda field: terms.code("field", field)),
        "link": cells,
    }
    links = cell_links(chunk.copies, data["file"], data["sheet"], cells)
    return data, {"link": list(links)}


def subjects(chunk: Chunk, terms: Terms) -> np.ndarray:
    """The indicator or the line of the funds that each finding is about, "" for neither."""
    names = take(chunk.texts("indicators", "name"), chunk.findings_indicator)
    lines = np.array(translated(chunk.findings("line"), lambda line: terms.code("line", line)), dtype=object)
    return np.where(names != "", names, lines)
