"""What is wrong with a settings file: file, line, key, why, and what may be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from perfbatch.words import load_words


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``code`` names its sentence in templates/settings.toml, ``problem``."""

    code: str
    file: str
    line: int | None = None
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence that a person reads."""
        words = load_words()
        reason = words.text("settings", f"problem.{self.code}", **self.values)
        return words.text("settings", "place", file=self.file, line=self.line, key=self.key, reason=reason)


class SettingsError(ValueError):
    """The settings cannot be used; ``problems`` holds everything that is wrong, ``code`` the first's."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """``problems`` must not be empty."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
        self.code = problems[0].code
