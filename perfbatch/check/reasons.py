"""R…: 偏差原因分析及改进措施, the reason that every deviation needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from perfbatch.check.catalogue import check
from perfbatch.check.evidence import EXACT, UNREADABLE, Evidence
from perfbatch.check.figures import EMPTY, percents, scores

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.check.evidence import Bools, Positions
    from perfbatch.check.found import Found, Picked
    from perfbatch.rules import RuleBook

_LABELS = re.compile("偏差|原因|分析|说明|及|和|与|改进|整改|措施|情况|均|都|也|的")
"""Words of the column's own heading: 原因：无；改进措施：无 says no more than 无."""
_CAUSE = re.compile("(?<!原)因|由于|导致|造成|受.+影响")
"""A sentence that names a cause is nobody's printed instruction."""
_SENTENCE = re.compile(r"[。；;！!？?\n\r:：]+")


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
    short, no_measure = evidence.recall(_thinness)
    thin = evidence.recall(deviates) & evidence.recall(_real) & (short | no_measure)
    rows = evidence.pick("indicators", _first_of_cell(evidence, thin))
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
    real = evidence.recall(_real)
    calm = real & decided & ~evidence.recall(deviates)
    undecided_or_deviating = real & ~calm
    keys = evidence.recall(_cell_keys)
    calm &= ~np.isin(keys, keys[undecided_or_deviating])
    rows = evidence.pick("indicators", _first_of_cell(evidence, calm))
    yield rows.findings("reason", found=rows.quoted("reason"), expected=EMPTY)


# ---- judgements that several checks share ---------------------------------------------------------


def deviates(evidence: Evidence) -> Bools:
    """Deviations that a reason must explain: not where the own score is missing and the target was met,
    nor where 分值 itself is in doubt and would make the own score a full one.
    """
    import numpy as np

    from perfbatch.check.totals import points_in_doubt

    known = ~np.isnan(evidence.number("indicators", "own_score")) | evidence.flag("indicators", "missed")
    doubted = evidence.equals("indicators", "deviation_kind", "docked") & evidence.recall(points_in_doubt)
    return evidence.flag("indicators", "deviation") & known & ~doubted


@lru_cache(maxsize=2)
def blank_reason(kind: Literal["funds", "indicators"]) -> Callable[[Evidence], Bools]:
    """A judgement: rows of ``kind`` in whose reason nothing is written."""

    def judge(evidence: Evidence) -> Bools:
        import numpy as np

        written = evidence.text(kind, "reason").str.strip().ne("").to_numpy(dtype=bool)
        signs = evidence.state(kind, "reason", "not_applicable")
        return ~np.asarray(written) & ~signs & ~evidence.state(kind, "reason", "absent", *UNREADABLE)

    return judge


@lru_cache(maxsize=2)
def empty_reason(kind: Literal["funds", "indicators"]) -> Callable[[Evidence], Bools]:
    """A judgement: rows of ``kind`` in whose reason something is written that says nothing."""

    def judge(evidence: Evidence) -> Bools:
        nothing = says_nothing(evidence.text(kind, "reason"), evidence.rules)
        nothing |= evidence.state(kind, "reason", "not_applicable")
        unread = evidence.state(kind, "reason", "absent", *UNREADABLE)
        return nothing & ~unread & ~evidence.recall(blank_reason(kind))

    return judge


def says_nothing(texts: pd.Series[str], rules: RuleBook) -> Bools:
    """Where a reason says nothing: empty words, signs, digits, a single letter, a printed instruction.

    Each distinct text is judged once. ``无。因疫情影响，…`` is a reason; so is what a unit wrote behind
    an instruction that it left standing.
    """
    import numpy as np
    import pandas as pd

    from perfbatch.text import compact, key_of

    codes, distinct = pd.factorize(texts)
    words = sorted({key_of(word) for word in rules.value("reason.empty_words")} - {""}, key=len, reverse=True)
    only_empty = re.compile("(?:" + "|".join(map(re.escape, words)) + ")+") if words else re.compile("(?!)")
    instruction = rules.pattern("reason.instructions")

    def nothing(key: str) -> bool:
        if sum(character.isalpha() for character in key) < 2 or only_empty.fullmatch(key):
            return True
        bare = _LABELS.sub("", key)
        return not bare or bool(only_empty.fullmatch(bare))

    def judge(text: str) -> bool:
        if nothing(key_of(text)):
            return True
        if instruction is None:
            return False
        sentences = [s for s in _SENTENCE.split(text) if s]
        own = [s for s in sentences if not instruction.search(compact(s)) or _CAUSE.search(s)]
        return len(own) < len(sentences) and nothing(key_of("".join(own)))

    return np.array([judge(text) for text in distinct] + [True], dtype=bool)[codes]


def _real(evidence: Evidence) -> Bools:
    blank, empty = blank_reason("indicators"), empty_reason("indicators")
    unread = evidence.state("indicators", "reason", "absent", *UNREADABLE)
    return ~evidence.recall(blank) & ~evidence.recall(empty) & ~unread


def _thinness(evidence: Evidence) -> tuple[Bools, Bools]:
    """Reasons of few characters, and reasons that name no measure."""
    import numpy as np
    import pandas as pd

    from perfbatch.text import key_of

    codes, distinct = pd.factorize(evidence.text("indicators", "reason"))
    least = int(evidence.rules.value("reason.min_characters"))
    keys = [key_of(text) for text in distinct]
    measures = [key_of(word) for word in evidence.rules.value("reason.measure_words")]
    short = np.array([len(key) < least for key in keys] + [False], dtype=bool)
    lacking = [bool(measures) and not any(word in key for word in measures) for key in keys]
    return short[codes], np.array([*lacking, False], dtype=bool)[codes]


def _cell_keys(evidence: Evidence) -> Positions:
    """One number for each reason cell of the batch: a merged cell counts once."""
    import numpy as np
    import pandas as pd

    cells, _ = pd.factorize(evidence.text("indicators", "reason_cell"))
    placed = evidence.text("indicators", "reason_cell").ne("").to_numpy(dtype=bool)
    width = int(cells.max(initial=0)) + 1
    alone = -1 - np.arange(len(cells))
    return np.where(placed, evidence.form_of("indicators") * width + cells, alone)


def _first_of_cell(evidence: Evidence, where: Bools) -> Bools:
    import numpy as np

    rows = where.nonzero()[0]
    _, first = np.unique(evidence.recall(_cell_keys)[rows], return_index=True)
    result = np.zeros_like(where)
    result[rows[first]] = True
    return result


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
