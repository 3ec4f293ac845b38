"""One indicator as read."""

from __future__ import annotations

import math
from dataclasses import dataclass

from perfbatch.reading.form.fields import NO_NUMBER, Number, Text


@dataclass(slots=True)
class Indicator:
    """One 三级指标. ``target_parse`` and ``actual_parse`` are what the value grammar is given.

    ``level2_weight`` is printed in the label of its 二级指标, NaN for none.
    """

    level1: str
    level1_cell: str
    level1_weight: float
    level2: str
    level2_cell: str
    name: Text
    nature: str
    target: Text
    actual: Text
    points: Number
    own_score: Number
    reason: Text
    target_parse: str
    actual_parse: str
    reviewer_score: Number = NO_NUMBER
    level2_weight: float = math.nan
