"""In which order the sheets of 汇总.xlsx list the forms: by department, then unit, then project.

Each stands where it first appears among the files, so that an office's own numbering of its folders decides
(001 市教委, 002 市卫健委 …); what was handed in twice or in another folder comes beside its like.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from perfbatch.writing.chunk import Places, name_key

if TYPE_CHECKING:
    import pandas as pd


def form_places(forms: pd.DataFrame) -> Places:
    """Place (from 0) of each row of ``forms``, the whole batch in the order of its files.

    ``forms`` has the columns department, unit and project.
    """
    department, unit, project = (_ranks(forms[name]) for name in ("department", "unit", "project"))
    order = np.lexsort((np.arange(len(forms)), project, unit, department))
    places = np.empty(len(forms), dtype=np.int64)
    places[order] = np.arange(len(forms))
    return places


def _ranks(names: Iterable[str]) -> Places:
    """A number for each name, by where it is first met; two spellings of one name have the same."""
    known: dict[str, int] = {}
    seen: dict[str, int] = {}
    found = []
    for name in names:
        rank = seen.get(name)
        if rank is None:
            rank = seen[name] = known.setdefault(name_key(name), len(known))
        found.append(rank)
    return np.array(found, dtype=np.int64)
