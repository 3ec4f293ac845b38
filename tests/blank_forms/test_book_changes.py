"""A changed parameter of a rule book changes the form: nothing of the book is typed a second time."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from perfbatch.blank_forms.sheet import looks
from perfbatch.rules import PARAMETERS, RuleBook, load, names
from perfbatch.words import load_words
from tests.blank_forms.filling import form, indicators

NOT_IN_A_FORM = {
    "judgement.formula": "one choice only",
    "deviation.excess_error": "an error or a warning: the form asks for a reason either way",
    "reason.accepted_words": "a form knows reasons that say nothing by their words alone",
    "reason.instructions": "a form of ours has no instruction in a cell for reasons",
    "reason.measure_words": "info only",
    "reason.min_characters": "info only",
}
"""Parameters that change nothing in a form, and why."""


def changed(rules: RuleBook, key: str) -> Iterator[RuleBook]:
    """The book with another value of one parameter, for each other value that it can have."""
    parameter, spec = rules.parameters[key], PARAMETERS[key]
    now = parameter.value
    others: list[Any] = {
        "flag": [not now] if isinstance(now, bool) else [],
        "choice": [choice for choice in spec.choices if choice != now],
        "number": [now + 1 if isinstance(now, (int, float)) and now + 1 <= spec.maximum else 0.5],
        "count": [3],
        "span": [[7, 93]],
        "excess_bands": [[{"from": 150, "deduct": 7, "more": 0}], []],
        "grade_bands": [[{"from": 77, "grade": "合格"}, {"from": 0, "grade": "不合格"}]],
        "words": [["没有什么"]],
        "patterns": [["^次数$"]],
        "level1_points": [({"level1": "产出", "points": 7.0},)],
    }[spec.kind]
    for other in others:
        if other != now:
            value = dataclasses.replace(parameter, value=other, amended=True)
            yield dataclasses.replace(rules, parameters={**rules.parameters, key: value})


_OF_THE_BOOK = re.compile(rb"PB1\|[^<]*")
"""The line that names the book: it changes with its hash, and must not be what tells two forms apart."""


def drawn(rules: RuleBook, layout: str) -> list[bytes]:
    """The sheet and its texts, without the line that names the book."""
    with zipfile.ZipFile(BytesIO(form(indicators(rules), rules, layout=layout))) as package:
        parts = ("xl/worksheets/sheet1.xml", "xl/styles.xml")  # texts stand in their cells
        return [_OF_THE_BOOK.sub(b"", package.read(part)) for part in parts]


@pytest.mark.parametrize("name", names())
def test_a_changed_parameter_changes_the_form(name: str) -> None:
    """Nothing of the book is typed a second time: its formulas, checks and notes follow it."""
    rules, unchanged, tried = load(name), [], 0
    before = {layout: drawn(rules, layout) for layout in looks(load_words())}
    for key in rules.parameters:
        no_bands = key == "positive.excess_decided_by" and not rules.value("positive.excess_bands")
        if key in NOT_IN_A_FORM or no_bands:
            continue
        for other in changed(rules, key):
            tried += 1
            if all(drawn(other, layout) == now for layout, now in before.items()):
                unchanged.append((key, other.value(key)))
    assert not unchanged
    assert tried > 25
    assert set(PARAMETERS) >= set(NOT_IN_A_FORM)
