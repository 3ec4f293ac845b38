"""run.json: what was read, by which rules and version, what came of it, and what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch import __version__

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.batch.result import Tally
    from perfbatch.batch.settings import Settings
    from perfbatch.rules import RuleBook


def manifest(
    *,
    settings: Settings,
    books: Mapping[str, RuleBook],
    started: datetime,
    inputs: Sequence[Path],
    files: pd.DataFrame,
    tally: Tally,
    seconds: Mapping[str, float],
    outputs: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """The manifest of a finished run. ``files``: path, sha256, size, status, one row a file found."""
    inputs_read = files[["path", "sha256", "size", "status"]].astype(object)
    return {
        "tool": "perfbatch",
        "state": "done",
        "version": __version__,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "rules": [
            {"name": book.name, "title": book.title, "sha256": book.hash}
            for book in {book.name: book for book in books.values()}.values()
        ],
        "layouts": str(settings.layouts) if settings.layouts else None,
        "templates": str(settings.templates) if settings.templates else None,
        "inputs": [str(path) for path in inputs],
        "counts": tally.as_dict(),
        "seconds": dict(seconds),
        "files": inputs_read.where(inputs_read.notna(), None).to_dict("records"),
        "outputs": dict(outputs),
    }
