"""文件清单: what became of every file."""

from __future__ import annotations

from typing import Any

from perfbatch.writing.chunk import Chunk, translated
from perfbatch.writing.summary.links import Link, cell_link
from perfbatch.writing.terms import Terms


def rows(chunk: Chunk, terms: Terms) -> tuple[dict[str, Any], dict[str, list[Link | None]]]:
    """Columns of the sheet and links to the annotated copies."""
    paths = chunk.texts("files", "path")
    copies = [chunk.copies.get(path, "") for path in paths]
    explanations = zip(chunk.texts("files", "reason"), chunk.texts("files", "notes"), strict=True)
    data: dict[str, Any] = {
        "path": paths,
        "status": translated(chunk.texts("files", "status"), lambda code: terms.code("status", code)),
        "kind": translated(chunk.texts("files", "kind"), lambda code: terms.code("kind", code)),
        "size": chunk.numbers("files", "size"),
        "forms": chunk.numbers("files", "forms"),
        "explanation": ["\n".join(filter(None, both)) for both in explanations],
        "copy": [terms("copy_link") if copy else "" for copy in copies],
    }
    return data, {"copy": [cell_link(copy, "", "") for copy in copies]}
