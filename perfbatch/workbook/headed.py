"""Columns below known headings, wherever they stand: what was moved, sorted, hidden or renamed does no harm.

A workbook of ours may have millions of cells. Of an .xlsx only those asked for are looked at, row by row; a
sheet without the headings is left after its first rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.encrypted import decrypt
from perfbatch.workbook.grid import Cell
from perfbatch.workbook.kind import OOXML, ZIP, sniff, zip_kind
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.package import Package
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.read import Tabs
from perfbatch.workbook.xlsx.sheet import sheet_rows

HEAD_WITHIN = 60
"""Rows that hold something, from the top, in which headings are looked for."""
LARGE = Bounds(
    file_bytes=2 << 30, part_bytes=4 << 30, tree_bytes=64 << 20, total_bytes=8 << 30, ratio=100_000,
    cells=100_000_000, strings=50_000_000,
)  # fmt: skip
"""For a workbook that a program wrote from thousands of files, and a person saved again."""

Head = Callable[[Collection[str]], bool]
"""Whether texts that stand in one row are headings of what is looked for."""


@dataclass(slots=True)
class Table:
    """What stands below one row of headings; ``rows`` are the sheet's (1-based), ``cells`` by heading, one a
    row, None where blank."""

    sheet: str
    rows: list[int] = field(default_factory=list)
    cells: dict[str, list[Cell | None]] = field(default_factory=dict)

    def texts(self, heading: str) -> list[str]:
        """What a person sees in a column; '' throughout where there is none of that heading."""
        column = self.cells.get(heading)
        return [""] * len(self.rows) if column is None else [c.text if c is not None else "" for c in column]


def tables(
    data: bytes,
    headings: Collection[str],
    head: Head,
    *,
    key: Callable[[str], str],
    passwords: Sequence[str] = (),
    name: str = "",
    bounds: Bounds = LARGE,
) -> list[Table]:
    """The tables of a workbook of any kind, hidden sheets included: one a sheet, of the first row that is a
    ``head``, with the columns of ``headings`` that there are. Headings are compared by ``key``.

    Raises Refused where the workbook cannot be read.
    """
    wanted = {key(heading): heading for heading in headings}
    try:
        return [
            table
            for sheet, rows in _sheets(data, passwords, name, bounds)
            if (table := _table(sheet, rows, wanted, head, key)) is not None
        ]
    except Refused:
        raise
    except Exception as error:
        # whatever a broken file makes the libraries raise, it is this file that is broken
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error


_Row = tuple[int, Callable[[Collection[int] | None], Mapping[int, Cell]]]
"""A row's number (0-based), and its cells by column: of the columns asked for, or all."""


def _sheets(
    data: bytes, passwords: Sequence[str], name: str, bounds: Bounds
) -> Iterator[tuple[str, Iterable[_Row]]]:
    if not data.startswith(ZIP) and sniff(data, name) == "encrypted":
        data = decrypt(data, passwords)
    if data.startswith(ZIP):
        package = Package(data, bounds)
        if zip_kind(package) in OOXML:
            tabs = Tabs(package, bounds, frugal=True)
            for tab, content in tabs:
                yield tab.name, sheet_rows(content, tabs.context)
            return
    for grid in load_grids(data, passwords=passwords, name=name, bounds=bounds).grids:
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in grid.cells.items():
            rows.setdefault(row, {})[column] = cell
        yield grid.name, [(row, _chosen(rows[row])) for row in sorted(rows)]


def _chosen(cells: Mapping[int, Cell]) -> Callable[[Collection[int] | None], Mapping[int, Cell]]:
    return lambda columns: cells if columns is None else {c: cells[c] for c in columns if c in cells}


def _table(
    sheet: str, rows: Iterable[_Row], wanted: Mapping[str, str], head: Head, key: Callable[[str], str]
) -> Table | None:
    table, places, looked = None, dict[int, str](), 0
    for number, cells in rows:
        if table is None:
            found: dict[str, int] = {}
            for column, cell in cells(None).items():
                found.setdefault(key(cell.text), column)
            known = {wanted[text]: column for text, column in found.items() if text in wanted}
            if head(known.keys()):
                places = {column: heading for heading, column in known.items()}
                table = Table(sheet, [], {heading: [] for heading in known})
            looked += bool(found)
            if table is None and looked >= HEAD_WITHIN:
                return None
            continue
        here = cells(places)
        if here:
            table.rows.append(number + 1)
            for column, heading in places.items():
                table.cells[heading].append(here.get(column))
    return table
