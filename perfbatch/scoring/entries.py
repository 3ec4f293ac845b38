"""Which of the rule book's per-indicator entries speaks for which indicator."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfbatch.rules import Entry, RuleBook
from perfbatch.scoring.columns import Columns
from perfbatch.scoring.texts import matching

NONE = -1


def match_entries(indicators: pd.DataFrame | Columns, book: RuleBook) -> NDArray[np.int16]:
    """Index of the first entry of ``book`` that fits each indicator, NONE where none does."""
    found = np.full(len(indicators), NONE, dtype=np.int16)
    for index, entry in enumerate(book.indicators):
        found[(found == NONE) & _fits(indicators, entry)] = index
    return found


def _fits(indicators: pd.DataFrame | Columns, entry: Entry) -> NDArray[np.bool_]:
    fits = np.ones(len(indicators), dtype=bool)
    for column, pattern in (("level2", entry.level2), ("name", entry.name)):
        if pattern:
            fits &= matching(indicators[column], None, re.compile(pattern))
    return fits
