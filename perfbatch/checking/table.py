"""What the checks found → the findings frame: levels, sentences, clauses, order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from perfbatch.caching import cached
from perfbatch.checking.catalogue import OFF, Check, placeholders
from perfbatch.checking.clauses import clause
from perfbatch.checking.found import Found
from perfbatch.checking.hidden import told
from perfbatch.checking.wording import Wording
from perfbatch.rules import RuleBook
from perfbatch.schema import LEVELS, build
from perfbatch.scoring.columns import Columns
from perfbatch.workbook.addresses import parse_address

Listed = Mapping[str, Sequence[Any]]
"""Columns of the findings frame as lists."""


def tabulate(
    check: Check,
    found: Found,
    forms: Mapping[str, list[str]],
    rules: RuleBook,
    wording: Wording,
    hidden: Sequence[str] = (),
) -> Listed | None:
    """The columns of ``findings`` for what ``check`` found; None for nothing, or where it is turned off.

    ``forms`` holds form_id, file and sheet of the forms; position -1 is no form ('' for each). ``hidden``
    holds the places that each form hides (none where it is left out). Raises KeyError where a template wants
    a value that the check did not supply.
    """
    level = rules.levels.get(check.id, "")
    if level == OFF or not len(found):
        return None
    count = len(found)
    base = clause(rules, check.clause)
    known = check.clause if check.clause in rules.parameters else ""
    message, advice = wording[check.id]
    return {
        "check": [check.id] * count,
        "level": [level] * count if level else found.level or [check.level] * count,
        "field": found.field,
        "cell": found.cell,
        "message": _messages(message, found, hidden),
        "found": found.found,
        "expected": found.expected,
        "indicator": found.indicator,
        "line": found.line,
        "advice": _sentences(advice, found),
        "clause": [own or base for own in found.clause] if found.clause else [base] * count,
        "parameter": [own or known for own in found.parameter] if found.parameter else [known] * count,
        **{name: [texts[form] if form >= 0 else "" for form in found.form] for name, texts in forms.items()},
    }


def identities(forms: Columns) -> dict[str, list[str]]:
    """What tells where a form stands, as ``findings`` wants it."""
    return {name: forms[name].to_pylist() for name in ("form_id", "file", "sheet")}


def frame_of(parts: Sequence[Listed | None]) -> pd.DataFrame:
    """The parts below each other as one frame."""
    there = [part for part in parts if part is not None]
    data = {name: [value for part in there for value in part[name]] for name in (there[0] if there else ())}
    return build("findings", data, "check")


def joined(parts: Iterable[pd.DataFrame], forms: pd.DataFrame) -> pd.DataFrame:
    """``parts`` as one frame: by form, cell (row, then column; without a cell last), level and check."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return build("findings", {}, "check")
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    place_of = {form: place for place, form in enumerate(forms["form_id"].tolist())}
    keys = zip(
        [place_of.get(form, -1) for form in frame["form_id"].tolist()],
        map(_place, frame["cell"].tolist()),
        map(list(LEVELS).index, frame["level"].tolist()),
        frame["check"].tolist(),
        frame["indicator"].to_numpy(dtype="float64", na_value=0).tolist(),
        strict=True,
    )
    order = [row for *_, row in sorted((*key, row) for row, key in enumerate(keys))]
    return frame.take(order).reset_index(drop=True)


def _messages(template: str, found: Found, hidden: Sequence[str]) -> list[str]:
    said = _sentences(template, found)
    places = [hidden[form] for form in found.form] if any(hidden) else []
    return told(said, found.cell, places) if places else said


def _sentences(template: str, found: Found) -> list[str]:
    """``template`` filled in for every finding; each distinct set of values once."""
    names = sorted(placeholders(template))
    if not names:
        return [template] * len(found)
    memo: dict[tuple[str, ...], str] = {}
    write = template.format_map
    said = []
    for values in zip(*(found.values[name] for name in names), strict=True):
        sentence = memo.get(values)
        if sentence is None:
            sentence = memo[values] = write(dict(zip(names, values, strict=True)))
        said.append(sentence)
    return said


@cached(1 << 13)
def _place(cell: str) -> tuple[int, int]:
    return parse_address(cell.partition(":")[0]) or (1 << 40, 0)
