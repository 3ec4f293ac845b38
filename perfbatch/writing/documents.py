"""The department-wide outputs of one run, fed chunk by chunk in the order of the files."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from perfbatch.progress import Progress, silent
from perfbatch.whole_files import Settle, make_folder, settle
from perfbatch.writing.chunk import Places
from perfbatch.writing.data import DataFiles
from perfbatch.writing.months import figures
from perfbatch.writing.names import DATA, REPORT, SUMMARY
from perfbatch.writing.packages import Letters, Packages
from perfbatch.writing.reminders import Reminders
from perfbatch.writing.report import Report
from perfbatch.writing.running_totals import RunningTotals
from perfbatch.writing.summary import Summary

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from perfbatch.schema import Frames
    from perfbatch.words import Words
    from perfbatch.writing.context import RunContext
    from perfbatch.writing.notices import Notices
    from perfbatch.writing.season_frames import SeasonFrames

_DOCUMENTS = 4
"""Kinds of documents: the data files, 汇总.xlsx, 报告.html, letters."""


class Documents:
    """数据/*.csv, 汇总.xlsx and 报告.html below one folder, and the letters; each whole or not at all."""

    def __init__(
        self,
        output: Path,
        words: Words,
        notices: Notices | None = None,
        settle: Settle = settle,
        season: SeasonFrames | None = None,
        headers: str = "keys",
        data: str = "csv",
        deadline: date | None = None,
        issuer: str | None = None,
        packages: bool = False,
        details: bool = True,
        forms: int | None = None,
    ) -> None:
        """``notices``: the letters, None for none; ``settle`` gives each document its name; ``headers`` head
        the data files; ``deadline`` is what reminders ask for,
        ``issuer`` who signs them; ``packages``: one for each department;
        ``details=False`` leaves the rows of forms to those; ``forms`` will be appended, None: it is not known
        how many.

        Raises OSError where ``output`` cannot be written.
        """
        self._notices = notices
        self._packages: Packages | None = None
        self._season = season
        self._reminders = None
        if notices is not None and season is not None and season.roster is not None:
            self._reminders = Reminders(output, words, season.as_of, deadline, issuer)
            self._reminders.settle = settle
        if notices is not None:
            notices.settle = settle
        make_folder(output, output / DATA)
        self._data = DataFiles(output / DATA, settle, headers, season, data)
        self._totals = RunningTotals()
        try:
            self._summary = Summary(
                output / SUMMARY,
                words,
                self._totals,
                season=season,
                settle=settle,
                details=details,
                forms=forms,
            )
            roster = season.roster if season is not None else None
            rounds = season.rounds if season is not None else None
            self._report = Report(
                output / REPORT, words, self._totals, roster=roster, rounds=rounds, settle=settle
            )
            if packages:
                self._packages = Packages(output, words, season, settle)
        except BaseException:  # nobody will leave a block that was never entered
            self._data.abort()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for document in (self._data, self._summary, self._report):
                document.abort()
            for waiting in (self._notices, self._packages):
                if waiting is not None:
                    waiting.abort()

    @property
    def sheets(self) -> list[dict[str, Any]]:
        """What proves the sheets of 汇总.xlsx, once it is closed (``Summary.sheets``)."""
        return self._summary.sheets

    def append(self, frames: Frames, places: Places | None = None) -> None:
        """Add a chunk's frames (stage 'batch': copies and their paths are known).

        ``places``: where its forms stand in the sheets (``form_order``), among all of the run; None: as
        they come.
        """
        self._data.append(frames)
        chunk = self._totals.take(frames, places)
        self._summary.append(chunk)
        self._report.append(chunk)
        if self._notices is not None:
            self._notices.append(frames)
        if self._packages is not None:
            self._packages.append(frames, places)

    def _letters(self) -> Letters:
        """All letters, by department and unit."""
        found: dict[tuple[str, str], list[str]] = {}
        for kind in (self._notices, self._reminders):
            for of, paths in (kind.written if kind is not None else {}).items():
                found.setdefault(of, []).extend(paths)
        return found

    def figures(self) -> pd.DataFrame:
        """What the history keeps of the departments (``months.figures``), once all has been appended."""
        rounds = self._season.rounds if self._season is not None else None
        return figures(self._totals.departments, rounds.states() if rounds is not None else {})

    def close(self, context: RunContext, progress: Progress = silent) -> list[str]:
        """Finish the outputs, telling ``progress`` after each; their paths below the folder."""
        progress("documents", 0, _DOCUMENTS)
        self._data.close()
        progress("documents", 1, _DOCUMENTS)
        self._summary.close(context)
        progress("documents", 2, _DOCUMENTS)
        self._report.close(context)
        progress("documents", 3, _DOCUMENTS)
        letters = self._notices.close(context) if self._notices is not None else []
        if self._reminders is not None and self._season is not None and self._season.roster is not None:
            letters += self._reminders.write(self._season.roster, sorted(self._totals.years))
        packages = self._packages.close(context, self._letters()) if self._packages is not None else []
        progress("documents", _DOCUMENTS, _DOCUMENTS)
        return [SUMMARY, REPORT, *(f"{DATA}/{name}" for name in self._data.files), *letters, *packages]
