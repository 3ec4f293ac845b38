"""A flat list as offices keep it: any sheet with the labels, notes above, merged cells, a head of two rows.

Rosters and lists of approved targets both come this way. Labels are data (columns.toml).
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perfbatch.caching import cached
from perfbatch.reading.labels import label_of
from perfbatch.season.errors import ListError
from perfbatch.text import squeeze
from perfbatch.words import load_words
from perfbatch.workbook.addresses import address
from perfbatch.workbook.grid import Cell, Grid
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused

LONGEST = 200_000
"""Rows of a list; a longer one is another file by mistake."""
_HEAD_WITHIN = 60
"""Rows from the top in which the head of a table is looked for."""
_LONGEST_LABEL = 40
_TOTALS = frozenset({"合计", "总计", "小计", "合计数", "总数"})


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: its cells by the key of their column, and where it stands (1-based).

    ``columns`` are the places of the keys in this sheet, 0-based.
    """

    sheet: str
    row: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, int]

    def text(self, key: str) -> str:
        """What a person sees in the column ``key``, '' where it is blank or not there."""
        cell = self.cells.get(key)
        return "" if cell is None else (cell.text or "").strip()


@dataclass(slots=True)
class ListRead:
    """The rows of a list, with the text of each column's heading (for its unit) and sheets left out."""

    path: str
    rows: list[ListRow]
    headings: dict[str, str]
    above: str
    hidden: list[str] = field(default_factory=list)


@cached(8)
def spellings(kind: str) -> Mapping[str, str]:
    """Label → key of the columns of ``kind`` ('roster', 'targets')."""
    table = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))[kind]
    return {label_of(text): key for key, texts in table.items() for text in texts}


def read_list(path: Path, kind: str, wanted: Sequence[str], passwords: Sequence[str] = ()) -> ListRead:
    """Every row of every visible sheet whose head has the columns ``wanted``.

    Raises ListError where there is no such file, it is no workbook or .csv, no sheet has the labels, a label
    stands twice in a head, or no row follows.
    """
    grids = _grids(path, passwords)
    known = spellings(kind)
    seen: list[str] = []
    result = ListRead(path.name, [], {}, "", [grid.name for grid in grids if grid.hidden])
    heads = 0
    for grid in grids:
        if grid.hidden:
            continue
        head = _head(grid, known, wanted, path.name)
        if head is None:
            seen += [text for text in _labels_seen(grid, known) if text not in seen]
            continue
        heads += 1
        bottom, places = head
        result.headings |= {
            key: " ".join(_shown(grid, row, column) for row in (max(bottom - 1, 0), bottom))
            for key, column in places.items()
        }
        result.above += " ".join(
            cell.text for (row, _), cell in sorted(grid.cells.items()) if row <= bottom and cell.text
        )
        result.rows += _rows(grid, bottom, places)
        if len(result.rows) > LONGEST:
            raise ListError("too_many", path=path.name, limit=LONGEST)
    if not heads:
        names = {key: text for text, key in reversed(list(known.items()))}
        raise ListError(
            "labels", path=path.name, wanted="、".join(names[key] for key in wanted), found="、".join(seen)
        )
    if not result.rows:
        raise ListError("empty", path=path.name)
    return result


def filled_down(rows: Sequence[ListRow], key: str, *, within: str = "") -> list[str]:
    """A column in which a blank cell means the one above it on the same sheet, a text a row.

    ``within`` names a column where another text begins something new: then what stood above says nothing.
    """
    filled: list[str] = []
    sheet, last, of = "", "", ""
    for row in rows:
        own = row.text(within) if within else ""
        if row.sheet != sheet or (own and own != of):
            sheet, last, of = row.sheet, "", own
        last = row.text(key) or last
        filled.append(last)
    return filled


def _grids(path: Path, passwords: Sequence[str]) -> list[Grid]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ListError("absent", path=str(path)) from None
    except OSError as error:
        raise ListError("kind", path=str(path), why=f"{error.strerror or error}。") from error
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        return [_csv(path, data)]
    try:
        return load_grids(data, passwords=passwords, name=path.name).grids
    except Refused as refusal:
        if refusal.code == "csv":
            return [_csv(path, data)]
        raise ListError("kind", path=path.name, why=refusal.sentence(load_words())) from refusal


