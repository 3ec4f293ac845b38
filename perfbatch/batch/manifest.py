"""run.json: what was read, by which rules and version, what came of it, and what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from perfbatch.batch.books import deselected_checks
from perfbatch.batch.proof import in_force, of_program
from perfbatch.version import __version__

if TYPE_CHECKING:
    from perfbatch.batch.kept_results import FileRow
    from perfbatch.batch.result import Tally
    from perfbatch.options import Options
    from perfbatch.rules import RuleBook
    from perfbatch.writing.context import OfficeFile


def manifest(
    *,
    options: Options,
    books: Sequence[RuleBook],
    started: datetime,
    inputs: Sequence[str],
    files: Sequence[FileRow],
    tally: Tally,
    seconds: Mapping[str, float],
    stages: Mapping[str, float],
    reused: int,
    outputs: Mapping[str, Mapping[str, int | str]],
    places: Sequence[str],
    office: Sequence[OfficeFile],
    sheets: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The manifest of a finished run.

    ``books`` are those that judged a form; ``seconds`` is wall time, ``stages`` processor time of the
    workers; ``reused`` files were taken over from the run before. ``places`` are the inputs as they can be
    found from any folder, ``office`` the office's own files, ``sheets`` what proves those of 汇总.xlsx.
    """
    return {
        "tool": "perfbatch",
        "state": "done",
        "version": __version__,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "rules": [
            {"name": book.name, "title": book.title, "sha256": book.hash, "forms": tally.books[book.name]}
            for book in books
        ],
        "layouts": str(options.layouts) if options.layouts else None,
        "templates": str(options.templates) if options.templates else None,
        "redacted": options.redact,
        "deselected": list(deselected_checks(options)),
        "shipped": of_program(),
        "options": in_force(options),
        "office_files": [file._asdict() for file in office],
        "inputs": list(inputs),
        "places": list(places),
        "counts": tally.as_dict(),
        "reused": reused,
        "seconds": dict(seconds),
        "processor_seconds": {stage: round(spent, 3) for stage, spent in stages.items()},
        "files": [
            {"path": row.path, "sha256": row.sha256, "size": row.size, "status": row.status} for row in files
        ],
        "outputs": dict(outputs),
        "sheets": list(sheets),
    }
