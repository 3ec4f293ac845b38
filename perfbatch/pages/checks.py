"""docs/checks.md, from the catalogue of checks."""

from __future__ import annotations

from perfbatch.checking.catalogue import TOPICS, catalogue
from perfbatch.checking.clauses import clause, under
from perfbatch.rules import load
from perfbatch.schema import LEVELS
from perfbatch.words import load_words

TEMPLATE = "checks.md.j2"


def checks_page() -> str:
    """The page, from the definitions as they stand."""
    rules = load()
    return load_words().document(TEMPLATE).render(
        checks=[under(rules, check) for check in catalogue()],
        topics=TOPICS,
        levels=LEVELS,
        clauses={check.id: clause(rules, check.clause) for check in catalogue()},
        parameters=rules.parameters,
    ).strip() + "\n"  # fmt: skip
