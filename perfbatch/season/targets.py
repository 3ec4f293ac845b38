"""Approved targets (批复的绩效目标): from one flat list, or from the approved 绩效目标表 themselves.

Matched to the forms' indicators by project and name; likenesses are offered, never joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from perfbatch.caching import cached
from perfbatch.season.lists import ListRead, read_list
from perfbatch.season.matching import LIKELY, OFFERS, Offer
from perfbatch.text import text_key
from perfbatch.values.typed_numbers import as_score

WANTED = ("project", "name", "target")
"""Columns without which a list states no targets."""
COLUMNS = (
    "file", "sheet", "cell", "code", "department", "unit", "project",
    "level1", "level2", "name", "nature", "target", "points", "points_cell",
)  # fmt: skip
"""Columns of the frame of approved targets: str, ``points`` float64 (分, NaN where none is given)."""
_OPERATORS = frozenset("≥≤＞＜><=＝")


class Wanted(NamedTuple):
    """An approved and a stated indicator that a person decided on, by what identifies them."""

    project: tuple[str, str, str]
    approved: str
    stated: str


@dataclass(frozen=True, slots=True)
class Held:
    """Row of the approved frame for each indicator (-1 for none); approved rows that no indicator has, with
    the form of their project; offers (indicator's row, approved row)."""

    approved: np.ndarray[tuple[int], np.dtype[np.int64]]
    missing: Sequence[tuple[str, int]]
    offers: Sequence[Offer]


def read_target_list(path: Path, *, passwords: Sequence[str] = ()) -> pd.DataFrame:
    """The approved targets in a flat list, columns ``COLUMNS``. Project, unit and levels that stand only in
    their first row count for those below. Raises ListError."""
    read = read_list(path, "targets", WANTED, passwords)
    columns = {
        **{name: read.filled_down(name) for name in ("department", "unit", "project")},
        **{name: read.filled_down(name, within="project") for name in ("code", "level1", "level2")},
        "sheet": read.sheets,
        "cell": read.addresses("target"),
        "name": read.column("name"),
        "nature": read.column("nature"),
        "target": _targets(read),
        "points_cell": read.addresses("points"),
    }
    named = zip(read.column("name"), read.column("target"), strict=True)
    used = np.array([bool(name and target) for name, target in named], dtype=bool)
    points = np.array([_points(text) for text in read.column("points")], dtype="float64")
    return pd.DataFrame(
        {
            "file": pd.array([path.name] * int(used.sum()), dtype="str"),
            **{name: pd.array(texts, dtype="str")[used] for name, texts in columns.items()},
            "points": points[used],
        }
    )[list(COLUMNS)]


def _targets(read: ListRead) -> list[str]:
    """≥, 95 and % in three columns are ≥95%."""
    if not read.texts.keys() & {"nature", "measure"}:
        return read.column("target")
    parts = (read.column(key) for key in ("target", "nature", "measure"))
    return list(map(_target, *parts))


@cached(1 << 14)
def _target(target: str, nature: str, measure: str) -> str:
    if not any(character.isdecimal() for character in target):
        return target
    before = nature if nature and set(nature) <= _OPERATORS and target[0] not in _OPERATORS else ""
    behind = measure if measure and not target.endswith(measure) else ""
    return f"{before}{target}{behind}"


@cached(1 << 12)
def _points(text: str) -> float:
    points = as_score(text) if text else None
    return float("nan") if points is None else points


def hold(
    indicators: pd.DataFrame,
    approved: pd.DataFrame,
    project: Mapping[str, int],
    decisions: Mapping[Wanted, bool] | None = None,
) -> Held:
    """Which approved indicator each stated one is.

    ``indicators`` has form_id, level1, level2, name (str); ``project`` gives, for the forms that have
    approved targets, a number that stands in ``approved['project_number']`` (int64). Equal names are
    joined; where a name stands twice its 二级指标 decides, then the order.
    """
    decisions = decisions or {}
    found = np.full(len(indicators), -1, dtype=np.int64)
    keys, our_keys = text_key(approved["name"]).tolist(), text_key(indicators["name"])
    ours = pd.DataFrame(
        {
            "row": np.arange(len(indicators)),
            "form": indicators["form_id"].to_numpy(dtype=object),
            "key": our_keys.to_numpy(dtype=object),
            "level": text_key(indicators["level2"]).to_numpy(dtype=object),
        }
    )
    ours = ours[ours["form"].isin(list(project)) & (ours["key"] != "")]
    theirs = pd.DataFrame({"form": list(project), "number": list(project.values())}, dtype=object).merge(
        pd.DataFrame(
            {
                "at": np.arange(len(approved)),
                "number": approved["project_number"].to_numpy(dtype=object),
                "key": np.array(keys, dtype=object),
                "level": text_key(approved["level2"]).to_numpy(dtype=object),
            }
        ),
        on="number",
    )
    theirs["place"] = np.arange(len(theirs))
    for same in (["form", "key", "level"], ["form", "key"]):  # 二级指标 and name, then the name alone
        met = ours.assign(nth=ours.groupby(same).cumcount()).merge(
            theirs[[*same, "at", "place"]].assign(nth=theirs.groupby(same).cumcount()), on=[*same, "nth"]
        )
        found[met["row"].to_numpy()] = met["at"].to_numpy()
        ours, theirs = ours[~ours["row"].isin(met["row"])], theirs[~theirs["place"].isin(met["place"])]
    left, free = _by_form(ours["form"], ours["row"]), _by_form(theirs["form"], theirs["at"])
    numbers, firsts = np.unique(approved["project_number"].to_numpy(dtype="int64"), return_index=True)
    first_of = dict(zip(numbers.tolist(), firsts.tolist(), strict=True))
    names = our_keys.tolist()
    missing: list[tuple[str, int]] = []
    offers: list[Offer] = []
    for form, open_at in free.items():
        rows = left.get(form, [])
        identity = identity_of(approved, first_of[project[form]]) if rows else ("", "", "")
        for row in rows:
            for at in open_at:
                if decisions.get(Wanted(identity, keys[at], names[row])) is True:
                    found[row] = at
                    open_at.remove(at)
                    break
        missing += [(form, at) for at in open_at]
        for row in rows:
            if found[row] < 0:
                offers += _likely(row, names[row], open_at, keys, identity, decisions)
    return Held(found, missing, offers)


def _by_form(forms: pd.Series[str], rows: pd.Series[int]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for form, row in zip(forms.tolist(), rows.tolist(), strict=True):
        groups.setdefault(form, []).append(row)
    return groups


def _likely(
    row: int,
    name: str,
    open_at: Sequence[int],
    keys: Sequence[str],
    identity: tuple[str, str, str],
    decisions: Mapping[Wanted, bool],
) -> list[Offer]:
    """The approved indicators that the one in ``row`` may be, likeliest first."""
    likely = [
        Offer(row, at, round(likeness, 1))
        for at in open_at
        if (likeness := fuzz.ratio(keys[at], name, score_cutoff=LIKELY)) >= LIKELY
        and Wanted(identity, keys[at], name) not in decisions
    ]
    return sorted(likely, key=lambda offer: (-offer.likeness, offer.project))[:OFFERS]


def identity_of(approved: pd.DataFrame, row: int) -> tuple[str, str, str]:
    """Department, unit and project of an approved indicator, as they are compared."""
    first = approved.iloc[row]
    department, unit, project = text_key([first[name] for name in ("department", "unit", "project")])
    return department, unit, project
