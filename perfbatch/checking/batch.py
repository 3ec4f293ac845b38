"""B…: checks that need the whole batch, on the forms' identities alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfbatch.checking.evidence import Evidence
from perfbatch.checking.figures import shown_texts
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.phrases import standing
from perfbatch.text import project_keys

KEYS = (
    "form_id",
    "file",
    "sheet",
    "year",
    "unit",
    "project",
    "project_cell",
    "department",
    "layout",
    "rules",
    "project_code",
    "money_unit",
    "issued",
)
"""Columns of ``forms`` that the checks of the whole batch look at."""
BUDGET_KEYS = ("form_id", "line", "budget", "budget_cell")
"""Columns of ``funds`` that they look at."""


def keys_of(forms: pd.DataFrame, funds: pd.DataFrame) -> pd.DataFrame:
    """What the checks of the whole batch look at: ``KEYS`` of ``forms``, with 全年预算数 of its 年度资金总额.

    ``funds`` has ``BUDGET_KEYS``. Index 0, 1, 2 …; budget is NaN and budget_cell '' where there is none.
    """
    total: dict[str, int] = {}
    for row, (form, line) in enumerate(zip(funds["form_id"].tolist(), funds["line"].tolist(), strict=True)):
        if line == "total":
            total.setdefault(form, row)
    rows = [total.get(form, -1) for form in forms["form_id"].tolist()]
    cells = [*funds["budget_cell"].tolist(), ""]  # -1 takes the last
    columns = {
        **{name: forms[name].array for name in KEYS},
        "budget": np.append(funds["budget"].to_numpy(dtype=np.float64), np.nan)[rows],
        "budget_cell": pd.array([cells[row] for row in rows], dtype="str"),
    }
    return pd.DataFrame(columns, copy=False)


NAMED = 3
"""Other forms that a message names; more are counted."""


@check("B501")
def handed_in_twice(evidence: Evidence) -> Iterator[Found]:
    """Forms of the same year, unit and project, or of one project of the roster."""
    forms = evidence.frame("forms")
    unit, department = _names(forms["unit"]), _names(forms["department"])
    keys = pd.DataFrame(
        {
            "year": forms["year"].fillna(0).to_numpy(dtype="int64"),
            "unit": np.where(unit != "", unit, department),
            "project": _names(forms["project"]),
        }
    )
    named = ((keys["unit"] != "") & (keys["project"] != "")).to_numpy(dtype=bool)
    group = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy()
    twice = named & keys.duplicated(keep=False).to_numpy()
    if "roster_row" in forms:
        row = forms["roster_row"].to_numpy(dtype=np.int64)
        listed = pd.DataFrame({"year": keys["year"], "row": np.where(row < 0, -1 - np.arange(len(row)), row)})
        again = listed.duplicated(keep=False).to_numpy() & ~twice
        group = np.where(again, len(group) + listed.groupby(["year", "row"], sort=False).ngroup(), group)
        twice |= again
    rows = evidence.pick("forms", twice)
    if not len(rows):
        return
    group = group[twice]
    years = forms["year"].iloc[rows.rows].tolist()
    units = [a if a.strip() else b for a, b in zip(rows.text("unit"), rows.text("department"), strict=True)]
    yield rows.findings(
        "project",
        found=rows.quoted("project"),
        expected="只报送一张",
        project=rows.quoted("project"),
        unit=shown_texts(units),
        year=["年度不明" if year is pd.NA else f"{year}年度" for year in years],
        others=_others(rows.text("file"), rows.text("sheet"), group.tolist()),
        standing=_standing(forms, rows.rows.tolist(), group.tolist()),
    )


def _names(texts: pd.Series[str]) -> npt.NDArray[np.object_]:
    """What tells names apart."""
    return np.array(project_keys(texts), dtype=object)


def _standing(forms: pd.DataFrame, rows: list[int], groups: list[int]) -> list[str]:
    """For each of the forms at ``rows`` whether it counts, in words; '' where nobody told, or several do."""
    if "superseded_by" not in forms:
        return [""] * len(rows)
    places = {
        form: f"{file}（{sheet}）"
        for form, file, sheet in forms[["form_id", "file", "sheet"]].itertuples(index=False, name=None)
    }
    newer = forms["superseded_by"].tolist()
    counting = Counter(group for group, row in zip(groups, rows, strict=True) if not newer[row])
    superseding, ids = set(newer), forms["form_id"].tolist()
    said = []
    for group, row in zip(groups, rows, strict=True):
        if newer[row]:
            said.append(standing("superseded", newest=places[newer[row]]))
        else:
            sure = ids[row] in superseding and counting[group] == 1
            said.append(standing("counts") if sure else "")
    return said


def _others(files: list[str], sheets: list[str], groups: list[int]) -> list[str]:
    """For each form the first few others of its group, in words."""
    places: dict[int, list[str]] = {}
    position = []
    for file, sheet, group in zip(files, sheets, groups, strict=True):
        place = places.setdefault(group, [])
        position.append(len(place))
        place.append(f"{file}（{sheet}）")
    said = []
    for group, own in zip(groups, position, strict=True):
        place = places[group]
        others = [place[i] for i in range(min(NAMED + 1, len(place))) if i != own][:NAMED]
        more = len(place) - 1
        said.append("、".join(others) + (f" 等 {more} 张" if more > len(others) else ""))
    return said
