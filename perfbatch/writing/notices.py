"""通知/: a 退回整改通知 (.docx) for each 实施单位 with something that must be mended.

Fed chunk by chunk; the findings wait in a temporary database on disk, so that memory holds one letter and
a few numbers a unit, however many forms there are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.schema import ACCEPTED, MISSING_REASON
from perfbatch.whole_files import Settle, make_folder, settle, waiting_beside, write_whole
from perfbatch.writing.chunk import name_key
from perfbatch.writing.file_names import Names, file_name
from perfbatch.writing.letter import Kind, Letter
from perfbatch.writing.names import NOTICES
from perfbatch.writing.text import printable

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.schema import Frames
    from perfbatch.words import Words
    from perfbatch.writing.context import RunContext

STANDING = ("open", "changed")
"""States of what an earlier round had found already."""
LONGEST = 1000
"""Rows of a letter's table; a longer one nobody reads, and the copies have them all."""

KIND = Kind(
    "退回整改通知.docx",
    texts=("unit", "department", "years", "reminder", "date", "deadline", "issuer"),
    counts=("forms", "superseded", "returned", "errors", "again", "warnings", "missing_reasons", "more"),
    rows="findings",
    row=("check", "file", "project", "sheet", "cell", "indicator", "message", "found", "expected", "advice",
         "clause", "state"),
)  # fmt: skip
_STORED = KIND.row


@dataclass(slots=True)
class Unit:
    """What is known of one 实施单位 of one 主管部门."""

    number: int
    unit: str
    department: str
    years: set[int] = field(default_factory=set)
    forms: int = 0
    superseded: int = 0
    """Forms in whose place a newer one counts: not among ``forms``, nor anything found on them."""
    returned: int = 0
    errors: int = 0
    again: int = 0
    """Errors that an earlier round had found already, and the round in which they were found most often."""
    times: int = 0
    warnings: int = 0
    missing_reasons: int = 0


