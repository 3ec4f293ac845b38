"""All indicators of a batch against one rule book: columns in, columns out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.score import direction as directions
from perfbatch.score import outcomes
from perfbatch.score.accepted import accept, difference
from perfbatch.score.blocks import in_blocks
from perfbatch.score.deadline import score_deadlines
from perfbatch.score.deviation import KINDS, deviations
from perfbatch.score.encode import BLANK, DATE, TEXT, TIER, encode
from perfbatch.score.formulas import score_numbers
from perfbatch.score.judgement import score_texts, score_tiers
from perfbatch.score.texts import decode

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def score_indicators(indicators: pd.DataFrame, book: RuleBook) -> tuple[dict[str, Any], dict[str, Floats]]:
    """The columns of room 'score', and the arrays points, own_score, accepted_score for the totals."""
    given = encode(indicators, book)
    numbers = score_numbers(given, book)
    outcome = numbers.outcome.astype(np.int16)  # the book may hold more entries than int8
    computed, missed = numbers.computed, numbers.missed
    late = np.zeros(len(indicators), dtype=bool)
    banded = np.full(len(indicators), np.nan)

    free = ~given.by_entry
    words = np.isin(given.target_kind, (TEXT, TIER))
    dates = np.flatnonzero((given.target_kind == DATE) & (given.actual_kind == DATE) & free)
    if len(dates):
        outcome[dates], computed[dates], late[dates] = score_deadlines(
            indicators[["target_until", "actual_from", "actual_until"]].take(dates),
            given.points[dates],
            given.target_points[dates],
            book,
        )
        missed |= late
    texts = np.flatnonzero((given.target_kind == TEXT) & (given.actual_kind == TEXT) & free)
    if len(texts):
        outcome[texts], computed[texts] = score_texts(
            indicators[["target", "actual"]].take(texts), given.points[texts], book
        )
    tiers = np.flatnonzero(words & (given.actual_kind == TIER) & free)
    if len(tiers):
        outcome[tiers], banded[tiers], missed[tiers] = score_tiers(
            indicators[["actual_tier"]].take(tiers), given.points[tiers], given.own[tiers], book
        )
    outcome[given.by_entry] = outcomes.FIRST_ENTRY + given.entry[given.by_entry]
    blank = (given.target_kind == BLANK) | (given.actual_kind == BLANK) | np.isnan(given.points)
    outcome[blank] = outcomes.MISSING

    def close(
        computed: Floats, own: Floats, points: Floats, banded: Floats, missed: Bools, late: Bools,
        excess: Floats, size: Floats,
    ) -> tuple[NDArray[Any], ...]:  # fmt: skip
        accepted = accept(computed, own, points, book)
        accepted = np.where(np.isnan(banded), accepted, banded)
        return accepted, difference(own, accepted), *deviations(missed, late, excess, size, points, own, book)

    accepted, apart, kind, size = in_blocks(
        close, computed, given.own, given.points, banded, missed, late, numbers.excess, numbers.size
    )
    columns = {
        "direction": decode(given.direction, directions.DIRECTIONS),
        "direction_source": decode(given.direction_source, directions.SOURCES),
        "actual_comparable": given.actual,
        "inferred": given.inferred,
        "completion": numbers.completion,
        "excess": numbers.excess,
        "computed_score": computed,
        **outcomes.columns(outcome, book),
        "accepted_score": accepted,
        "difference": apart,
        "missed": missed,
        "deviation": kind > 0,
        "deviation_kind": decode(kind, KINDS),
        "deviation_size": size,
    }
    return columns, {"points": given.points, "own_score": given.own, "accepted_score": accepted}
