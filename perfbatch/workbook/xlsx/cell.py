"""What a ``c`` element of a worksheet says, as a ``Cell``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.cell_value import (
    bool_cell,
    error_cell,
    number_cell,
    stored_number,
    text_cell,
    uncached_cell,
    unescape,
    visible_text,
)
from perfbatch.workbook.grid import Cell
from perfbatch.workbook.iso_dates import iso_serial
from perfbatch.workbook.refusal import Refused


@dataclass(slots=True)
class Context:
    """What the sheets of a workbook share; ``cells`` counts down what may still be read."""

    strings: list[str]
    formats: Mapping[str, str]
    shift: int
    bounds: Bounds
    cells: int


def valued_cell(value: str, kind: str, code: str, formula: bool, context: Context) -> Cell | None:
    """The cell of a type ``t`` with something in its ``v``. Raises Refused: damaged."""
    if kind == "s":
        index = value.strip()
        if not index.isdecimal() or int(index) >= len(context.strings):
            raise Refused("damaged", detail=f"shared string {value[:20]}")
        return text_cell(context.strings[int(index)], code, formula=formula)
    if kind == "n":
        number = stored_number(value, code, formula, context.shift)
        if number is not None:
            return number
    elif kind == "b":
        return bool_cell(value.strip() not in ("0", "false"), code, formula=formula)
    elif kind == "e":
        return error_cell(value.strip(), code, formula=formula)
    elif kind == "d":
        serial = iso_serial(value)
        if serial is not None:
            return number_cell(serial, code if code != "General" else "yyyy-mm-dd", formula=formula)
    return text_cell(visible_text(unescape(value), context.bounds.text), code, formula=formula)


def blank_formula(value: str | None, kind: str, code: str) -> Cell | None:
    """The cell of a formula whose ``v`` is empty, or missing (None).

    t="str" with an empty v is a formula that gave an empty text; anything else was never calculated.
    """
    return text_cell("", code, formula=True) if value is not None and kind == "str" else uncached_cell(code)
