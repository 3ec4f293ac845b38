"""What a run came to: counts that add up, what was refused, and where the outputs are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.schema import ACCEPTED, LEVELS, MISSING_REASON, STATUSES

if TYPE_CHECKING:
    from perfbatch.schema import Frames


@dataclass(slots=True)
class Tally:
    """Counts of a batch, added up chunk by chunk."""

    files: Counter[str] = field(default_factory=Counter)
    forms: int = 0
    books: Counter[str] = field(default_factory=Counter)
    """Forms that each rule book judged, by its name."""
    findings: Counter[str] = field(default_factory=Counter)
    """By level, without those that the auditor accepted."""
    accepted: int = 0
    missing_reasons: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    uncopied: list[tuple[str, str]] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    superseded: int = 0
    """Forms in whose place a newer one counts; what was found on them is not among ``findings``."""
    expected: int = 0
    """Projects of the roster; 0 where none was given."""
    handed_in: int = 0
    """Those of them that came."""

    def add(self, frames: Frames) -> None:
        """Count a chunk's frames (after the check stage)."""
        files, findings = frames.files, frames.findings
        self.files.update(files["status"])
        self.forms += len(frames.forms)
        self.books.update(frames.forms["rules"])
        if "superseded_by" in frames.forms:
            stands_by = frames.forms.loc[frames.forms["superseded_by"] != "", "form_id"]
            self.superseded += len(stands_by)
            findings = findings[~findings["form_id"].isin(stands_by)]
        if "decision" in findings:
            accepted = findings["decision"] == ACCEPTED
            self.accepted += int(accepted.sum())
            findings = findings[~accepted]
        self.findings.update(findings["level"])
        self.missing_reasons.update(findings.loc[findings["check"].isin(MISSING_REASON), "level"])
        refused = files[files["status"] == "refused"]
        self.refused += list(zip(refused["path"], refused["reason"], strict=True))
        if "copy" not in files:
            return
        self.copies += [copy for copy in files["copy"] if copy]
        uncopied = files[(files["status"] == "processed") & (files["copy"] == "")]
        self.uncopied += list(zip(uncopied["path"], uncopied["notes"], strict=True))

    @property
    def found(self) -> int:
        """Files found: processed, refused and skipped together."""
        return sum(self.files.values())

    def exit_code(self, fail_on: str | None = None) -> int:
        """0 done, 1 some file was refused (or left without its copy), 3 findings of ``fail_on`` or worse."""
        if fail_on is not None:
            levels = list(LEVELS)
            if any(self.findings[level] for level in levels[: levels.index(fail_on) + 1]):
                return 3
        return 1 if self.refused or self.uncopied else 0

    def as_dict(self) -> dict[str, object]:
        """Counts for the manifest and for programs."""
        return {
            "found": self.found,
            **{status: self.files[status] for status in STATUSES},
            "forms": self.forms,
            "findings": {level: self.findings[level] for level in LEVELS},
            "missing_reasons": {level: self.missing_reasons[level] for level in ("error", "warning")},
            **({"accepted": self.accepted} if self.accepted else {}),
            **({"superseded": self.superseded} if self.superseded else {}),
            **({"expected": self.expected, "handed_in": self.handed_in} if self.expected else {}),
        }

    def as_state(self) -> dict[str, Any]:
        """Everything but the copies, for the next run."""
        return {
            "files": self.files,
            "forms": self.forms,
            "books": self.books,
            "findings": self.findings,
            "accepted": self.accepted,
            "superseded": self.superseded,
            "missing_reasons": self.missing_reasons,
            "refused": self.refused,
            "uncopied": self.uncopied,
            "expected": self.expected,
            "handed_in": self.handed_in,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], copies: Iterable[str]) -> Tally:
        """The tally of a batch that came out as the last time. Raises KeyError, TypeError, ValueError."""
        return cls(
            files=Counter(state["files"]),
            forms=int(state["forms"]),
            books=Counter(state["books"]),
            findings=Counter(state["findings"]),
            accepted=int(state["accepted"]),
            superseded=int(state["superseded"]),
            missing_reasons=Counter(state["missing_reasons"]),
            refused=[(str(path), str(why)) for path, why in state["refused"]],
            uncopied=[(str(path), str(why)) for path, why in state["uncopied"]],
            copies=list(copies),
            expected=int(state["expected"]),
            handed_in=int(state["handed_in"]),
        )


@dataclass(frozen=True, slots=True)
class RunResult:
    """The outcome of ``perfbatch.run``.

    ``seconds`` is the wall time by stage; ``reused`` counts files taken over from the run before; ``remarks``
    say what the auditor wrote and could not be read, in Chinese.
    """

    output: Path
    tally: Tally
    outputs: tuple[str, ...]
    backups: tuple[str, ...]
    seconds: dict[str, float]
    reused: int = 0
    remarks: tuple[str, ...] = ()
    in_packages: bool = False
    """Whether the rows of forms stand in the packages alone (``Options.summary_limit``)."""
