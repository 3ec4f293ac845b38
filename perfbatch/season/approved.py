"""Approved targets of one run: read from what the office gives, then put beside the forms of each chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.checking.evidence import ApprovedTargets
from perfbatch.reading.discover import Look, Source, discover
from perfbatch.reading.layouts import load_layouts
from perfbatch.reading.targets import targets_on
from perfbatch.schema import Frames
from perfbatch.season.doubts import Doubts
from perfbatch.season.errors import ListError
from perfbatch.season.matching import Listed, Matched, Pair, match
from perfbatch.season.roster import identity_keys
from perfbatch.season.targets import Held, TargetRows, Wanted, hold, read_target_list
from perfbatch.text import text_key
from perfbatch.values import parse
from perfbatch.words import Words
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused

COLUMNS = (
    "file", "sheet", "year", "code", "department", "unit", "project", "level1", "level2", "name",
    "target", "points", "place", "points_place", "nature", "identity", "project_number", "goal",
)  # fmt: skip
"""Columns of the approved indicators: str, but year (Int64), points (float64, 分), identity (int64: the
project) and project_number (int64: the project in one year). ``place`` is the cell with its sheet, ``goal``
the year's 目标 as a 申报表 states it, "" in lists."""
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

    @cached_property
    def listed(self) -> Listed:
        """The projects, as forms are looked up in them."""
        return Listed(self.projects)

    def matched(self, forms: pd.DataFrame, *, offers: bool = False) -> Matched:
        """The approved project of each form (project_code, department, unit, project)."""
        pairs = {pair: yes for pair, yes in self.decisions.items() if isinstance(pair, Pair)}
        return match(forms, self.listed, pairs, offers=offers)

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
        at = np.where(held.approved >= 0, held.approved, len(rows))

        def texts(column: pd.Series[str]) -> Any:
            return pd.concat([column, pd.Series([""], dtype="str")], ignore_index=True).array.take(at)

        indicators = frames.indicators.assign(
            approved_direction=texts(directions(rows)),
            approved_target=texts(rows["target"]),
            approved_points=np.append(rows["points"].to_numpy(dtype="float64"), np.nan)[at],
            approved_file=texts(rows["file"]),
            approved_cell=texts(rows["place"]),
            approved_points_cell=texts(rows["points_place"]),
        )
        near: dict[tuple[str, int], str] = {}
        names, of_form = frames.indicators["name"].tolist(), frames.indicators["form_id"].tolist()
        for offer in held.offers:
            near.setdefault((of_form[offer.form], offer.project), names[offer.form])
        missing = rows.iloc[[row for _, row in held.missing]].reset_index(drop=True)
        missing["form_id"] = pd.array([form for form, _ in held.missing], dtype="str")
        joined = np.flatnonzero(held.approved >= 0).tolist()
        known = {
            (of_form[at], name)
            for at, name in zip(joined, text_key(rows["name"].iloc[held.approved[joined]]), strict=True)
        }
        keys = zip(missing["form_id"], text_key(missing["name"]), strict=True)
        missing["again"] = np.array([key in known for key in keys], dtype=bool)
        missing["near"] = pd.array([near.get(key, "") for key in held.missing], dtype="str")
        return frames.with_(indicators=indicators), ApprovedTargets(forms, missing)


@dataclass(frozen=True, slots=True)
class TargetFile:
    """One file of those given as targets; ``given`` where the office named it, and not only its folder."""

    source: Source
    given: bool


Found = TargetRows | ListError | None
"""What a file of targets came to: rows, why it is no list of targets, None where it is not taken for one."""
ReadFiles = Callable[[Sequence[TargetFile]], Iterable[Found]]
"""Reads files of targets, in their order."""


def read_approved(
    paths: Sequence[Path],
    words: Words,
    *,
    layouts: Path | None = None,
    passwords: Sequence[str] = (),
    decisions: Mapping[Pair | Wanted, bool] | None = None,
    look: Look | None = None,
    read: ReadFiles | None = None,
) -> Approved:
    """The approved targets in ``paths``: 绩效目标申报表/批复表, or flat lists; folders of either.

    Of a project that stands in several places for one year the first one counts, which is said. ``look`` and
    ``read`` look into archives and read the files (None: in this process, without protection). Raises
    ListError where a path holds no targets at all, InputError for one that does not exist, LayoutError.
    """
    remarks: list[str] = []
    files = [
        [TargetFile(source, not path.is_dir()) for source in discover([path], outputs=None, look=look)
         if not source.skip]
        for path in paths
    ]  # fmt: skip
    asked = [file for of_path in files for file in of_path]
    came = iter((read or partial(read_target_files, layouts=layouts, passwords=passwords))(asked))
    frames = [
        frame
        for path, of_path in zip(paths, files, strict=True)
        for frame in _of_path(path, list(zip(of_path, came)), words, remarks)  # noqa: B905
    ]
    rows = pd.concat(frames, ignore_index=True)
    named = rows["project"].str.strip() != ""
    if not named.any():
        raise ListError("targets_nameless", path=str(paths[0]))
    rows = _numbered(rows[named].reset_index(drop=True), words, remarks)
    return Approved(rows, decisions or {}, tuple(remarks))


def read_target_files(
    files: Sequence[TargetFile], *, layouts: Path | None = None, passwords: Sequence[str] = ()
) -> list[Found]:
    """The rows of each file, as 绩效目标表 where it is one, else as a flat list. Raises LayoutError."""
    return [_read_file(file, layouts, passwords) for file in files]


