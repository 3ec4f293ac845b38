"""From roster and approved targets to a folder of blank forms, one workbook a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from perfbatch.batch.errors import RunError
from perfbatch.blank_forms.formulas import short
from perfbatch.blank_forms.kinds import Indicator, indicators_of, records
from perfbatch.blank_forms.own_workbook import fill_own
from perfbatch.blank_forms.project import Project
from perfbatch.blank_forms.sheet import draw, looks
from perfbatch.form_identity import Identity, digests
from perfbatch.reading.layouts import load_layouts
from perfbatch.rules import RuleBook, load
from perfbatch.season.approved import Approved, directions, read_approved
from perfbatch.season.roster import Roster, read_roster
from perfbatch.system_errors import system_error
from perfbatch.values.typed_numbers import MONEY
from perfbatch.whole_files import make_folder, write_whole
from perfbatch.words import Words, load_words
from perfbatch.writing.file_names import Names, file_name


@dataclass(frozen=True, slots=True)
class TemplateOptions:
    """What is known of the forms to be made; ``year`` counts where the targets name none."""

    roster: Path | None = None
    targets: tuple[Path, ...] = ()
    layout: str = ""
    """"" for the usual one"""
    rules: str | Path | None = None
    year: int | None = None
    password: str = ""
    passwords: tuple[str, ...] = ()
    templates: Path | None = None
    form: Path | None = None
    """the office's own workbook, whose named places are filled"""


@dataclass(frozen=True, slots=True)
class Made:
    """The workbooks that were written, and what is doubtful about them, in Chinese."""

    paths: tuple[Path, ...]
    remarks: tuple[str, ...]


def make(output: Path, options: TemplateOptions, progress: Callable[[int, int], None] | None = None) -> Made:
    """Write the blank forms into ``output``, a new or empty folder: department / unit / project.xlsx.

    Raises RunError where something is there already or the layout is unknown, ListError, InputError,
    RuleBookError, OSError.
    """
    words = load_words(options.templates)
    known = tuple(looks(words))
    layout = options.layout or known[0]
    if layout not in known:
        raise RunError("choice", option="layout", allowed=known, value=layout)
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise RunError("template_output", path=output)
    book = load(options.rules or _usual_book(layout))
    own = _own_form(options.form)
    remarks: list[str] = []
    projects = _projects(options, book, words, remarks)
    names: dict[Path, Names] = {}
    paths = []
    identities = _identities(projects, book)
    for number, (project, identity) in enumerate(zip(projects, identities, strict=True), 1):
        path = _path(project, output, names, words, alone=options.roster is None and not options.targets)
        if own is None:
            data = draw(project, book, layout, words, identity=identity, password=options.password)
        else:
            data = fill_own(own, project, book, words, identity=identity)
        try:
            output.mkdir(parents=True, exist_ok=True)
            make_folder(output, path.parent)
            write_whole(path, data)
        except OSError as error:
            raise RunError("not_writable", path=output, error=error) from error
        paths.append(path)
        if progress is not None:
            progress(number, len(projects))
    return Made(tuple(paths), tuple(remarks))


def _own_form(path: Path | None) -> bytes | None:
    try:
        return None if path is None else path.read_bytes()
    except OSError as error:
        raise RunError("template_form", why=system_error(error)) from error


def _usual_book(layout: str) -> str:
    """The book of a layout, as its file names it."""
    return next(family.default_rules for family in load_layouts() if family.name == layout)


def _identities(projects: Sequence[Project], book: RuleBook) -> list[str]:
    """The line of each form; its code only as far as one line can hold it."""
    names = ("department", "unit", "project")
    known = pd.DataFrame({name: [getattr(one, name) for one in projects] for name in names}, dtype="str")
    rules = "".join(letter for letter in book.name if letter not in "|@" and not letter.isspace())
    lines = []
    for project, digest in zip(projects, digests(known), strict=True):
        code = "".join(letter for letter in project.code if letter != "|" and not letter.isspace())
        lines.append(Identity(code, *digest, rules or "-", book.hash[:8]).line())
    return lines


def _path(project: Project, output: Path, names: dict[Path, Names], words: Words, *, alone: bool) -> Path:
    def say(key: str, **values: Any) -> str:
        return words.text("blank_forms", f"file.{key}", **values)

    folder = output
    if not alone:
        department = file_name(project.department, say("no_department"))
        folder = output / department / file_name(project.unit, say("no_unit"))
    text = say("blank") if alone else say("name", project=file_name(project.project, say("blank")))
    return folder / names.setdefault(Path(str(folder).casefold()), Names()).unique(text, ".xlsx")


