"""Rows in which the unit writes everything, for a form without approved targets."""

from __future__ import annotations

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.page import Page
from perfbatch.blank_forms.row_status import deviation, row_status
from perfbatch.blank_forms.typed import number_beside


def draw_free_row(page: Page, row: int) -> None:
    """A row in which the unit writes everything."""
    canvas, places = page.canvas, page.places
    at = {name: f"{column}{row}" for name, column in places.indicators.items()}
    value = f"{places.value}{row}"
    qualitative = page.say("form.qualitative")
    for name in ("name", "reason"):
        canvas.put(at[name], None, side="left", open_=True)
    for name in ("nature", "target", "measure", "actual", "points"):
        canvas.put(at[name], None, open_=True)
    page.checked(at["nature"], "free_nature", "list", choices=("≥", "≤", qualitative))
    page.checked(at["points"], "free_number", "decimal", first="0", second="1000")
    a, b = at["target"], at["actual"]
    canvas.formula(value, number_beside(b, a, at["measure"]), "", boxed=False)
    terms = formulas.Terms(a=a, b=value, points=at["points"], direction=f'{at["nature"]}="≤"', target=None)
    chosen = f'OR({at["nature"]}="≥",{at["nature"]}="≤")'
    ready = f"AND(ISNUMBER({value}),ISNUMBER({at['points']}),{chosen})"
    canvas.formula(
        at["own_score"], f'IF({ready},{formulas.score(terms, page.book)},"")', "", form="0.00", open_=True
    )
    page.score_check(at["own_score"], at["points"], "computed")
    above = formulas.over(terms, page.book)
    deviation(page, row, at, f"IF({ready},OR({formulas.missed(terms, page.book)},{above}),FALSE)")
    judged = f'{at["nature"]}="{qualitative}"'
    needs = [
        (f"LEN({at['nature']})>0", "direction"), (f"LEN({a})>0", "target"),
        (f"ISNUMBER({at['points']})", "points"),
        (f"OR({judged},ISNUMBER({value}))", "number"),
    ]  # fmt: skip
    row_status(page, row, at, needs, unused=f"LEN({at['name']})=0")
    canvas.heights(row, 24)
