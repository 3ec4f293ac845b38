"""R…: 偏差原因分析及改进措施, the reason that every deviation needs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfbatch.checking.evidence import Bools, Evidence
from perfbatch.checking.figures import EMPTY
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.explanations import (
    blank_reason,
    cell_keys,
    deviates,
    empty_reason,
    first_of_cell,
    has_one_place,
    is_far_over,
    once_a_place,
    real_reason,
    thinness,
)
from perfbatch.checking.judging.marks import is_docked_by_unit
from perfbatch.checking.phrases import deviations
from perfbatch.checking.yielding import left


@check("R301")
def no_reason(evidence: Evidence) -> Iterator[Found]:
    """Deviations whose reason is blank; none on a form that has no place for reasons."""
    blank = evidence.recall(blank_reason("indicators")) & ~evidence.recall(has_one_place)
    yield _unexplained("R301", evidence, evidence.recall(deviates) & blank, found=EMPTY)


@check("R302")
def empty_words(evidence: Evidence) -> Iterator[Found]:
    """Deviations whose reason says nothing; once a form that has one place for all, blank or not."""
    nothing = evidence.recall(empty_reason("indicators"))
    nothing |= evidence.recall(blank_reason("indicators")) & evidence.recall(has_one_place)
    yield _unexplained("R302", evidence, evidence.recall(deviates) & nothing)


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
    real = evidence.recall(real_reason)
    # One place for all reasons also tells of problems and plans beside the deviations.
    stray = real & ~evidence.recall(deviates) & ~evidence.recall(has_one_place)
    calm = left("R304", evidence, stray)
    keys = evidence.recall(cell_keys)
    calm &= ~np.isin(keys, keys[real & ~calm])
    rows = evidence.pick("indicators", first_of_cell(evidence, calm))
    yield rows.findings("reason", found=rows.quoted("reason"), expected=EMPTY)


def _unexplained(id_: str, evidence: Evidence, where: Bools, found: str | None = None) -> Found:
    """R301 or R302 for the deviations of ``where``, with the level of docs/specification.md, section 4."""
    speaks = left(id_, evidence, where)
    mild = evidence.equals("indicators", "deviation_kind", "over") & ~evidence.recall(is_far_over)
    # Missed only by equality accuses nobody; points that the unit itself took off deviate all the same.
    mild |= evidence.flag("indicators", "strict") & ~evidence.recall(is_docked_by_unit)
    first, others = once_a_place(evidence, speaks, mild)
    rows = evidence.pick("indicators", first)
    kinds, lenient = rows.text("deviation_kind"), mild[rows.rows].tolist()
    parameters = [
        "reason.empty_words" if kind != "over" else "deviation.excess" if m else "deviation.excess_error"
        for m, kind in zip(lenient, kinds, strict=True)
    ]
    clauses = {parameter: evidence.rules.clause(parameter) for parameter in set(parameters)}
    counted = zip(deviations(rows), others[rows.rows].tolist(), strict=True)
    return rows.findings(
        "reason",
        found=rows.quoted("reason") if found is None else found,
        expected="偏差原因和改进措施",
        level=["warning" if m else "error" for m in lenient],
        parameter=parameters,
        clause=[clauses[parameter] for parameter in parameters],
        deviation=[f"{said}等 {more + 1} 项有偏差" if more else said for said, more in counted],
    )
