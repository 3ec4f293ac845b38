"""One field from one cell: value, shown text, address and state, as perfbatch.schema states them."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from perfbatch.read.blank import state_of
from perfbatch.read.form.sheet import Sheet
from perfbatch.read.grid import Cell
from perfbatch.read.labels import tidy
from perfbatch.read.numbers import as_money, as_score

_state_of = lru_cache(maxsize=65536)(state_of)


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


NO_TEXT = Text("", "", "absent")
NO_NUMBER = Number(math.nan, "", "", "absent")


def state(text: str) -> str:
    """value, blank or not_applicable."""
    return _state_of(text)


def text_field(sheet: Sheet, row: int, column: int, *, one_line: bool = True) -> Text:
    """The text seen at a place; an error keeps its text (#DIV/0!), a formula never calculated has none."""
    return text_of(sheet.at(row, column), sheet.cell(row, column), one_line=one_line)


def text_of(cell: Cell | None, address: str, *, one_line: bool = True) -> Text:
    """The text of a cell that stands at ``address``."""
    if cell is None:
        return Text("", address, "blank")
    if cell.state != "value":
        return Text(cell.text, address, cell.state)
    return plain(cell.text, address, one_line=one_line)


def plain(text: str, address: str, *, one_line: bool = True) -> Text:
    """A text that was found in the cell at ``address``."""
    value = tidy(text) if one_line else text.strip("\ufeff\u200b \t\r\n\v\u3000\xa0")
    found = _state_of(value)
    return Text("" if found == "blank" else value, address, found)


def score_field(sheet: Sheet, row: int, column: int) -> Number:
    """A number of 分 seen at a place."""
    cell = sheet.at(row, column)
    where = sheet.cell(row, column)
    if cell is None:
        return Number(math.nan, "", where, "blank")
    value = cell.value
    if type(value) is float and cell.state == "value":
        if "%" in cell.number_format:  # a weight of 10 % is 10 分
            value = round(value * 100, 10)
        return Number(value, cell.text, where, "value")
    return _number(cell, where, None)


def money_field(sheet: Sheet, row: int, column: int, unit: str) -> Number:
    """An amount in ``unit`` seen at a place."""
    cell = sheet.at(row, column)
    where = sheet.cell(row, column)
    if cell is None:
        return Number(math.nan, "", where, "blank")
    if type(cell.value) is float and cell.state == "value":
        return Number(cell.value, cell.text, where, "value")
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
    shown = tidy(text)
    found = _state_of(shown)
    if found != "value":
        return Number(math.nan, shown if found == "not_applicable" else "", where, found)
    value = as_score(shown) if unit is None else as_money(shown, unit)
    if value is None:
        return Number(math.nan, shown, where, "nonsense")
    return Number(value, shown, where, "value")
