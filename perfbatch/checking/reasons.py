"""R…: 偏差原因分析及改进措施, the reason that every deviation needs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfbatch.checking.evidence import EXACT, Bools, Evidence, Picked
from perfbatch.checking.figures import EMPTY, percents, scores
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.explanations import (
    blank_reason,
    cell_keys,
    deviates,
    empty_reason,
    first_of_cell,
    real_reason,
    thinness,
)


@check("R301")
def no_reason(evidence: Evidence) -> Iterator[Found]:
    """Deviations whose reason is blank, or for whose reason the form has no place."""
    blank = evidence.recall(blank_reason("indicators")) | evidence.state("indicators", "reason", "absent")
    yield _unexplained(evidence, blank, found=EMPTY)


@check("R302")
def empty_words(evidence: Evidence) -> Iterator[Found]:
    """Deviations whose reason says nothing."""
    yield _unexplained(evidence, evidence.recall(empty_reason("indicators")))


@check("R303")
def thin_reason(evidence: Evidence) -> Iterator[Found]:
    """Real reasons for deviations that are short or name no measure; one finding a cell."""
    short, no_measure = evidence.recall(thinness)
    rows = evidence.pick("indicators", first_of_cell(evidence, short | no_measure))
    told = zip(no_measure[rows.rows].tolist(), short[rows.rows].tolist(), strict=True)
    yield rows.findings(
        "reason",
        found=rows.quoted("reason"),
        expected="具体原因和改进措施",
        problem=[
            "没有写改进措施，也过于简略" if lacking and few else "没有写改进措施" if lacking else "过于简略"
            for lacking, few in told
        ],
        parameter=[
            "reason.measure_words" if lacking else "reason.min_characters"
            for lacking in no_measure[rows.rows].tolist()
        ],
    )


@check("R304")
def needless_reason(evidence: Evidence) -> Iterator[Found]:
    """Real reasons beside indicators that do not deviate; one finding a cell, none where a merged
    cell also explains a deviation.
    """
    decided = ~np.isnan(evidence.number("indicators", "own_score"))
    decided &= ~np.isnan(evidence.number("indicators", "points"))
    decided &= ~evidence.equals("indicators", "rule", "missing", "incomparable")
    real = evidence.recall(real_reason)
    calm = real & decided & ~evidence.recall(deviates)
    undecided_or_deviating = real & ~calm
    keys = evidence.recall(cell_keys)
    calm &= ~np.isin(keys, keys[undecided_or_deviating])
    rows = evidence.pick("indicators", first_of_cell(evidence, calm))
    yield rows.findings("reason", found=rows.quoted("reason"), expected=EMPTY)


def _unexplained(evidence: Evidence, where: Bools, found: str | None = None) -> Found:
    """R301 or R302 for the deviations of ``where``, with the level of docs/specification.md, section 4."""
    rows = evidence.pick("indicators", evidence.recall(deviates) & where)
    threshold = float(evidence.rules.value("deviation.excess_error"))
    kinds = rows.text("deviation_kind")
    far = (rows.number("excess") >= threshold - EXACT).tolist()
    mild = [kind == "over" and not beyond for kind, beyond in zip(kinds, far, strict=True)]
    parameters = [
        "deviation.excess" if m else "deviation.excess_error" if kind == "over" else "reason.empty_words"
        for m, kind in zip(mild, kinds, strict=True)
    ]
    clauses = {parameter: evidence.rules.clause(parameter) for parameter in set(parameters)}
    # A form without a column for reasons still gets its note: beside the score.
    cells = [a or b for a, b in zip(rows.text("reason_cell"), rows.text("own_score_cell"), strict=True)]
    return rows.findings(
        "reason",
        cell=cells,
        found=rows.quoted("reason") if found is None else found,
        expected="偏差原因和改进措施",
        level=["warning" if m else "error" for m in mild],
        parameter=parameters,
        clause=[clauses[parameter] for parameter in parameters],
        deviation=_deviations(rows),
    )


def _deviations(rows: Picked) -> list[str]:
    """The deviation in words, with the values that make it one."""
    said = []
    for kind, target, actual, completion, excess, own, points in zip(
        rows.text("deviation_kind"),
        rows.quoted("target"),
        rows.quoted("actual"),
        percents(rows.number("completion")),
        percents(rows.number("excess")),
        scores(rows.number("own_score")),
        scores(rows.number("points")),
        strict=True,
    ):
        values = f"指标值 {target}，完成值 {actual}"
        if kind == "missed":
            rate = f"，完成率 {completion}" if completion != EMPTY else ""
            said.append(f"没有达到指标值（{values}{rate}）")
        elif kind == "late":
            said.append(f"逾期（期限 {target}，完成于 {actual}）")
        elif kind == "over":
            said.append(f"比指标值多 {excess}（{values}）")
        else:
            said.append(f"得分 {own} 低于分值 {points}")
    return said
