"""The fixed words of grammar.toml as regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from perfbatch.toml_file import shipped_toml
from perfbatch.values import units

_DATA: dict[str, Any] = shipped_toml(Path(__file__).with_name("grammar.toml"))


def any_of(words: Iterable[str]) -> str:
    """A regular expression for one of ``words``, the longest that fits."""
    return (
        "(?:"
        + "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
        + ")"
    )


def _spellings(table: dict[str, list[str]]) -> dict[str, str]:
    return {spelling: operator for operator, spellings in table.items() for spelling in spellings}


def _unit() -> str:
    """A unit: perhaps 个, perhaps a scale, a name; or a scale alone. Latin names end where letters end."""
    latin = [name for name in units.unit_names() if name[-1].isascii() and name[-1].isalpha()]
    others = units.unit_names() - set(latin)
    name = f"(?:{any_of(others)}|{any_of(latin)}(?![A-Za-z]))"
    scale = any_of(units.scales())
    # 个项目 is a unit where it ends; in 个部门 only 个 is.
    ends = f"(?=$|[/余多几+每]|{any_of(_DATA['after']['>='] + _DATA['after']['<='])}|{ABOUT_AFTER_RE})"
    return f"(?:个{scale}??{name}{ends}|{scale}??{name}|{scale})"


BEFORE = _spellings(_DATA["before"])
"""Comparing words in front of a number → operator."""
AFTER = _spellings(_DATA["after"])
"""Comparing words behind number and unit → operator."""

ABOUT_BEFORE_RE = any_of(_DATA["about"]["before"])
NEARLY_RE = any_of(_DATA["about"]["nearly"])
ABOUT_AFTER_RE = any_of(_DATA["about"]["after"])
UNIT = _unit()
UNITS = f"(?:{UNIT}(?:(?:/每?|每|[·.]){UNIT}){{0,2}})"
"""A unit, or several with / or 每 between them (元/人·天)."""

SCALE_RE = any_of(units.scales())
BEFORE_RE = any_of(BEFORE)
AFTER_RE = any_of(AFTER)
MORE_RE = any_of(_DATA["more"]["words"])
VAGUE_RE = any_of(_DATA["more"]["vague"])
RISE_RE = any_of(_DATA["trend"]["rise"])
FALL_RE = any_of(_DATA["trend"]["fall"])
GRADE_RE = any_of(_DATA["grade"]["words"])
RANK_RE = any_of(_DATA["grade"]["before"])
ZERO_RE = any_of(_DATA["zero"]["words"])
NEGATION_RE = any_of(_DATA["negation"]["words"])
NEGATION_NAMES_RE = any_of(_DATA["negation"]["names"])

DATE_BY_RE = any_of(_DATA["date"]["by"])
DATE_HEAD_RE = any_of(_DATA["date"]["head"])
DATE_BEFORE_RE = any_of(_DATA["date"]["before"])
DATE_WITHIN_RE = any_of(_DATA["date"]["within"])
DATE_DONE_RE = any_of(_DATA["date"]["done"])
DATE_DONE_BEFORE_RE = any_of(_DATA["date"]["done_before"])
RELATIVE_YEARS = {word: int(year) for year, words in _DATA["date"]["relative"].items() for word in words}
RELATIVE_RE = any_of(RELATIVE_YEARS)
