"""Where a note's box must end, in cells and pixels, so that its text fits: note anchors count in cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

from perfbatch.workbook.addresses import MAX_COLUMNS, MAX_ROWS
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.numbers import number, whole

# Note text is 9 pt: a Chinese character is 12 pixels wide, a Latin one at most 7, a line 17 high. Where a
# sheet does not say how wide or high, the smallest that a program would choose is assumed: a box that turns
# out larger hurts nobody, a smaller one cuts the text off.
_WIDE, _NARROW, _LINE = 12, 7, 17
_MARGIN_X, _MARGIN_Y = 20, 14
_NARROWEST, _WIDEST = 180, 480
_DEFAULT_COLUMN, _DEFAULT_ROW = 64, 18


def text_size(text: str) -> tuple[int, int]:
    """Width and height in pixels of the box that shows all of ``text``, line breaks as they are."""
    widths = [_width(line) for line in text.split("\n")]
    # A long text gets a wider box, not only a taller one.
    total = sum(widths)
    width = max(_NARROWEST, min(max(widths), 300 if total < 6000 else _WIDEST))
    lines = sum(max(1, ceil(line / width)) for line in widths)
    # One line to spare for every eight: words and brackets that may not begin or end a line wrap early.
    return width + _MARGIN_X, (lines + 1 + lines // 8) * _LINE + _MARGIN_Y


def _width(line: str) -> int:
    narrow = len(line.encode("ascii", "ignore"))
    return narrow * _NARROW + (len(line) - narrow) * _WIDE


class Geometry:
    """Column widths and row heights of one sheet, in pixels."""

    def __init__(self, sheet: xml.Element, heights: Mapping[int, int]) -> None:
        """``heights``: pixels of the rows that state theirs (0 where hidden)."""
        self._heights = heights
        properties = xml.child(sheet, "sheetFormatPr")
        self._row, self._column = _DEFAULT_ROW, _DEFAULT_COLUMN
        if properties is not None:
            if (points := number(properties.get("defaultRowHeight"))) > 0:
                self._row = pixels_high(points)
            if (characters := number(properties.get("defaultColWidth"))) > 0:
                self._column = _pixels_wide(characters)
        self._spans: list[tuple[int, int, int]] = []
        columns = xml.child(sheet, "cols")
        for column in xml.children(columns, "col") if columns is not None else ():
            hidden = column.get("hidden") in ("1", "true")
            wide = column.get("width")
            self._spans.append(
                (
                    whole(column.get("min"), 1),
                    whole(column.get("max"), 1),
                    0 if hidden else _pixels_wide(number(wide)) if wide else self._column,
                )
            )

    def anchor(self, row: int, right: int, size: tuple[int, int]) -> list[int]:
        """The eight numbers of a box beside a cell in ``row`` whose last column is ``right``."""
        width, height = size
        left, top = right + 1, max(1, row - 1)
        if left + 8 > MAX_COLUMNS:  # no room at the right edge of the sheet
            left = max(1, right - 8 - width // 20)
        if top + height // 5 > MAX_ROWS:
            top = max(1, MAX_ROWS - height // 5)
        numbers = [left - 1, 15, top - 1, 2, 0, 0, 0, 0]
        return self.stretched(numbers, size)

    def stretched(self, anchor: list[int], size: tuple[int, int]) -> list[int]:
        """``anchor`` with its right and lower edge as far out as ``size`` needs, never drawn in."""
        left, dx, top, dy, right, right_dx, bottom, bottom_dy = anchor
        column, rest_x = self._walk(left + 1, dx + size[0], self.column, MAX_COLUMNS)
        row, rest_y = self._walk(top + 1, dy + size[1], self.row, MAX_ROWS)
        if (column - 1, rest_x) > (right, right_dx):
            right, right_dx = column - 1, rest_x
        if (row - 1, rest_y) > (bottom, bottom_dy):
            bottom, bottom_dy = row - 1, rest_y
        return [left, dx, top, dy, right, right_dx, bottom, bottom_dy]

    def row(self, row: int) -> int:
        """Height of a row."""
        return self._heights.get(row, self._row)

    def column(self, column: int) -> int:
        """Width of a column."""
        return next((wide for low, high, wide in self._spans if low <= column <= high), self._column)

    @staticmethod
    def _walk(start: int, distance: int, size_of: Callable[[int], int], last: int) -> tuple[int, int]:
        position = start
        while position < last and distance > (size := size_of(position)):
            distance -= size
            position += 1
        return position, min(distance, size_of(position))


def pixels_high(points: float) -> int:
    """Points as pixels of a screen."""
    return int(points * 4 / 3)


def _pixels_wide(characters: float) -> int:
    return int(characters * 7)
