"""What a check is, and the one list of them all.

A check is defined once: the decorator says everything that a person reads about it, the function below
it says which rows have it. The command, the notes in the cells, 汇总.xlsx, the report and docs/checks.md
come from here. Importing this module loads no pandas, so that ``perfbatch explain`` answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from string import Formatter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from perfbatch.checking.evidence import Evidence
    from perfbatch.checking.found import Found

Level = Literal["error", "warning", "info"]
Find = Callable[["Evidence"], "Iterable[Found]"]
Register = Callable[[Find], Find]

TOPICS: Mapping[str, str] = {
    "structure": "表格结构",
    "funds": "项目资金",
    "indicators": "绩效指标",
    "reasons": "偏差原因",
    "totals": "总分与等级",
    "batch": "整批核对",
}
"""Modules of this package that hold checks, in the order of the catalogue, with their headings."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the catalogue.

    ``message`` and ``advice`` are ``str.format`` templates over the values that ``find`` supplies;
    ``sample`` holds such values for the example in the docs. ``clause`` is a parameter of the rule book,
    whose clause counts, or one of its sources; a finding may rest on another one.
    """

    id: str
    level: Level
    title: str
    description: str
    message: str
    advice: str
    clause: str
    field: str
    sample: Mapping[str, str]
    topic: str
    find: Find

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


@lru_cache(maxsize=512)
def placeholders(template: str) -> frozenset[str]:
    """Names in the braces of a ``str.format`` template. Raises ValueError where it is malformed."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


_registered: dict[str, Check] = {}


def check(
    id_: str,
    level: Level,
    title: str,
    *,
    description: str,
    message: str,
    advice: str,
    clause: str,
    field: str,
    sample: Mapping[str, str],
) -> Register:
    """Put the function below into the catalogue as check ``id_``.

    Raises ValueError where the id is taken, or where the example lacks a value of message or advice.
    """
    if id_ in _registered:
        raise ValueError(f"check {id_} is defined twice")
    lacking = (placeholders(message) | placeholders(advice)) - set(sample)
    if lacking:
        raise ValueError(f"check {id_}: the sample lacks {sorted(lacking)}")

    def register(find: Find) -> Find:
        topic = find.__module__.rpartition(".")[2]
        _registered[id_] = Check(
            id_, level, title, description, message, advice, clause, field, sample, topic, find
        )
        return find

    return register


@lru_cache(maxsize=1)
def _all() -> tuple[Check, ...]:
    for topic in TOPICS:
        import_module(f"perfbatch.checking.{topic}")
    order = list(TOPICS)
    return tuple(sorted(_registered.values(), key=lambda c: (order.index(c.topic), c.id)))


def catalogue() -> list[Check]:
    """Every check, by topic and id."""
    return list(_all())
