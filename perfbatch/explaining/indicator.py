"""The story of one indicator: its values, its score, its deviation, what was found on it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from perfbatch.explaining.arithmetic import written_out
from perfbatch.explaining.cell import ExplainedCell, Row
from perfbatch.explaining.text import (
    Line,
    Sentences,
    clause_line,
    has,
    parameter_line,
    percent,
    points,
    short,
)
from perfbatch.rules import Entry, RuleBook
from perfbatch.rules.directions import named_direction
from perfbatch.scoring.entries import NONE, match_entries
from perfbatch.text import compact

Section = tuple[str, list[Line]]

_EXACT = 1e-12
_FORMULAS = ("positive", "reverse", "range")
_SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "=": "＝"}


def indicator_sections(row: Row, explained: ExplainedCell, say: Sentences) -> list[Section]:
    """Values, score, deviation and findings of one indicator."""
    findings = [f for f in explained.findings if f["indicator"] == row["number"]]
    return [
        (say("section.values"), _values(row, explained.book, say)),
        (say("section.score"), score_lines(row, explained.book, say)),
        (say("section.deviation"), _deviation(row, findings, explained.book, say)),
        (say("section.findings"), finding_lines(findings, say)),
    ]


def finding_lines(findings: list[Row], say: Sentences) -> list[Line]:
    """One line a finding: level, id, cell, what is wrong, expected, advice, clause, parameter."""
    if not findings:
        return [say.line("finding.none")]
    lines = []
    for finding in findings:
        keys = ("check", "cell", "message", "expected", "advice", "clause", "parameter")
        values = {key: finding[key] for key in keys}
        lines.append((say.terms.levels[finding["level"]], say("finding.text", **values)))
    return lines


def _values(row: Row, book: RuleBook, say: Sentences) -> list[Line]:
    lines = [
        (
            say.field(side),
            say("value.read", cell=row[f"{side}_cell"], text=row[side], parsed=_parsed(row, side, say)),
        )
        for side in ("target", "actual")
    ]
    entry = _entry(row, book)
    if entry and entry.unit and not row["target_unit"]:
        lines.append(say.line("value.told", unit=entry.unit, book=book.name))
    converted = row["actual_comparable"]
    if has(converted) and (row["inferred"] or abs(converted - row["actual_number"]) > _EXACT):
        key = "value.inferred" if row["inferred"] else "value.converted"
        unit = row["target_unit"] or (entry.unit if entry else "")
        lines.append(say.line(key, actual=row["actual"], number=short(converted), unit=unit))
    for field in ("points", "own_score"):
        read = say(
            "value.score", cell=row[f"{field}_cell"], text=row[f"{field}_text"], number=points(row[field]),
            state=say(f"state.{row[f'{field}_state']}"),
        )  # fmt: skip
        lines.append((say.field(field), read))
    return lines


def _parsed(row: Row, side: str, say: Sentences) -> str:
    """What the grammar made of one side."""
    kind = row[f"{side}_kind"]
    sign = _SIGNS.get(row[f"{side}_operator"], "")
    if kind == "number":
        upper = row[f"{side}_upper"]
        return say(
            "kind.range" if has(upper) else "kind.number", sign=sign, number=short(row[f"{side}_number"]),
            upper=short(upper) if has(upper) else "", unit=row[f"{side}_unit"],
        )  # fmt: skip
    if kind == "date":
        return say("kind.date", sign=sign, first=_day(row[f"{side}_from"]), last=_day(row[f"{side}_until"]))
    if kind == "tier":
        return say("kind.tier", tier=say(f"tier.{row[f'{side}_tier']}"))
    return say(f"kind.{kind or 'blank'}")


def _day(day: Any) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def score_lines(row: Row, book: RuleBook, say: Sentences) -> list[Line]:
    """Direction, rule, arithmetic, clauses, parameter and result of one scored indicator."""
    rule = row["rule"]
    lines = []
    if row["direction"]:
        lines.append(say.line("direction.text" if row["direction_sure"] else "direction.unsure",
                              direction=say.terms.code("direction", row["direction"]),
                              why=_direction(row, book, say)))  # fmt: skip
    lines.append(say.line("rule.name", rule=say.terms.code("rule", rule)))
    if rule in _FORMULAS and has(row["computed_score"]):
        lines += written_out(row, book, say)
    else:
        lines.append(_worded(row, book, say))
    lines.append(clause_line(row["parameter"], book, say))
    lines.append(parameter_line(row["parameter"], book, say))
    formula = f"{row['direction'] or 'positive'}.formula"
    if row["parameter"] == "positive.excess_bands" and rule in _FORMULAS:
        lines.insert(-2, clause_line(formula, book, say))
    lines.append(accepted_line(row, book, say))
    return lines


def accepted_line(row: Row, book: RuleBook, say: Sentences) -> Line:
    """Computed, accepted and own score, and whether they agree."""
    difference = row["difference"]
    tolerance = book.value("rounding.tolerance") + 1e-9
    agrees = "unknown" if not has(difference) else "agree" if abs(difference) <= tolerance else "differ"
    return say.line(
        "result.scores", computed=points(row["computed_score"]) if has(row["computed_score"]) else "",
        accepted=points(row["accepted_score"]), own=points(row["own_score"]),
        difference=f"{points(difference)}" if has(difference) else "",
        verdict=say(f"verdict.{agrees}", tolerance=points(book.value("rounding.tolerance"))),
    )  # fmt: skip


def _direction(row: Row, book: RuleBook, say: Sentences) -> str:
    """Who decided the direction, and by what: entry, sign, or rule and the words that it matched."""
    match row["direction_source"]:
        case "rulebook":
            entry = _entry_number(row, book)
            if entry != NONE and book.indicators[entry].direction:
                return say("decided.rulebook", entry=entry + 1, book=book.name)
            columns = (column for column in ("level2", "name") if _reverse_word(row[column], book))
            column = next(columns)
            return say("decided.word", column=say.field(column), word=_reverse_word(row[column], book),
                       book=book.name)  # fmt: skip
        case "operator":
            return say("decided.operator", sign=_SIGNS[row["target_operator"]])
        case "approved" | "change" as source:
            return say(f"decided.{source}", target=row["target"])
    rule = named_direction(row["name"], row["level2"], row["target_unit"])
    named = say("decided.name", rule=rule.id, word=rule.words(row["name"], row["level2"]), why=rule.why)
    return say("decided.zero", named=named) if row["direction_source"] == "zero" else named


def _reverse_word(text: str, book: RuleBook) -> str:
    pattern = book.pattern("direction.reverse_words")
    found = pattern.search(compact(text)) if pattern else None
    return found[0] if found else ""


def _entry(row: Row, book: RuleBook) -> Entry | None:
    """The rule book's entry for the indicator."""
    number = _entry_number(row, book)
    return None if number == NONE else book.indicators[number]


