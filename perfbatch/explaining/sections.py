"""What is told of a cell: a list of sections, each a heading and lines of label and text."""

from __future__ import annotations

from perfbatch.explaining.cell import ExplainedCell, Row
from perfbatch.explaining.indicator import Section, accepted_line, finding_lines, indicator_sections
from perfbatch.explaining.place import CellPlace, place_of
from perfbatch.explaining.text import (
    Line,
    Sentences,
    clause_line,
    equals,
    figure,
    has,
    parameter_line,
    percent,
    points,
    short,
)
from perfbatch.rules import RuleBook


def sections_of(explained: ExplainedCell) -> list[Section]:
    """What is to be said of the cell."""
    say = Sentences(explained.words)
    place = place_of(explained)
    first = (say(f"heading.{place.kind}", **_heading(place, explained, say)), _cell(place, explained, say))
    return [first, *_rest(place, explained, say)]


def _rest(place: CellPlace, explained: ExplainedCell, say: Sentences) -> list[Section]:
    match place.kind:
        case "indicator":
            return indicator_sections(place.rows[0], explained, say)
        case "budget":
            return _budget(place.rows[0], explained, say)
        case "total":
            return _total(explained, say)
        case "group":
            return [_group(place, say), _found(say, *_here(explained))]
        case "fund":
            line = place.rows[0]["line"]
            found = [f for f in explained.findings if f["line"] in (line, "total") and f["check"] == "F103"]
            here = [f for f in _here(explained) if f not in found]
            return [
                (say("section.values"), _amounts(place.rows[0], explained, say)),
                _found(say, *here, *found),
            ]
        case "head":
            return [_found(say, *_here(explained))]
    return []


def _heading(place: CellPlace, explained: ExplainedCell, say: Sentences) -> dict[str, object]:
    row = place.rows[0] if place.rows else {}
    return {
        "field": say.field(place.field) if place.field else "",
        "name": row.get("name", ""), "number": row.get("number", ""), "level1": row.get("level1", ""),
        "level2": row.get("level2", ""), "label": " ".join(str(row.get("label", "")).split()),
        "project": explained.form["project"] if explained.form is not None else "",
    }  # fmt: skip


def _cell(place: CellPlace, explained: ExplainedCell, say: Sentences) -> list[Line]:
    """What stands in the cell itself, and which rule book speaks."""
    lines = [
        say.line(
            "cell.shown", asked=explained.asked, cell=explained.cell, shown=" ".join(explained.shown.split())
        )
    ]
    if place.kind == "outside":
        return [*lines, say.line("about.outside", regions=explained.regions())]
    if place.kind == "printed":
        return [*lines, say.line("about.printed")]
    owner = place.rows[0] if place.rows else explained.form
    if place.field and owner is not None:
        state = owner.get(f"{place.field}_state", "value" if explained.shown else "blank")
        lines.append(say.line("about.field", field=say.field(place.field), state=say(f"state.{state}")))
    elif place.kind in ("indicator", "budget", "fund", "total"):
        lines.append(say.line("about.beside"))
    form = explained.form
    if place.kind in ("indicator", "budget", "total") and form is not None:
        lines.append(
            say.line("book.name", name=explained.book.name, title=explained.book.title,
                     source=form["rules_source"], printed=form["rules_printed"])
        )  # fmt: skip
    return lines


def _here(explained: ExplainedCell) -> list[Row]:
    """Findings on the very cell."""
    return [finding for finding in explained.findings if finding["cell"] == explained.cell]


def _found(say: Sentences, *findings: Row) -> Section:
    return say("section.findings"), finding_lines(list(findings), say)


def _amounts(row: Row, explained: ExplainedCell, say: Sentences) -> list[Line]:
    assert explained.form is not None
    lines = []
    for field in ("initial", "budget", "executed"):
        text = say(
            "value.amount", cell=row[f"{field}_cell"], text=row[f"{field}_text"],
            number=short(row[field]) if has(row[field]) else "", unit=explained.form["money_unit"],
            state=say(f"state.{row[f'{field}_state']}"),
        )  # fmt: skip
        lines.append((say.field(field), text))
    return lines


