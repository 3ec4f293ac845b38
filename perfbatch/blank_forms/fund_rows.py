"""The funds: amounts, 执行率 and the budget's score."""

from __future__ import annotations

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.canvas import LABEL, lines
from perfbatch.blank_forms.page import Page

_MONEY = "#,##0.00####"


def draw_funds(page: Page, row: int, known: float | None) -> list[int]:
    """The block whose heading stands in ``row``; ``known`` is 全年预算数 in 万元. Rows of the fund lines."""
    canvas, places = page.canvas, page.places
    labels = page.table("lines")[page.layout]
    canvas.label(f"A{row}", page.say("form.funds"), f"A{row + len(labels)}")
    canvas.label(f"B{row}", "")
    for name, column in places.funds.items():
        if name != "label":
            label = page.say("columns.points" if name == "points" else f"funds.{name}")
            canvas.label(f"{column}{row}", label, page.until(places.funds_merged, name, row))
    top = row + 1
    bottom = row + len(labels)
    for number, label in enumerate(labels.values()):
        at = top + number
        canvas.put(f"B{at}", label, side="left", font="label", fill=LABEL)
        _fund_line(page, at, top, bottom, known)
    return list(range(top, bottom + 1))


def _fund_line(page: Page, row: int, top: int, bottom: int, known: float | None) -> None:
    canvas, columns, main = page.canvas, page.places.funds, row == top
    at = {name: f"{column}{row}" for name, column in columns.items()}
    for name in ("initial", "budget", "executed"):
        below = f"{columns[name]}{top + 1}:{columns[name]}{bottom}"
        if main and name == "budget" and known is not None:
            canvas.put(at[name], known, side="right", form=_MONEY)
        elif main:
            total = f'IF(COUNT({below})=0,"",ROUND(SUM({below}),6))'
            canvas.formula(at[name], total, "", side="right", form=_MONEY)
        else:
            canvas.put(at[name], None, side="right", open_=True, form=_MONEY)
            page.checked(at[name], "money", "decimal", first="-1000000000", second="1000000000")
    points = float(page.book.value("total.budget_points"))
    by_rate = page.book.value("budget.formula") == "rate"
    if main:
        canvas.put(at["points"], points)
        if by_rate:
            score = formulas.budget_score(at["budget"], at["executed"], at["points"], page.book)
            by_hand = known is None or known <= 0  # without a budget there is no rate
            canvas.formula(at["own_score"], score, "", form="0.00", open_=by_hand)
            if by_hand:
                page.score_check(at["own_score"], at["points"], "computed")
        else:
            page.judged_score(at["own_score"], at["points"])
    else:
        canvas.put(at["points"], None)
        canvas.put(at["own_score"], None)
    canvas.formula(at["rate"], formulas.rate(at["budget"], at["executed"]), "", form="0.00%")
    if "reason" in at:
        canvas.put(at["reason"], None, side="left", open_=True)
    for name in page.places.funds_merged:
        canvas.merge(at[name], f"{page.places.funds_merged[name]}{row}")
    _fund_status(page, row, top, bottom, known)
    label = str(canvas.sheet[at["label"]].value)
    canvas.heights(row, max(20.0, 13.0 * lines(label, page.places.width(columns["label"])) + 4))


def _fund_status(page: Page, row: int, top: int, bottom: int, known: float | None) -> None:
    columns = page.places.funds
    at = {name: f"{column}{row}" for name, column in columns.items()}
    budget, executed = at["budget"], at["executed"]
    spare = formulas.number(float(page.book.value("budget.amount_tolerance")) + 1e-9)
    status = '""'
    if row == top:
        no_score = f"AND({budget}<=0,NOT(ISNUMBER({at['own_score']})))"
        status = f"IF({no_score},{page.quoted('status.no_rate')},{status})"
        if "reason" in at:
            floor = formulas.number(page.book.value("budget.rate_floor"))
            low = f"ROUND({executed}/{budget}*100,9)<{floor}"
            empty = page.is_empty(at["reason"])
            status = f"IF({budget}>0,IF(AND({low},{empty}),{page.quoted('status.rate')},{status}),{status})"
        if known is not None:
            below = f"{columns['budget']}{top + 1}:{columns['budget']}{bottom}"
            off = f"AND(COUNT({below})>0,ABS(SUM({below})-{budget})>{spare})"
            status = f"IF({off},{page.quoted('status.sums')},{status})"
    over = f"AND(ISNUMBER({budget}),ISNUMBER({executed}))"
    status = f"IF({over},IF({executed}-{budget}>{spare},{page.quoted('status.overspent')},{status}),{status})"
    blank = ""
    if row == top:
        no_budget = f"IF({over},AND({budget}<=0,{executed}>0),FALSE)"
        status = f"IF({no_budget},{page.quoted('status.no_budget')},{status})"
        for cell, key in ((executed, "executed"), (budget, "budget")):
            status = f"IF(ISNUMBER({cell}),{status},{page.quoted(f'status.{key}')})"
        blank = page.say("status.executed" if known is not None else "status.budget")
    page.status(row, status, blank)