def _entry_number(row: Row, book: RuleBook) -> int:
    """Index of the rule book's entry for the indicator, NONE where there is none."""
    if not book.indicators:
        return NONE
    return int(
        match_entries(pd.DataFrame({"level2": [row["level2"]], "name": [row["name"]]}, dtype="str"), book)[0]
    )


def _worded(row: Row, book: RuleBook, say: Sentences) -> Line:
    """Rules that are no arithmetic, and why a person must judge."""
    full = points(row["points"])
    match row["rule"]:
        case "text":
            return say.line("sum.text", points=full)
        case "deadline" | "late":
            key = (
                "sum.late_zero"
                if has(row["computed_score"]) and row["rule"] == "late"
                else f"sum.{row['rule']}"
            )
            return say.line(
                key, first=_day(row["actual_from"]), last=_day(row["actual_until"]),
                deadline=_day(row["target_until"]), points=full,
            )  # fmt: skip
        case "tier":
            low, high = book.value(f"tier.{row['actual_tier']}")
            return say.line(
                "sum.tier", tier=say(f"tier.{row['actual_tier']}"), points=full,
                low=short(low), high=short(high),
                least=points(row["points"] * low / 100), most=points(row["points"] * high / 100),
                accepted=points(row["accepted_score"]), own=points(row["own_score"]),
            )  # fmt: skip
        case "incomparable":
            return say.line(f"sum.incomparable_{row['asks'] or 'units'}", a=row["target_unit"],
                            b=row["actual_unit"], actual=row["actual"],
                            times=short(book.value("inferred.farthest")))  # fmt: skip
        case "short":
            return say.line("sum.short", target=row["target"], actual=row["actual"])
        case "several":
            return say.line("sum.several" if row["missed"] else "sum.several_met", points=full,
                            target=row["part_target"], actual=row["part_actual"])  # fmt: skip
        case "missing":
            blank = [say.field(side) for side in ("target", "actual") if not row[f"{side}_kind"]]
            if not blank and row["points_state"] == "absent":
                return say.line("sum.unscored")
            blank += [] if has(row["points"]) else [say.field("points")]
            return say.line("sum.missing", fields=blank)
    return say.line(f"judged.{_why_judged(row, book)}", **_judged_values(row, book, say))