def _projects(options: TemplateOptions, book: RuleBook, words: Words, remarks: list[str]) -> list[Project]:
    approved = roster = None
    if options.targets:
        approved = read_approved(options.targets, words, passwords=options.passwords)
        remarks += approved.remarks
    if options.roster is not None:
        roster = read_roster(options.roster, passwords=options.passwords, words=words)
        remarks += roster.remarks
    if roster is None and approved is None:
        return [Project(year=options.year)]
    made = []
    given = list(_known(roster, approved, options.year, words, remarks))
    years = [_year(rows, options.year) for _, rows in given]
    for (known, rows), year, indicators in zip(
        given, years, _indicators([rows for _, rows in given], years, book), strict=True
    ):
        unsure = sum(not one.sure for one in indicators)
        if unsure:
            remarks.append(words.text("blank_forms", "remark.unsure", project=known["project"], count=unsure))
        total, wanted = _points(indicators, book), float(book.value("total.points"))
        if total is not None and abs(total - wanted) > float(book.value("rounding.tolerance")):
            remarks.append(
                words.text(
                    "blank_forms", "remark.points", project=known["project"], total=short(total),
                    wanted=short(wanted), budget=short(float(book.value("total.budget_points"))),
                )
            )  # fmt: skip
        if not indicators and approved is not None:
            remarks.append(words.text("blank_forms", "remark.no_targets", project=known["project"]))
        made.append(
            Project(
                project=known["project"], code=known["code"], department=known["department"],
                unit=known["unit"], year=year, budget=known.get("budget"), indicators=indicators,
                goal=str(rows[0]["goal"]) if rows else "",
            )
        )  # fmt: skip
    return made


def _points(indicators: Sequence[Indicator], book: RuleBook) -> float | None:
    """分值 of the form, budget included; None where the unit is to write some of them."""
    points = [one.points for one in indicators]
    if not points or None in points:
        return None
    return round(sum(one for one in points if one is not None) + float(book.value("total.budget_points")), 6)


def _year(rows: Sequence[Mapping[str, Any]], otherwise: int | None) -> int | None:
    return int(rows[0]["year"]) if rows and not pd.isna(rows[0]["year"]) else otherwise


def _indicators(
    rows: Sequence[Sequence[Mapping[str, Any]]], years: Sequence[int | None], book: RuleBook
) -> list[list[Indicator]]:
    """The indicators of each project; those of one year are judged together."""
    found: list[list[Indicator]] = [[] for _ in rows]
    for year in set(years):
        mine = [at for at, own in enumerate(years) if own == year]
        owner = [at for at in mine for _ in rows[at]]
        together = indicators_of([row for at in mine for row in rows[at]], year, book)
        for at, one in zip(owner, together, strict=True):
            found[at].append(one)
    return found


def _known(
    roster: Roster | None, approved: Approved | None, year: int | None, words: Words, remarks: list[str]
) -> Iterator[tuple[dict[str, Any], Sequence[dict[str, Any]]]]:
    """Each project of the roster (of the targets where there is none) with its approved indicators."""
    if roster is None:
        assert approved is not None
        forms = approved.projects
    else:
        forms = roster.projects
    numbers: dict[int, int] = {}
    rows_of: dict[int, list[dict[str, Any]]] = {}
    if approved is not None:
        asked = forms.reset_index(drop=True).assign(project_code=forms["code"].to_numpy())
        matched = approved.matched(asked).project.tolist()
        directed = approved.rows.assign(direction=directions(approved.rows).to_numpy())
        for number, row in zip(directed["project_number"].tolist(), records(directed), strict=True):
            rows_of.setdefault(int(number), []).append(row)
        for at, identity in enumerate(matched):
            if identity >= 0:
                numbers[at] = _of_year(approved, identity, year)
        if roster is not None:
            missing = set(range(len(approved.projects))) - set(matched)
            remarks += [
                words.text(
                    "blank_forms", "remark.unknown_targets", project=approved.projects["project"].iloc[at]
                )
                for at in sorted(missing)
            ]
    for at, record in enumerate(records(forms[["code", "department", "unit", "project"]])):
        known: dict[str, Any] = {str(key): str(value) for key, value in record.items()}
        if roster is not None:
            budget, unit = roster.projects["budget"].iloc[at], roster.projects["money_unit"].iloc[at]
            if not pd.isna(budget):
                known["budget"] = round(float(budget) * MONEY[unit or "万元"] / MONEY["万元"], 9)
        yield known, rows_of.get(numbers.get(at, -1), [])


def _of_year(approved: Approved, identity: int, year: int | None) -> int:
    """The number of the project's targets: those of ``year``, else of no stated year, else the last."""
    of = approved.years[identity]
    for wanted in (year, None):
        if wanted in of:
            return of[wanted]
    return of[max(known for known in of if known is not None)]
