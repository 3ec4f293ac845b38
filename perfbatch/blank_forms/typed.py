"""What a unit typed, as the number that the formulas reckon with: read as perfbatch.values reads it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from perfbatch.blank_forms.formulas import number
from perfbatch.rules import RuleBook
from perfbatch.values.typed_numbers import NO_NUMBER, RATIO_SIGNS
from perfbatch.values.units import PERCENT, dimensions, scales

_LEAST = 1e4
"""From 万 on a number may have been written in full."""
_SEPARATORS = ("；", "、")
"""Between several values in one cell, beside ; (values.several)."""
_WHOLE = 100.0
"""A unit of so many % has one reading only."""
_WIDTH = 60
"""Characters that one of several values may take."""


def number_in(cell: str, unit: str, target: float) -> str:
    """The actual value in the target's unit: a number, or a text with that unit (96%); "" for anything else.

    A cell that shows percent counts as it shows itself. A number that was pasted over such a cell is read as
    n% or n×100%, whichever lies nearer the target.
    """
    if unit == PERCENT:
        text = _half_width(cell)
        share = _number_of(f"LEFT({text},LEN({text})-1)")
        typed = f'IF(RIGHT({text},1)="%",{share},"")'
        return f"IF(ISNUMBER({cell}),{number_shown(cell, unit, target)},{typed})"
    text = _half_width(cell)
    stripped = f'SUBSTITUTE({text},"{unit}","")' if unit else text
    return f"IF(ISNUMBER({cell}),{cell},{_number_of(stripped)})"


def number_shown(cell: str, unit: str, target: float) -> str:
    """What ``number_in`` reads out of a cell that holds a number."""
    if unit != PERCENT:
        return cell
    # P2 is what CELL says of a format with % and two decimals.
    shown = f'ROUND({cell},2+VALUE(MID(CELL("format",{cell}),2,1)))*100'
    return f"IF({_shows_percent(cell)},{shown},{_nearer(cell, number(target), '100')})"


def ratio_in(cell: str) -> str:
    """The same where the target is a ratio: 1:18, 2/3, 0.05."""
    text = _half_width(cell)
    for sign in RATIO_SIGNS:
        text = f'SUBSTITUTE({text},"{sign}",":")'
    at = f'FIND(":",{text})'
    first, second = f"VALUE(LEFT({text},{at}-1))", f"VALUE(MID({text},{at}+1,20))"
    divided = f'IF(ISERROR({first}/{second}),"",{first}/{second})'
    return f"IF(ISNUMBER({cell}),{cell},IF(ISNUMBER({at}),{divided},{_number_of(text)}))"


def target_typed(cell: str) -> str:
    """指标值 that the unit itself writes, as a number in the unit beside it; a percent cell in %."""
    bare = f"IF({_shows_percent(cell)},{cell}*100,{cell})"
    return f"IF(ISNUMBER({cell}),{bare},{_number_of(_half_width(cell))})"


def number_beside(cell: str, target: str, factor: str) -> str:
    """The actual value where the unit itself writes 指标值: ``target`` is the cell of ``target_typed``,
    ``factor`` that of ``factor_of``."""
    typed = _number_of(_half_width(cell))
    share = f'IF({factor}>1,{cell}*{factor},"")'
    bare = f"IF({_shows_percent(cell)},{share},{_nearer(cell, target, factor)})"
    return f'IF(ISNUMBER({target}),IF(ISNUMBER({cell}),{bare},{typed}),"")'


def _half_width(cell: str) -> str:
    """What stands in the cell as a text in half width; of an empty cell "", of which VALUE is an error."""
    return f'ASC(TRIM({cell}&""))'


def _number_of(text: str) -> str:
    """The number that a text is; "" for none, and for what VALUE takes for a date or an hour (3/4, 1:25)."""
    other = f"SUMPRODUCT(--ISNUMBER(FIND({_array(NO_NUMBER)},{text},2)))>0"
    return f'IF(ISERROR(VALUE({text})),"",IF({other},"",VALUE({text})))'


def _shows_percent(cell: str) -> str:
    return f'LEFT(CELL("format",{cell}),1)="P"'


def factor_of(unit: str, target: str) -> str:
    """By what a bare number may be multiplied to be in the unit that stands in a cell; 1 where it has one
    reading only (values.units.bring_together). Beside a percent cell ``target`` the unit is %."""
    hundreds = {name: 100 / size for name, size in _percent().items() if size != _WHOLE}
    names, sizes = _array(hundreds), ",".join(map(number, hundreds.values()))
    at = f"MATCH({unit},{names},0)"
    full = {name: scale for name, scale in scales().items() if scale >= _LEAST}
    starts = f"(LEFT({unit},{{{','.join(str(len(name)) for name in full)}}})={_array(full)})"
    scale = f"SUMPRODUCT(MAX({starts}*{{{','.join(map(number, full.values()))}}},1))"
    return f"IF({_shows_percent(target)},100,IF(ISNUMBER({at}),INDEX({{{sizes}}},{at}),1/{scale}))"


def doubtful(cell: str, unit: str, target: float, bad: str, book: RuleBook) -> str:
    """A condition: what ``number_in`` reads out of the cell lies too far off to be a miss or a docking
    (``bad``), or both readings lie as far (I207); "" for a unit whose numbers have one reading."""
    if unit != PERCENT or target <= 0:
        return ""
    bare = f"IF(ISNUMBER({cell}),NOT({_shows_percent(cell)}),FALSE)"
    return f"IF({bare},{_far(cell, number(target), '100', bad, book)},FALSE)"


def doubtful_beside(cell: str, target: str, factor: str, bad: str, book: RuleBook) -> str:
    """The same of ``number_beside``."""
    usable = f"AND(ISNUMBER({target}),ISNUMBER({cell}),{factor}<>1,NOT({_shows_percent(cell)}))"
    return f"IF({usable},{_far(cell, target, factor, bad, book)},FALSE)"


def _far(cell: str, target: str, factor: str, bad: str, book: RuleBook) -> str:
    one, other = f"ABS(LN({cell}/{target}))", f"ABS(LN({cell}*{factor}/{target}))"
    nearest = f"MIN({one},{other})"
    farthest = number(math.log(book.value("inferred.farthest") * (1 + 1e-9)))
    far = f"OR(ABS({one}-{other})<=1E-9*{nearest},AND({nearest}>{farthest},{bad}))"
    return f"IF(AND({cell}>0,{target}>0),{far},FALSE)"


def number_of_part(cell: str, at: int, unit: str, target: float) -> str:
    """The value number ``at`` (from 0) of several in one cell, in the unit of its target; "" for none."""
    part = _part(cell, at)
    if unit == PERCENT:
        share = _number_of(f"LEFT({part},LEN({part})-1)")
        bare = _nearer(f"VALUE({part})", number(target), "100")
        return f'IF(RIGHT({part},1)="%",{share},IF(ISNUMBER({_number_of(part)}),{bare},""))'
    return _number_of(f'SUBSTITUTE({part},"{unit}","")' if unit else part)


def parts_are(cell: str, count: int) -> str:
    """A condition: the cell holds ``count`` values."""
    text = _divided(cell)
    return f'LEN({text})-LEN(SUBSTITUTE({text},";",""))={count - 1}'


def _part(cell: str, at: int) -> str:
    spread = f'SUBSTITUTE({_divided(cell)},";",REPT(" ",{_WIDTH}))'
    return f"TRIM(MID({spread},{at * _WIDTH + 1},{_WIDTH}))"


def _divided(cell: str) -> str:
    text = f'{cell}&""'
    for sign in _SEPARATORS:
        text = f'SUBSTITUTE({text},"{sign}",";")'
    return f"ASC({text})"  # last: it would make another sign of 、


def day(cell: str) -> str:
    """The day that was typed; "" for anything else."""
    return f'IF(ISNUMBER({cell}),INT({cell}),"")'


def _nearer(cell: str, target: str, factor: str) -> str:
    """``cell`` or ``cell`` × ``factor``, whichever lies nearer the target in ratio."""
    nearer = f"ABS(LN({cell}*{factor}/{target}))<ABS(LN({cell}/{target}))"
    # LN of zero is an error, and AND looks at everything: the signs are asked first.
    return f"IF({target}>0,IF({cell}>0,IF({nearer},{cell}*{factor},{cell}),{cell}),{cell})"


def _array(names: Iterable[str]) -> str:
    return "{" + ",".join(f'"{name}"' for name in names) + "}"


def _percent() -> dict[str, float]:
    """Units of the percent dimension, in %; ％ as it is typed in Chinese."""
    units = next(one.units for one in dimensions() if one.name == "percent")
    return {"％": units[PERCENT], **units}
