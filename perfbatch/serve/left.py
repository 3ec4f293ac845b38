"""How much of a run is done, and how long the rest will take: a guess from what the stages took so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHARES = {"find": 1, "read": 50, "compare": 4, "write": 35, "documents": 10}
"""Of a hundred, as runs of a thousand forms take them."""
_FROM = 3.0
"""Seconds of a stage before anything is said."""


def percent(stages: Mapping[str, Mapping[str, Any]]) -> int:
    """How much is done, 0 to 100, by what each stage says of itself."""
    done = 0.0
    for stage, share in _SHARES.items():
        of = stages.get(stage)
        if of is not None:
            done += share * (min(1.0, of["done"] / of["total"]) if of["total"] else 1.0)
    return int(done)


def seconds_left(stage: str, stages: Mapping[str, Mapping[str, Any]]) -> int | None:
    """Seconds until the end, None while nothing can be said.

    Stages to come take what their shares are of the time that this one will have taken.
    """
    of = stages.get(stage)
    if of is None or not of["done"] or of["seconds"] < _FROM or stage not in _SHARES:
        return None
    whole = float(of["seconds"]) / of["done"] * of["total"]
    stages_in_order = list(_SHARES)
    later = sum(_SHARES[name] for name in stages_in_order[stages_in_order.index(stage) + 1 :])
    return int(whole - float(of["seconds"]) + whole / _SHARES[stage] * later)
