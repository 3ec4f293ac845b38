"""Rows of a sheet, written as they come.

XlsxWriter makes the workbook: styles, charts, headers, print settings. The rows of a batch are too many
for it (some 4 µs a cell, and every link kept in memory), so they are written here as OOXML, whole columns
of a chunk at a time, into a temporary file that ``assemble`` puts into XlsxWriter's sheet.
docs/decisions/006-summary.md has the measurements.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from perfbatch.caching import CachedByArgument, cached
from perfbatch.fingerprint import Fingerprint, Live, plain
from perfbatch.workbook.addresses import column_letters
from perfbatch.writing.summary.columns import SheetColumn
from perfbatch.writing.summary.deflate import Packed, temporary_file
from perfbatch.writing.summary.links import LIMIT as LINK_LIMIT
from perfbatch.writing.summary.links import Link
from perfbatch.writing.text import FORMULA_SIGNS, cut, printable, width

ROW_LIMIT = 1_048_576
"""Rows of an Excel sheet."""
_LINE_POINTS = 14.25
_HIGHEST_ROW = 409.0
_KEPT = 4_000
_ODD = "\x00-\x1f\x7f&<>_\ud800-\udfff\ufffe\uffff"
_ORDINARY = re.compile(f"[^{_ODD}{FORMULA_SIGNS}][^{_ODD}]*")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"

Values = Sequence[str] | Sequence[float] | np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """A column of formulas: ``template`` with {row} in it, and the values that they give."""

    template: str
    values: Values


Cells = Values | Formula


@dataclass(slots=True)
class SheetContent:
    """What one sheet got: ``rows`` rows below its header, and their ``fingerprint``."""

    body: Packed
    links: Packed
    relations: Packed
    fingerprint: Fingerprint
    rows: int = 0
    link_count: int = 0


@dataclass(slots=True)
class RowStream:
    """Rows of one kind, going on in a further sheet where one is full."""

    columns: Sequence[SheetColumn]
    styles: Mapping[str, int]
    levels: Mapping[str, str]
    cut_note: str
    directory: Path
    row_limit: int = ROW_LIMIT
    parts: list[SheetContent] = field(default_factory=list)
    widths: dict[str, int] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)
    """Decimals that the amounts of each money column need."""
    links_left_out: int = 0
    _cells: list[_Texts] = field(default_factory=list)
    _links: dict[int, _Texts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._cells = [_Texts(self, column) for column in self.columns]
        self._add_part()

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return sum(part.rows for part in self.parts)

    def write(
        self,
        data: Mapping[str, Cells],
        links: Mapping[str, Sequence[Link | None]] | None = None,
    ) -> None:
        """Write one row for each item of the columns in ``data``, by key; a column not in it is empty.

        Numbers are NaN for an empty cell. ``links`` has the links of link columns.
        """
        count = len(_values(next(iter(data.values()))))
        start = 0
        while start < count:
            room = self.row_limit - 1 - self.parts[-1].rows
            if room <= 0:
                self._add_part()
                continue
            end = min(count, start + room)
            self._write(data, links or {}, start, end)
            start = end

    def close(self) -> None:
        """Remove the temporary files."""
        for part in self.parts:
            for file in (part.body, part.links, part.relations):
                file.close()

    def _add_part(self) -> None:
        body, links, relations = (Packed(temporary_file(self.directory)) for _ in range(3))
        counting = sum(not column.by_hand for column in self.columns)
        self.parts.append(SheetContent(body, links, relations, Fingerprint(counting)))

    def _write(
        self,
        data: Mapping[str, Cells],
        links: Mapping[str, Sequence[Link | None]],
        start: int,
        end: int,
    ) -> None:
        if not self.widths:
            self.widths = {c.key: _fitting(c, data.get(c.key)) for c in self.columns}
        part = self.parts[-1]
        count = end - start
        numbers = [b"%d" % n for n in range(part.rows + 2, part.rows + 2 + count)]
        lines = np.ones(count, dtype=np.int64)
        columns: list[tuple[bytes, Sequence[bytes]]] = []
        for at, column in enumerate(self.columns):
            cells = data.get(column.key)
            tails: Sequence[bytes]
            if cells is None:
                if not column.by_hand:
                    continue
                tails = [b'" s="%d"/>' % self.styles[column.kind]] * count
            elif isinstance(cells, Formula):
                tails = self._formulas(column, cells, part.rows + 2, start, end)
            elif column.key in links:
                chosen = _listed(cells, start, end)
                tails = self._linked(part, at, chosen, links[column.key][start:end], numbers)
            elif column.kind in _NUMERIC:
                values = np.asarray(cells[start:end], dtype=np.float64)
                self._count_decimals(column, values)
                tails = self._cells[at].numbers(values)
            else:
                chosen = _listed(cells, start, end)
                tails = self._cells[at].texts(chosen)
                if not column.hidden:
                    np.maximum(lines, self._cells[at].lines(chosen), out=lines)
            columns.append((f'<c r="{column_letters(at)}'.encode(), tails))
        # Row by row what came column by column: every piece is put in its place, and all are joined at once.
        step = 4 + 3 * len(columns)
        pieces = [b""] * (step * count)
        pieces[0::step] = [b'<row r="'] * count
        pieces[1::step] = numbers
        # A height beside each row, because not every program fits rows to wrapped text on opening.
        heights = {
            n: f'" ht="{min(n * _LINE_POINTS + 1.5, _HIGHEST_ROW)}">'.encode() for n in set(lines.tolist())
        }
        pieces[2::step] = list(map(heights.__getitem__, lines.tolist()))
        for place, (opening, tails) in enumerate(columns):
            pieces[3 + 3 * place :: step] = [opening] * count
            pieces[4 + 3 * place :: step] = numbers
            pieces[5 + 3 * place :: step] = tails
        pieces[step - 1 :: step] = [b"</row>"] * count
        part.body.write(b"".join(pieces))
        self._add_to(part.fingerprint, data, start, end)
        part.rows += count

    def _add_to(self, found: Fingerprint, data: Mapping[str, Cells], start: int, end: int) -> None:
        columns: list[Sequence[bytes]] = []
        written: dict[int, Sequence[bytes]] = {}
        live: dict[int, Sequence[bytes]] = {}
        hands = 0
        for at, column in enumerate(self.columns):
            cells = data.get(column.key)
            given = self._cells[at].plain(cells, start, end)
            if column.by_hand:
                if any(given):
                    written[hands] = given
                hands += 1
            elif isinstance(cells, Formula):
                live[len(columns)] = given
                columns.append([plain(Live(None))] * (end - start))
            else:
                columns.append(given)
        found.add(columns, written, live)

    def _formulas(
        self, column: SheetColumn, formula: Formula, first: int, start: int, end: int
    ) -> list[bytes]:
        style = self.style(column)
        self._count_decimals(column, np.asarray(formula.values[start:end], dtype=object))
        template = escape(formula.template)
        cells = []
        for number, value in enumerate(_listed(formula.values, start, end), first):
            text = template.replace("{row}", str(number))
            if isinstance(value, str):
                kind, shown = ' t="str"', escape(value)
            elif math.isnan(value):  # the formula gives ""
                kind, shown = ' t="str"', ""
            else:
                kind, shown = "", _number(value)
            cells.append(_encoded(f'" s="{style}"{kind}><f>{text}</f><v>{shown}</v></c>'))
        return cells

    def style(self, column: SheetColumn) -> int:
        """Number of the format of a column's figures."""
        return self.styles.get(f"{column.kind}:{column.key}", self.styles[column.kind])

    def _count_decimals(self, column: SheetColumn, values: np.ndarray[Any, Any]) -> None:
        if column.kind == "money":
            found = decimals_of(values.astype(np.float64))
            self.decimals[column.key] = max(found, self.decimals.get(column.key, 0))

    def _linked(
        self,
        part: SheetContent,
        at: int,
        texts: Sequence[str],
        links: Sequence[Link | None],
        numbers: Sequence[bytes],
    ) -> list[bytes]:
        """Cells of a link column, and their links into the sheet's list."""
        letters, plain = column_letters(at), self._cells[at]
        linked = self._links.setdefault(at, _Texts(self, self.columns[at], "link"))
        tails = linked.texts(texts)
        refs, relations = [], []
        for place, link in enumerate(links):
            if link is not None and part.link_count >= LINK_LIMIT:
                self.links_left_out += 1
                link = None
            if link is None:
                tails[place] = plain.texts([texts[place]])[0]
                continue
            part.link_count += 1
            location = f" location={_attribute(link.location)}" if link.location else ""
            number = numbers[place].decode()
            refs.append(f'<hyperlink ref="{letters}{number}" r:id="rId{part.link_count}"{location}/>')
            relations.append(
                f'<Relationship Id="rId{part.link_count}" Type="{_RELATION}" '
                f'Target={_attribute(link.target)} TargetMode="External"/>'
            )
        part.links.write(_encoded("".join(refs)))
        part.relations.write(_encoded("".join(relations)))
        return tails


