"""docs/direction.md: who says whether more or less is better, and the rules by the name."""

from __future__ import annotations

from perfbatch.pages.rendering import cell, render
from perfbatch.rules.directions import direction_rules


def page() -> str:
    """Every rule in the order in which it is asked, with its reason."""
    rules = [
        {
            "number": rule.number + 1,
            "id": cell(rule.id),
            "direction": rule.direction,
            "sure": rule.sure,
            "why": cell(rule.why),
        }
        for rule in direction_rules()
    ]
    return render("direction.md.j2", rules=rules)
