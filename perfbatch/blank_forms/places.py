"""Where things stand on a form of ours: columns by name, in the plain look and in the wide one.

The wide look has 指标性质 and 度量单位 beside the target, as 预算管理一体化 prints them; a unit that writes
its own targets needs them in either layout, for a formula cannot read ≥95% out of a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """Letters of the columns; ``…_merged`` the last of those that a field is merged over."""

    indicators: dict[str, str]
    funds: dict[str, str]
    funds_merged: dict[str, str]
    indicators_merged: dict[str, str]
    last: str
    """last printed column"""
    status: str
    value: str
    """hidden: the actual value as a number"""
    deviates: str
    """hidden: 1 where a reason is wanted"""
    factor: str
    """hidden: by what a bare number may be multiplied to be in the unit beside it; "" in the plain look"""
    parts: str
    """hidden: letters of columns, one for each of several values in a cell"""
    widths: Mapping[str, float]

    @property
    def hidden(self) -> tuple[str, ...]:
        """Letters of the columns that nobody sees."""
        return tuple(self.value + self.deviates + self.factor + self.parts)

    def width(self, first: str, last: str = "") -> int:
        """Half widths that a cell holds which reaches from one column to another."""
        return (
            int(sum(width for letter, width in self.widths.items() if first <= letter <= (last or first))) - 1
        )


PLAIN = Places(
    indicators={
        "level1": "A", "level2": "B", "name": "C", "target": "D", "actual": "E", "points": "F",
        "own_score": "G", "reason": "H",
    },
    funds={
        "label": "B", "initial": "C", "budget": "D", "executed": "E", "points": "F", "rate": "G",
        "own_score": "H",
    },
    funds_merged={}, indicators_merged={}, last="H", status="I", value="K", deviates="L", factor="",
    parts="MNOPQR",
    widths={"A": 9, "B": 11, "C": 22, "D": 14, "E": 13, "F": 6, "G": 8, "H": 22, "I": 24, "K": 9, "L": 9},
)  # fmt: skip
_WIDE_INDICATORS = {
    "level1": "A", "level2": "B", "name": "C", "nature": "D", "target": "E", "measure": "F", "actual": "G",
    "points": "H", "own_score": "I", "reason": "J",
}  # fmt: skip
_WIDE_WIDTHS = {
    "A": 9, "B": 11, "C": 20, "D": 8, "E": 11, "F": 8, "G": 14, "H": 8, "I": 8, "J": 9, "K": 12, "L": 24,
    "N": 9, "O": 9, "P": 9,
}  # fmt: skip
WIDE = Places(
    indicators=_WIDE_INDICATORS,
    funds={
        "label": "B", "initial": "C", "budget": "D", "executed": "F", "points": "H", "rate": "I",
        "own_score": "J",
    },
    funds_merged={"budget": "E", "executed": "G", "own_score": "K"}, indicators_merged={"reason": "K"},
    last="K", status="L", value="N", deviates="O", factor="P", parts="QRSTUV",
    widths=_WIDE_WIDTHS,
)  # fmt: skip
PLATFORM = Places(
    indicators=_WIDE_INDICATORS,
    funds={
        "label": "B", "initial": "C", "budget": "D", "executed": "F", "rate": "H", "points": "I",
        "own_score": "J", "reason": "K",
    },
    funds_merged={"budget": "E", "executed": "G"}, indicators_merged={"reason": "K"},
    last="K", status="L", value="N", deviates="O", factor="P", parts="QRSTUV",
    widths=_WIDE_WIDTHS,
)  # fmt: skip
