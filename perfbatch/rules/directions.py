"""Whether more or less of a thing is better, as its name says: the rules of directions.toml.

The rules (docs/specification.md, section 3) are data, each with its reason; the first that fits decides. They
speak only where neither the rule book, an approved target nor 年度指标值 itself does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfbatch.caching import cached
from perfbatch.patterns import compiled
from perfbatch.text import compact
from perfbatch.toml_file import shipped_toml

FILE = Path(__file__).with_name("directions.toml")
DIRECTIONS = ("positive", "reverse")
_KEYS = {"id", "name", "level2", "unit", "unless", "direction", "sure", "default", "why"}
_REMARK = compiled(r"(?<=.)\([^()]*\)$")
_QUOTES = compiled("[\"'“”‘’《》]")
_PLACEHOLDER = compiled(r"\{([a-z_]+)\}")


class DirectionRulesError(ValueError):
    """directions.toml cannot be used; the message names the rule."""


@dataclass(frozen=True, slots=True)
class DirectionRule:
    """One rule. ``sure``: it asserts; else it only says which direction is likelier.

    ``default``: it says no more than what is usual (more is better for counts). ``number`` counts from 0 in
    the order of the file.
    """

    number: int
    id: str
    direction: str
    sure: bool
    default: bool
    why: str
    name: re.Pattern[str] | None
    level2: re.Pattern[str] | None
    unit: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def fits(self, name: str, level2: str, unit: str) -> bool:
        """Whether the rule speaks of an indicator of this (plain) name, 二级指标 and unit."""
        return (
            (self.name is None or self.name.search(name) is not None)
            and (self.level2 is None or self.level2.search(level2) is not None)
            and (self.unit is None or self.unit.search(unit) is not None)
            and (self.unless is None or self.unless.search(name) is None)
        )

    def words(self, name: str, level2: str) -> str:
        """What of the name (or, where the rule asks for none, of 二级指标) made the rule speak."""
        found = self.name.search(plain_name(name)) if self.name else None
        if found is None and self.level2 is not None:
            found = self.level2.search(compact(level2))
        return found[0] if found else ""


@cached(1)
def direction_rules() -> tuple[DirectionRule, ...]:
    """The rules in the order of the file; the last fits every indicator. Raises DirectionRulesError."""
    data = shipped_toml(FILE)
    words: dict[str, str] = {}
    for key, said in data["words"].items():
        words[key] = _filled("(?:" + "|".join(said) + ")", words)
    rules = tuple(_rule(number, entry, words) for number, entry in enumerate(data["rule"]))
    last = rules[-1]
    if any((last.name, last.level2, last.unit, last.unless)):
        raise DirectionRulesError("directions.toml: the last rule must fit every indicator")
    if len({rule.id for rule in rules}) < len(rules):
        raise DirectionRulesError("directions.toml: two rules have one id")
    return rules


@cached(1 << 16)
def named_direction(name: str, level2: str, unit: str) -> DirectionRule:
    """The rule that decides for an indicator, by the texts of its name, 二级指标 and target's unit."""
    plain, level = plain_name(name), compact(level2)
    return next(rule for rule in direction_rules() if rule.fits(plain, level, unit))


def plain_name(name: str) -> str:
    """``name`` in NFKC without blanks, quotes and remarks in brackets at its end."""
    short = _QUOTES.sub("", compact(name)).rstrip("。.;,、:")
    without = _REMARK.sub("", short)
    return without.rstrip("。.;,、:")


def _filled(text: str, words: Mapping[str, str]) -> str:
    """``text`` with the words that it names by {key}."""
    return _PLACEHOLDER.sub(lambda found: words[found[1]], text)


def _rule(number: int, entry: Mapping[str, Any], words: Mapping[str, str]) -> DirectionRule:
    id_ = str(entry.get("id", f"rule {number + 1}"))
    unknown = entry.keys() - _KEYS
    if unknown or not entry.get("why") or entry.get("direction") not in DIRECTIONS:
        raise DirectionRulesError(
            f"directions.toml: {id_}: needs direction and why, knows no {sorted(unknown)}"
        )

    def pattern(key: str) -> re.Pattern[str] | None:
        text = entry.get(key)
        try:
            return compiled(_filled(text, words)) if text else None
        except (re.error, KeyError) as error:
            raise DirectionRulesError(f"directions.toml: {id_}: {key}: {error}") from error

    return DirectionRule(
        number=number,
        id=id_,
        direction=entry["direction"],
        sure=entry.get("sure", True),
        default=entry.get("default", False),
        why=entry["why"],
        name=pattern("name"),
        level2=pattern("level2"),
        unit=pattern("unit"),
        unless=pattern("unless"),
    )
