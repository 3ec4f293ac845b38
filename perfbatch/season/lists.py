"""A flat list as offices keep it: any sheet with the labels, notes above, merged cells, a head of two rows.

Rosters and lists of approved targets both come this way. Labels are data (columns.toml).
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from perfbatch.caching import cached
from perfbatch.reading.labels import label_of
from perfbatch.season.errors import ListError
from perfbatch.system_errors import system_error
from perfbatch.text import squeeze
from perfbatch.whole_files import read_bounded
from perfbatch.words import load_words
from perfbatch.workbook.addresses import address
from perfbatch.workbook.bounds import DEFAULT
from perfbatch.workbook.grid import Cell, Grid
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused

LONGEST = 200_000
"""Rows of a list; a longer one is another file by mistake."""
_HEAD_WITHIN = 60
"""Rows from the top in which the head of a table is looked for."""
_LONGEST_LABEL = 40
_TOP = 4_000
"""Characters of a .csv that tell what stands between its fields."""
_TOTAL = re.compile(
    r"(本页|本表|以上|全部|部门|单位|项目|全[省市县区]|.{1,20}(局|委|办|院|校|所|处|部|会|中心|学校|公司))?"
    r"(合计|总计|小计|共计|累计|总数)(数|金额)?:?(\(.*\))?:?"
)
"""What stands in a row that sums up others, in one form of brackets and colons (``squeeze``)."""
_SIGNED = re.compile(
    r"(填报|填表|制表|编制|审核|复核|经办|报送)(人|人员|单位|部门|时间|日期)?(签字|签名|盖章|\(.{1,6}\))?:"
    r"|((单位|部门|科室|处室|分管|主管)?(负责人|领导)|联系(人|电话|方式)|(单位)?(盖章|公章)|(打印|制表)日期)"
    r"(签字|签名|\(.{1,6}\))?:"
)
"""How a line below the table begins: who filled it in, who signed it, and when."""


@dataclass(slots=True)
class ListRead:
    """The rows of a list by columns, with sheets left out (``hidden``) and, by sheet, the text of each
    column's heading (for its unit), what stands above the table, and how many of its rows are hidden.

    ``sheets`` and ``rows`` (1-based) say where each row stands. ``texts`` is what a person sees, '' where a
    cell is blank, ``values`` what the cell holds, None where it is blank; both by the key of the column, and
    only for columns that some sheet has.
    """

    path: str
    headings: dict[str, dict[str, str]] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    hidden_rows: dict[str, int] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)
    _columns: list[tuple[int, Mapping[str, int]]] = field(default_factory=list)

    def column(self, key: str) -> list[str]:
        """The texts of a column, '' in every row where the list does not have it."""
        return self.texts[key] if key in self.texts else [""] * len(self.rows)

    def held(self, key: str) -> list[Any]:
        """The values of a column, None in every row where the list does not have it; of a .csv its texts."""
        return self.values[key] if key in self.values else [text or None for text in self.column(key)]

    def addresses(self, key: str) -> list[str]:
        """The cell of each row in a column, '' on sheets that do not have it."""
        found: list[str] = []
        for count, places in self._columns:
            of_sheet = self.rows[len(found) : len(found) + count]
            letters = address(0, places[key])[:-1] if key in places else ""
            found += [f"{letters}{row}" for row in of_sheet] if letters else [""] * count
        return found

    def filled_down(self, key: str, *, within: str = "") -> list[str]:
        """A column in which a blank cell means the one above it on the same sheet.

        ``within`` names a column where another text begins something new: then what stood above says nothing.
        """
        filled: list[str] = []
        if key not in self.texts or "" not in self.texts[key]:
            return self.column(key)
        sheet, last, of = "", "", ""
        owner = self.column(within) if within else [""] * len(self.rows)
        for here, text, own in zip(self.sheets, self.column(key), owner, strict=True):
            if here != sheet or (own and own != of):
                sheet, last, of = here, "", own
            last = text or last
            filled.append(last)
        return filled

    def add(self, sheet: str, places: Mapping[str, int], found: _Rows) -> None:
        """Put the rows of one more sheet below those that are there."""
        before, count = len(self.rows), len(found.rows)
        self.sheets += [sheet] * count
        self.rows += found.rows
        self._columns.append((count, places))
        for key in self.texts.keys() | places.keys():
            self.texts.setdefault(key, [""] * before).extend(found.texts.get(key) or [""] * count)
            if found.values or self.values:
                self.values.setdefault(key, [None] * before).extend(found.values.get(key) or [None] * count)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows below a head: their numbers (1-based), texts and values by column."""

    rows: list[int]
    texts: Mapping[str, list[str]]
    values: Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet; of a .csv ``grid`` holds the rows in which a head is looked for, ``fields`` all."""

    grid: Grid
    fields: Sequence[Sequence[str]] | None = None


@cached(8)
def spellings(kind: str) -> Mapping[str, str]:
    """Label → key of the columns of ``kind`` ('roster', 'targets')."""
    table = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))[kind]
    return {label_of(text): key for key, texts in table.items() for text in texts}


def read_list(
    path: Path,
    kind: str,
    wanted: Sequence[str],
    passwords: Sequence[str] = (),
    grids: Sequence[Grid] | None = None,
) -> ListRead:
    """Every row of every visible sheet whose head has the columns ``wanted``; ``grids`` are the sheets of
    ``path`` where somebody has opened it.

    Raises ListError where there is no such file, it is no workbook or .csv, no sheet has the labels, a label
    stands twice in a head, or no row follows.
    """
    sheets = _sheets(path, passwords) if grids is None else list(map(_Sheet, grids))
    known = spellings(kind)
    seen: list[str] = []
    result = ListRead(path.name)
    heads = 0
    for sheet in sheets:
        grid = sheet.grid
        if grid.hidden:
            if _has_labels(grid, known, wanted):  # and is no list of codes behind a drop-down
                result.hidden.append(grid.name)
            continue
        head = _head(grid, known, wanted, path.name)
        if head is None:
            seen += [text for text in _labels_seen(grid, known) if text not in seen]
            continue
        heads += 1
        bottom, places = head
        result.headings[grid.name] = {
            key: " ".join(_shown(grid, row, column) for row in (max(bottom - 1, 0), bottom))
            for key, column in places.items()
        }
        result.above[grid.name] = " ".join(
            cell.text for (row, _), cell in sorted(grid.cells.items()) if row <= bottom and cell.text
        )
        found = _rows(sheet, bottom, places)
        result.hidden_rows[grid.name] = sum(row - 1 in grid.hidden_rows for row in found.rows)
        result.add(grid.name, places, found)
        if len(result.rows) > LONGEST:
            raise ListError("too_many", path=path.name, limit=LONGEST)
    if not heads:
        names = {key: text for text, key in reversed(list(known.items()))}
        raise ListError(
            "labels",
            path=path.name,
            wanted="、".join(names[key] for key in wanted),
            found="、".join(dict.fromkeys(seen)),
        )
    if not result.rows:
        raise ListError("empty", path=path.name)
    return result


def _sheets(path: Path, passwords: Sequence[str]) -> list[_Sheet]:
    try:
        data = read_bounded(path, DEFAULT.file_bytes)
    except FileNotFoundError:
        raise ListError("absent", path=str(path)) from None
    except OSError as error:
        raise ListError("kind", path=str(path), why=f"{system_error(error)}。") from error
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        return [_csv(path, data)]
    try:
        return [_Sheet(grid) for grid in load_grids(data, passwords=passwords, name=path.name).grids]
    except Refused as refusal:
        if refusal.code == "csv":
            return [_csv(path, data)]
        raise ListError("kind", path=path.name, why=refusal.sentence(load_words())) from refusal


def _csv(path: Path, data: bytes) -> _Sheet:
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
    if not text.strip():
        raise ListError("kind", path=path.name, why=Refused("empty").sentence(load_words()))
    delimiter = max(",\t;", key=text[:_TOP].count)  # a title above the table has none
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        fields = list(islice(rows, LONGEST + _HEAD_WITHIN + 1))
    except csv.Error as error:
        raise ListError("kind", path=path.name, why=f"{error}。") from error
    if fields and text.count('"') % 2 and any("\n" in value for value in fields[-1]):
        raise ListError("quotes", path=path.name, row=len(fields))
    if len(fields) > LONGEST + _HEAD_WITHIN:
        raise ListError("too_many", path=path.name, limit=LONGEST)
    top = {
        (row, column): Cell(value, value)
        for row, values in enumerate(fields[:_HEAD_WITHIN])
        for column, value in enumerate(values)
        if value.strip()
    }
    return _Sheet(Grid(path.stem, top), fields)


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


def _has_labels(grid: Grid, known: Mapping[str, str], wanted: Sequence[str]) -> bool:
    try:
        return _head(grid, known, wanted, "") is not None
    except ListError:
        return True


def _labels_seen(grid: Grid, known: Mapping[str, str]) -> Iterator[str]:
    """Labels of ours that a sheet without a usable head shows near its top, for the message."""
    for (row, _), cell in sorted(grid.cells.items()):
        text = squeeze(cell.text or "")
        if row < _HEAD_WITHIN and 0 < len(text) <= _LONGEST_LABEL and label_of(text) in known:
            yield label_of(text)


def _rows(sheet: _Sheet, bottom: int, places: Mapping[str, int]) -> _Rows:
    """The rows below the head; blank rows, repeated heads and totals are none."""
    below = _of_fields if sheet.fields is not None else _of_grid
    numbers, texts, values = below(sheet, bottom, places)
    columns = [texts[key] for key in places]
    headings = [squeeze(_shown(sheet.grid, bottom, column)) for column in places.values()]
    left_out = set.intersection(*(_places_of(column, lambda text: not squeeze(text)) for column in columns))
    again = (_places_of(column, partial(_is, text)) for column, text in zip(columns, headings, strict=True))
    left_out |= set.intersection(*again)
    left_out = left_out.union(*(_places_of(column, _is_no_row) for column in columns))
    kept = [at for at in range(len(numbers)) if at not in left_out]
    return _Rows(
        [numbers[at] + 1 for at in kept],
        {key: _at(column, kept) for key, column in texts.items()},
        {key: _at(column, kept) for key, column in values.items()},
    )


def _places_of(column: Sequence[str], such: Callable[[str], bool]) -> set[int]:
    """Where a text stands of which ``such`` holds; it is asked once of each text, however long the list."""
    texts = set(filter(such, set(column)))
    return {at for at, text in enumerate(column) if text in texts} if texts else set()


def _is(heading: str, text: str) -> bool:
    return squeeze(text) == heading


def _is_no_row(text: str) -> bool:
    """Whether a row with this text sums up others, or is signed below the table."""
    if len(text) > _LONGEST_LABEL:
        return False
    shown = squeeze(text)
    return _TOTAL.fullmatch(shown) is not None or _SIGNED.match(shown) is not None


def _at(column: list[Any], places: Sequence[int]) -> list[Any]:
    return column if len(places) == len(column) else [column[at] for at in places]


_Below = tuple[Sequence[int], Mapping[str, list[str]], Mapping[str, list[Any]]]


def _of_fields(sheet: _Sheet, bottom: int, places: Mapping[str, int]) -> _Below:
    """Rows of a .csv below its head: their numbers (0-based) and texts; it holds no other values."""
    fields = (sheet.fields or ())[bottom + 1 :]
    short = min(map(len, fields), default=0)
    texts = {
        key: [row[column].strip() for row in fields]
        if column < short
        else [row[column].strip() if column < len(row) else "" for row in fields]
        for key, column in places.items()
    }
    return range(bottom + 1, bottom + 1 + len(fields)), texts, {}


def _of_grid(sheet: _Sheet, bottom: int, places: Mapping[str, int]) -> _Below:
    """The same of a sheet of a workbook; a merged cell stands in every row that it covers."""
    grid = sheet.grid
    by_row = {row for row, _ in grid.cells if row > bottom}
    for merged in grid.merges:
        by_row.update(range(max(merged.top, bottom + 1), merged.bottom + 1))
    numbers = sorted(by_row)
    texts, values = {}, {}
    for key, column in places.items():
        cells = [grid.at(row, column) for row in numbers]
        texts[key] = [(cell.text or "").strip() if cell is not None else "" for cell in cells]
        values[key] = [cell.value if cell is not None else None for cell in cells]
    return numbers, texts, values


def _shown(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column)
    return "" if cell is None else cell.text or ""
