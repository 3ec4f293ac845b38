"""汇总.xlsx, chunk by chunk: rows stream to temporary files, totals are kept, the rest comes at the end."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import xlsxwriter

from perfbatch.fingerprint import of_rows, table_rows
from perfbatch.whole_files import Settle, settle, waiting_beside
from perfbatch.workbook.addresses import column_letters
from perfbatch.workbook.open import load_grids
from perfbatch.writing.chunk_rows import FileRows, FindingRows, IndicatorRows
from perfbatch.writing.handed_in import by_department
from perfbatch.writing.months import Months, figures
from perfbatch.writing.names import PACKAGES
from perfbatch.writing.running_totals import RunningTotals, grades
from perfbatch.writing.summary import rules
from perfbatch.writing.summary.assemble import assemble
from perfbatch.writing.summary.by_month import ByMonth
from perfbatch.writing.summary.columns import filled
from perfbatch.writing.summary.departments import LIVE_COMPARISONS, Departments
from perfbatch.writing.summary.in_order import InOrder
from perfbatch.writing.summary.links import LIMIT as LINK_LIMIT
from perfbatch.writing.summary.missing_reasons import MissingRows
from perfbatch.writing.summary.overview import Overview
from perfbatch.writing.summary.projects import LIVE_FORMS, Projects
from perfbatch.writing.summary.season_rows import SeasonRows
from perfbatch.writing.summary.sheets import COLUMNS, FROZEN, OF_ROUNDS
from perfbatch.writing.summary.stream import ROW_LIMIT, RowStream, SheetContent
from perfbatch.writing.summary.style import FONT, FONT_SIZE, Styles, paper, set_up_page, set_up_rows
from perfbatch.writing.summary.tracking import TrackedRows
from perfbatch.writing.summary.working_paper import WorkingPaper
from perfbatch.writing.terms import Terms

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.words import Words
    from perfbatch.writing.chunk import Chunk
    from perfbatch.writing.context import RunContext
    from perfbatch.writing.season_frames import SeasonFrames

ORDER = (
    "overview", "missing_reasons", "owed", "to_confirm", "to_review", "tracking", "projects", "departments",
    "by_month", "findings", "indicators", "files", "rules", "working_paper",
)  # fmt: skip
"""The sheets, from left to right; those of the season only where the office gave what they show."""
_BY_FORM = ("missing_reasons", "findings", "indicators")
_DETAILS = ("projects", *_BY_FORM)
"""The sheets with rows for forms."""
_OF_SEASON = ("owed", "to_confirm", "to_review", "tracking", "by_month")
_REMARKS = 20
"""Remarks on the roster and the approved targets that 总览 shows; more are counted."""
_CALCULATION_ENGINE = 191029  # Excel 2019: with an older one Excel recalculates and asks to save


def _frozen(key: str) -> int:
    """Columns of a sheet that stay in view."""
    keys = [column.key for column in COLUMNS[key]]
    return keys.index(FROZEN[key]) + 1 if key in FROZEN else 0


def _let_texts_look_like_numbers(sheet: Any, rows: int, columns: int) -> None:
    """No green corner on "4" or "2021" in a column that shows what a unit has written."""
    cells = f"A2:{column_letters(columns - 1)}{rows + 1}"
    sheet.ignore_errors({"number_stored_as_text": cells, "two_digit_text_year": cells})


def _shown(season: SeasonFrames | None) -> dict[str, pd.DataFrame]:
    """The frames of the season's sheets, by sheet."""
    frames: dict[str, pd.DataFrame] = {}
    if season is not None and season.roster is not None:
        frames["owed"] = season.roster[~season.roster["handed_in"]]
    if season is not None and season.to_confirm is not None:
        frames["to_confirm"] = season.to_confirm
    if season is not None and season.to_review is not None:
        frames["to_review"] = season.to_review
    return frames


