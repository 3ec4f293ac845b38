"""Rows of a frame of the season as the columns of its sheet ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from perfbatch.writing.chunk import Numbers, translated
from perfbatch.writing.terms import Terms

if TYPE_CHECKING:
    import pandas as pd


class SeasonRows:
    """Every row of ``frame``."""

    def __init__(self, frame: pd.DataFrame, terms: Terms) -> None:
        self.frame = frame
        self.terms = terms

    def text(self, column: str) -> list[str]:
        """A text column."""
        return self.frame[column].tolist()

    def number(self, column: str) -> Numbers:
        """A number column, NaN for none."""
        return self.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)

    def day(self, column: str) -> list[str]:
        """A column of days as 2022-03-15, "" for none."""
        return list(self.frame[column].dt.strftime("%Y-%m-%d").fillna(""))

    def say(self, group: str, column: str) -> Sequence[str]:
        """What people say for the codes of a column."""
        return translated(self.text(column), lambda code: self.terms.code(group, code))
