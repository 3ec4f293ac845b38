"""What a check is, and the one list of them all.

A check is declared once, in words/<topic>.toml: everything that a person reads about it. The function
that says which rows have it stands under the same id in the module of that topic (``functions``). The
command, the notes in the cells, 汇总.xlsx, the report and docs/checks.md come from here. Importing this
module loads no numpy, so that ``perfbatch explain`` answers at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from dataclasses import field as default
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from perfbatch.caching import cached
from perfbatch.schema import LEVELS
from perfbatch.toml_file import shipped_toml

Level = Literal["error", "warning", "info"]
OFF = "off"
"""In a rule book's ``levels``: the check is not made."""

TOPICS: Mapping[str, str] = {
    "structure": "表格结构",
    "funds": "项目资金",
    "indicators": "绩效指标",
    "reasons": "偏差原因",
    "totals": "总分与等级",
    "batch": "整批核对",
    "roster": "应报名单",
    "targets": "批复目标",
    "last_year": "与上年对比",
}
"""Topics in the order of the catalogue, with their headings: words/<topic>.toml declares the checks of one,
the module <topic>.py of this package finds them.
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the catalogue.

    ``message`` and ``advice`` are ``str.format`` templates over the values that its function supplies;
    ``sample`` holds such values for the example in the docs. ``clause`` is a parameter of the rule book,
    whose clause counts, or one of its sources; a finding may rest on another one. ``yields`` are the checks
    whose finding takes the place of this one's, each with the sentence that says when (``yielding``).
    """

    id: str
    topic: str
    level: Level
    title: str
    description: str
    message: str
    advice: str
    clause: str
    field: str
    sample: Mapping[str, str]
    yields: Mapping[str, str] = default(default_factory=dict)

    @property
    def example(self) -> str:
        """The message as it reads on a form."""
        return self.message.format_map(self.sample)

    @property
    def advice_example(self) -> str:
        """The advice as it reads on a form."""
        return self.advice.format_map(self.sample)

    @property
    def values(self) -> frozenset[str]:
        """Names of the values that an office's own wording may use."""
        return frozenset({*self.sample, "name", "found", "expected", "cell"})


@cached(512)
def placeholders(template: str) -> frozenset[str]:
    """Names in the braces of a ``str.format`` template. Raises ValueError where it is malformed."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def declared(topics: Mapping[str, Mapping[str, Any]]) -> tuple[Check, ...]:
    """The checks of ``topics``: topic → id → what its TOML file says of that check.

    Raises ValueError for an id that is declared twice, a key too many or too few, an unknown level, or an
    example that lacks a value of message or advice.
    """
    checks: dict[str, Check] = {}
    wanted = {f.name for f in fields(Check)} - {"id", "topic", "yields"}
    for topic, entries in topics.items():
        for id_, said in sorted(entries.items()):
            if id_ in checks:
                raise ValueError(f"check {id_} is declared twice")
            if said.keys() - {"yields"} != wanted:
                raise ValueError(
                    f"check {id_}: keys lacking or unknown {sorted((said.keys() - {'yields'}) ^ wanted)}"
                )
            if said["level"] not in LEVELS:
                raise ValueError(f"check {id_}: no level {said['level']}")
            lacking = (placeholders(said["message"]) | placeholders(said["advice"])) - said["sample"].keys()
            if lacking:
                raise ValueError(f"check {id_}: the sample lacks {sorted(lacking)}")
            checks[id_] = Check(id=id_, topic=topic, **said)
    return tuple(checks.values())


@cached(1)
def _all() -> tuple[Check, ...]:
    folder = Path(__file__).parent / "words"
    return declared({topic: shipped_toml(folder / f"{topic}.toml") for topic in TOPICS})


def catalogue() -> list[Check]:
    """Every check, by topic and id."""
    return list(_all())
