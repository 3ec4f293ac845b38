"""What is wrong with a rule book: file, line, key, reason and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perfbatch.words import load_words


@dataclass(frozen=True, slots=True)
class Said:
    """A code of templates/rules.toml, ``problem``, and the values for its sentence."""

    code: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        """The sentence."""
        return load_words().text("rules", f"problem.{self.code}", **self.values)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``line`` counts from 1 and is None where there is no line to name."""

    file: str
    line: int | None
    key: str
    said: Said
    allowed: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """What kind of problem it is: a key of templates/rules.toml, ``problem``."""
        return self.said.code

    @property
    def reason(self) -> str:
        """The sentence without its place."""
        return str(self.said)

    def __str__(self) -> str:
        """The sentence that a person reads."""
        return load_words().text(
            "rules", "problem.place", file=self.file, line=self.line, key=self.key, reason=self.reason
        )


class RuleBookError(ValueError):
    """A rule book cannot be used; ``problems`` holds everything that is wrong with it.

    ``code``, ``file``, ``line``, ``key`` and ``allowed`` are those of the first problem.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """``problems`` must not be empty."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.code = problems[0].code
        self.file = problems[0].file
        self.line = problems[0].line
        self.key = problems[0].key
        self.allowed = problems[0].allowed

    def __reduce__(self) -> tuple[type[RuleBookError], tuple[tuple[Problem, ...]]]:
        """Pickled by its problems, so that it crosses from a worker process."""
        return type(self), (self.problems,)


def problem(code: str, *, allowed: Iterable[str] = (), given: str = "", **values: object) -> Said:
    """What is wrong, with the closest allowed word to ``given``."""
    known = list(allowed)
    close = difflib.get_close_matches(given, known, 1, 0.6) if given else []
    return Said(code, {"allowed": "、".join(known), "close": close[0] if close else "", **values})
