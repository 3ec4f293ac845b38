"""The value grammar of docs/specification.md, section 2: what 年度指标值 and 实际完成值 say.

``parse_one`` reads one text, ``parse`` many, ``parse_sides`` both sides of many indicators together
(``read_sides``: as bare columns). The
words are data (grammar.toml, units.toml); numbers, dates and tiers each have a module. Decisions that
the spec leaves open are stated there and, one by one, in tests/data/values_*.tsv.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from perfbatch.values.grammar import parse_one
from perfbatch.values.reading import Reading
from perfbatch.values.sides import parse_sides, read_sides
from perfbatch.values.table import read_all, to_columns, years_of

__all__ = ["Reading", "parse", "parse_one", "parse_sides", "read_sides"]


def parse(texts: Iterable[Any], year: Any = None) -> pd.DataFrame:
    """Many texts at once: the columns of ``schema._parsed`` without side prefix, a row a text.

    kind, operator, unit, tier are str; number, upper float64; from, until datetime64[s]. ``year`` is that of
    dates that name none, one or a row each; where it is not known, from and until are NaT. Index 0, 1, 2 ….
    Each distinct text is parsed once. Never raises for a text.
    """
    readings, rows = read_all(texts)
    return pd.DataFrame(to_columns(readings.take(rows), years_of(year, len(rows))), copy=False)
