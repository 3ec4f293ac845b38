"""偏差原因: which deviations need one, and what a text that is there says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from perfbatch.caching import cached
from perfbatch.checking.evidence import EXACT, UNREADABLE, Bools, Evidence, Positions
from perfbatch.rules import RuleBook
from perfbatch.text import key_of
from perfbatch.values.reasons import ReasonWords, left_of, say_nothing


def deviates(evidence: Evidence) -> Bools:
    """Deviations that a reason must explain; a blank score hides neither a miss nor an over-completion."""
    known = ~np.isnan(evidence.number("indicators", "own_score")) | evidence.flag("indicators", "missed")
    known |= evidence.equals("indicators", "deviation_kind", "over")
    known |= ~evidence.has_points_column("indicators")
    return evidence.flag("indicators", "deviation") & known


def undecided(evidence: Evidence) -> Bools:
    """Indicators that lack what it takes to say whether they deviate."""
    lacking = np.isnan(evidence.number("indicators", "own_score"))
    lacking |= np.isnan(evidence.number("indicators", "points"))
    return lacking | evidence.equals("indicators", "rule", "missing")


@cached(2)
def blank_reason(kind: Literal["funds", "indicators"]) -> Callable[[Evidence], Bools]:
    """A judgement: rows of ``kind`` in whose reason nothing is written."""

    def judge(evidence: Evidence) -> Bools:
        codes, distinct = evidence.coded(kind, "reason")
        blank = np.array([not text.strip() for text in distinct], dtype=bool)[codes]
        signs = evidence.state(kind, "reason", "not_applicable")
        return blank & ~signs & ~evidence.state(kind, "reason", "absent", *UNREADABLE)

    return judge


@cached(2)
def empty_reason(kind: Literal["funds", "indicators"]) -> Callable[[Evidence], Bools]:
    """A judgement: rows of ``kind`` in whose reason something is written that says nothing."""

    def judge(evidence: Evidence) -> Bools:
        codes, texts = evidence.coded(kind, "reason")
        used, which = np.unique(codes, return_inverse=True)
        distinct = [texts[code] for code in used.tolist()]
        nothing = np.array(say_nothing(distinct, reason_words(evidence.rules)), dtype=bool)[which]
        nothing |= evidence.state(kind, "reason", "not_applicable")
        unread = evidence.state(kind, "reason", "absent", *UNREADABLE)
        return nothing & ~unread & ~evidence.recall(blank_reason(kind))

    return judge


@cached(16)
def reason_words(rules: RuleBook) -> ReasonWords:
    """What a rule book says of reasons, beside the words that every book shares."""
    instruction = rules.pattern("reason.instructions")
    return ReasonWords(
        empty=tuple(rules.value("reason.empty_words")),
        accepted=tuple(rules.value("reason.accepted_words")),
        instruction=None if instruction is None else instruction.pattern,
    )


def real_reason(evidence: Evidence) -> Bools:
    blank, empty = blank_reason("indicators"), empty_reason("indicators")
    unread = evidence.state("indicators", "reason", "absent", *UNREADABLE)
    return ~evidence.recall(blank) & ~evidence.recall(empty) & ~unread


def thinness(evidence: Evidence) -> tuple[Bools, Bools]:
    """Real reasons of deviations that have few characters, and those that name no measure; headings do
    not count.
    """
    rows = (evidence.recall(deviates) & evidence.recall(real_reason)).nonzero()[0]
    codes, distinct = pd.factorize(np.array(evidence.texts("indicators", "reason", rows), dtype=object))
    least = int(evidence.rules.value("reason.min_characters"))
    words = reason_words(evidence.rules)
    left = [left_of(text, words) for text in distinct]
    keys = [key_of(one.text) for one in left]
    measures = [key_of(word) for word in evidence.rules.value("reason.measure_words")]
    few = [len(key) < least for key in keys]
    lacking = [
        bool(measures) and not one.measure and not any(word in key for word in measures)
        for one, key in zip(left, keys, strict=True)
    ]
    short, no_measure = np.zeros((2, evidence.size("indicators")), dtype=bool)
    short[rows] = np.array(few, dtype=bool)[codes]
    no_measure[rows] = np.array(lacking, dtype=bool)[codes]
    return short, no_measure


def cell_keys(evidence: Evidence) -> Positions:
    """One number for each reason cell of the batch: a merged cell counts once."""
    cells, _ = evidence.coded("indicators", "reason_cell")
    placed = ~evidence.equals("indicators", "reason_cell", "")
    width = int(cells.max(initial=0)) + 1
    alone = -1 - np.arange(len(cells))
    return np.where(placed, evidence.form_of("indicators") * width + cells, alone)


def first_of_cell(evidence: Evidence, where: Bools) -> Bools:
    rows = where.nonzero()[0]
    _, first = np.unique(evidence.recall(cell_keys)[rows], return_index=True)
    result = np.zeros_like(where)
    result[rows[first]] = True
    return result


def has_one_place(evidence: Evidence) -> Bools:
    """Indicators of forms that have one cell for all reasons."""
    return evidence.equals("forms", "reason_place", "form")[evidence.form_of("indicators")]


def is_far_over(evidence: Evidence) -> Bools:
    """r so large that a missing reason must be mended."""
    threshold = float(evidence.rules.value("deviation.excess_error"))
    return evidence.number("indicators", "excess") >= threshold - EXACT


def once_a_place(evidence: Evidence, where: Bools, mild: Bools) -> tuple[Bools, Positions]:
    """Of the rows of ``where`` in a form with one place for all reasons only the first, one that is not
    ``mild`` before the others; and how many more that form has, for each row.
    """
    form, one = evidence.form_of("indicators"), evidence.recall(has_one_place) & where
    rows = one.nonzero()[0]
    rows = rows[np.lexsort((rows, mild[rows], form[rows]))]
    _, first = np.unique(form[rows], return_index=True)
    kept = where & ~one
    kept[rows[first]] = True
    more = np.maximum(np.bincount(form[one], minlength=evidence.size("forms")) - 1, 0)
    return kept, np.where(one, more[form], 0)
