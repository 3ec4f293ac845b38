"""What can become of an indicator: the rule that speaks, and the parameter that it rests on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring.texts import decode

Outcomes = NDArray[np.int8]


class Outcome(NamedTuple):
    """Rule and dotted parameter, as they stand in the frame."""

    rule: str
    parameter: str


(
    MISSING, INCOMPARABLE, JUDGEMENT, POSITIVE, POSITIVE_DOCKED, REVERSE, RANGE, RANGE_ABOVE, SHORT, SEVERAL,
    DEADLINE, LATE, TEXT, TIER_ACHIEVED, TIER_PARTLY, TIER_MISSED, POSITIVE_JUDGED, REVERSE_JUDGED,
    DEADLINE_JUDGED, TEXT_JUDGED, FIRST_ENTRY,
) = range(21)  # fmt: skip
"""From FIRST_ENTRY on: judged by hand because of the rule book's entry number ``outcome - FIRST_ENTRY``."""

_TABLE: dict[int, Outcome] = {
    MISSING: Outcome("missing", "judgement.formula"),
    INCOMPARABLE: Outcome("incomparable", "judgement.formula"),
    JUDGEMENT: Outcome("judgement", "judgement.formula"),
    POSITIVE: Outcome("positive", "positive.formula"),
    POSITIVE_DOCKED: Outcome("positive", "positive.excess_bands"),
    REVERSE: Outcome("reverse", "reverse.formula"),
    RANGE: Outcome("range", "positive.formula"),
    RANGE_ABOVE: Outcome("range", "reverse.formula"),
    SHORT: Outcome("short", "judgement.formula"),
    SEVERAL: Outcome("several", "judgement.formula"),
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

ASKS = ("", "direction", "scale", "kinds", "units", "bound")
"""Why a person is asked, beside the rule; the column ``asks``."""
NOTHING, DIRECTION, SCALE, MIXED_KINDS, UNITS, BOUND = range(6)


def outcome_columns(outcomes: NDArray[np.integer], book: RuleBook) -> dict[str, pa.Array]:
    """The text columns rule, parameter and clause of the indicators' outcomes under ``book``."""
    stated = [_TABLE[number] for number in range(FIRST_ENTRY)]
    entries = range(1, len(book.indicators) + 1)
    stated += [Outcome("judgement", f"indicators[{number}]") for number in entries]
    return {
        "rule": decode(outcomes, [outcome.rule for outcome in stated]),
        "clause": decode(outcomes, [book.clause(outcome.parameter) for outcome in stated]),
        "parameter": decode(outcomes, [outcome.parameter for outcome in stated]),
    }
