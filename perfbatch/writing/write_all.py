"""All outputs of a batch that is in memory: what ``perfbatch.run`` writes, from frames."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.checking.catalogue import catalogue
from perfbatch.checking.identity import identified
from perfbatch.folder_lock import held
from perfbatch.reading.discover import discover
from perfbatch.rules import Rules, books_of
from perfbatch.schema import filled
from perfbatch.version import __version__
from perfbatch.words import Words, load_words
from perfbatch.writing.context import RunContext
from perfbatch.writing.copies import copy_names, tables_of, with_copies, write_copies
from perfbatch.writing.documents import Documents
from perfbatch.writing.form_order import form_places

if TYPE_CHECKING:
    from perfbatch.schema import Frames


def write(
    frames: Frames,
    inputs: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    rules: Rules = None,
    passwords: Sequence[str] = (),
    words: Words | None = None,
    headers: str = "keys",
) -> list[str]:
    """Write copies, 汇总.xlsx, 报告.html and the data files below ``output``; their paths there.

    ``frames`` come from the check stage, ``inputs`` are what the read stage was given (the copies are made
    from those files), ``headers`` head the data files (``perfbatch.schema.HEADERS``), ``rules`` what scored
    them (None: the shipped books that ``forms.rules`` names). Outputs of the same name are replaced, each
    whole or not at all; the batch stage, which also keeps a manifest, is the one that looks after other
    people's files. Raises OSError (FolderInUseError where another run writes to ``output``), TemplateError,
    perfbatch.reading.discover.InputError.
    """
    if "finding_id" not in frames.findings:
        frames = identified(frames)
    frames = frames.with_(findings=filled("findings", frames.findings, "batch"))
    words = words or load_words()
    paths = [Path(inputs)] if isinstance(inputs, str | Path) else [Path(path) for path in inputs]
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    books = books_of(rules).used(frames.forms["rules"].unique())
    with held(folder):
        names = copy_names(frames.files)
        sources = [(s, names[s.name]) for s in discover(paths, outputs=folder) if s.name in names]
        outcomes = write_copies(
            tables_of(frames), sources, folder, rules=books, words=words, passwords=passwords
        )
        with Documents(folder, words, headers=headers, forms=len(frames.forms)) as documents:
            documents.append(with_copies(frames, outcomes), form_places(frames.forms))
            written = documents.close(
                RunContext(
                    version=__version__,
                    started=datetime.now().astimezone(),
                    inputs=tuple(str(path) for path in paths),
                    output=str(folder),
                    rules=books,
                    checks=tuple(catalogue()),
                )
            )
    return written + [outcome.copy for outcome in outcomes if outcome.copy]
