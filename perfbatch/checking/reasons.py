"""R…: 偏差原因分析及改进措施, the reason that every deviation needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perfbatch.checking.catalogue import check
from perfbatch.checking.evidence import EXACT, Evidence
from perfbatch.checking.figures import EMPTY, percents, scores
from perfbatch.checking.judging.explanations import (
    blank_reason,
    cell_keys,
    deviates,
    empty_reason,
    first_of_cell,
    real_reason,
    thinness,
)

if TYPE_CHECKING:
    from perfbatch.checking.evidence import Bools, Picked
    from perfbatch.checking.found import Found


@check(
    "R301",
    "error",
    "偏差没有说明原因",
    description="没有完成指标值（含逾期）、得分低于分值或超额完成较多，都属于偏离目标，"
    "应当在“偏差原因分析及改进措施”中说明原因和措施，而这一格空着。"
    "没有完成、扣了分或超出 200% 及以上为必须整改；超出 30% 而不足 200% 请核实。",
    message="“{name}”{deviation}，没有说明偏差原因。",
    advice="请写明偏离目标的原因和拟采取的改进措施。",
    clause="reason.empty_words",
    field="reason",
    sample={
        "name": "渗透测试次数",
        "deviation": "没有达到指标值（指标值 4，完成值 2，完成率 50.00%）",
        "found": EMPTY,
        "expected": "偏差原因和改进措施",
    },
)
def no_reason(evidence: Evidence) -> Iterator[Found]:
    """Deviations whose reason is blank, or for whose reason the form has no place."""
    blank = evidence.recall(blank_reason("indicators")) | evidence.state("indicators", "reason", "absent")
    yield _unexplained(evidence, blank, found=EMPTY)


@check(
    "R302",
    "error",
    "所填原因等于没有说明",
    description="属于偏离目标，原因一格只写了“无”“0”“同上”“—”之类，或只留着表内印好的填写提示，"
    "等于没有说明。级别同 R301。",
    message="“{name}”{deviation}，所填“{found}”没有说明偏差原因。",
    advice="请写明偏离目标的原因和拟采取的改进措施。",
    clause="reason.empty_words",
    field="reason",
    sample={
        "name": "漏洞扫描次数",
        "deviation": "比指标值多 100.00%（指标值 1，完成值 2）",
        "found": "无偏差",
        "expected": "偏差原因和改进措施",
    },
)
def empty_words(evidence: Evidence) -> Iterator[Found]:
    """Deviations whose reason says nothing."""
    yield _unexplained(evidence, evidence.recall(empty_reason("indicators")))


@check(
    "R303",
    "info",
    "原因过于简略或没有改进措施",
    description="写了偏差原因，但没有提到改进措施，或者只有几个字。",
    message="“{name}”的偏差原因“{found}”{problem}。",
    advice="请补充具体原因和拟采取的改进措施。",
    clause="reason.measure_words",
    field="reason",
    sample={
        "name": "合同签订时间",
        "found": "受疫情影响",
        "problem": "没有写改进措施，也过于简略",
        "expected": "具体原因和改进措施",
    },
)
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


@check(
    "R304",
    "info",
    "没有偏差却填写了原因",
    description="指标完成、得满分，也没有超额较多，却填写了偏差原因。可能是完成值、得分填错，或者原因写错了行。",
    message="“{name}”没有偏差，却填写了偏差原因“{found}”。",
    advice="请核对完成值和得分；确无偏差的，不必填写原因。",
    clause="deviation.excess",
    field="reason",
    sample={"name": "驻场运维人数", "found": "受疫情影响，人员未到位", "expected": EMPTY},
)
def needless_reason(evidence: Evidence) -> Iterator[Found]:
    """Real reasons beside indicators that do not deviate; one finding a cell, none where a merged
    cell also explains a deviation.
    """
    import numpy as np

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
    """R301 or R302 for the deviations of ``where``, with the level of spec section 4."""
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
