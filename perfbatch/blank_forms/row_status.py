"""Whether a row deviates (note 3), and what is still open in it."""

from __future__ import annotations

from collections.abc import Sequence

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.page import Page
from perfbatch.rules import RuleBook


def deviation(page: Page, row: int, at: dict[str, str], missed: str) -> None:
    """1 where the row deviates in the sense of note 3: missed, far over, or docked."""
    own, points = at["own_score"], at["points"]
    docked = f"IF(AND(ISNUMBER({own}),ISNUMBER({points})),{points}-{own}>{page.tolerance},FALSE)"
    page.canvas.formula(f"{page.places.deviates}{row}", f"IF(OR({missed},{docked}),1,0)", 0, boxed=False)


def bad(terms: formulas.Terms, book: RuleBook) -> str:
    """A condition: the target is missed, or so far exceeded that it costs points."""
    missed, dock = formulas.missed(terms, book), formulas.dock(terms, book)
    docks = dock != "0" and not terms.upper and terms.direction != formulas.REVERSE
    if not docks:
        return missed
    over = f"{dock}>0"
    if terms.target is None:
        over = f"IF({terms.a}>0,{over},FALSE)"
    if terms.direction != formulas.POSITIVE:
        over = f"IF({terms.direction},FALSE,{over})"
    return f"OR({missed},{over})"


def row_status(
    page: Page, row: int, at: dict[str, str], needs: Sequence[tuple[str, str]],
    checks: Sequence[tuple[str, str]] = (), unused: str = "",
) -> None:  # fmt: skip
    """What is still open in the row, the first thing that is: ``needs`` and ``checks`` are conditions
    that hold where it is in order."""
    own, points = at["own_score"], at["points"]
    empty = page.is_empty(at["reason"])
    status = f'IF({page.places.deviates}{row}=1,IF({empty},{page.quoted("status.reason")},""),"")'
    for condition, key in reversed(checks):
        status = f"IF({condition},{status},{page.quoted(f'status.{key}')})"
    within = formulas.within(own, points, page.book)
    status = f"IF({within},{status},{page.quoted('status.range')})"
    status = f"IF(ISNUMBER({own}),{status},{page.quoted('status.score')})"
    if not unused and page.canvas.sheet[points].value is None:
        needs = [*needs, (f"ISNUMBER({points})", "points")]
    for condition, key in reversed(needs):
        status = f"IF({condition},{status},{page.quoted(f'status.{key}')})"
    status = f"IF(LEN({at['actual']})=0,{page.quoted('status.actual')},{status})"
    blank = page.say("status.actual")
    if unused:
        status, blank = f'IF({unused},"",{status})', ""
    page.status(row, status, blank)
