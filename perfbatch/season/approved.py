"""Approved targets of one run: read from what the office gives, then put beside the forms of each chunk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.checking.evidence import ApprovedTargets
from perfbatch.reading import approved_targets
from perfbatch.reading.discover import discover
from perfbatch.schema import Frames
from perfbatch.season.errors import ListError
from perfbatch.season.matching import Matched, Pair, match
from perfbatch.season.roster import identity_keys
from perfbatch.season.targets import Held, Wanted, hold, read_target_list
from perfbatch.values import parse
from perfbatch.words import Words

COLUMNS = (
    "file", "sheet", "year", "code", "department", "unit", "project", "level1", "level2", "name",
    "target", "points", "place", "points_place", "direction", "identity", "project_number",
)  # fmt: skip
"""Columns of the approved indicators: str, but year (Int64), points (float64, 分), identity (int64: the
project) and project_number (int64: the project in one year). ``place`` is the cell with its sheet."""
_POINTS_TO = {">": "positive", ">=": "positive", "<": "reverse", "<=": "reverse"}
_NATURES = {"正向": "positive", "正向指标": "positive", "反向": "reverse", "反向指标": "reverse",
            "逆向": "reverse", "逆向指标": "reverse"}  # fmt: skip
_LIST_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"})


@dataclass(frozen=True)
class Approved:
    """The approved indicators (``COLUMNS``, by project_number) and what a person decided on."""

    rows: pd.DataFrame
    decisions: Mapping[Pair | Wanted, bool] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """What in the files is doubtful, in Chinese."""

    @cached_property
    def projects(self) -> pd.DataFrame:
        """The distinct projects, one row each: code, department, unit, project; its index is ``identity``."""
        first = self.rows.drop_duplicates("identity").sort_values("identity")
        codes = self.rows[self.rows["code"] != ""].drop_duplicates("identity").set_index("identity")["code"]
        found: pd.DataFrame = first[["department", "unit", "project"]].reset_index(drop=True)
        return found.assign(code=codes.reindex(found.index).fillna("").astype("str"))

    @cached_property
    def years(self) -> Mapping[int, Mapping[int | None, int]]:
        """Of each project the number of each year; None is the year of a list that names none."""
        numbers: dict[int, dict[int | None, int]] = defaultdict(dict)
        for identity, year, number in (
            self.rows.drop_duplicates("project_number")[["identity", "year", "project_number"]]
        ).itertuples(index=False, name=None):
            numbers[identity][None if pd.isna(year) else int(year)] = int(number)
        return numbers

    def matched(self, forms: pd.DataFrame, *, offers: bool = False) -> Matched:
        """The approved project of each form (project_code, department, unit, project)."""
        pairs = {pair: yes for pair, yes in self.decisions.items() if isinstance(pair, Pair)}
        return match(forms, self.projects, pairs, offers=offers)

    def held(
        self, forms: pd.DataFrame, indicators: pd.DataFrame
    ) -> tuple[Held, pd.DataFrame, frozenset[str]]:
        """Which approved indicator each of ``indicators`` is, the rows that ``Held`` counts, and the forms
        that have approved targets.

        A form has the targets of its own year, or those of no stated year; a form without a year those of the
        last one.
        """
        numbers = self._numbers(forms)
        wanted = np.fromiter(set(numbers.values()), dtype=np.int64)
        at = self.rows["project_number"].isin(wanted).to_numpy(dtype=bool)
        rows = self.rows[at].reset_index(drop=True)
        decisions = {pair: yes for pair, yes in self.decisions.items() if isinstance(pair, Wanted)}
        return hold(indicators, rows, numbers, decisions), rows, frozenset(numbers)

    def _numbers(self, forms: pd.DataFrame) -> dict[str, int]:
        found = self.matched(forms).project
        numbers: dict[str, int] = {}
        for form, year, identity in zip(forms["form_id"], forms["year"], found.tolist(), strict=True):
            if identity < 0:
                continue
            of = self.years[identity]
            stated = [known for known in of if known is not None]
            own = max(stated, default=None) if pd.isna(year) else int(year)
            number = of.get(own, of.get(None))
            if number is not None:
                numbers[form] = number
        return numbers

    def beside(self, frames: Frames) -> tuple[Frames, ApprovedTargets]:
        """``frames`` of the read stage with the columns approved_* of ``indicators``; what checks need."""
        held, rows, forms = self.held(frames.forms, frames.indicators)
        known = held.approved >= 0
        at = np.where(known, held.approved, len(rows))

        def texts(name: str) -> Any:
            return pd.array(np.array([*rows[name], ""], dtype=object)[at], dtype="str")

        indicators = frames.indicators.assign(
            approved_direction=texts("direction"),
            approved_target=texts("target"),
            approved_points=np.array([*rows["points"], np.nan], dtype="float64")[at],
            approved_file=texts("file"),
            approved_cell=texts("place"),
            approved_points_cell=texts("points_place"),
        )
        near: dict[tuple[str, int], str] = {}
        names, of_form = frames.indicators["name"].tolist(), frames.indicators["form_id"].tolist()
        for offer in held.offers:
            near.setdefault((of_form[offer.form], offer.project), names[offer.form])
        missing = rows.iloc[[row for _, row in held.missing]].reset_index(drop=True)
        missing["form_id"] = pd.array([form for form, _ in held.missing], dtype="str")
        missing["near"] = pd.array([near.get(key, "") for key in held.missing], dtype="str")
        return frames.with_(indicators=indicators), ApprovedTargets(forms, missing)


def read_approved(
    paths: Sequence[Path],
    words: Words,
    *,
    layouts: Path | None = None,
    passwords: Sequence[str] = (),
    decisions: Mapping[Pair | Wanted, bool] | None = None,
) -> Approved:
    """The approved targets in ``paths``: 绩效目标申报表/批复表, or flat lists; folders of either.

    Of a project that stands in several places for one year the first one counts, which is said. Raises
    ListError where a path holds no targets at all, InputError for one that does not exist, LayoutError.
    """
    remarks: list[str] = []
    found = [frame for path in paths for frame in _of_path(path, words, remarks, layouts, passwords)]
    rows = pd.concat(found, ignore_index=True)
    named = rows["project"].str.strip() != ""
    if not named.any():
        raise ListError("targets_nameless", path=str(paths[0]))
    rows = _numbered(rows[named].reset_index(drop=True), words, remarks)
    return Approved(rows, decisions or {}, tuple(remarks))


def _of_path(
    path: Path, words: Words, remarks: list[str], layouts: Path | None, passwords: Sequence[str]
) -> list[pd.DataFrame]:
    found = []
    forms = approved_targets([path], layouts=layouts, passwords=passwords)
    if len(forms):
        found.append(_from_forms(forms))
    if path.is_dir():
        read = set(forms["file"])
        for source in discover([path], outputs=None):
            if source.skip or source.member or source.name in read:
                continue
            if source.path.suffix.lower() not in _LIST_ENDINGS:
                continue
            try:
                found.append(_from_list(read_target_list(source.path, passwords=passwords)))
            except ListError as error:
                remarks.append(
                    words.text("season", "remark.no_targets", path=source.name, why=_why(error, words))
                )
        if not found:
            raise ListError("targets_folder", path=str(path))
    elif not found:
        try:
            found.append(_from_list(read_target_list(path, passwords=passwords)))
        except ListError as error:
            if error.code == "labels":
                raise ListError("targets", **error.values) from error
            raise
    return found


def _why(error: ListError, words: Words) -> str:
    known = error.code == "labels"
    return ListError("targets", **error.values).sentence(words) if known else error.sentence(words)


def _from_forms(forms: pd.DataFrame) -> pd.DataFrame:
    return _with_directions(
        forms.rename(columns={"project_code": "code"}).assign(
            place=_places(forms["sheet"], forms["target_cell"]),
            points_place=_places(forms["sheet"], forms["points_cell"]),
            nature=pd.array([""] * len(forms), dtype="str"),
            source=forms["file"] + "\0" + forms["sheet"],
        )
    )


def _from_list(rows: pd.DataFrame) -> pd.DataFrame:
    return _with_directions(
        rows.assign(
            year=pd.array([None] * len(rows), dtype="Int64"),
            place=_places(rows["sheet"], rows["cell"]),
            points_place=_places(rows["sheet"], rows["points_cell"]),
            source=rows["file"],
        )
    )


def _places(sheets: pd.Series[str], cells: pd.Series[str]) -> Any:
    return pd.array(
        [f"{sheet}!{cell}" if cell else "" for sheet, cell in zip(sheets, cells, strict=True)], dtype="str"
    )


def _with_directions(rows: pd.DataFrame) -> pd.DataFrame:
    """What the operator in the target says, else 指标性质; ≥0 holds whatever was done, and says nothing."""
    read = parse(rows["target"].tolist())
    directions = []
    for operator, number, nature in zip(read["operator"], read["number"], rows["nature"], strict=True):
        said = _POINTS_TO.get(operator, "")
        if operator == ">=" and number == 0:
            said = ""
        directions.append(said or _NATURES.get(nature, ""))
    return rows.assign(direction=pd.array(directions, dtype="str"))


def _numbered(rows: pd.DataFrame, words: Words, remarks: list[str]) -> pd.DataFrame:
    """Rows with their project's numbers, in the order of these; a second source of one project left out."""
    identities: dict[tuple[str, str, str], int] = {}
    numbers: dict[tuple[int, int | None], int] = {}
    sources: dict[int, str] = {}
    doubled: Counter[tuple[str, str, str]] = Counter()
    identity, number, keep = [], [], []
    for key, year, source, project, file in zip(
        identity_keys(rows), rows["year"], rows["source"], rows["project"], rows["file"], strict=True
    ):
        who = identities.setdefault(key, len(identities))
        which = numbers.setdefault((who, None if pd.isna(year) else int(year)), len(numbers))
        first = sources.setdefault(which, source)
        keep.append(source == first)
        if source != first:
            doubled[project, first.partition("\0")[0], file] += 1
        identity.append(who)
        number.append(which)
    for project, first, file in doubled:
        remarks.append(words.text("season", "remark.targets_twice", project=project, first=first, path=file))
    whole = rows.assign(
        identity=np.array(identity, dtype="int64"), project_number=np.array(number, dtype="int64")
    )[np.array(keep, dtype=bool)]
    return whole.sort_values("project_number", kind="stable")[list(COLUMNS)].reset_index(drop=True)
