"""The clause that a check rests on, as a rule book prints it."""

from __future__ import annotations

from perfbatch.rules import RuleBook, load


def clause(rules: RuleBook, key: str) -> str:
    """Short text of the clause of a parameter or a source; of a source that ``rules`` does not name, the
    default book's.
    """
    if key in rules.parameters:
        return rules.clause(key)
    if key in rules.sources:
        return rules.source_text(key)
    return load().source_text(key)
