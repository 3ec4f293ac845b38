"""Forms drawn as tables in the test, so that a reviewer sees the sheet without opening a workbook.

::

    | 项目名称 | 政协委员履职平台 | < | 主管部门 | 市政协 |
    | 分值     | #10              |   | ^        | ?      |

``<`` is merged with the cell on its left, ``^`` with the one above; ``\\n`` is a line break, ``#89.5`` a
number, ``#0.895{0.00%}`` a number under a format, ``@2021-06-30{yyyy"年"m"月"}`` a date cell, ``?`` a formula
that was never calculated, ``!#DIV/0!`` an error value, ``TRUE`` a truth value. All else is text.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.cell_value import bool_cell, error_cell, number_cell, text_cell, uncached_cell
from perfbatch.workbook.grid import Cell, Grid, Range
from perfbatch.workbook.merging import make_grid

_NUMBER = re.compile(r"#(?!DIV)([-\d.e]+)(?:\{(.*)\})?")
_DATE = re.compile(r"@(\d+)-(\d+)-(\d+)\{(.*)\}")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a date cell has no time zone
_FOLDER = Path(__file__).parent / "data" / "read"


def drawn(name: str) -> str:
    """A form drawn in tests/data/read."""
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")


def rows_of(table: str) -> list[list[str]]:
    """The cells of a drawn table, blanks around them removed."""
    rows = []
    for line in table.strip().splitlines():
        line = line.strip()
        assert line.startswith("|") and line.endswith("|"), f"not a row of a drawn table: {line}"
        rows.append([cell.strip() for cell in line[1:-1].split("|")])
    return rows


def draw(
    table: str | list[list[str]], name: str = "Sheet1", *, down: int = 0, right: int = 0, hidden: bool = False
) -> Grid:
    """The grid of a drawn table, moved by ``down`` rows and ``right`` columns."""
    rows = rows_of(table) if isinstance(table, str) else table
    width = max(map(len, rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    cells: dict[tuple[int, int], Cell] = {}
    merges: list[Range] = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            cell = cell_of(text)
            if cell is not None:
                cells[r + down, c + right] = cell
            extent = _extent(rows, r, c)
            if extent != (r, c):
                hidden_texts = [rows[y][x] for y in range(r, extent[0] + 1) for x in range(c, extent[1] + 1)
                                if (y, x) != (r, c) and rows[y][x] not in ("<", "^")]  # fmt: skip
                assert not hidden_texts, f"drawn under a merged cell: {hidden_texts}"
                merges.append(Range(r + down, c + right, extent[0] + down, extent[1] + right))
    used = (down + len(rows) - 1, right + width - 1)
    return make_grid(name, cells, merges, hidden=hidden, used=used, bounds=Bounds())


def cell_of(text: str) -> Cell | None:
    """The cell that a drawn text stands for, None for a blank one."""
    if not text:
        return None
    if text == "?":
        return uncached_cell()
    if text == "TRUE":
        return bool_cell(True)
    if text.startswith("!"):
        return error_cell(text[1:])
    number = _NUMBER.fullmatch(text)
    if number:
        return number_cell(float(number[1]), number[2] or "General")
    date = _DATE.fullmatch(text)
    if date:
        day = datetime(*map(int, date.group(1, 2, 3)))  # noqa: DTZ001
        return number_cell(float((day - _EPOCH).days), date[4])
    return text_cell(text.replace("\\n", "\n"))


def _extent(rows: list[list[str]], row: int, column: int) -> tuple[int, int]:
    """The bottom right cell of the range that begins at a cell."""
    right = column
    while right + 1 < len(rows[row]) and rows[row][right + 1] == "<":
        right += 1
    bottom = row
    while bottom + 1 < len(rows) and rows[bottom + 1][column] == "^":
        bottom += 1
    return bottom, right
