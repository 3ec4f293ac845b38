"""通知/: a 催报函 (.docx) for each 实施单位 that owes forms by the roster, beside the return letters."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.whole_files import Settle, make_folder, settle, write_whole
from perfbatch.writing.chunk import name_key
from perfbatch.writing.file_names import Names, file_name
from perfbatch.writing.letter import Kind, Letter
from perfbatch.writing.names import NOTICES
from perfbatch.writing.notices import LONGEST
from perfbatch.writing.text import printable

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.words import Words

KIND = Kind(
    "催报函.docx",
    texts=("unit", "department", "years", "reminder", "date", "deadline", "issuer"),
    counts=("expected", "owed", "overdue", "more"),
    rows="projects",
    row=("code", "project", "budget", "contact", "due", "overdue"),
)


class Reminders:
    """The reminder letters of one run.

    ``as_of`` is the day that overdue days are counted to, ``issuer`` who signs.
    """

    def __init__(
        self,
        output: Path,
        words: Words,
        as_of: date,
        deadline: date | None = None,
        issuer: str | None = None,
    ) -> None:
        """Raises TemplateError where the letter's template cannot be used."""
        self._output, self._words = output, words
        self.settle: Settle = settle
        """Gives each letter its name."""
        self._as_of, self._deadline = as_of, deadline
        self._issuer = printable(issuer or "")
        self._letter = Letter(KIND, words)
        self.written: dict[tuple[str, str], list[str]] = {}
        """The letters once they are written, by ``name_key`` of department and unit."""

    @property
    def identity(self) -> str:
        """What decides the letters beside the roster and the forms."""
        return f"{self._letter.hash} {self._as_of} {self._deadline or ''} {self._issuer}"

    def write(self, roster: pd.DataFrame, years: list[int]) -> list[str]:
        """A letter for each unit with a project that was not handed in; their paths below the output folder.

        ``roster`` has code, department, unit, project, contact, money_unit (str), budget (float64, in
        money_unit), due (datetime64[s]), handed_in (bool), days_overdue (Int64, NA where there is no date),
        and where there is a history times (Int64): rounds in which the project was owed, this one included.
        """
        names, written = Names(), []
        keys = [roster[name].map(name_key) for name in ("department", "unit")]
        for _, projects in roster.groupby(keys, sort=False):
            owed = projects[~projects["handed_in"]]
            if len(owed):
                written.append(self._write(projects, owed, years, names))
        return written

    def _write(self, projects: pd.DataFrame, owed: pd.DataFrame, years: list[int], names: Names) -> str:
        no_unit, no_department = self._say("no_unit"), self._say("no_department")
        unit, department = (
            " ".join(printable(projects[name].iloc[0]).split()) for name in ("unit", "department")
        )
        rows = [{**row, "number": number} for number, row in enumerate(self._rows(owed.iloc[:LONGEST]), 1)]
        letter = self._letter.fill(
            {
                "unit": unit or no_unit,
                "department": department,
                "years": self._say("years", years=years) if years else "",
                "reminder": self._reminded(owed),
                "date": self._day(self._as_of),
                "deadline": self._day(self._deadline) if self._deadline else "",
                "issuer": self._issuer,
                "expected": len(projects),
                "owed": len(owed),
                "overdue": int((owed["days_overdue"].fillna(0) > 0).sum()),
                "more": len(owed) - len(rows),
                "projects": rows,
            }
        )
        suffix = self._say("reminder")
        folder, name = file_name(department, no_department), file_name(f"{unit or no_unit}{suffix}", no_unit)
        place = names.unique(f"{NOTICES}/{folder}/{name}", ".docx")
        path = self._output / place
        make_folder(self._output, path.parent)
        write_whole(path, letter, self.settle)
        self.written[name_key(department), name_key(unit)] = [place]
        return place

    def _reminded(self, owed: pd.DataFrame) -> str:
        """The how-manieth reminder it is, '' for the first."""
        times = int(owed["times"].fillna(0).max()) if "times" in owed else 0
        return self._say("reminded", times=times) if times > 1 else ""

    def _rows(self, owed: pd.DataFrame) -> list[dict[str, Any]]:
        """The table of a letter, as text."""
        columns = (owed[name].tolist() for name in ("code", "project", "contact", "budget", "money_unit"))
        due = owed["due"].dt.strftime("%Y-%m-%d").fillna("").tolist()
        overdue = ["" if days is None or days <= 0 else str(days) for days in _whole(owed["days_overdue"])]
        return [
            {
                "code": printable(code), "project": printable(project), "contact": printable(contact),
                "budget": "" if budget != budget else f"{budget:,.2f} {unit}".rstrip(),
                "due": day, "overdue": days,
            }
            for code, project, contact, budget, unit, day, days in zip(*columns, due, overdue, strict=True)
        ]  # fmt: skip

    def _day(self, day: date) -> str:
        return self._say("date", year=day.year, month=day.month, day=day.day)

    def _say(self, key: str, **values: Any) -> str:
        return self._words.text("notices", key, **values)


def _whole(column: pd.Series[Any]) -> list[int | None]:
    return [None if missing else int(value) for value, missing in zip(column, column.isna(), strict=True)]