def _csv(path: Path, data: bytes) -> Grid:
    """A .csv as a sheet: UTF-8 or GB 18030, commas, semicolons or tabs between fields."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ListError("encoding", path=path.name)
    first = text[: text.find("\n") if "\n" in text else len(text)][:10_000]
    delimiter = max(",\t;", key=first.count) if first else ","
    cells: dict[tuple[int, int], Cell] = {}
    try:
        for number, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            if number > LONGEST + _HEAD_WITHIN:
                raise ListError("too_many", path=path.name, limit=LONGEST)
            cells |= {
                (number, column): Cell(value, value) for column, value in enumerate(fields) if value.strip()
            }
    except csv.Error as error:
        raise ListError("kind", path=path.name, why=f"{error}。") from error
    return Grid(path.stem, cells)


def _head(
    grid: Grid, known: Mapping[str, str], wanted: Sequence[str], name: str
) -> tuple[int, dict[str, int]] | None:
    """The last row of the table's head, and the column of each key; None where a wanted one is missing."""
    by_row: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in grid.cells.items():
        if row < _HEAD_WITHIN:
            by_row.setdefault(row, {})[column] = cell
    for top in sorted(by_row):
        places = _columns_of(grid, by_row[top], top, known, name)
        bottom = top
        # A head of two rows: labels that stretch over both, or name parts of one above.
        low = max((r.bottom for r in grid.merges if r.top == top and r.bottom - r.top < 4), default=top)
        for row in range(top + 1, low + 1):
            below = _columns_of(grid, by_row.get(row, {}), row, known, name)
            # What stands below a heading over several columns says which of them is meant.
            wide = {r.left for r in grid.merges if r.top <= row - 1 <= r.bottom and r.right > r.left}
            places |= {key: at for key, at in below.items() if key not in places or places[key] in wide}
            bottom = row
        if places.keys() >= set(wanted):
            return bottom, places
    return None


def _columns_of(
    grid: Grid, cells: Mapping[int, Cell], row: int, known: Mapping[str, str], name: str
) -> dict[str, int]:
    places: dict[str, int] = {}
    spelt: dict[str, str] = {}
    for column, cell in sorted(cells.items()):
        text = cell.text or ""
        key = known.get(label_of(text)) if len(text) <= _LONGEST_LABEL else None
        if key is None:
            continue
        if key not in places:
            places[key], spelt[key] = column, label_of(text)
        elif label_of(text) == spelt[key]:
            raise ListError(
                "twice_labelled", path=name, sheet=grid.name, row=row + 1, label=label_of(text),
                first=address(row, places[key]), second=address(row, column),
            )  # fmt: skip
    return places


def _labels_seen(grid: Grid, known: Mapping[str, str]) -> Iterator[str]:
    """Labels of ours that a sheet without a usable head shows near its top, for the message."""
    for (row, _), cell in sorted(grid.cells.items()):
        text = squeeze(cell.text or "")
        if row < _HEAD_WITHIN and 0 < len(text) <= _LONGEST_LABEL and label_of(text) in known:
            yield label_of(text)


def _rows(grid: Grid, bottom: int, places: Mapping[str, int]) -> list[ListRow]:
    """The rows below the head; blank rows, repeated heads and totals are none."""
    heading = {key: _shown(grid, bottom, column) for key, column in places.items()}
    by_row: dict[int, None] = dict.fromkeys(sorted(row for row, _ in grid.cells if row > bottom))
    for merged in grid.merges:
        by_row |= dict.fromkeys(row for row in range(max(merged.top, bottom + 1), merged.bottom + 1))
    found = []
    for row in sorted(by_row):
        cells = {key: cell for key, column in places.items() if (cell := grid.at(row, column)) is not None}
        texts = {key: squeeze(cell.text or "") for key, cell in cells.items()}
        if not any(texts.values()) or texts == {key: squeeze(t) for key, t in heading.items() if t}:
            continue
        if any(text.rstrip(":") in _TOTALS for text in texts.values()):
            continue
        found.append(ListRow(grid.name, row + 1, cells, places))
    return found


def _shown(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column)
    return "" if cell is None else cell.text or ""
