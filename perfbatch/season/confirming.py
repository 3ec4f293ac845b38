"""待确认: near misses shown to a person, and what the person wrote taken up by the next run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from perfbatch.season.expected import Expected
from perfbatch.season.matching import Pair
from perfbatch.season.roster import identity_keys
from perfbatch.season.targets import Wanted

COLUMNS = ("kind", "unit", "stated", "listed_unit", "listed", "likeness", "confirm", "file", "sheet", "key")
YES = frozenset({"是", "是的", "对", "同一个", "y", "yes", "√", "✓", "1"})
NO = frozenset({"否", "不是", "不同", "n", "no", "×", "x", "0"})
ENCRYPTED = frozenset({"encrypted", "wrong_password", "encrypted_ods"})
"""Refusals of a workbook that wants a password."""
_OF_INDICATOR = 5
"""Parts of an indicator's key: department, unit, project, and the two names."""


def to_confirm(expected: Expected, decisions: Mapping[Pair, bool]) -> pd.DataFrame:
    """Rows of the sheet about projects: open offers, likeliest first within their form, then pairs
    already decided on."""
    keys, roster = expected.keys, expected.roster
    ours, theirs = identity_keys(keys), identity_keys(roster)
    forms = keys[["unit", "department", "project", "file", "sheet"]].to_numpy(dtype=object).tolist()
    listed = roster[["unit", "department", "project"]].to_numpy(dtype=object).tolist()

    def row(form: int, project: int, likeness: float, word: str, pair: Pair) -> tuple[object, ...]:
        unit, department, name, file, sheet = forms[form]
        listed_unit, listed_department, listed_name = listed[project]
        shown = (unit or department, name, listed_unit or listed_department, listed_name)
        return (*shown, likeness, word, file, sheet, key_of_pair(pair))

    rows = [
        row(offer.form, offer.project, offer.likeness, "", Pair(*ours[offer.form], *theirs[offer.project]))
        for offer in expected.offers
    ]
    form_at, project_at = {k: n for n, k in enumerate(ours)}, {k: n for n, k in enumerate(theirs)}
    for pair, yes in decisions.items():
        word = "是" if yes else "否"
        form_row, project_row = form_at.get(pair[:3]), project_at.get(pair[3:])
        if form_row is None or project_row is None:
            # Not in this batch: it stays as it was written, under the names that are compared.
            names = (pair.unit or pair.department, pair.project, pair.roster_unit, pair.roster_project)
            rows.append((*names, float("nan"), word, "", "", key_of_pair(pair)))
            continue
        rows.append(row(form_row, project_row, float("nan"), word, pair))
    return _frame("project", rows)


def indicators_to_confirm(
    offers: Iterable[tuple[Wanted, float, Mapping[str, str]]],
    decisions: Mapping[Wanted, bool],
    known: Mapping[Wanted, Mapping[str, str]],
) -> pd.DataFrame:
    """Rows of the sheet about indicators: open offers, then pairs already decided on.

    An offer is its pair, the likeness and what is shown of it: unit, stated, listed_unit, listed, file and
    sheet. ``known``: the same of decided pairs that are in this batch; others are shown by the names that
    are compared.
    """
    rows: list[tuple[object, ...]] = []
    for pair, likeness, said in offers:
        names = (said["unit"], said["stated"], said["listed_unit"], said["listed"])
        rows.append((*names, likeness, "", said["file"], said["sheet"], key_of_pair(pair)))
    for pair, yes in decisions.items():
        unit = pair.project[1] or pair.project[0]
        blank = {"unit": unit, "stated": pair.stated, "listed_unit": unit, "listed": pair.approved,
                 "file": "", "sheet": ""}  # fmt: skip
        said = {**blank, **known.get(pair, {})}
        names = (said["unit"], said["stated"], said["listed_unit"], said["listed"])
        word = "是" if yes else "否"
        rows.append((*names, float("nan"), word, said["file"], said["sheet"], key_of_pair(pair)))
    return _frame("indicator", rows)


def together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows below each other, each pair once: where it was found in the batch, if anywhere."""
    rows = pd.concat(frames, ignore_index=True)
    found = rows.assign(elsewhere=rows["file"] == "").sort_values("elsewhere", kind="stable")
    return rows.loc[found.drop_duplicates("key").index.sort_values()].reset_index(drop=True)


def _frame(kind: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS[1:]))
    frame.insert(0, "kind", kind)
    return frame


def key_of_pair(pair: Pair | Wanted) -> str:
    """A pair as the sheet keeps it: a list for projects, an object for indicators."""
    said = (
        list(pair) if isinstance(pair, Pair) else {"indicator": [*pair.project, pair.approved, pair.stated]}
    )
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def pair_of_key(text: str) -> Pair | Wanted | None:
    """The pair that a cell of the sheet keeps; None where it is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    parts = said.get("indicator") if isinstance(said, dict) else said
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        return None
    if parts is not said:
        return Wanted((parts[0], parts[1], parts[2]), *parts[3:]) if len(parts) == _OF_INDICATOR else None
    return Pair(*parts) if len(parts) == len(Pair._fields) else None
