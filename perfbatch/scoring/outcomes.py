"""What can become of an indicator: the rule that speaks, and the parameter that it rests on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.texts import decode

Outcomes = NDArray[np.int8]


class Outcome(NamedTuple):
    """Rule and dotted parameter, as they stand in the frame."""

    rule: str
    parameter: str


MISSING = 0
INCOMPARABLE = 1
JUDGEMENT = 2
POSITIVE = 3
POSITIVE_DOCKED = 4
REVERSE = 5
RANGE = 6
RANGE_DOCKED = 7
RANGE_REVERSE = 8
DEADLINE = 9
LATE = 10
TEXT = 11
TIER_ACHIEVED = 12
TIER_PARTLY = 13
TIER_MISSED = 14
POSITIVE_JUDGED = 15
REVERSE_JUDGED = 16
DEADLINE_JUDGED = 17
TEXT_JUDGED = 18
FIRST_ENTRY = 19
"""From here on: judged by hand because of the rule book's entry number ``outcome - FIRST_ENTRY``."""

_TABLE: dict[int, Outcome] = {
    MISSING: Outcome("missing", "judgement.formula"),
    INCOMPARABLE: Outcome("incomparable", "judgement.formula"),
    JUDGEMENT: Outcome("judgement", "judgement.formula"),
    POSITIVE: Outcome("positive", "positive.formula"),
    POSITIVE_DOCKED: Outcome("positive", "positive.excess_bands"),
    REVERSE: Outcome("reverse", "reverse.formula"),
    RANGE: Outcome("range", "positive.formula"),
    RANGE_DOCKED: Outcome("range", "positive.excess_bands"),
    RANGE_REVERSE: Outcome("range", "reverse.formula"),
    DEADLINE: Outcome("deadline", "deadline.formula"),
    LATE: Outcome("late", "deadline.formula"),
    TEXT: Outcome("text", "text.formula"),
    TIER_ACHIEVED: Outcome("tier", "tier.achieved"),
    TIER_PARTLY: Outcome("tier", "tier.partly"),
    TIER_MISSED: Outcome("tier", "tier.missed"),
    POSITIVE_JUDGED: Outcome("judgement", "positive.formula"),
    REVERSE_JUDGED: Outcome("judgement", "reverse.formula"),
    DEADLINE_JUDGED: Outcome("judgement", "deadline.formula"),
    TEXT_JUDGED: Outcome("judgement", "text.formula"),
}


def columns(outcomes: NDArray[np.integer], book: RuleBook) -> dict[str, pd.Series]:
    """The text columns rule, parameter and clause of the indicators' outcomes under ``book``."""
    stated = [_TABLE[number] for number in range(FIRST_ENTRY)]
    entries = range(1, len(book.indicators) + 1)
    stated += [Outcome("judgement", f"indicators[{number}]") for number in entries]
    return {
        "rule": decode(outcomes, [outcome.rule for outcome in stated]),
        "clause": decode(outcomes, [book.clause(outcome.parameter) for outcome in stated]),
        "parameter": decode(outcomes, [outcome.parameter for outcome in stated]),
    }