_NUMERIC = frozenset({"integer", "plain", "score", "money", "percent", "fill_score"})


class _Texts:
    """Cells of one column from their ``s=`` on, made once for each distinct value."""

    def __init__(self, stream: RowStream, column: SheetColumn, style: str = "") -> None:
        self._stream = stream
        self._column = column
        self._style = style
        self._texts = CachedByArgument(self._text, count=_KEPT)
        self._lines = CachedByArgument(self._line_count, count=_KEPT)
        self._numbers = CachedByArgument(self._figure, count=_KEPT)
        self._plain = CachedByArgument(self._as_read, count=_KEPT)

    def texts(self, texts: Iterable[str]) -> list[bytes]:
        return list(map(self._texts.__getitem__, texts))

    def lines(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """Lines that each text takes in its column."""
        return np.fromiter(map(self._lines.__getitem__, texts), np.int64, len(texts))

    def numbers(self, values: np.ndarray[Any, Any]) -> list[bytes]:
        # As None, because a NaN is found nowhere; and 0 for -0, which would be found as one another.
        known = np.where(np.isfinite(values), values + 0.0, None)  # type: ignore[call-overload]
        return list(map(self._numbers.__getitem__, known.tolist()))

    def plain(self, cells: Cells | None, start: int, end: int) -> list[bytes]:
        """The cells as ``fingerprint`` counts them."""
        if cells is None:
            return [b""] * (end - start)
        # A NaN is found nowhere, and no other value differs from itself.
        values = [value if value == value else None for value in _listed(_values(cells), start, end)]
        return list(map(self._plain.__getitem__, values))

    def _as_read(self, value: Any) -> bytes:
        return plain(self._shown(value) if isinstance(value, str) else value)

    def _shown(self, text: str) -> str:
        if self._column.kind == "level":
            text = self._stream.levels.get(text, text)
        return cut(printable(text), self._stream.cut_note) if len(text) >= _SHORT else printable(text)

    def _line_count(self, text: str) -> int:
        return _lines(text, self._stream.widths[self._column.key])

    def _figure(self, value: float | None) -> bytes:
        style = self._stream.style(self._column)
        return (
            f'" s="{style}"/>' if value is None else f'" s="{style}"><v>{_number(value)}</v></c>'
        ).encode()

    def _text(self, text: str) -> bytes:
        return _encoded(self._cell(text))

    def _cell(self, text: str) -> str:
        kind = self._style or self._column.kind
        if kind == "level":
            kind, text = (
                (text if text in self._stream.styles else "text"),
                self._stream.levels.get(text, text),
            )
        if kind == "link" and not self._style:
            kind = "short"
        styles = self._stream.styles
        if not text:
            return f'" s="{styles[kind]}"/>'
        if not (_ORDINARY.fullmatch(text) and len(text) < _SHORT and text == text.strip()):
            text = cut(printable(text), self._stream.cut_note)
            if text.startswith(tuple(FORMULA_SIGNS)) and not self._style:
                kind = "quoted"
            text = escape(_LOOKS_ESCAPED.sub("_x005F_", text))
            return f'" s="{styles[kind]}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        return f'" s="{styles[kind]}" t="inlineStr"><is><t>{text}</t></is></c>'


_SHORT = 10_000


def decimals_of(amounts: np.ndarray[Any, Any]) -> int:
    """Decimals, from 2 to 6, that show every one of ``amounts`` as it is; NaN is no amount."""
    amounts = amounts[np.isfinite(amounts)]
    for decimals in range(2, 6):
        if np.allclose(amounts, np.round(amounts, decimals), rtol=0, atol=5e-8):
            return decimals
    return 6


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _listed(values: Values, start: int, end: int) -> list[Any]:
    part = values[start:end]
    return part.tolist() if isinstance(part, np.ndarray) else list(part)


def _values(cells: Cells) -> Values:
    return cells.values if isinstance(cells, Formula) else cells


def _fitting(column: SheetColumn, cells: Cells | None) -> int:
    """Width of a column between its bounds, after the rows seen first."""
    if cells is None or column.low == column.high or column.kind not in ("text", "money"):
        return column.low
    values = _values(cells)
    if column.kind == "money":
        widest = max((len(f"{v:,.4f}") for v in values if v == v), default=0)
    else:
        widest = max((width(str(text)) for text in set(values)), default=0)
    return max(column.low, min(widest + 2, column.high))


def _lines(text: str, room: int) -> int:
    """Lines of ``text`` wrapped at ``room`` columns; words break, as Chinese does."""
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-width(line) // room)) for line in text.split("\n"))


@cached(10_000)
def _attribute(text: str) -> str:
    return quoteattr(text)


def _number(value: float) -> str:
    text = repr(float(value))
    return text.removesuffix(".0")
