"""Rows of one chunk as the columns of a sheet ask for them: forms, findings, indicators, files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from perfbatch.checking import identity
from perfbatch.writing.chunk import Chunk, Numbers, Places, Texts, take, take_numbers, translated
from perfbatch.writing.decided_rows import Decided
from perfbatch.writing.terms import Terms


class Rows:
    """Rows that are about forms of ``chunk``: ``form`` holds the place of each row's form, -1 for none."""

    def __init__(self, chunk: Chunk, terms: Terms, form: Places) -> None:
        self.chunk = chunk
        self.terms = terms
        self.form = form

    @property
    def form_numbers(self) -> Numbers:
        """Running number of each row's form."""
        return self.chunk.form_numbers(self.form)

    def of_form(self, column: str) -> Texts:
        """A text column of the forms."""
        return self.chunk.of_forms(column, self.form)

    @property
    def _decided(self) -> Decided:
        """What was decided of the rows."""
        raise NotImplementedError

    def decided(self, column: str) -> Any:
        """A text column of what was decided."""
        return self._decided.text(column)

    def decided_number(self, column: str) -> Any:
        """A number column of what was decided, NaN for none."""
        return self._decided.number(column)

    def decided_day(self) -> list[str]:
        """The day of each decision."""
        return self._decided.day()

    def marks(self) -> list[str]:
        """What each row is about, for the next run."""
        return self._decided.marks()

    def last(self) -> list[str]:
        """What this run writes of decisions in each row, for the next run."""
        return self._decided.last()

    def say(self, group: str, codes: Iterable[str]) -> list[str]:
        """What people say for codes of a group of templates/summary.toml."""
        return translated(codes, lambda code: self.terms.code(group, code))


class FormRows(Rows):
    """Every form of a chunk."""

    def __init__(self, chunk: Chunk, terms: Terms) -> None:
        super().__init__(chunk, terms, np.arange(len(chunk)))

    def text(self, column: str) -> Texts:
        """A text column of the forms."""
        return self.chunk.texts("forms", column)

    def number(self, column: str) -> Numbers:
        """A number column of the forms, NaN for none."""
        return self.chunk.numbers("forms", column)

    @property
    def _decided(self) -> Decided:
        return Decided(self.chunk.frames.forms, self.form, "p", self.form_numbers)

    def copies(self) -> list[str]:
        """Paths of the annotated copies, "" for none."""
        return [self.chunk.copies.get(file, "") for file in self.text("file")]


class FindingRows(Rows):
    """Findings of a chunk: all, or those at ``rows``."""

    def __init__(self, chunk: Chunk, terms: Terms, rows: Places | None = None) -> None:
        self.rows: Any = slice(None) if rows is None else rows
        super().__init__(chunk, terms, chunk.findings_form[self.rows])

    @property
    def _decided(self) -> Decided:
        return Decided(self.chunk.frames.findings, self.chunk.order[self.rows], "f", self.form_numbers)

    def shown(self) -> Iterable[tuple[str, str]]:
        """Subject and check as the sheet shows them."""
        return zip(self.subjects(), self.text("check"), strict=True)

    def marks(self) -> list[str]:
        """What each row is about, and what it shows of that."""
        return self._decided.marks([identity.shown_mark(*of) for of in self.shown()])

    def text(self, column: str) -> Texts:
        """A text column of the findings."""
        return self.of_finding(column)

    def of_finding(self, column: str) -> Texts:
        """A text column of the findings themselves."""
        return self.chunk.findings(column)[self.rows]  # type: ignore[no-any-return]

    def number_of_finding(self, column: str) -> Numbers:
        """A number column of the findings themselves, NaN for none."""
        return self.chunk.numbers("findings", column)[self.chunk.order][self.rows]  # type: ignore[no-any-return]

    def of_indicator(self, column: str) -> Texts:
        """A text column of the indicators that the findings are about."""
        return take(self.chunk.texts("indicators", column), self.chunk.findings_indicator[self.rows])

    def number_of_indicator(self, column: str) -> Numbers:
        """A number column of the indicators that the findings are about."""
        return take_numbers(
            self.chunk.numbers("indicators", column), self.chunk.findings_indicator[self.rows]
        )

    def subjects(self) -> Texts:
        """The indicator or the line of the funds that each finding is about, "" for neither."""
        names = self.of_indicator("name")
        return np.where(names != "", names, np.array(self.say("line", self.text("line")), dtype=object))


class IndicatorRows(Rows):
    """Every indicator of a chunk."""

    def __init__(self, chunk: Chunk, terms: Terms) -> None:
        super().__init__(chunk, terms, chunk.indicators_form)

    def text(self, column: str) -> Texts:
        """A text column of the indicators."""
        return self.chunk.texts("indicators", column)

    def number(self, column: str) -> Numbers:
        """A number column of the indicators, NaN for none."""
        return self.chunk.numbers("indicators", column)


class FileRows:
    """Every file of a chunk."""

    def __init__(self, chunk: Chunk, terms: Terms) -> None:
        self.chunk = chunk
        self.terms = terms

    def text(self, column: str) -> Texts:
        """A text column of the files."""
        return self.chunk.texts("files", column)

    def number(self, column: str) -> Numbers:
        """A number column of the files, NaN for none."""
        return self.chunk.numbers("files", column)

    def say(self, group: str, column: str) -> list[str]:
        """What people say for the codes of a column."""
        return translated(self.text(column), lambda code: self.terms.code(group, code))

    def copies(self) -> list[str]:
        """Paths of the annotated copies, "" for none."""
        return [self.chunk.copies.get(path, "") for path in self.text("path")]
