"""Rows of approved indicators: the target is printed, the score computed where the rule book computes it."""

from __future__ import annotations

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.canvas import lines
from perfbatch.blank_forms.kinds import DATE, NUMBER, SEVERAL, Indicator, scored_by_unit
from perfbatch.blank_forms.page import Page
from perfbatch.blank_forms.row_status import bad, deviation, row_status
from perfbatch.blank_forms.typed import day, doubtful, number_in, number_of_part, parts_are, ratio_in

_PRINTED = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}


def draw_indicator(page: Page, row: int, one: Indicator) -> None:
    """An approved indicator: what is approved is locked."""
    canvas = page.canvas
    at = {name: f"{column}{row}" for name, column in page.places.indicators.items()}
    canvas.put(at["name"], one.name, side="left")
    choice = _target(page, at, one)
    canvas.put(at["points"], one.points, open_=one.points is None)
    if one.points is None:
        page.checked(at["points"], "free_number", "decimal", first="0", second="1000")
    canvas.put(at["reason"], None, side="left", open_=True)
    limit = formulas.short(page.book.value("deviation.excess"))
    page.hinted(at["reason"], "reason", excess=limit)
    if one.kind == NUMBER:
        _numeric(page, row, at, one, choice)
    elif one.kind == DATE:
        _deadline(page, row, at, one)
    elif one.kind == SEVERAL:
        _several(page, row, at, one)
    else:
        _judged(page, row, at, one)
    texts = {"name": one.name, "target": one.target}
    most = max(lines(text, page.places.width(at[name][0])) for name, text in texts.items())
    canvas.heights(row, max(30.0, 14.0 * most + 4))


def _target(page: Page, at: dict[str, str], one: Indicator) -> str:
    """Print the target; a condition that the unit chose 'less is better', "" where it need not choose."""
    canvas = page.canvas
    unsure = one.kind == NUMBER and not one.sure
    if "nature" not in at:
        canvas.put(at["target"], one.target, open_=unsure or not one.target)
        if unsure:
            bare = one.target.lstrip("=＝")
            _chosen(page, at["target"], (f"≥{bare}", f"≤{bare}"))
            return f'LEFT({at["target"]},1)="≤"'
        return ""
    split = one.kind == NUMBER and one.upper is None and not one.about and not one.falls and one.simple
    if split:
        nature = _PRINTED.get(one.operator, one.operator)
        canvas.put(at["nature"], "" if unsure else nature, open_=unsure)
        canvas.put(at["target"], one.number)
        canvas.put(at["measure"], one.unit)
    else:
        canvas.put(at["nature"], "" if one.kind == NUMBER else page.say("form.qualitative"), open_=unsure)
        canvas.put(at["target"], one.target, open_=not one.target)
        canvas.put(at["measure"], None)
    if unsure:
        _chosen(page, at["nature"], ("≥", "≤"))
        return f'{at["nature"]}="≤"'
    return ""


def _chosen(page: Page, cell: str, choices: tuple[str, ...]) -> None:
    if any('"' in choice or "," in choice for choice in choices):  # a list cannot hold them
        page.hinted(cell, "direction")
    else:
        page.checked(cell, "direction", "list", choices=choices)


def terms_of(one: Indicator, value: str, points: str, choice: str = "") -> formulas.Terms:
    """What the formulas of a numeric indicator stand on; ``choice`` is a condition that less is better."""
    return formulas.Terms(
        a=formulas.number(one.number if one.upper is None else min(one.number, one.upper)),
        upper="" if one.upper is None else formulas.number(max(one.number, one.upper)),
        b=value, points=points, direction=choice or one.direction or formulas.POSITIVE, target=one.number,
        about=one.about, strict=one.operator in (">", "<") and one.upper is None, falls=one.falls,
    )  # fmt: skip


def _numeric(page: Page, row: int, at: dict[str, str], one: Indicator, choice: str) -> None:
    canvas, value = page.canvas, f"{page.places.value}{row}"
    percent = one.unit == "%"
    unit = one.unit.replace('"', "")
    shown = "0.00%" if percent else f'General"{unit}"' if unit else "General"
    canvas.put(at["actual"], None, open_=True, form="@" if one.ratio else shown)
    if one.ratio:
        page.hinted(at["actual"], "ratio")
        canvas.formula(value, ratio_in(at["actual"]), "", boxed=False)
    else:
        page.checked(at["actual"], "number", "decimal", first="-1E+14", second="1E+14", unit=one.unit)
        canvas.formula(value, number_in(at["actual"], unit, one.number), "", boxed=False)
    terms = terms_of(one, value, at["points"], choice)
    chosen = _has_chosen(at) if choice else ""
    doubt = doubtful(at["actual"], unit, one.number, bad(terms, page.book), page.book)
    sure = f"NOT({doubt})" if doubt and one.upper is None else ""
    more = "".join(f",{condition}" for condition in (chosen, sure) if condition)
    ready = f"AND(ISNUMBER({value}),ISNUMBER({at['points']}){more})"
    own, by_hand = scored_by_unit(one, page.book), one.upper is None and one.number <= 0
    if own:
        page.judged_score(at["own_score"], at["points"])
    else:
        score = f'IF({ready},{formulas.score(terms, page.book)},"")'
        canvas.formula(at["own_score"], score, "", form="0.00", open_=by_hand)
        if by_hand:
            page.score_check(at["own_score"], at["points"], "computed")
    deviates = [formulas.missed(terms, page.book)]
    if above := formulas.over(terms, page.book):
        deviates.append(above)
    deviation(page, row, at, f"IF({ready},OR({','.join(deviates)}),FALSE)")
    needs = [(f"ISNUMBER({value})", "number")]
    needs += [(condition, key) for condition, key in ((chosen, "direction"), (sure, "scale")) if condition]
    given = own or by_hand  # a score that the formula gives is as the book has it
    row_status(page, row, at, needs, [_not_full(at, deviates[0], page)] if given else [])


