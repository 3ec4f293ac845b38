"""The rows of the indicator table and the two columns of levels at its left."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from tests.generator.canvas import Canvas
from tests.generator.look import Look
from tests.generator.model import Form, Place


class Level(NamedTuple):
    """One row: its levels, and the number of its indicator (None for a template row left empty)."""

    level1: str
    level2: str
    number: int | None
    name: str = ""


def levels_of(form: Form, look: Look) -> list[Level]:
    """Every row from top to bottom, template rows too where the look has them."""
    rows = [Level(i.level1, i.level2, number) for number, i in enumerate(form.indicators, 1)]
    if not look.templates:
        return rows
    result: list[Level] = []
    for (level1, level2), group in groupby(rows, key=lambda row: (row.level1, row.level2)):
        result += group
        if level2 == "数量指标":
            result += [Level(level1, level2, None, "指标2"), Level(level1, level2, None, "……")]
        if level1 == "效益指标":
            last = [row for row in rows if row.level1 == level1][-1].number
            if result[-1].number == last:
                result.append(Level(level1, "其他效益指标", None))
    return result


def level_cells(canvas: Canvas, rows: list[Level], top: int, column: int, look: Look,
                label1: Callable[[str], str], label2: Callable[[str], str]) -> None:  # fmt: skip
    """Write 一级指标 into ``column`` and 二级指标 beside it: merged, repeated or only in the first row."""
    firsts = _runs(rows, lambda row: row.level1)
    seconds = _runs(rows, lambda row: (row.level1, row.level2))
    _column(canvas, top, column, [(a, b, label1(rows[a].level1)) for a, b in firsts], look)
    _column(canvas, top, column + 1, [(a, b, label2(rows[a].level2)) for a, b in seconds], look)
    for name, at, runs in (("level1", column, firsts), ("level2", column + 1, seconds)):
        for first, last in runs:
            for row in range(first, last + 1):
                number = rows[row].number
                if number is not None:
                    own = row if look.levels == "repeated" else first
                    canvas.places[Place("indicators", number, name)] = (top + own, at)


def _runs(rows: list[Level], key: Callable[[Level], object]) -> list[tuple[int, int]]:
    runs, start = [], 0
    for _, group in groupby(rows, key=key):
        count = len(list(group))
        runs.append((start, start + count - 1))
        start += count
    return runs


def _column(canvas: Canvas, top: int, column: int, runs: list[tuple[int, int, str]], look: Look) -> None:
    for first, last, text in runs:
        if look.levels == "merged":
            canvas.block(top + first, column, top + last, column, text, "label")
            continue
        for row in range(first, last + 1):
            shown = text if row == first or look.levels == "repeated" else None
            canvas.put(top + row, column, shown, "label")
