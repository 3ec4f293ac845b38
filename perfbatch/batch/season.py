"""The season of one run: the roster that it was given, and what came of it once the forms are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.own_outputs import BACKUP
from perfbatch.reading.discover import Source
from perfbatch.season.confirming import read_confirmations, to_confirm
from perfbatch.season.expected import Expected, expect
from perfbatch.season.matching import Pair
from perfbatch.season.roster import Roster, read_roster
from perfbatch.words import Words
from perfbatch.writing.names import SUMMARY
from perfbatch.writing.season_frames import SeasonFrames
from perfbatch.writing.summary.to_confirm import COLUMNS, CONFIRM, KEY
from perfbatch.writing.terms import Terms

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.options import Options


@dataclass(slots=True)
class Season:
    """``roster`` beside the forms of one run; ``owed`` are its findings about no form."""

    roster: Roster
    decisions: Mapping[Pair, bool]
    modified: Mapping[str, float]
    as_of: date
    expected: Expected | None = None
    owed: pd.DataFrame | None = field(default=None)

    def beside(self, keys: pd.DataFrame) -> pd.DataFrame:
        """``keys`` of all forms (``checking.batch.keys_of``) with the project of the roster that each is."""
        self.expected = expect(self.roster.projects, keys, self.modified, self.as_of, self.decisions)
        return self.expected.keys

    def frames(self) -> SeasonFrames | None:
        """What the documents show of it; None before the forms are known."""
        if self.expected is None:
            return None
        return SeasonFrames(
            self.as_of,
            self.expected.roster,
            self.roster.remarks,
            to_confirm(self.expected, self.decisions),
        )


def season_of(
    options: Options, output: Path, sources: Sequence[Source], today: date, words: Words
) -> Season | None:
    """The season of a run; None where no roster was given. Raises ListError for an unusable roster.

    What a person wrote into the last 汇总.xlsx below ``output`` is taken up here, before anything is written.
    """
    if options.roster is None:
        return None
    roster = read_roster(options.roster, passwords=options.passwords, words=words)
    terms = Terms(words)
    confirm, key = (
        terms.words_of(next(column for column in COLUMNS if column.key == wanted))[0]
        for wanted in (CONFIRM, KEY)
    )
    last = last_summary(output)
    return Season(
        roster=roster,
        decisions=read_confirmations(last, confirm, key) if last is not None else {},
        modified={source.name: _modified(source) for source in sources},
        as_of=options.as_of or today,
    )


def last_summary(output: Path) -> Path | None:
    """The 汇总.xlsx in which a person may have written: the one in place, else the one put away last.

    A run that was broken off may have moved an edited one to 备份/ and not written its own yet.
    """
    if (output / SUMMARY).is_file():
        return output / SUMMARY
    kept = sorted((output / BACKUP).glob(f"*/{SUMMARY}"), key=lambda path: path.parent.name)
    return kept[-1] if kept else None


def _modified(source: Source) -> float:
    """When the file was last changed; 0 where it cannot be told."""
    try:
        return source.path.stat().st_mtime
    except OSError:
        return 0.0
