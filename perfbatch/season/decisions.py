"""What the auditor decided, and how what several people wrote comes together.

Each workbook carries beside what a person sees what the run itself had written (上次): what differs is what
a person wrote there, whatever happened to its rows and columns since. So a cell emptied is a decision
withdrawn, a missing row says nothing, and copies of several reviewers, or an old copy saved once more, are
merged field by field onto the record (decisions/019).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from perfbatch.schema import ACCEPTED, DECISIONS
from perfbatch.season.matching import Pair
from perfbatch.season.targets import Wanted
from perfbatch.text import compact, key_of

FIELDS = ("decision", "score", "note", "reviewer", "day", "remark")
"""审核意见, 审核得分, 审核说明, 审核人, 审核日期, 单位补充说明."""
REMARK = FIELDS[-1]
JUDGING = FIELDS[:-1]
"""What the auditor says; a remark is the unit's and holds whatever becomes of the finding."""
_KNOWN = {key_of(word): word for word in DECISIONS}

Values = tuple[str, ...]
"""A text for each of ``FIELDS``, "" for nothing."""
BLANK: Values = ("",) * len(FIELDS)


class Key(NamedTuple):
    """What a decision is about: ``kind`` 'f' a finding, 'p' a project's total; ``content`` what was found."""

    kind: str
    id: str
    content: str


class About(NamedTuple):
    """What the row showed, so that a person knows it again."""

    project: str = ""
    subject: str = ""
    check: str = ""


_NOTHING_SHOWN = About()


class Change(NamedTuple):
    """A person wrote ``value`` where the run had written ``base``."""

    key: Key
    field: str
    value: str
    base: str
    about: About


class Lost(NamedTuple):
    """What was written in a row that nobody can tell any more; ``why`` is a code of templates/season.toml."""

    values: Values
    about: About
    why: str
    source: str


class Rival(NamedTuple):
    """A value that another person wrote, which is not in force."""

    key: Key
    field: str
    value: str
    about: About
    source: str


class Refusal(NamedTuple):
    """A score that cannot be applied; ``why`` is a code of templates/season.toml, ``points`` fill it."""

    key: Key
    value: str
    about: About
    source: str
    why: str
    points: str = ""


@dataclass(slots=True)
class Entry:
    """A decision on record; ``sources`` say in which workbook each field was written.

    ``again``: a person said in 审核待办 that it holds for what is there now.
    """

    values: Values
    sources: Values = BLANK
    about: About = _NOTHING_SHOWN
    again: bool = False

    @property
    def judges(self) -> bool:
        """Whether it says more than the unit's remark."""
        return any(self.values[: len(JUDGING)])

    def says(self, name: str) -> str:
        """The value of a field."""
        return self.values[FIELDS.index(name)]


Item = Lost | Rival | Refusal | Key
"""What a row of 审核待办 is about; the key of an entry stands for it."""


class Answer(NamedTuple):
    """What a person wrote in 审核待办: that it shall hold, or not."""

    item: Item
    yes: bool


@dataclass(slots=True)
class Written:
    """What a person wrote in one workbook. ``bases``: what the run had written in each row, by key;
    ``record``: what it had listed in 审核待办 and 待确认."""

    source: str
    changes: list[Change] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    bases: dict[Key, Entry] = field(default_factory=dict)
    items: Record | None = None
    confirmed: dict[Pair | Wanted, bool] | None = None
    """None where it has no sheet 待确认."""
    gone: list[tuple[str, str]] = field(default_factory=list)
    """Sheet and heading of columns in which a person writes that are not there, or are called otherwise."""


