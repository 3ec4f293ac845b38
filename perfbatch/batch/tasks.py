"""What a worker does with one chunk: read, score and check it; later write its annotated copies.

Frames stay on disk between the two; only what the whole batch needs travels back to the main process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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


class Item(NamedTuple):
    """One file of the batch and its place in it."""

    position: int
    source: Source


@dataclass(frozen=True, slots=True)
class Checked:
    """A chunk after the check room: where its frames lie, and the identities of its forms."""

    folder: Path
    keys: pd.DataFrame


def read_and_check(items: Sequence[Item], settings: Settings, staging: Path) -> Checked:
    """Read, score and check a chunk, and spill its frames into a folder of ``staging``."""
    frames = read_sources(
        [item.source for item in items],
        layouts=settings.layouts,
        passwords=settings.passwords,
        words=load_words(settings.templates),
    )
    rules = settings.rule_books()
    frames = check(score(frames, rules), rules, batch=False)
    folder = staging / f"{items[0].position:08d}"
    spill(frames, folder)
    return Checked(folder, frames.forms[list(KEYS)])


def copy(items: Sequence[CopyItem], settings: Settings, output: Path) -> list[CopyOutcome]:
    """Write the annotated copies of files that lie in one spilled folder."""
    frames = unspill(items[0].folder)
    rules = settings.rule_books()
    return write_copies(
        frames,
        [item.source for item in items],
        output,
        words=load_words(settings.templates),
        rules=rules,
        passwords=settings.passwords,
    )


class CopyItem(NamedTuple):
    """One file whose copy is to be written, and the folder in which its frames lie."""

    source: Source
    folder: Path
