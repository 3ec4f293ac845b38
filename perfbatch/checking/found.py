"""What a check hands back: the rows it found, with the values that its message wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from perfbatch.checking.figures import EMPTY, shown
from perfbatch.checking.labels import fund_line

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from perfbatch.checking.evidence import Evidence

Kind = Literal["forms", "funds", "indicators"]
Words = str | Sequence[str]
"""One text for all rows, or one a row."""


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of one check: lists of equal length, one entry a finding.

    ``form`` is the position in ``forms``; ``indicator`` the number or None. ``level``, ``clause`` and
    ``parameter`` are None where the catalogue's own count.
    """

    form: Sequence[int]
    field: Sequence[str]
    cell: Sequence[str]
    found: Sequence[str]
    expected: Sequence[str]
    indicator: Sequence[int | None]
    line: Sequence[str]
    level: Sequence[str] | None
    clause: Sequence[str] | None
    parameter: Sequence[str] | None
    values: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.form)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Found:
        """Those findings for which ``chosen`` holds."""
        keep = chosen.nonzero()[0].tolist()

        def some(values: Sequence[Any] | None) -> Any:
            return None if values is None else [values[i] for i in keep]

        columns = {f.name: some(getattr(self, f.name)) for f in fields(self) if f.name != "values"}
        return Found(**columns, values={name: some(texts) for name, texts in self.values.items()})


class Picked:
    """Some rows of a frame: columns of them as arrays and lists, and the way to findings."""

    def __init__(self, evidence: Evidence, kind: Kind, rows: npt.NDArray[np.intp]) -> None:
        self.kind = kind
        self.rows = rows
        self.form: npt.NDArray[np.intp] = evidence.form_of(kind)[rows]
        self._evidence = evidence

    def __len__(self) -> int:
        return len(self.rows)

    def number(self, column: str) -> npt.NDArray[np.float64]:
        """A number column of these rows, NaN for no number."""
        return self._evidence.number(self.kind, column)[self.rows]

    def text(self, column: str) -> list[str]:
        """A text column of these rows."""
        return self._evidence.texts(self.kind, column, self.rows)

    def indicator_numbers(self) -> list[int]:
        """Numbers of these indicators in their forms."""
        numbers: list[int] = self._evidence.number("indicators", "number")[self.rows].astype(int).tolist()
        return numbers

    def quoted(self, column: str) -> list[str]:
        """A text column as quoted in a message, （空） for blank."""
        return shown(self.text(column))

    def names(self) -> list[str]:
        """What each row is called: the indicator, the fund line, nothing for a form."""
        if self.kind == "indicators":
            named = zip(self.quoted("name"), self.indicator_numbers(), strict=True)
            return [short if short != EMPTY else f"第{number}项" for short, number in named]
        if self.kind == "funds":
            labels = zip(self.text("label"), self.text("line"), strict=True)
            return [fund_line(label, line) for label, line in labels]
        return [""] * len(self)

    def findings(
        self,
        field: Words,
        *,
        found: Words,
        expected: Words,
        cell: Words | None = None,
        level: Sequence[str] | None = None,
        clause: Sequence[str] | None = None,
        parameter: Sequence[str] | None = None,
        **values: Words,
    ) -> Found:
        """A finding for each of these rows. ``cell`` is by default the address of ``field``."""
        if cell is None:
            assert isinstance(field, str)
            cell = self.text(f"{field}_cell")
        count = len(self)
        every = {"name": self.names(), "found": found, "expected": expected, "cell": cell, **values}
        columns = {name: _each(value, count) for name, value in every.items()}
        numbered = self.kind == "indicators"
        return Found(
            form=self.form.tolist(),
            field=_each(field, count),
            cell=columns["cell"],
            found=columns["found"],
            expected=columns["expected"],
            indicator=self.indicator_numbers() if numbered else [None] * count,
            line=self.text("line") if self.kind == "funds" else [""] * count,
            level=level,
            clause=clause,
            parameter=parameter,
            values=columns,
        )


def _each(words: Words, count: int) -> Sequence[str]:
    if isinstance(words, str):
        return [words] * count
    assert len(words) == count
    return words