def _read_file(file: TargetFile, layouts: Path | None, passwords: Sequence[str]) -> Found:
    source = file.source
    grids: Sequence[Grid] | None = None
    with suppress(Refused):
        grids = load_grids(source.load(), passwords=passwords, name=source.name).grids
    forms = targets_on(grids or (), source.name, load_layouts(layouts))
    if len(forms):
        return TargetRows(_from_forms(forms))
    if source.member or not (file.given or source.path.suffix.lower() in _LIST_ENDINGS):
        return None
    try:
        found = read_target_list(source.path, passwords=passwords, grids=grids)
        return TargetRows(_from_list(found.rows), found.doubts)
    except ListError as error:
        return error


def _of_path(
    path: Path, found: Sequence[tuple[TargetFile, Found]], words: Words, remarks: list[str]
) -> list[pd.DataFrame]:
    """The rows of one path given: files that are none are named; where there are no rows at all, raises."""
    frames = []
    for file, came in found:
        if isinstance(came, TargetRows):
            frames.append(came.rows)
            said = Doubts(file.source.name, words)
            for kind, values in came.doubts:
                said.add(kind, **values)
            remarks.extend(said.sentences())
    errors = [(file.source.name, came) for file, came in found if isinstance(came, ListError)]
    if not path.is_dir() and errors and not frames:
        error = errors[0][1]
        raise ListError("targets", **error.values) if error.code == "labels" else error
    if not frames:
        raise ListError("targets_folder", path=str(path))
    for name, error in errors:
        remarks.append(words.text("season", "remark.no_targets", path=name, why=_why(error, words)))
    return frames


def _why(error: ListError, words: Words) -> str:
    known = error.code == "labels"
    return ListError("targets", **error.values).sentence(words) if known else error.sentence(words)


def _from_forms(forms: pd.DataFrame) -> pd.DataFrame:
    return forms.rename(columns={"project_code": "code"}).assign(
        place=_places(forms["sheet"], forms["target_cell"]),
        points_place=_places(forms["sheet"], forms["points_cell"]),
        nature=pd.array([""] * len(forms), dtype="str"),
        source=forms["file"] + "\0" + forms["sheet"],
    )


def _from_list(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        goal=pd.array([""] * len(rows), dtype="str"),
        place=_places(rows["sheet"], rows["cell"]),
        points_place=_places(rows["sheet"], rows["points_cell"]),
        source=rows["file"],
    )


def _places(sheets: pd.Series[str], cells: pd.Series[str]) -> Any:
    pairs = zip(sheets.tolist(), cells.tolist(), strict=True)
    return pd.array([f"{sheet}!{cell}" if cell else "" for sheet, cell in pairs], dtype="str")


def directions(rows: pd.DataFrame) -> pd.Series[str]:
    """What the operator in the target says, else 指标性质; ≥0 holds whatever was done, and says nothing."""
    read = parse(rows["target"].tolist())
    said = read["operator"].map(_POINTS_TO).fillna("")
    said = said.mask((read["operator"] == ">=") & (read["number"] == 0), "")
    return said.mask(said == "", rows["nature"].map(_NATURES).fillna("").reset_index(drop=True))


def _numbered(rows: pd.DataFrame, words: Words, remarks: list[str]) -> pd.DataFrame:
    """Rows with their project's numbers, in the order of these; a second source of one project left out."""
    keys = pd.DataFrame(identity_keys(rows), columns=["department", "unit", "project"])
    identity = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy(dtype="int64")
    years = rows["year"].fillna(-1).to_numpy(dtype="int64")
    number = (
        pd.DataFrame({"identity": identity, "year": years})
        .groupby(["identity", "year"], sort=False)
        .ngroup()
        .to_numpy(dtype="int64")
    )
    source = rows["source"].astype(object)
    first = source.groupby(number).transform("first")
    keep = (source == first).to_numpy(dtype=bool)
    alike = first.str.partition("\0")[0] == rows["file"]
    doubled = pd.DataFrame({
        "project": rows["project"], "first": _named(first, alike), "path": _named(source, alike),
    })[~keep]  # fmt: skip
    remarks.extend(
        words.text("season", "remark.targets_twice", **{str(k): v for k, v in said.items()})
        for said in doubled.drop_duplicates().to_dict("records")
    )
    whole = _once(rows.assign(identity=identity, project_number=number)[keep], words, remarks)
    return whole.sort_values("project_number", kind="stable")[list(COLUMNS)].reset_index(drop=True)


def _named(sources: pd.Series[Any], with_sheet: pd.Series[bool]) -> list[str]:
    """Each source's file, with its sheet where that tells it from another."""
    parts = zip(sources.str.partition("\0")[0], sources.str.partition("\0")[2], with_sheet, strict=True)
    return [f"{file}（{sheet}）" if sheet and also else file for file, sheet, also in parts]


def _once(rows: pd.DataFrame, words: Words, remarks: list[str]) -> pd.DataFrame:
    """Without indicators that stand there once more, word for word; others with another target are said."""
    key = ["project_number", "level2", "name"]
    again = rows.duplicated(key, keep=False)
    if not again.any():
        return rows
    repeated = again & rows.duplicated([*key, "target"])
    rows = rows[~repeated]
    doubtful = rows[rows.duplicated(key, keep=False)]
    for file, of_file in doubtful.groupby("file", sort=False):
        said = Doubts(str(file), words)
        for _, group in of_file.groupby(key, sort=False):
            first = group.iloc[0]
            said.add(
                "target_again", project=first["project"], name=first["name"], places=group["place"].tolist()
            )
        remarks.extend(said.sentences())
    return rows
