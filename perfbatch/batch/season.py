"""The season of one run: roster and approved targets, and what came of them once the forms are known."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from perfbatch.batch.chunk_files import read_frame
from perfbatch.batch.retry import GivenUp, reason_of
from perfbatch.checking.identity import identified_findings, listed
from perfbatch.reading.discover import Source
from perfbatch.season.applying import Applied
from perfbatch.season.approved import Approved, Found, TargetFile, read_approved, read_target_files
from perfbatch.season.confirming import indicators_to_confirm, to_confirm, together
from perfbatch.season.errors import ListError
from perfbatch.season.expected import Expected, expect
from perfbatch.season.matching import Pair
from perfbatch.season.roster import Roster, read_roster
from perfbatch.season.shown import decisions_frame, review_frame
from perfbatch.season.superseded import Superseded, superseded
from perfbatch.season.targets import Wanted, identity_of
from perfbatch.text import text_key
from perfbatch.words import Words, load_words
from perfbatch.writing.season_frames import Rounds, SeasonFrames

if TYPE_CHECKING:
    from perfbatch.batch.follow_up import Follower, KnowsForms
    from perfbatch.batch.workers import Workers
    from perfbatch.options import Options
    from perfbatch.season.recording import Recording

_TARGET_FILES = 100
"""Files of targets that a worker reads in one go."""
_BOTH = ("B512", "B513")
"""An approved indicator is missing; one was not approved: together they may be one under another name."""
_WHO = ("form_id", "file", "sheet", "department", "unit", "project")


@dataclass(slots=True)
class Season:
    """Roster and approved targets beside the forms of one run; ``owed`` are its findings about no form."""

    modified: Mapping[str, float]
    as_of: date
    decisions: Mapping[Pair | Wanted, bool] = field(default_factory=dict)
    roster: Roster | None = None
    approved: Approved | None = None
    recording: Recording | None = None
    """The round in the history, where there is one."""
    expected: Expected | None = None
    owed: pd.DataFrame | None = field(default=None)
    applied: Applied | None = None
    """The auditor's decisions, where there are any."""
    superseded: Superseded | None = None
    """Forms in whose place a newer one counts, where there are any."""
    unread: tuple[str, ...] = ()
    """What of them could not be read."""
    _confirm: list[pd.DataFrame] = field(default_factory=list)

    def take_up(self, decisions: Mapping[Pair | Wanted, bool]) -> None:
        """Go by what a person decided on near misses."""
        self.decisions = decisions
        if self.approved is not None:
            self.approved = replace(self.approved, decisions=decisions)

    def decided(self) -> bytes:
        """What a person decided, as far as the outcome of a file rests on it."""
        if self.approved is None:
            return b""
        return repr(sorted(self.approved.decisions.items(), key=repr)).encode("utf-8", "surrogatepass")

    def beside(self, keys: pd.DataFrame) -> pd.DataFrame:
        """``keys`` of all forms (``checking.batch.keys_of``), where there is a roster with the project of it
        that each is."""
        pairs = {pair: yes for pair, yes in self.decisions.items() if isinstance(pair, Pair)}
        self._confirm = []
        self.superseded = None
        if self.recording is not None:
            self.recording.meet(keys, self.modified)
        if self.approved is not None:
            found = self.approved.matched(keys, offers=True)
            beside = Expected(self.approved.projects, keys, tuple(found.offers))
            self._confirm.append(to_confirm(beside, pairs))
        if self.roster is not None:
            self.expected = expect(self.roster.projects, keys, self.modified, self.as_of, pairs)
            self._confirm.append(to_confirm(self.expected, pairs))
            keys = self.expected.keys
        if self.roster is None and self.recording is None:
            return keys
        newer = superseded(keys, self.modified)
        self.superseded = newer if newer.by else None
        return keys.assign(
            superseded_by=pd.array([newer.by.get(form, "") for form in keys["form_id"]], "str")
        )

    def order(self) -> str:
        """Which files are newer than which, as far as documents rest on it: a hash."""
        if self.roster is None and self.recording is None:
            return ""
        ranks = pd.Series(self.modified, dtype="float64").rank(method="dense")
        return hashlib.sha256(repr(ranks.to_dict()).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def identified(self, owed: pd.DataFrame) -> pd.DataFrame:
        """``owed``, findings about projects of the roster that no form is, with their identities: as B502
        gives them, in the order of the roster."""
        projects = self.expected.roster if self.expected is not None else None
        if projects is not None:
            # a rule book may have turned B502 off
            projects = projects[~projects["handed_in"]].iloc[: len(owed)]
        if self.recording is not None:
            self.recording.expect(projects)
        return identified_findings(owed, listed(projects) if projects is not None else [b""] * len(owed))

    @property
    def followers(self) -> Sequence[Follower | KnowsForms]:
        """Those that know something of the findings or the forms; the history asks what the auditor
        accepted."""
        return [one for one in (self.applied, self.recording, self.superseded) if one is not None]

    def frames(self, folders: Sequence[Path], words: Words) -> SeasonFrames:
        """What the documents show of it, once the forms are known; their frames lie in ``folders``."""
        confirm = list(self._confirm)
        if self.approved is not None:
            wanted = {pair: yes for pair, yes in self.decisions.items() if isinstance(pair, Wanted)}
            confirm.append(indicators_to_confirm(self._near(folders), wanted, self._decided(folders, wanted)))
        return SeasonFrames(
            self.as_of,
            self._roster_with_times(),
            (
                *self.unread,
                *(self.roster.remarks if self.roster is not None else ()),
                *(self.approved.remarks if self.approved is not None else ()),
            ),
            together(confirm) if confirm else None,
            self._rounds(),
            *self._decisions(words),
        )

    def _decisions(self, words: Words) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
        """The record of decisions with what became of each, and what of it must be looked at again."""
        if self.applied is None:
            return None, None
        self.applied.finish()
        record, states = self.applied.record, self.applied.states
        return decisions_frame(record, states, words), review_frame(record, states, words)

    def _roster_with_times(self) -> pd.DataFrame | None:
        """The roster, with a history also the rounds in which each project was owed (times)."""
        if self.expected is None:
            return None
        roster, owed = self.expected.roster, self.owed
        missing = ~roster["handed_in"].to_numpy(dtype=bool)
        if self.recording is None or owed is None or missing.sum() != len(owed):
            return roster
        times = pd.array([None] * len(roster), dtype="Int64")
        times[missing] = owed["times"].array
        return roster.assign(times=times)

    def _rounds(self) -> Rounds | None:
        """This round and those before it; None where there is no history."""
        recording = self.recording
        if recording is None:
            return None
        earlier = recording.history.table("departments", until=recording.before or "")
        return Rounds(recording.period, recording.before, earlier, recording.tracked, recording.states)

    def _decided(
        self, folders: Sequence[Path], wanted: Collection[Wanted]
    ) -> dict[Wanted, Mapping[str, str]]:
        """What is shown of decided pairs of indicators: their names as they are written, and where."""
        assert self.approved is not None
        shown: dict[Wanted, Mapping[str, str]] = {}
        if not wanted:
            return shown
        keys = {pair.stated for pair in wanted}
        listed = {
            (identity_of(self.approved.rows, at), key): at
            for at, key in enumerate(text_key(self.approved.rows["name"]).tolist())
            if key in {pair.approved for pair in wanted}
        }
        for folder in folders:
            indicators = read_frame(folder, "indicators", ("form_id", "name"))
            indicators = indicators.assign(key=text_key(indicators["name"]))
            indicators = indicators[indicators["key"].isin(keys)]
            if not len(indicators):
                continue
            forms = read_frame(folder, "forms", (*_WHO, "project_code"))
            forms = forms[forms["form_id"].isin(indicators["form_id"])].reset_index(drop=True)
            projects = self.approved.projects
            own = self.approved.matched(forms).project.tolist()
            of_form = {form: at for at, form in enumerate(forms["form_id"])}
            for form_id, name, key in indicators.itertuples(index=False, name=None):
                form, at = forms.iloc[of_form[form_id]], own[of_form[form_id]]
                project = identity_of(projects, at) if at >= 0 else None
                for pair in wanted:
                    row = listed.get((pair.project, pair.approved))
                    if pair.project != project or pair.stated != key or row is None:
                        continue
                    approved = self.approved.rows.iloc[row]
                    shown[pair] = {
                        "unit": form["unit"] or form["department"], "stated": name,
                        "listed_unit": approved["unit"] or approved["department"],
                        "listed": approved["name"], "file": form["file"], "sheet": form["sheet"],
                    }  # fmt: skip
        return shown

    def _near(self, folders: Sequence[Path]) -> Iterator[tuple[Wanted, float, Mapping[str, str]]]:
        """Indicators that may be approved ones: on forms that lack one and have one too many."""
        assert self.approved is not None
        for folder in folders:
            found = read_frame(folder, "findings", ("form_id", "check"))
            ids = set.intersection(*(set(found["form_id"][found["check"] == one]) for one in _BOTH))
            if not ids:
                continue
            forms = read_frame(folder, "forms", (*_WHO, "year", "project_code"))
            indicators = read_frame(folder, "indicators", ("form_id", "level2", "name", "target"))
            forms = forms[forms["form_id"].isin(ids)].reset_index(drop=True)
            indicators = indicators[indicators["form_id"].isin(ids)].reset_index(drop=True)
            held, rows, _ = self.approved.held(forms, indicators)
            form_at = {form: at for at, form in enumerate(forms["form_id"])}
            for offer in held.offers:
                form = forms.iloc[form_at[indicators["form_id"].iloc[offer.form]]]
                listed, stated = rows.iloc[offer.project], indicators["name"].iloc[offer.form]
                approved, said = text_key([listed["name"], stated])
                yield Wanted(identity_of(rows, offer.project), approved, said), offer.likeness, {
                    "unit": form["unit"] or form["department"], "stated": stated,
                    "listed_unit": listed["unit"] or listed["department"], "listed": listed["name"],
                    "file": form["file"], "sheet": form["sheet"],
                }  # fmt: skip


def season_of(
    options: Options,
    sources: Sequence[Source],
    today: date,
    words: Words,
    workers: Workers,
    recording: Recording | None = None,
) -> Season | None:
    """The season of a run; None where the office gave nothing of it and there is no ``recording``.

    Raises ListError for an unusable roster or list of targets, InputError for targets that do not exist,
    LayoutError.
    """
    if options.roster is None and not options.targets and recording is None:
        return None
    roster = None
    if options.roster is not None:
        roster = _roster(options, workers)
    return Season(
        modified={source.name: _modified(source) for source in sources},
        as_of=options.as_of or today,
        roster=roster,
        approved=approved_of(options, words, workers),
        recording=recording,
    )


def approved_of(options: Options, words: Words, workers: Workers) -> Approved | None:
    """The approved targets of a run; None where the office gave none. Raises as ``season_of``."""
    if not options.targets:
        return None

    task = partial(read_target_files, layouts=options.layouts, passwords=options.passwords)

    def read(files: Sequence[TargetFile]) -> Iterator[Found]:
        chunks = [files[start : start + _TARGET_FILES] for start in range(0, len(files), _TARGET_FILES)]
        for found, piece in workers.each(task, chunks):
            if isinstance(found, GivenUp):
                yield _given_up(piece[0].source.path, found, options)
            else:
                yield from found

    return read_approved(options.targets, words, look=workers.look, read=read)


def _roster(options: Options, workers: Workers) -> Roster:
    """The roster, read under the limits of a file. Raises ListError."""
    assert options.roster is not None
    [(found, _)] = workers.each(_read_roster, [[options.roster]], options.passwords, options.templates)
    if isinstance(found, GivenUp):
        raise _given_up(options.roster, found, options)
    read: Roster = found
    if not options.redact:
        return read
    contact, mask = read.projects["contact"], load_words(options.templates).text("batch", "redacted.mask")
    masked = contact.where(contact.str.strip() == "", mask).astype(contact.dtype)
    return replace(read, projects=read.projects.assign(contact=masked))


def _read_roster(paths: Sequence[Path], passwords: Sequence[str], templates: Path | None) -> Roster:
    return read_roster(paths[0], passwords=passwords, words=load_words(templates))


def _given_up(path: Path, lost: GivenUp, options: Options) -> ListError:
    """A list that took its worker with it: unusable, with the limit that it hit."""
    return ListError("kind", path=path.name, why=reason_of(lost.cause, options))


def _modified(source: Source) -> float:
    """When the file was last changed; 0 where it cannot be told."""
    try:
        return source.path.stat().st_mtime
    except OSError:
        return 0.0
