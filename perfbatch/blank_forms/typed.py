"""What a unit typed, as the number that the formulas reckon with: read as perfbatch.values reads it."""

from __future__ import annotations

from perfbatch.blank_forms.formulas import number
from perfbatch.values.units import PERCENT, scales

_LEAST = 1e4
"""From 万 on a number may have been written in full."""


def number_in(cell: str, unit: str, target: float) -> str:
    """The actual value in the target's unit: a number, or a text with that unit (96%); "" for anything else.

    A cell that shows percent counts as it shows itself. A number that was pasted over such a cell is read as
    n% or n×100%, whichever lies nearer the target.
    """
    if unit == PERCENT:
        # P2 is what CELL says of a format with % and two decimals.
        shown = f'ROUND({cell},2+VALUE(MID(CELL("format",{cell}),2,1)))*100'
        bare = _nearer(cell, number(target), "100")
        text = f'IF(RIGHT(TRIM({cell}),1)="%",IF(ISERROR(VALUE({cell})),"",VALUE({cell})*100),"")'
        return f'IF(ISNUMBER({cell}),IF(LEFT(CELL("format",{cell}),1)="P",{shown},{bare}),{text})'
    stripped = f'SUBSTITUTE({cell},"{unit}","")' if unit else f'{cell}&""'  # VALUE of an empty cell is 0
    return f'IF(ISNUMBER({cell}),{cell},IF(ISERROR(VALUE({stripped})),"",VALUE({stripped})))'


def number_beside(cell: str, target: str, unit: str) -> str:
    """The same where the unit itself writes 指标值 (cell ``target``) and 度量单位 (cell ``unit``)."""
    other = "1"
    for name, factor in _otherwise().items():
        other = f'IF(LEFT({unit},{len(name)})="{name}",{number(factor)},{other})'
    return f'IF(AND(ISNUMBER({target}),ISNUMBER({cell})),{_nearer(cell, target, other)},"")'


def day(cell: str) -> str:
    """The day that was typed; "" for anything else."""
    return f'IF(ISNUMBER({cell}),INT({cell}),"")'


def _nearer(cell: str, target: str, factor: str) -> str:
    """``cell`` or ``cell`` × ``factor``, whichever lies nearer the target in ratio."""
    nearer = f"ABS(LN({cell}*{factor}/{target}))<ABS(LN({cell}/{target}))"
    # LN of zero is an error, and AND looks at everything: the signs are asked first.
    return f"IF({target}>0,IF({cell}>0,IF({nearer},{cell}*{factor},{cell}),{cell}),{cell})"


def _otherwise() -> dict[str, float]:
    """How a bare number beside such a unit may be read otherwise (values.units.bring_together)."""
    full = {name: 1 / scale for name, scale in scales().items() if scale >= _LEAST}
    return {PERCENT: 100.0, "‰": 1000.0, **full}
