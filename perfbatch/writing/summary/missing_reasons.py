"""缺偏差原因: every deviation without a reason. The sheet that this tool exists for.

What must be mended comes first, then what is to be checked, each in the order of the forms: warnings
wait in a temporary file until every chunk has been seen.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import IO, Any

import numpy as np

from perfbatch.writing.chunk import Chunk, take, take_numbers, translated
from perfbatch.writing.summary.deflate import temporary_file
from perfbatch.writing.summary.links import Link, cell_links
from perfbatch.writing.summary.stream import RowStream
from perfbatch.writing.terms import Terms

_NUMBERS = ("points", "own_score")
_TEXTS = ("level2", "name", "target", "actual", "reason")


class MissingReasons:
    """Rows of the sheet, errors at once and the others at the end."""

    def __init__(self, stream: RowStream, terms: Terms, directory: Path) -> None:
        self.stream = stream
        self._terms = terms
        self._waiting: IO[bytes] = temporary_file(directory)

    def append(self, chunk: Chunk) -> None:
        """Take in one chunk."""
        wanted = chunk.missing_reasons
        if not wanted.any():
            return
        errors = wanted & (chunk.findings("level") == "error")
        if errors.any():
            data, links = self._rows(chunk, np.flatnonzero(errors))
            self.stream.write(data, links)
        others = wanted & ~errors
        if others.any():
            pickle.dump(self._rows(chunk, np.flatnonzero(others)), self._waiting, pickle.HIGHEST_PROTOCOL)

    def finish(self) -> None:
        """Write what waited."""
        end = self._waiting.tell()
        self._waiting.seek(0)
        while self._waiting.tell() < end:
            data, links = pickle.load(self._waiting)  # noqa: S301 (our own file, never closed since)
            self.stream.write(data, links)
        self.close()

    def close(self) -> None:
        """Remove the temporary file."""
        self._waiting.close()

    def _rows(self, chunk: Chunk, rows: np.ndarray) -> tuple[dict[str, Any], dict[str, list[Link | None]]]:
        form, indicator = chunk.findings_form[rows], chunk.findings_indicator[rows]
        found = {name: chunk.findings(name)[rows] for name in ("level", "check", "cell", "file", "sheet")}
        data: dict[str, Any] = {
            "form_no": chunk.form_numbers(form),
            "level": found["level"],
            **{name: chunk.of_forms(name, form) for name in ("department", "unit", "project")},
            **{name: take(chunk.texts("indicators", name), indicator) for name in _TEXTS},
            **{name: take_numbers(chunk.numbers("indicators", name), indicator) for name in _NUMBERS},
            "deviation_kind": translated(
                take(chunk.texts("indicators", "deviation_kind"), indicator),
                lambda code: self._terms.code("deviation_kind", code),
            ),
            "deviation_size": take_numbers(chunk.numbers("indicators", "deviation_size"), indicator) / 100,
            "missing": translated(found["check"], lambda code: self._terms.code("missing", code)),
            "link": found["cell"],
            "file": found["file"],
            "sheet": found["sheet"],
        }
        return data, {"link": list(cell_links(chunk.copies, found["file"], found["sheet"], found["cell"]))}