@dataclass(slots=True)
class Record:
    """Everything that people decided, from run to run. ``seen``: hashes of the workbooks that are in it."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    rivals: list[Rival] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    confirmed: dict[Pair | Wanted, bool] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.entries or self.rivals or self.lost or self.refusals or self.confirmed or self.seen)

    def value(self, key: Key, name: str) -> str:
        """What is in force; "" for nothing."""
        entry = self.entries.get(key)
        return entry.says(name) if entry is not None else ""

    def source(self, key: Key, name: str) -> str:
        """The workbook that it was written in; "" for nothing."""
        entry = self.entries.get(key)
        return entry.sources[FIELDS.index(name)] if entry is not None else ""

    def set(self, key: Key, name: str, value: str, source: str, about: About) -> None:
        """Put a value in force; what stood against it goes."""
        entry = self.entries.get(key) or Entry(BLANK)
        at = FIELDS.index(name)
        value = word_of(value) if name == "decision" else value
        entry.values = (*entry.values[:at], value, *entry.values[at + 1 :])
        entry.sources = (*entry.sources[:at], source if value else "", *entry.sources[at + 1 :])
        entry.about = about if any(about) else entry.about
        self.entries[key] = entry
        if not any(entry.values):
            del self.entries[key]
        self._settle(key, name)

    def take(self, copies: Iterable[Written]) -> None:
        """Merge what people wrote in ``copies``; one that was taken before says nothing new."""
        copies = list(copies)
        for copy in copies:
            for answer in copy.answers:
                self._answer(answer, copy.source)
            self.lost += [one for one in copy.lost if one not in self.lost]
            if copy.confirmed is not None:
                self.confirmed = copy.confirmed
        said: defaultdict[tuple[Key, str], list[tuple[Change, str]]] = defaultdict(list)
        for copy in copies:
            anew = {(change.key, change.field) for change in copy.changes}
            for of in anew:  # the same workbook, saved once more since
                said[of] = [one for one in said[of] if one[1] != copy.source]
            for change in copy.changes:
                said[change.key, change.field].append((change, copy.source))
        for (key, name), changes in said.items():
            self._merge(key, name, changes)

    def _merge(self, key: Key, name: str, changes: Sequence[tuple[Change, str]]) -> None:
        """Put in force what one person, or all alike, wrote on what is in force; else nothing changes, and
        what each wrote is kept beside it."""
        now, writer = self.value(key, name), self.source(key, name)
        differing = [(change, source) for change, source in changes if not same(name, change.value, now)]
        if not differing:
            self._settle(key, name)  # somebody wrote what is in force: that decides it
            return
        wanted = {canon(name, change.value) for change, _ in changes}
        # One who saw another value than is in force now did not decide against that; but their own they may
        # change as often as they like.
        unseen = any(not same(name, change.base, now) and source != writer for change, source in differing)
        if len(wanted) == 1 and not unseen:
            change, source = differing[-1]
            self.set(key, name, change.value, source, change.about)
            return
        # What a workbook said before goes; where it says two things now, on two sheets or on a row that
        # somebody copied, both stay.
        speaking = {source for _, source in differing}
        mine = [one for one in self.rivals if one[:2] == (key, name) and one.source in speaking]
        new = {
            (canon(name, change.value), source): Rival(key, name, change.value, change.about, source)
            for change, source in differing
        }
        self.rivals = [*(one for one in self.rivals if one not in mine), *new.values()]

    def _answer(self, answer: Answer, source: str) -> None:
        item, yes = answer
        if isinstance(item, Rival):
            if not yes:
                self.rivals = [one for one in self.rivals if one != item]
            elif item in self.rivals:
                self.set(item.key, item.field, item.value, item.source or source, item.about)
        elif isinstance(item, Lost):
            if not yes:
                self.lost = [one for one in self.lost if one != item]
        elif isinstance(item, Refusal):
            if not yes:
                self.refusals = [one for one in self.refusals if one != item]
        elif item in self.entries:
            if yes:
                self.entries[item].again = True
            else:
                del self.entries[item]

    def _settle(self, key: Key, name: str) -> None:
        self.rivals = [one for one in self.rivals if one[:2] != (key, name)]
        if name == "score":
            self.refusals = [one for one in self.refusals if one.key != key]

    def rekeyed(self, key: Key, now: Key, names: Sequence[str] = FIELDS) -> None:
        """What was decided under ``key`` holds under ``now``: all of it, or the fields ``names``. What is
        decided there already stays."""
        entry = self.entries.get(key)
        if entry is None or key == now:
            return
        for name in names:
            value, source = entry.says(name), self.source(key, name)
            if value:
                if not self.value(now, name):
                    self.set(now, name, value, source, entry.about)
                self.set(key, name, "", "", entry.about)


def canon(name: str, value: str) -> str:
    """``value`` of a field as it is compared: width, blanks and line breaks do not count."""
    short = compact(value)
    return _KNOWN.get(key_of(value), short) if name == "decision" else short


def same(name: str, one: str, other: str) -> bool:
    """Whether two values of a field are one."""
    return canon(name, one) == canon(name, other)


def word_of(decision: str) -> str:
    """``decision`` as it is written when it is one of ours, else as it stands."""
    return _KNOWN.get(key_of(decision), decision)


def is_accepted(decision: str) -> bool:
    """Whether the finding need not be mended."""
    return word_of(decision) == ACCEPTED


State = Literal["in_force", "stale", "unmatched", "rival", "lost", "refused"]


def items(record: Record, states: Mapping[Key, State]) -> Iterator[tuple[State, Item]]:
    """What a person must look at, in the order of its urgency."""
    for rival in record.rivals:
        yield "rival", rival
    for refusal in record.refusals:
        yield "refused", refusal
    for wanted in ("stale", "unmatched"):
        for key, entry in record.entries.items():
            if states.get(key) == wanted and (entry.judges or wanted == "unmatched"):
                yield wanted, key
    for lost in record.lost:
        yield "lost", lost
