"""Words: equal to the target, one of three tiers, or for a person to judge."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import outcomes
from perfbatch.scoring.columns import Columns, at
from perfbatch.scoring.texts import codes, same
from perfbatch.text import key_of

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

TIERS = ("achieved", "partly", "missed")
_TIER_OUTCOMES = (outcomes.TIER_ACHIEVED, outcomes.TIER_PARTLY, outcomes.TIER_MISSED)


def score_texts(indicators: Columns, points: Floats, book: RuleBook) -> tuple[outcomes.Outcomes, Floats]:
    """Outcome and computed score, for indicators whose both sides are text."""
    equal = same(indicators["target"], indicators["actual"])
    unlike = np.flatnonzero(~equal)
    keys = (map(key_of, at(indicators[side], unlike).to_pylist()) for side in ("target", "actual"))
    equal[unlike] = [target == actual != "" for target, actual in zip(*keys, strict=True)]
    if book.value("text.formula") == "own":
        outcome = np.where(equal, outcomes.TEXT_JUDGED, outcomes.JUDGEMENT).astype(np.int8)
        return outcome, np.full(len(points), np.nan)
    outcome = np.where(equal, outcomes.TEXT, outcomes.JUDGEMENT).astype(np.int8)
    return outcome, np.where(equal, points, np.nan)


def score_tiers(tiers: pa.Array) -> tuple[outcomes.Outcomes, Bools]:
    """Outcome and missed, for indicators whose actual is a tier.

    The unit's own score stands, within the cap; whether it lies in its tier's band is a check's
    question. A tier below the first is a target missed.
    """
    tier = codes(tiers, TIERS)
    known = tier >= 0
    outcome = np.where(known, np.array(_TIER_OUTCOMES)[tier], outcomes.JUDGEMENT).astype(np.int8)
    return outcome, tier > 0
