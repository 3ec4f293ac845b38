"""A check under a rule book: the clause that it rests on, and its words with the figures in force."""

from __future__ import annotations

from dataclasses import replace

from perfbatch.checking.catalogue import Check
from perfbatch.rules import RuleBook, load
from perfbatch.rules.show import in_force


def clause(rules: RuleBook, key: str) -> str:
    """Short text of the clause of a parameter or a source; of a source that ``rules`` does not name, the
    default book's.
    """
    if key in rules.parameters:
        return rules.clause(key)
    if key in rules.sources:
        return rules.source_text(key)
    return load().source_text(key)


def under(rules: RuleBook, check: Check) -> Check:
    """``check`` with the values of ``rules`` where its description and its sample name parameters."""

    def say(text: str) -> str:
        return in_force(text, rules.parameters)

    sample = {name: say(text) for name, text in check.sample.items()}
    return replace(check, description=say(check.description), sample=sample)
