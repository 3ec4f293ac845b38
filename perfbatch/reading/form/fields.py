"""One field from one cell: value, shown text, address and state, as perfbatch.schema states them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from perfbatch.caching import CachedByArgument
from perfbatch.reading.form.sheet import Sheet
from perfbatch.text import tidy
from perfbatch.values.blank import state_of
from perfbatch.values.typed_numbers import as_money, as_score
from perfbatch.workbook.grid import Cell

_CACHED = 1 << 15
_LONGEST_CACHED = 200
"""Longer texts are sentences that seldom come twice."""


class Text(NamedTuple):
    """A text field."""

    value: str
    cell: str
    state: str


class Number(NamedTuple):
    """A number field."""

    value: float
    text: str
    cell: str
    state: str


# a field for each cell of each table: of a tuple, without a call of Python's
as_text: Callable[[tuple[str, str, str]], Text] = partial(tuple.__new__, Text)
as_number: Callable[[tuple[float, str, str, str]], Number] = partial(tuple.__new__, Number)
NO_TEXT = Text("", "", "absent")
NO_NUMBER = Number(math.nan, "", "", "absent")


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST_CACHED


def _to_line(text: str) -> tuple[str, str]:
    value = tidy(text)
    found = state_of(value)
    return "" if found == "blank" else value, found


def _to_paragraph(text: str) -> tuple[str, str]:
    value = text.strip("\ufeff\u200b \t\r\n\v\u3000\xa0")
    found = state_of(value)
    return "" if found == "blank" else value, found


_states = CachedByArgument[str, str](state_of, _is_short, _CACHED)
_lines = CachedByArgument(_to_line, _is_short, _CACHED)
_paragraphs = CachedByArgument(_to_paragraph, _is_short, _CACHED)


def state(text: str) -> str:
    """value, blank or not_applicable."""
    return _states[text]


def text_field(sheet: Sheet, row: int, column: int, *, one_line: bool = True) -> Text:
    """The text seen at a place; an error keeps its text (#DIV/0!), a formula never calculated has none."""
    return text_of(sheet.at(row, column), sheet.cell(row, column), one_line=one_line)


def text_of(cell: Cell | None, address: str, *, one_line: bool = True) -> Text:
    """The text of a cell that stands at ``address``."""
    if cell is None:
        return Text("", address, "blank")
    if cell.state != "value":
        return Text(cell.text, address, cell.state)
    value, found = _lines[cell.text] if one_line else _paragraphs[cell.text]
    return as_text((value, address, found))


def line_text(text: str, address: str) -> Text:
    """A text on one line that was found in the cell at ``address``."""
    value, found = line(text)
    return Text(value, address, found)


def line(text: str) -> tuple[str, str]:
    """A text on one line, and its state."""
    return _lines[text]


def score_field(sheet: Sheet, row: int, column: int) -> Number:
    """A number of 分 seen at a place."""
    return score_of(sheet.at(row, column), sheet.cell(row, column))


def score_of(cell: Cell | None, where: str) -> Number:
    """The number of 分 in a cell that stands at ``where``."""
    if cell is None:
        return Number(math.nan, "", where, "blank")
    value = cell.value
    if type(value) is float and cell.state == "value":
        if "%" in cell.number_format:  # a weight of 10 % is 10 分
            value = round(value * 100, 10)
        return as_number((value, cell.text, where, "value"))
    return _number(cell, where, None)


def money_field(sheet: Sheet, row: int, column: int, unit: str) -> Number:
    """An amount in ``unit`` seen at a place."""
    return money_of(sheet.at(row, column), sheet.cell(row, column), unit)


def money_of(cell: Cell | None, where: str, unit: str) -> Number:
    """The amount in ``unit`` in a cell that stands at ``where``."""
    if cell is None:
        return Number(math.nan, "", where, "blank")
    if type(cell.value) is float and cell.state == "value":
        return as_number((cell.value, cell.text, where, "value"))
    return _number(cell, where, unit)


def _number(cell: Cell, where: str, unit: str | None) -> Number:
    """A number from anything but a number cell; ``unit`` for money, None for scores."""
    if cell.state != "value":
        return Number(math.nan, cell.text, where, cell.state)
    if not isinstance(cell.value, str):  # TRUE, or a date where a number belongs
        if isinstance(cell.value, (bool, datetime)) or cell.value is None:
            return Number(math.nan, cell.text, where, "nonsense" if cell.text else "blank")
        return Number(float(cell.value), cell.text, where, "value")
    return number_from(cell.text, where, unit)


def number_from(text: str, where: str, unit: str | None = None) -> Number:
    """A number field from text: 分 where ``unit`` is None, else money in ``unit``."""
    shown, found = line(text)
    if found != "value":
        return Number(math.nan, shown if found == "not_applicable" else "", where, found)
    value = as_score(shown) if unit is None else as_money(shown, unit)
    if value is None:
        return Number(math.nan, shown, where, "nonsense")
    return Number(value, shown, where, "value")