def _has_chosen(at: dict[str, str]) -> str:
    cell = at.get("nature", at["target"])
    return f'OR(LEFT({cell},1)="≥",LEFT({cell},1)="≤")'


def _deadline(page: Page, row: int, at: dict[str, str], one: Indicator) -> None:
    canvas, until = page.canvas, one.until
    assert until is not None
    canvas.put(at["actual"], None, open_=True, form=page.say("form.day"))
    example = f"{until:%Y-%m-%d}"
    page.checked(
        at["actual"], "date", "date", first="DATE(1990,1,1)", second="DATE(2100,12,31)", example=example
    )
    value = f"{page.places.value}{row}"
    canvas.formula(value, day(at["actual"]), "", boxed=False)
    late = f"{value}>DATE({until.year},{until.month},{until.day})"
    formula = page.book.value("deadline.formula")
    if formula == "own":
        page.judged_score(at["own_score"], at["points"])
    else:
        full = formulas.rounded(at["points"], page.book)
        afterwards = "0" if formula == "on_time_or_zero" else '""'
        score = f'IF(AND(ISNUMBER({value}),ISNUMBER({at["points"]})),IF({late},{afterwards},{full}),"")'
        canvas.formula(at["own_score"], score, "", form="0.00", open_=True)
        page.score_check(at["own_score"], at["points"], "computed")
    deviation(page, row, at, f"IF(ISNUMBER({value}),{late},FALSE)")
    row_status(page, row, at, [(f"ISNUMBER({value})", "date")], [_not_full(at, late, page)])


def _several(page: Page, row: int, at: dict[str, str], one: Indicator) -> None:
    """Several values in one cell: full where each reaches its target; else the unit scores, and not full."""
    canvas, value, actual = page.canvas, f"{page.places.value}{row}", at["actual"]
    canvas.put(actual, None, open_=True, side="left", form="@")
    example = "；".join(f"{formulas.short(part.number)}{part.unit}" for part in one.parts)
    page.hinted(actual, "parts", example=example)
    numbers = [f"{column}{row}" for column in page.places.parts[: len(one.parts)]]
    for number, (cell, part) in enumerate(zip(numbers, one.parts, strict=True)):
        read = number_of_part(actual, number, part.unit.replace('"', ""), part.number)
        canvas.formula(cell, read, "", boxed=False)
    terms = [terms_of(part, cell, at["points"]) for cell, part in zip(numbers, one.parts, strict=True)]
    usable = ",".join([parts_are(actual, len(numbers)), *(f"ISNUMBER({cell})" for cell in numbers)])
    missed = f"OR({','.join(formulas.missed(of, page.book) for of in terms)})"
    beyond = f"OR({','.join(bad(of, page.book) for of in terms)})"
    stands = f'IF(AND({usable}),IF({missed},0,IF({beyond},0.5,1)),"")'
    same = f"AND(LEN({actual})>0,{_same(actual, one.target)})"
    canvas.formula(value, f"IF({same},1,{stands})", "", boxed=False)
    full = formulas.rounded(at["points"], page.book)
    score = f'IF(ISNUMBER({at["points"]}),IF({value}=1,{full},""),"")'
    canvas.formula(at["own_score"], score, "", form="0.00", open_=True)
    page.score_check(at["own_score"], at["points"], "computed")
    deviation(page, row, at, f"{value}=0")
    row_status(page, row, at, [(f"ISNUMBER({value})", "parts")], [_not_full(at, f"{value}=0", page)])


def _not_full(at: dict[str, str], missed: str, page: Page) -> tuple[str, str]:
    """A check: no full marks where the target is missed and the formula gives none (I204)."""
    points = at["points"]
    return f"NOT(AND({missed},{at['own_score']}>={points}-{formulas.half_step(page.book)}))", "full"


def _judged(page: Page, row: int, at: dict[str, str], one: Indicator) -> None:
    canvas = page.canvas
    canvas.put(at["actual"], None, open_=True, side="left")
    tiers = page.table("tiers")
    choices = tuple(str(tier) for tier in tiers.values())
    page.checked(at["actual"], "judged", "list", choices=choices, strict=False)
    page.judged_score(at["own_score"], at["points"])
    lower = f"OR({','.join(_same(at['actual'], tier) for tier in choices[1:])})"
    deviation(page, row, at, lower)
    checks = []
    points, own = at["points"], at["own_score"]
    out = []
    for key, tier in tiers.items():
        bounds = formulas.outside_tier(own, points, key, page.book)
        out.append(f"AND({_same(at['actual'], str(tier))},{bounds})")
    checks.append((f"NOT(OR({','.join(out)}))", "band"))
    if one.text and page.book.value("text.formula") == "equal":
        alike = f"AND({at['actual']}={at['target']},{points}-{own}>{page.tolerance})"
        checks.append((f"NOT({alike})", "equal"))
    row_status(page, row, at, [], checks)


def _same(cell: str, text: str) -> str:
    return f'{cell}="{text}"'
