"""Rows in which the unit writes everything, for a form without approved targets."""

from __future__ import annotations

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.page import Page
from perfbatch.blank_forms.row_status import bad, deviation, row_status
from perfbatch.blank_forms.typed import doubtful_beside, factor_of, number_beside, target_typed


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
    factor, wanted = f"{places.factor}{row}", f"{places.parts[0]}{row}"
    canvas.formula(factor, factor_of(at["measure"], a), 1, boxed=False)
    canvas.formula(wanted, target_typed(a), "", boxed=False)
    canvas.formula(value, number_beside(b, wanted, factor), "", boxed=False)
    terms = formulas.Terms(
        a=wanted, b=value, points=at["points"], direction=f'{at["nature"]}="≤"', target=None
    )
    doubt = doubtful_beside(b, wanted, factor, bad(terms, page.book), page.book)
    chosen = f'OR({at["nature"]}="≥",{at["nature"]}="≤")'
    ready = f"AND(ISNUMBER({value}),ISNUMBER({at['points']}),{chosen},NOT({doubt}))"
    score = formulas.score(terms, page.book)
    canvas.formula(at["own_score"], f'IF({ready},{score},"")', "", form="0.00", open_=True)
    page.score_check(at["own_score"], at["points"], "computed")
    above = formulas.over(terms, page.book)
    deviation(page, row, at, f"IF({ready},OR({formulas.missed(terms, page.book)},{above}),FALSE)")
    judged = f'{at["nature"]}="{qualitative}"'
    needs = [
        (f"LEN({at['nature']})>0", "direction"), (f"OR({judged},ISNUMBER({wanted}))", "target"),
        (f"ISNUMBER({at['points']})", "points"),
        (f"OR({judged},ISNUMBER({value}))", "number"), (f"OR({judged},NOT({doubt}))", "scale"),
    ]  # fmt: skip
    row_status(page, row, at, needs, unused=f"LEN({at['name']})=0")
    canvas.heights(row, 24)