def _budget(row: Row, explained: ExplainedCell, say: Sentences) -> list[Section]:
    """年度资金总额: rate, score, reason, findings."""
    book = explained.book
    values = _amounts(row, explained, say)
    values.append((say.field("rate"), say(
        "value.rate", cell=row["rate_cell"], text=row["rate_text"],
        number=percent(row["rate"]) if has(row["rate"]) else "", state=say(f"state.{row['rate_state']}"),
    )))  # fmt: skip
    for field in ("points", "own_score"):
        values.append((say.field(field), say(
            "value.score", cell=row[f"{field}_cell"], text=row[f"{field}_text"], number=points(row[field]),
            state=say(f"state.{row[f'{field}_state']}"),
        )))  # fmt: skip
    lines = [say.line("rule.name", rule=say.terms.code("rule", row["rule"]))]
    lines += _budget_sum(row, book, say)
    lines += [clause_line("budget.formula", book, say), parameter_line("budget.formula", book, say)]
    lines.append(accepted_line(row, book, say))
    reason = say("reason.absent") if row["reason_state"] == "absent" else say(
        "reason.text", cell=row["reason_cell"], text=row["reason"]
    )  # fmt: skip
    floor = book.value("budget.rate_floor")
    if has(row["computed_rate"]):
        key = "reasoned.rate_enough" if row["computed_rate"] >= floor else "reasoned.low_rate"
        if key == "reasoned.low_rate" and row["reason_state"] == "absent":
            key = "reasoned.no_place"
        judged = say.line(key, rate=percent(row["computed_rate"]), floor=short(floor))
    else:
        judged = say.line("reasoned.no_rate")
    findings = [f for f in explained.findings if f["line"] == "total"]
    return [
        (say("section.values"), values),
        (say("section.score"), lines),
        (say("section.deviation"), [(say.field("reason"), reason), judged]),
        _found(say, *findings),
    ]


def _budget_sum(row: Row, book: RuleBook, say: Sentences) -> list[Line]:
    """Rate and score written out with their numbers."""
    budget, executed, full = row["budget"], row["executed"], row["points"]
    if not has(row["computed_rate"]):
        return [say.line("sum.no_rate")]
    lines = [
        say.line(
            "sum.rate",
            executed=short(executed),
            budget=short(budget),
            rate=percent(row["computed_rate"]),
        )
    ]
    if not has(row["computed_score"]):
        return lines if has(full) else [*lines, say.line("sum.no_points")]
    score = executed / budget * full
    lines.append(say.line("sum.ratio", above=short(executed), below=short(budget), points=points(full),
                          equals=equals(score), score=figure(score)))  # fmt: skip
    if score < 0:
        score = 0.0
        lines.append(say.line("sum.floor"))
    elif score > full + 1e-9 and book.value("cap"):
        score = full
        lines.append(say.line("sum.cap", points=points(full)))
    if abs(score - row["computed_score"]) > 1e-9:
        lines.append(say.line("sum.rounded", score=figure(score), decimals=book.value("rounding.decimals"),
                              computed=points(row["computed_score"])))  # fmt: skip
    return lines


def _total(explained: ExplainedCell, say: Sentences) -> list[Section]:
    """总分: every item, the sums, the grades."""
    form, book = explained.form, explained.book
    assert form is not None
    items = [(say("item.budget"), _item(row, say)) for row in explained.funds if row["line"] == "total"]
    items += [_named(row, say) for row in explained.indicators]
    sums = [
        say.line("total.points", sum=points(form["points_sum"]), printed=points(form["points_total"]),
                 expected=points(book.value("total.points"))),
        say.line("total.own", sum=points(form["own_sum"]), printed=points(form["own_total"])),
        say.line("total.computed", computed=points(form["computed_total"])),
        say.line("grade.text", own=form["grade_own"], computed=form["grade_computed"]),
        clause_line("grade.bands", book, say), parameter_line("grade.bands", book, say),
    ]  # fmt: skip
    findings = [
        f
        for f in explained.findings
        if f["check"].startswith("T") or f["field"] in ("own_total", "points_total")
    ]
    return [(say("section.items"), items), (say("section.sums"), sums), _found(say, *findings)]


def _item(row: Row, say: Sentences) -> str:
    return say("item.scores", points=points(row["points"]), own=points(row["own_score"]),
               accepted=points(row["accepted_score"]))  # fmt: skip


def _named(row: Row, say: Sentences) -> Line:
    return say("item.indicator", number=row["number"], name=row["name"]), _item(row, say)


def _group(place: CellPlace, say: Sentences) -> Section:
    """The indicators that share a cell."""
    lines = [_named(row, say) for row in place.rows]
    total = sum(row["points"] for row in place.rows if has(row["points"]))
    weight = place.rows[0]["level1_weight"] if place.field == "level1" else float("nan")
    lines.append(say.line("group.points", sum=points(total), weight=points(weight) if has(weight) else ""))
    return say("section.group", count=len(place.rows)), lines
