"""All indicators of a batch against one rule book: columns in, columns out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import direction as directions
from perfbatch.scoring import outcomes
from perfbatch.scoring.accepted import accept, difference
from perfbatch.scoring.blocks import BLOCK, in_blocks
from perfbatch.scoring.columns import Columns, at
from perfbatch.scoring.deadline import score_deadlines
from perfbatch.scoring.deviation import KINDS, judge_deviations
from perfbatch.scoring.encode import BLANK, DATE, NUMBER, TEXT, TIER, Encoded, encode
from perfbatch.scoring.formulas import score_numbers
from perfbatch.scoring.judgement import score_texts, score_tiers
from perfbatch.scoring.rounding import scores_agree
from perfbatch.scoring.several import Parts, one_by_one
from perfbatch.scoring.texts import decode
from perfbatch.scoring.unsure import Both, both_directions

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
P = ParamSpec("P")
R = TypeVar("R")


def score_indicators(indicators: Columns, book: RuleBook) -> tuple[dict[str, Any], dict[str, Floats]]:
    """The columns of stage 'score', and the arrays points, own_score, accepted_score for the totals."""
    # Of many rows a second thread writes the texts while the arithmetic goes on; neither holds the GIL.
    with ThreadPoolExecutor(1) if len(indicators) > BLOCK else _AtOnce() as writer:
        given = encode(indicators, book)
        direction = writer.submit(decode, given.direction, directions.DIRECTIONS)
        source = writer.submit(decode, given.direction_source, directions.SOURCES)
        ruled = _rule(indicators, given, book)
        spoken = writer.submit(outcomes.outcome_columns, ruled.outcome, book)
        tolerance, written = book.value("rounding.tolerance"), indicators["own_score_text"]
        agrees = scores_agree(given.own, ruled.computed, written, tolerance)
        full = scores_agree(given.own, given.points, written, tolerance)
        accepted, apart, kind, size = in_blocks(
            partial(_close, book), ruled.computed, given.own, given.points, full, ruled.missed, ruled.late,
            ruled.over, ruled.docked, ruled.size,
        )  # fmt: skip
        deviates = writer.submit(decode, kind, KINDS)
        asks = writer.submit(decode, ruled.asks, outcomes.ASKS)
    columns = {
        "direction": direction.result(),
        "direction_source": source.result(),
        "actual_comparable": given.actual,
        "inferred": given.inferred,
        "completion": ruled.completion,
        "excess": ruled.excess,
        "computed_score": ruled.computed,
        **spoken.result(),
        "accepted_score": accepted,
        "difference": apart,
        "missed": ruled.missed,
        "deviation": kind > 0,
        "deviation_kind": deviates.result(),
        "deviation_size": size,
        "direction_sure": given.sure,
        "computed_positive": ruled.both.positive,
        "computed_reverse": ruled.both.reverse,
        "asks": asks.result(),
        "strict": ruled.strict,
        "agrees": agrees,
        "part_target": ruled.parts.target,
        "part_actual": ruled.parts.actual,
    }
    return columns, {"points": given.points, "own_score": given.own, "accepted_score": accepted}


class _AtOnce(Executor):
    """Does everything when it is submitted: to start a thread takes longer than a chunk's texts."""

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        done: Future[R] = Future()
        done.set_result(function(*args, **kwargs))
        return done


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules say, one item an indicator."""

    outcome: NDArray[np.int16]
    computed: Floats
    """NaN where a person must judge"""
    completion: Floats
    excess: Floats
    over: Floats
    """``excess``, and where the direction is not sure (B - A) / A that deviates in either"""
    size: Floats
    """(B - A) / A in %, both directions"""
    missed: Bools
    """late ones too"""
    late: Bools
    strict: Bools
    docked: Bools
    asks: NDArray[np.int8]
    both: Both
    parts: Parts


def _rule(indicators: Columns, given: Encoded, book: RuleBook) -> Ruled:
    """Each indicator under the rule for its kinds of values: numbers, dates, words, tiers."""
    numbers = score_numbers(given, book)
    both = both_directions(given, numbers, book)
    outcome = numbers.outcome.astype(np.int16)  # the book may hold more entries than int8
    computed, missed, asks = numbers.computed, numbers.missed, numbers.asks
    late = np.zeros(len(indicators), dtype=bool)

    def rows(target: Bools, actual: int) -> NDArray[np.intp]:
        return np.flatnonzero(target & (given.actual_kind == actual) & ~given.by_entry)

    in_words = (given.target_kind == TEXT) | (given.target_kind == TIER)
    dates, texts = rows(given.target_kind == DATE, DATE), rows(given.target_kind == TEXT, TEXT)
    tiers = rows(in_words, TIER)
    mixed = np.union1d(rows(given.target_kind == DATE, NUMBER), rows(given.target_kind == NUMBER, DATE))
    parts = Parts.none(len(indicators))
    if len(dates):
        outcome[dates], computed[dates], late[dates] = score_deadlines(
            indicators.take(dates),
            given.points[dates],
            given.target_points[dates],
            book,
        )
        missed |= late
    if len(texts):
        outcome[texts], computed[texts] = score_texts(indicators.take(texts), given.points[texts], book)
        unlike = texts[outcome[texts] == outcomes.JUDGEMENT]
        parts = one_by_one(indicators, unlike, book, _rule)
        outcome[parts.met | parts.missed] = outcomes.SEVERAL
        computed[parts.met] = given.points[parts.met]
        missed |= parts.missed
    if len(tiers):
        outcome[tiers], missed[tiers] = score_tiers(at(indicators["actual_tier"], tiers))
    outcome[mixed], asks[mixed] = outcomes.INCOMPARABLE, outcomes.MIXED_KINDS
    outcome[given.by_entry] = outcomes.FIRST_ENTRY + given.entry[given.by_entry]
    blank = (given.target_kind == BLANK) | (given.actual_kind == BLANK) | np.isnan(given.points)
    outcome[blank] = outcomes.MISSING
    over = np.where(given.sure, numbers.excess, both.over)
    return Ruled(
        outcome, computed, numbers.completion, numbers.excess, over, numbers.size, missed, late,
        numbers.strict, numbers.docked, asks, both, parts,
    )  # fmt: skip


def _close(
    book: RuleBook, computed: Floats, own: Floats, points: Floats, full: Bools, missed: Bools, late: Bools,
    over: Floats, docked: Bools, size: Floats,
) -> tuple[NDArray[Any], ...]:  # fmt: skip
    """Accepted score, difference, code into KINDS and size of the deviation."""
    accepted = accept(computed, own, points, book)
    kind, measure = judge_deviations(missed, late, over, docked, size, points, own, full, book)
    return accepted, difference(own, accepted), kind, measure
