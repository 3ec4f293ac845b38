"""docs/checks.md from the catalogue: ``python -m perfbatch.check.page docs/checks.md``."""

from __future__ import annotations

import sys
from pathlib import Path

from perfbatch.check.catalogue import TOPICS, catalogue
from perfbatch.schema import LEVELS
from perfbatch.words import load_words

TEMPLATE = "checks.md.j2"


def page() -> str:
    """The page, from the definitions as they stand."""
    from perfbatch.check.table import clause
    from perfbatch.rules import load

    rules = load()
    return load_words().document(TEMPLATE).render(
        checks=catalogue(),
        topics=TOPICS,
        levels=LEVELS,
        clauses={check.id: clause(rules, check.clause) for check in catalogue()},
        parameters=rules.parameters,
    ).strip() + "\n"  # fmt: skip


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
