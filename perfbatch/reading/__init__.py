"""Files → frames: every form on every visible sheet, each value with the address of its cell."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.reading.layouts import Layouts, load_layouts
from perfbatch.reading.targets import approved_targets
from perfbatch.text import without_controls
from perfbatch.words import Words, load_words
from perfbatch.workbook.refusal import Refused, reason, remark

if TYPE_CHECKING:
    from perfbatch.reading.discover import Source
    from perfbatch.reading.form.forms import Form
    from perfbatch.schema import Frames
    from perfbatch.workbook.grid import Grid

__all__ = ["approved_targets", "read", "read_sources", "read_workbook", "skipped_size"]

_log = logging.getLogger(__name__)
_TEMPLATES = {"xlt": "xls", "ett": "et", "ots": "ods"}
"""Endings of templates whose content is that of a workbook."""


@dataclass(slots=True)
class _FileRead:
    """What came of one file: its row of the frame ``files``, and its forms."""

    path: str
    sha256: str = ""
    size: int | None = None
    status: str = "processed"
    reason: str = ""
    reason_code: str = ""
    kind: str = ""
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    forms: list[Form] = field(default_factory=list)


def read(
    inputs: str | Path | Iterable[str | Path],
    *,
    layouts: Path | Layouts | None = None,
    passwords: Sequence[str] = (),
    words: Words | None = None,
) -> Frames:
    """Find and read everything in ``inputs`` (files and folders).

    ``layouts`` is an office's own layout file or folder, ``passwords`` are tried on encrypted workbooks.
    Returns frames valid for stage 'read'. Raises perfbatch.reading.discover.InputError for an input that does
    not exist and perfbatch.reading.layouts.LayoutError; never for what is in a file.
    """
    from perfbatch.reading.discover import discover

    paths = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    sources = discover([Path(path) for path in paths], outputs=None)
    return read_sources(sources, layouts=layouts, passwords=passwords, words=words)


def read_sources(
    sources: Iterable[Source],
    *,
    layouts: Path | Layouts | None = None,
    passwords: Sequence[str] = (),
    words: Words | None = None,
) -> Frames:
    """Read the given files, one row of ``files`` for each, in order; the next is asked for when one is read.

    A file that cannot be read is refused with a reason and costs only itself; its stack is in the log at
    debug level. Raises perfbatch.reading.layouts.LayoutError.
    """
    families = layouts if isinstance(layouts, Layouts) else load_layouts(layouts)
    words = words or load_words()
    return _frames([_read_file(source, families, passwords, words)[0] for source in sources], words)


def read_workbook(
    source: Source, *, layouts: Path | None, passwords: Sequence[str], words: Words
) -> tuple[Frames, Sequence[Grid]]:
    """One file as ``read_sources`` reads it, and its sheets; none where it is refused or skipped."""
    file, grids = _read_file(source, load_layouts(layouts), passwords, words)
    return _frames([file], words), grids


def _frames(files: Sequence[_FileRead], words: Words) -> Frames:
    from perfbatch import schema
    from perfbatch.reading.frames import form_ids, forms_frame, funds_frame, indicators_frame

    rows = [
        (form_id, file.path, form)
        for file in files
        for form_id, form in zip(form_ids(file.path, file.forms), file.forms, strict=True)
    ]
    frames = schema.Frames(
        forms=forms_frame(rows, words),
        funds=funds_frame(rows),
        indicators=indicators_frame(rows),
        files=schema.build("files", {
            "path": [file.path for file in files],
            "sha256": [file.sha256 for file in files],
            "size": [file.size for file in files],
            "status": [file.status for file in files],
            "reason": [file.reason for file in files],
            "forms": [len(file.forms) for file in files],
            "seconds": [file.seconds for file in files],
            "reason_code": [file.reason_code for file in files],
            "kind": [file.kind for file in files],
            "notes": ["；".join(file.notes) for file in files],
        }),
        findings=schema.build("findings", {}, "check"),
    )  # fmt: skip
    return schema.validate(frames, "read")


def _read_file(
    source: Source, layouts: Layouts, passwords: Sequence[str], words: Words
) -> tuple[_FileRead, Sequence[Grid]]:
    """Everything of one file, and its sheets; whatever happens inside is this file's refusal."""
    started = time.perf_counter()
    file = _FileRead(source.name)
    grids: Sequence[Grid] = ()
    if source.skip:
        file.status, file.reason_code, file.size = "skipped", source.skip, skipped_size(source)
        file.reason = reason(source.skip, words)
        return file, grids
    try:
        grids = _fill(file, source, layouts, passwords, words)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except Refused as refusal:
        _refuse(file, source, refusal, words)
        _log.debug("%s: refused: %s", source.name, refusal, exc_info=refusal.__cause__ is not None)
    except BaseException as error:  # a library's panic is no Exception
        _refuse(file, source, Refused("internal", detail=f"{type(error).__name__}: {error}"), words)
        _log.debug("%s: unexpected", source.name, exc_info=True)
    if source.outside:
        file.notes.append(words.text("reading", "file.outside", path=without_controls(source.outside)))
    file.seconds = time.perf_counter() - started
    return file, grids


def skipped_size(source: Source) -> int | None:
    """Size in bytes of a file that is skipped.

    None for a folder, and for our own output: what says so would change its size, run after run.
    """
    return None if source.skip in ("own_output", "in_output") else _size(source.path)


def _fill(
    file: _FileRead, source: Source, layouts: Layouts, passwords: Sequence[str], words: Words
) -> Sequence[Grid]:
    from perfbatch.reading.workbook_forms import forms_of
    from perfbatch.workbook.open import load_grids

    data = source.load()
    file.size = len(data)
    file.sha256 = hashlib.sha256(data).hexdigest()
    workbook = load_grids(data, passwords=passwords, name=source.name)
    file.kind = workbook.kind
    found = forms_of(workbook.grids, layouts)
    file.notes = [
        *_misnamed(source.name, workbook.kind, words),
        *(remark(code, words) for code in workbook.notes),
        *(words.text("reading", f"file.{code}", **values) for code, values in found.notes),
    ]
    file.forms = found.forms
    if not found.forms:
        file.status, file.reason_code = "skipped", "approved_targets"
        titles = "、".join(dict.fromkeys(form.texts["title"].value for form in found.targets))
        file.reason = reason(file.reason_code, words, title=titles)
    return workbook.grids


def _misnamed(name: str, kind: str, words: Words) -> list[str]:
    """A remark where the name's ending says another kind than the content."""
    stem, _, written = name.rpartition("/")[2].rpartition(".")
    ending = written.lower()
    if not stem or not ending or ending == kind or kind == _TEMPLATES.get(ending):
        return []
    return [words.text("reading", "file.misnamed", ending=ending, kind=kind)]


def _refuse(file: _FileRead, source: Source, refusal: Refused, words: Words) -> None:
    if file.size is None and not source.member:  # it was not even loaded
        file.size = _size(source.path)
    file.status, file.reason_code, file.forms, file.notes = "refused", refusal.code, [], []
    file.reason = refusal.sentence(words)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