class Summary:
    """The auditor's workbook of one run; it appears on ``close``, whole or not at all."""

    def __init__(
        self,
        path: Path,
        words: Words,
        totals: RunningTotals,
        *,
        season: SeasonFrames | None = None,
        row_limit: int = ROW_LIMIT,
        live_forms: int = LIVE_FORMS,
        details: bool = True,
        forms: int | None = None,
        settle: Settle = settle,
    ) -> None:
        """Temporary files go beside ``path``; ``totals`` count every chunk before it is appended.
        ``details=False`` leaves out the sheets with rows for forms. ``forms`` will be appended; None: it is
        not known how many.

        Raises TemplateError where a term in templates/summary.toml is absent or unusable, OSError where
        the folder cannot be written to.
        """
        self._path = path
        self._settle = settle
        self._terms = Terms(words)
        self._skeleton = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._skeleton, {
            "in_memory": True,
            "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False,
            "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
        })  # fmt: skip
        money = {column.key for columns in COLUMNS.values() for column in columns if column.kind == "money"}
        self._styles = Styles(self._book, sorted(money))
        directory = path.parent
        directory.mkdir(parents=True, exist_ok=True)
        cut = self._terms("cut")
        self._season = _shown(season)
        self._remarks = season.remarks if season is not None else ()
        roster = season.roster if season is not None else None
        self._handed = by_department(roster) if roster is not None else None
        self._rounds = season.rounds if season is not None else None
        of_season = [*self._season, *(["tracking", "by_month"] if self._rounds is not None else [])]
        self._order = [key for key in ORDER if key not in _OF_SEASON or key in of_season]
        left_out = () if details else _DETAILS
        self._order = [key for key in self._order if key not in left_out]
        self._left_out = left_out
        self._columns = {
            key: tuple(one for one in columns if self._rounds or one.key not in OF_ROUNDS)
            for key, columns in COLUMNS.items()
        }
        self._copies: dict[str, str] = {}
        """Copies by file, where a sheet names findings once all forms are known."""
        looks = self._styles.numbers, self._terms.levels, cut
        self._streams = {
            key: RowStream(self._columns[key], *looks, directory, row_limit)
            for key in self._order
            if key in COLUMNS and key != "departments"
        }
        self._in_order = {key: InOrder(self._streams[key], directory) for key in _BY_FORM if details}
        self._projects = (
            Projects(self._streams["projects"], self._terms, directory, live_forms, forms)
            if details
            else None
        )
        self._paper = WorkingPaper(self._streams["working_paper"], self._terms, directory)
        self._totals = totals
        self.sheets: list[dict[str, Any]] = []
        """What proves each sheet, once it is written: name, columns (headings of those that count; none where
        the sheet is no table), open (headings of the places where a person writes), and its fingerprint."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def append(self, chunk: Chunk) -> None:
        """Take in the rows of the next forms and files; forms go to their places."""
        if self._projects is not None:
            self._projects.append(chunk)
            self._append_details(chunk)
        if self._rounds is not None:
            self._copies.update(chunk.copies)
        if len(chunk.frames.files):
            files = FileRows(chunk, self._terms)
            self._streams["files"].write(*filled(COLUMNS["files"], files))
        self._paper.append(chunk)

    def _append_details(self, chunk: Chunk) -> None:
        missing = np.flatnonzero(chunk.missing_reasons)
        for key, rows in (
            ("missing_reasons", MissingRows(chunk, self._terms, missing)),
            ("findings", FindingRows(chunk, self._terms)),
            ("indicators", IndicatorRows(chunk, self._terms)),
        ):
            places = chunk.sheet_places(rows.form)
            self._in_order[key].add(chunk.places, places, *filled(self._columns[key], rows))

    def close(self, context: RunContext) -> None:
        """Finish the workbook and move it to its name."""
        for rows in self._in_order.values():
            rows.finish()
        if self._projects is not None:
            self._projects.finish()
        for key, frame in self._season.items():
            if len(frame):
                self._streams[key].write(*filled(COLUMNS[key], SeasonRows(frame, self._terms)))
        months = self._months()
        whole = self._totals.whole()
        departments = Departments(
            self._terms,
            grades(context.rules, whole),
            self._totals.forms,
            self._departments_live(),
            self._handed,
            rounds=self._rounds is not None,
        )
        headings = {
            key: departments.headings()
            if key == "departments"
            else [self._terms.words_of(column) for column in columns]
            for key, columns in self._columns.items()
            if key in self._order
        }
        self._streams["rules"].write(rules.sheet_rows(context, self._terms, headings))
        judging = Counter[str]()
        for (name, _, _), forms in self._totals.judged.items():
            judging[name] += forms
        self._paper.finish(context, judging)
        parts = self._add_sheets(context, headings, departments)
        self._write_departments(departments)
        if months is not None:
            sheet = self._book.get_worksheet_by_name(self._terms.sheets["by_month"])
            ByMonth(self._book, sheet, self._styles, self._terms, months).write()
        self._set_decimals()
        overview = Overview(
            self._book, self._book.get_worksheet_by_name(self._terms.sheets["overview"]), self._styles,
            self._terms, context, self._totals, whole, grades(context.rules, whole), departments,
            self._notes(departments), [key for key in self._order if key in _OF_SEASON], months,
            self._left_out,
        )  # fmt: skip
        overview.write()
        self._define_names()
        self._set_properties(context)
        self._book.close()
        self.sheets = list(self._fingerprints(headings, parts))
        waiting = waiting_beside(self._path)
        try:
            assemble(self._skeleton, waiting, parts)
            self._settle(waiting, self._path)
        finally:
            waiting.unlink(missing_ok=True)
            self.abort()

    def _months(self) -> Months | None:
        """The rounds side by side, and the rows of 整改跟踪 written; None where there is no history."""
        if self._rounds is None:
            return None
        for frame in self._rounds.tracked():
            rows = TrackedRows(frame, self._terms, self._copies)
            self._streams["tracking"].write(*filled(COLUMNS["tracking"], rows))
        self._copies = {}
        now = figures(self._totals.departments, self._rounds.states())
        return Months(self._rounds.earlier, self._rounds.period, now)

    def abort(self) -> None:
        """Leave nothing of what is not finished."""
        for rows in self._in_order.values():
            rows.close()
        if self._projects is not None:
            self._projects.close()
        self._paper.close()
        for stream in self._streams.values():
            stream.close()

    def _departments_live(self) -> bool:
        if self._projects is None:
            return False
        one_sheet = len(self._streams["projects"].parts) == 1
        return one_sheet and self._totals.forms * len(self._totals.departments) <= LIVE_COMPARISONS

    def _sheet_names(self, key: str) -> list[str]:
        """Names of a sheet and of those that go on from it."""
        name = self._terms.sheets[key]
        count = len(self._streams[key].parts) if key in self._streams else 1
        return [name, *(self._terms("continued", name=name, number=n) for n in range(2, count + 1))]

    def _add_sheets(
        self,
        context: RunContext,
        headings: Mapping[str, Sequence[tuple[str, str]]],
        departments: Departments,
    ) -> dict[int, SheetContent]:
        """All sheets in their order with headers and print settings; the parts that rows go to."""
        parts: dict[int, SheetContent] = {}
        stamp = self._terms(
            "print.stamp", started=f"{context.started:%Y-%m-%d %H:%M}", version=context.version
        )
        number = 0
        for key in self._order:
            for at, name in enumerate(self._sheet_names(key)):
                number += 1
                sheet = self._book.add_worksheet(name)
                set_up_page(sheet, self._terms, name, stamp)
                if key == "overview":
                    sheet.hide_gridlines(2)
                    sheet.set_print_scale(82)
                    continue
                if key == "by_month":
                    continue
                set_up_rows(sheet, _frozen(key))
                if key == "departments":
                    rows = departments.with_owing(self._totals.departments)
                    self._write_header(sheet, headings[key], len(rows))
                    sheet.set_paper(paper(departments.widths(rows)[: departments.printed]))
                    sheet.print_area(0, 0, len(rows) + 1, departments.printed - 1)
                    continue
                part = parts[number] = self._streams[key].parts[at]
                self._write_header(sheet, headings[key], part.rows)
                columns = self._columns[key]
                widths = [self._streams[key].widths.get(one.key, one.low) for one in columns]
                for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
                    sheet.set_column(place, place, width, None, {"hidden": column.hidden})
                    if column.choices and part.rows:
                        sheet.data_validation(1, place, part.rows, place, {
                            "validate": "list", "source": list(column.choices), "show_error": False,
                        })  # fmt: skip
                printed = sum(column.printed for column in columns)
                sheet.print_area(0, 0, max(part.rows, 1), printed - 1)
                sheet.set_paper(paper(widths[:printed]))
                if part.rows:
                    _let_texts_look_like_numbers(sheet, part.rows, len(widths))
        return parts

    def _fingerprints(
        self, headings: Mapping[str, Sequence[tuple[str, str]]], parts: Mapping[int, SheetContent]
    ) -> Iterator[dict[str, Any]]:
        """What proves the sheets, in their order; the small ones that XlsxWriter filled are read again."""
        keys = [(key, name) for key in self._order for name in self._sheet_names(key)]
        grids = {grid.name: grid for grid in load_grids(self._skeleton.getvalue()).grids}
        for number, (key, name) in enumerate(keys, 1):
            said = [heading for heading, _ in headings.get(key, ())]
            is_open = [column.by_hand for column in self._columns[key]] if number in parts else []
            if number in parts:
                found = parts[number].fingerprint
            else:
                rows = table_rows(grids[name])
                found = of_rows(rows[1:] if said else rows, range(len(said)) if said else None)
            yield {
                "name": name,
                "columns": [one for one, left in zip_longest(said, is_open) if not left],
                "open": [one for one, left in zip_longest(said, is_open) if left],
                **found.as_state(),
            }

    def _write_header(self, sheet: Any, headings: Sequence[tuple[str, str]], rows: int) -> None:
        """The header row; choosing a heading shows what its column means."""
        for at, (heading, meaning) in enumerate(headings):
            sheet.write_string(0, at, heading, self._styles["header"])
            sheet.data_validation(0, at, 0, at, {
                "validate": "any", "input_title": heading[:32], "input_message": meaning[:255],
            })  # fmt: skip
        sheet.autofilter(0, 0, max(rows, 1), len(headings) - 1)

    def _set_decimals(self) -> None:
        """Amounts of one column with as many decimals each, on every sheet."""
        needed: Counter[str] = Counter()
        for stream in self._streams.values():
            needed |= Counter(stream.decimals)
        for columns in COLUMNS.values():
            for column in columns:
                if column.kind == "money":
                    self._styles.set_decimals(column.key, max(needed[column.key], 2))

    def _write_departments(self, departments: Departments) -> None:
        sheet = self._book.get_worksheet_by_name(self._terms.sheets["departments"])
        rows = departments.with_owing(self._totals.departments)
        departments.write(sheet, self._styles, rows, self._totals.whole())

    def _define_names(self) -> None:
        """Names for the columns that the formulas of 项目汇总 count through."""
        if self._projects is None:
            return
        for key, names in (
            ("findings", {"form_no": "findings_form", "level": "findings_level",
                          "opinion": "findings_decision"}),
            ("missing_reasons", {"form_no": "missing_form", "level": "missing_level",
                                 "opinion": "missing_decision"}),
        ):  # fmt: skip
            last = max(self._streams[key].parts[0].rows, 1) + 1
            for at, column in enumerate(COLUMNS[key]):
                if column.key in names:
                    letter, sheet = column_letters(at), self._terms.sheets[key]
                    name = self._terms(f"names.{names[column.key]}")
                    self._book.define_name(name, f"='{sheet}'!${letter}$2:${letter}${last}")

    def _notes(self, departments: Departments) -> list[str]:
        notes = []
        loose = self._totals.loose.total()
        if self._projects is None:
            notes.append(self._terms("overview.in_packages", folder=PACKAGES))
        elif loose:
            notes.append(self._terms("overview.loose", count=loose, sheet=self._terms.sheets["findings"]))
        if self._projects is not None and not (self._projects.live and departments.live):
            sheets = {key: self._terms.sheets[key] for key in ("projects", "departments")}
            notes.append(self._terms("overview.live_off", limit=LIVE_FORMS, **sheets))
        if any(stream.links_left_out for stream in self._streams.values()):
            notes.append(self._terms("overview.links_off", limit=f"{LINK_LIMIT:,}"))
        notes += self._remarks[:_REMARKS]
        if len(self._remarks) > _REMARKS:
            notes.append(self._terms("overview.more_remarks", count=len(self._remarks) - _REMARKS))
        return notes

    def _set_properties(self, context: RunContext) -> None:
        self._book.set_calc_mode("auto", _CALCULATION_ENGINE)
        self._book.calc_on_load = False  # every formula has its value beside it
        producer = self._terms("producer", version=context.version)
        started = context.started
        self._book.set_properties({
            "title": self._terms("title"),
            "subject": self._terms("subject"),
            "author": producer,
            "created": started.astimezone(UTC) if started.tzinfo else started,
            "comments": "；".join(book.title for book in context.rules),
        })  # fmt: skip