def _why_judged(row: Row, book: RuleBook) -> str:
    """Why no formula speaks."""
    kinds = (row["target_kind"], row["actual_kind"])
    if row["parameter"].startswith("indicators["):
        return "entry"
    if row["asks"]:
        return str(row["asks"])
    if row["parameter"] != "judgement.formula":
        return "by_formula"
    entry = _entry(row, book)
    if entry is not None and entry.target_kind == "text":
        return "text"
    if kinds[0] != kinds[1]:
        return "kinds"
    if kinds[0] == "text":
        return "text"
    if kinds[0] == "date":
        return "open_date" if row["target_operator"] in (">", ">=") else "date"
    return "zero" if row["target_number"] == 0 else "negative" if row["target_number"] < 0 else "other"


def _judged_values(row: Row, book: RuleBook, say: Sentences) -> dict[str, Any]:
    return {
        "a": say(f"kind_name.{row['target_kind'] or 'blank'}"),
        "b": say(f"kind_name.{row['actual_kind'] or 'blank'}"),
        "target": row["target"], "actual": row["actual"],
        "first": _day(row["actual_from"]), "last": _day(row["actual_until"]),
        "deadline": _day(row["target_until"]), "book": book.name,
        "positive": points(row["computed_positive"]) if has(row["computed_positive"]) else "",
        "reverse": points(row["computed_reverse"]) if has(row["computed_reverse"]) else "",
    }  # fmt: skip


def _deviation(row: Row, findings: list[Row], book: RuleBook, say: Sentences) -> list[Line]:
    kind = row["deviation_kind"]
    if kind:
        size = percent(row["deviation_size"]) if has(row["deviation_size"]) else ""
        phrase = "missed_reverse" if kind == "missed" and row["direction"] == "reverse" else kind
        text = say(
            f"deviates.{phrase}", size=size, own=points(row["own_score"]), points=points(row["points"])
        )
    else:
        text = say("deviates.none", excess=percent(row["excess"]) if has(row["excess"]) else "",
                   limit=short(book.value("deviation.excess")))  # fmt: skip
    reason = row["reason_state"]
    lines = [
        (say("label.deviates"), text),
        (say.field("reason"), say("reason.absent") if reason == "absent"
         else say("reason.text", cell=row["reason_cell"], text=row["reason"])),
        say.line(f"reasoned.{_reason(row, findings)}", levels=[say.terms.levels[f["level"]] for f in findings
                                                              if f["check"] in ("R301", "R302")]),
    ]  # fmt: skip
    if kind == "over":
        lines.append(parameter_line("deviation.excess", book, say))
    return lines


def _reason(row: Row, findings: list[Row]) -> str:
    """What the checks made of the reason."""
    found = {finding["check"] for finding in findings}
    for check in ("R301", "R302", "R303", "R304"):
        if check in found:
            return check
    if not row["deviation"]:
        return "not_needed"
    return "given" if re.search(r"\w", row["reason"]) else "silent"