class Notices:
    """The letters of one run.

    ``deadline`` is the last day for mending, ``issuer`` who signs; None where none was set.
    """

    def __init__(
        self, output: Path, words: Words, deadline: date | None = None, issuer: str | None = None
    ) -> None:
        """Raises TemplateError where the letter's template cannot be used."""
        self._output = output
        self.settle: Settle = settle
        """Gives each letter its name."""
        self._words = words
        self._deadline = deadline
        self._issuer = printable(issuer or "")
        self._letter = Letter(KIND, words)
        self._units: dict[tuple[str, str], Unit] = {}
        self.written: dict[tuple[str, str], list[str]] = {}
        """The letters once they are written, by ``name_key`` of department and unit."""
        self._database: sqlite3.Connection | None = None
        self._place = output

    @property
    def identity(self) -> str:
        """What decides the letters beside the frames: the template, the deadline and who signs."""
        return f"{self._letter.hash} {self._deadline or ''} {self._issuer}"

    def append(self, frames: Frames) -> None:
        """Take in a chunk's forms and their errors."""
        forms = frames.forms
        if "superseded_by" in forms:
            stands_by = forms["superseded_by"] != ""
            for unit, department in forms.loc[stands_by, ["unit", "department"]].itertuples(index=False):
                self._unit(unit, department).superseded += 1
            forms = forms[~stands_by]
        if not len(forms):
            return
        units = [
            self._unit(unit, department)
            for unit, department in zip(forms["unit"], forms["department"], strict=True)
        ]
        known = frames.findings["form_id"].isin(forms["form_id"])
        if "decision" in frames.findings:
            known &= frames.findings["decision"] != ACCEPTED
        errors = frames.findings[known & (frames.findings["level"] == "error")]
        warned = frames.findings.loc[
            known & (frames.findings["level"] == "warning"), "form_id"
        ].value_counts()
        wrong = errors["form_id"].value_counts()
        again, most = _found_before(errors)
        missing = errors.loc[errors["check"].isin(MISSING_REASON), "form_id"].value_counts()
        years = forms["year"].astype(object).where(forms["year"].notna(), None)
        of_form: dict[str, tuple[Unit, str]] = {}
        for form_id, unit, year, project in zip(
            forms["form_id"], units, years, forms["project"], strict=True
        ):
            of_form[form_id] = unit, project
            unit.forms += 1
            unit.returned += int(form_id in wrong.index)
            unit.errors += int(wrong.get(form_id, 0))
            unit.again += int(again.get(form_id, 0))
            unit.times = max(unit.times, int(most.get(form_id, 0)))
            unit.warnings += int(warned.get(form_id, 0))
            unit.missing_reasons += int(missing.get(form_id, 0))
            if year is not None:
                unit.years.add(int(year))
        marks = ", ".join("?" * (len(_STORED) + 1))
        with self._waiting:
            self._waiting.executemany(
                f"INSERT INTO finding VALUES ({marks})",  # noqa: S608  only question marks
                self._rows(errors, of_form, frames),
            )

    def close(self, context: RunContext) -> list[str]:
        """Write the letters; their paths below the output folder."""
        self._waiting.execute("CREATE INDEX by_unit ON finding (unit)")
        names, day = Names(), context.started.date()
        try:
            return [self._write(unit, day, names) for unit in self._units.values() if unit.errors]
        finally:
            self.abort()

    def abort(self) -> None:
        """Forget what was taken in."""
        if self._database is not None:
            self._database.close()
            self._database = None
            self._place.unlink(missing_ok=True)

    @property
    def _waiting(self) -> sqlite3.Connection:
        """The errors of the batch so far."""
        if self._database is None:
            # Beside what is written, and under a name that a later run clears away; nobody else opens it.
            self._output.mkdir(parents=True, exist_ok=True)
            self._place = waiting_beside(self._output / NOTICES)
            self._database = sqlite3.connect(self._place)
            self._database.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;"
            )
            columns = ", ".join(f'"{name}" TEXT' for name in _STORED)
            self._database.execute(f"CREATE TABLE finding (unit INTEGER, {columns})")
        return self._database

    def _unit(self, unit: str, department: str) -> Unit:
        key = name_key(department), name_key(unit)
        if key not in self._units:
            unit, department = (" ".join(printable(name).split()) for name in (unit, department))
            self._units[key] = Unit(len(self._units), unit, department)
        return self._units[key]

    def _rows(
        self, errors: pd.DataFrame, of_form: dict[str, tuple[Unit, str]], frames: Frames
    ) -> Iterator[tuple[Any, ...]]:
        """The errors as rows of the waiting table, in their order."""
        for finding, subject in zip(errors.to_dict("records"), _subjects(errors, frames), strict=True):
            unit, project = of_form[finding["form_id"]]
            values = {
                **finding,
                "project": project,
                "indicator": subject or self._say("whole_form"),
                "state": self._standing(finding),
            }
            yield unit.number, *(printable(values[name]) for name in _STORED)

    def _standing(self, finding: Mapping[Any, Any]) -> str:
        """Since when, and how often, of what an earlier round had found already."""
        if finding.get("state", "") not in STANDING:
            return ""
        state = self._words.table("summary")["state"][finding["state"]]
        return self._say("standing", state=state, since=finding["first_seen"], times=int(finding["times"]))

    def _write(self, unit: Unit, day: date, names: Names) -> str:
        no_unit, no_department = self._say("no_unit"), self._say("no_department")
        found = self._waiting.execute(
            "SELECT * FROM finding WHERE unit = ? ORDER BY rowid LIMIT ?", (unit.number, LONGEST)
        )
        findings = [dict(zip(_STORED, row[1:], strict=True), number=n) for n, row in enumerate(found, 1)]
        letter = self._letter.fill(
            {
                "unit": unit.unit or no_unit,
                "department": unit.department,
                "years": self._say("years", years=sorted(unit.years)) if unit.years else "",
                "reminder": self._say("reminded", times=unit.times) if unit.again else "",
                "date": self._day(day),
                "deadline": self._day(self._deadline) if self._deadline else "",
                "issuer": self._issuer,
                "forms": unit.forms,
                "superseded": unit.superseded,
                "returned": unit.returned,
                "errors": unit.errors,
                "again": unit.again,
                "warnings": unit.warnings,
                "missing_reasons": unit.missing_reasons,
                "more": max(0, unit.errors - len(findings)),
                "findings": findings,
            }
        )
        folder = file_name(unit.department, no_department)
        name = names.unique(f"{NOTICES}/{folder}/{file_name(unit.unit, no_unit)}", ".docx")
        path = self._output / name
        make_folder(self._output, path.parent)
        write_whole(path, letter, self.settle)
        self.written[name_key(unit.department), name_key(unit.unit)] = [name]
        return name

    def _day(self, day: date) -> str:
        return self._say("date", year=day.year, month=day.month, day=day.day)

    def _say(self, key: str, **values: Any) -> str:
        return self._words.text("notices", key, **values)


def _found_before(errors: pd.DataFrame) -> tuple[Counter[str], dict[str, int]]:
    """Of each form the errors that an earlier round had found already, and the most rounds of any."""
    again, most = Counter[str](), dict[str, int]()
    if "state" in errors:
        before = errors[errors["state"].isin(STANDING)]
        for form, times in zip(before["form_id"], before["times"], strict=True):
            again[form] += 1
            most[form] = max(most.get(form, 0), int(times))
    return again, most


def _subjects(errors: pd.DataFrame, frames: Frames) -> list[str]:
    """What each finding is about: the indicator's name, the fund line as printed, '' for the whole form."""
    indicators = frames.indicators[["form_id", "number", "name"]]
    named = errors[["form_id", "indicator", "line"]].merge(
        indicators.drop_duplicates(["form_id", "number"]),
        how="left", left_on=["form_id", "indicator"], right_on=["form_id", "number"],
    )  # fmt: skip
    lines = frames.funds[["form_id", "line", "label"]].drop_duplicates(["form_id", "line"])
    named = named.merge(lines, how="left", on=["form_id", "line"])
    subjects = named["name"].fillna("").where(named["indicator"].notna(), named["label"].fillna(""))
    return [" ".join(subject.split()) for subject in subjects]
