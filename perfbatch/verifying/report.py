"""What a verification came to: every thing that does not hold, or could not be proven, and how many do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from perfbatch.text import without_controls
from perfbatch.words import Words

What = Literal["run", "input", "rules", "office", "program", "output", "sheet"]
State = Literal["differs", "missing", "additional", "unproven", "decided"]
BROKEN = frozenset({"differs", "missing", "additional"})
WHATS: tuple[What, ...] = ("run", "input", "rules", "office", "program", "output", "sheet")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is not as it was noted. ``name`` is a path below the folder, a book, a sheet;
    ``sentence`` says in Chinese what is the matter."""

    what: What
    state: State
    name: str
    sentence: str


@dataclass(slots=True)
class Report:
    """``version`` and ``started`` are the run's, as it noted them; ``held`` counts what holds, by kind."""

    words: Words
    version: str = ""
    started: str = ""
    items: list[Item] = field(default_factory=list)
    held: Counter[What] = field(default_factory=Counter)

    def add(self, what: What, state: State, code: str, name: str = "", **values: Any) -> None:
        """Note what does not hold; ``code`` names its sentence in templates/verify.toml."""
        shown = {
            key: without_controls(value) if isinstance(value, str) else value for key, value in values.items()
        }
        name = without_controls(name)
        sentence = self.words.text("verify", f"{what}.{code}", name=name, **shown)
        self.items.append(Item(what, state, name, sentence))

    @property
    def holds(self) -> bool:
        """Whether nothing differs, is missing or is additional."""
        return not any(item.state in BROKEN for item in self.items)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "holds": self.holds,
            "version": self.version,
            "started": self.started,
            "held": {what: self.held[what] for what in WHATS if self.held[what]},
            "items": [
                {"what": item.what, "state": item.state, "name": item.name, "sentence": item.sentence}
                for item in self.items
            ],
        }
