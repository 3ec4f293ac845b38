"""A changed parameter of a rule book changes the form: nothing of the book is typed a second time."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perfbatch.blank_forms.sheet import looks
from perfbatch.rules import PARAMETERS, RuleBook, load, names
from perfbatch.words import load_words
from tests.blank_forms.filling import form, indicators, sheet_of

NOT_IN_A_FORM = {
    "judgement.formula": "one choice only",
    "total.level1_points": "the points of approved indicators are printed",
    "inferred.farthest": "a form says in which unit it is to be filled in",
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
        "level1_points": [],
    }[spec.kind]
    for other in others:
        if other != now:
            value = dataclasses.replace(parameter, value=other, amended=True)
            yield dataclasses.replace(rules, parameters={**rules.parameters, key: value})


@pytest.mark.parametrize("name", names())
def test_a_changed_parameter_changes_the_form(name: str, tmp_path: Path) -> None:
    """Nothing of the book is typed a second time: its formulas, checks and notes follow it."""
    rules, unchanged, tried = load(name), [], 0

    def drawn(rules: RuleBook) -> list[Any]:
        found: list[Any] = []
        for layout in looks(load_words()):
            path = tmp_path / "form.xlsx"
            path.write_bytes(form(indicators(rules), rules, layout=layout))
            with zipfile.ZipFile(path) as package:
                found.append(package.read("xl/worksheets/sheet1.xml").partition(b"<dataValidations")[2])
            cells = [(cell.coordinate, cell.value) for row in sheet_of(path).iter_rows() for cell in row]
            # The line that names the book changes with its hash, and must not be what tells them apart.
            found += [cell for cell in cells if "PB1|" not in str(cell[1])]
        return found

    before = drawn(rules)
    for key in rules.parameters:
        no_bands = key == "positive.excess_decided_by" and not rules.value("positive.excess_bands")
        if key in NOT_IN_A_FORM or no_bands:
            continue
        for other in changed(rules, key):
            tried += 1
            if drawn(other) == before:
                unchanged.append((key, other.value(key)))
    assert not unchanged
    assert tried > 25
    assert set(PARAMETERS) >= set(NOT_IN_A_FORM)
