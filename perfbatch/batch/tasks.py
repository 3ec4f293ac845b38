"""What a worker does with one chunk: read, score and check it; later write its annotated copies.

Frames stay on disk between the two; only what the whole batch needs travels back to the main process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from perfbatch import schema
from perfbatch.batch.settings import Settings
from perfbatch.batch.spill import spill, unspill
from perfbatch.check import check
from perfbatch.check.batch import KEYS
from perfbatch.read import read_sources
from perfbatch.score import score
from perfbatch.words import load_words
from perfbatch.write.copies import CopyOutcome, write_copies

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.read.discover import Source

_FILE_COLUMNS = ["path", "kind", "status", "sha256", "size"]


class Item(NamedTuple):
    """One file of the batch and its place in it."""

    position: int
    source: Source


class CopyItem(NamedTuple):
    """One file, the folder in which its frames lie, and its copy's path below 批注/ ('' for none)."""

    source: Source
    folder: Path
    target: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A chunk after the check room: where its frames lie, its forms' identities, its files."""

    folder: Path
    keys: pd.DataFrame
    files: pd.DataFrame


def read_and_check(items: Sequence[Item], settings: Settings, staging: Path) -> Checked:
    """Read, score and check a chunk, and spill its frames into a folder of ``staging``."""
    words = load_words(settings.templates)
    sources = [item.source for item in items]
    frames = read_sources(sources, layouts=settings.layouts, passwords=settings.passwords, words=words)
    books = settings.rule_books()
    checked = check(score(frames, books), books, batch=False, words=words)
    return _spilled(checked, items[0].position, staging)


def copy(items: Sequence[CopyItem], settings: Settings, output: Path) -> list[CopyOutcome]:
    """Write the annotated copies of files whose frames lie in one folder."""
    return write_copies(
        unspill(items[0].folder),
        [(item.source, item.target) for item in items if item.target],
        output,
        rules=settings.rule_books(),
        words=load_words(settings.templates),
        passwords=settings.passwords,
    )


def given_up(item: Item, cause: str, settings: Settings, staging: Path) -> Checked:
    """The frames of a file that took its worker with it: refused, with the reason."""
    try:
        size = item.source.path.stat().st_size
    except OSError:
        size = None
    file = {
        "path": [item.source.name],
        "size": [size],
        "status": ["refused"],
        "forms": [0],
        "reason_code": [cause],
        "reason": [_sentence(f"refused.{cause}", settings)],
    }
    frames = schema.empty("score").with_(files=schema.build("files", file, "check"))
    return _spilled(frames, item.position, staging)


def uncopied(item: CopyItem, cause: str, settings: Settings) -> CopyOutcome:
    """The outcome of a file whose copy took its worker with it."""
    return CopyOutcome(item.source.name, "", _sentence(f"uncopied.{cause}", settings))


def _spilled(frames: schema.Frames, position: int, staging: Path) -> Checked:
    folder = staging / f"{position:08d}"
    spill(frames, folder)
    return Checked(folder, frames.forms[list(KEYS)], frames.files[_FILE_COLUMNS])


def _sentence(key: str, settings: Settings) -> str:
    return load_words(settings.templates).text("batch", key, seconds=round(settings.limits.seconds))
