"""项目资金: rows and columns by label, amounts in the form's unit, rates as they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime

from perfbatch.reading.form.fields import (
    NO_NUMBER,
    NO_TEXT,
    Number,
    money_field,
    money_of,
    score_of,
    state,
    text_field,
)
from perfbatch.reading.form.find import FormPlace, Header
from perfbatch.reading.form.fund_breakdown import without_breakdowns
from perfbatch.reading.form.fund_line import FundLine, Rate
from perfbatch.reading.form.sheet import Hit, Sheet, TableColumn, addresses, cell_text
from perfbatch.reading.layouts import MONEY_COLUMNS
from perfbatch.text import squeeze, tidy
from perfbatch.values.typed_numbers import written_number
from perfbatch.workbook.grid import Cell

_UNIT = re.compile(
    r"[(:](?:金额|资金|货币|计量)?(?:单位)?:?(?:人民币)?(亿元|万元|元)[):]?|(?:金额|计量)?单位:?(亿元|万元|元)"
)
_POINTS = re.compile(r"\(?(\d{1,3}(?:\.\d+)?)分\)?")
_LARGEST_FRACTION = 1.5
"""A bare 执行率 up to this is a fraction where nothing else tells (contract: rate as written)."""
_MOST_DECIMALS = 2
_NOT_KNOWN = ("uncached", "error", "nonsense")


def money_unit(sheet: Sheet, place: FormPlace) -> str:
    """万元, 元 or 亿元 as printed near the funds; the layout's own where nothing is printed."""
    for text in _near_funds(sheet, place):
        found = _UNIT.search(squeeze(text)) if len(text) <= 80 else None
        if found:
            return found.group(1) or found.group(2)
    return sheet.layout.money_unit


def _near_funds(sheet: Sheet, place: FormPlace) -> Iterator[str]:
    """The texts that may print the unit of the amounts, the likeliest first."""
    top = limit = place.indicators.top
    yield from (hit.text for hit in sheet.between(place.top, limit) if _tells_unit(hit))
    if place.funds is not None:
        top = place.funds.top
        for row in range(top, place.funds.bottom + 1):
            yield from (cell_text(sheet.at(row, column)) for column in sheet.rows.get(row, ()))
    for row in range(place.top, top):
        texts = (cell_text(sheet.at(row, column)) for column in sheet.rows.get(row, ()))
        yield from (text for text in texts if "元" in text)


def fund_lines(sheet: Sheet, place: FormPlace, unit: str, fallbacks: list[str]) -> list[FundLine]:
    """The lines of the funds from top to bottom; fields taken by position are added to ``fallbacks``."""
    header = place.funds
    if header is None:
        return []
    columns = dict(header.columns)
    if "budget" not in columns and "initial" in columns and "change" in columns:
        fallbacks.append("budget")  # the sum of 年初预算数 and 调整数
    elif "budget" not in columns and "initial" in columns:
        # 年初预算数（A） alone: it is the A of B/A
        columns["budget"] = columns["initial"]
        fallbacks.append("budget")
    first_amount = min(column.left for name, column in columns.items() if name in MONEY_COLUMNS)
    lines: list[FundLine] = []
    loose: list[int] = []
    is_divided = False  # 一般公共预算 and its like stand below a line 财政拨款
    for row in range(header.bottom + 1, place.indicators.top):
        hit, kind = _line_of(sheet, row, first_amount)
        if kind == "within":
            if is_divided:
                continue
            kind = "fiscal"
        elif kind == "fiscal":
            is_divided = True
        if hit is None:
            if _ends(sheet, row):
                break
            if _has_amount(sheet, row, columns):
                text_at = _label_beside(sheet, place, row, first_amount)
                if text_at is not None:
                    lines.append(_line(sheet, "other", text_at, row, columns, unit, header))
                    lines[-1].unknown = True
                else:
                    loose.append(row)
            continue
        lines.append(_line(sheet, kind, (hit.row, hit.column), row, columns, unit, header))
    if loose and not any(line.line == "total" for line in lines):
        lines.insert(0, _line(sheet, "total", None, loose[0], columns, unit, header))
        fallbacks.append("total")
    if not lines and (beside_labels := _amounts_beside(sheet, header, columns)):
        lines = [_line(sheet, "total", None, header.top, beside_labels, unit, header)]
        lines += _lines_beside(sheet, place, unit, beside_labels)
    _only_first_total(lines)
    lines = without_breakdowns(lines)
    _printed_points(sheet, place, lines)
    return lines


def _amounts_beside(sheet: Sheet, header: Header, columns: dict[str, TableColumn]) -> dict[str, TableColumn]:
    """The columns of amounts right of their labels: 全年预算数 | 100 | 全年执行数 | 90."""
    found: dict[str, TableColumn] = {}
    for name, column in columns.items():
        place = sheet.extent(header.top, column.left).right + 1
        if not sheet.is_label(header.top, place):
            found[name] = TableColumn(place, place)
    numbers = [
        name
        for name, column in found.items()
        if name in MONEY_COLUMNS and not math.isnan(money_field(sheet, header.top, column.left, "万元").value)
    ]
    return found if numbers else {}


def _lines_beside(
    sheet: Sheet, place: FormPlace, unit: str, columns: dict[str, TableColumn]
) -> list[FundLine]:
    """The lines below amounts that stand right of their labels, each label printed once an amount:
    其中：财政拨款 | 100 | 其中：财政拨款 | 90.
    """
    header = place.funds
    first = min((column.left for name, column in columns.items() if name in MONEY_COLUMNS), default=0)
    lines: list[FundLine] = []
    for row in range(header.bottom + 1, place.indicators.top) if header else ():
        hit, kind = _line_of(sheet, row, first)
        if hit is None or header is None:
            break
        if kind == "within":
            continue
        filled = {name: column for name, column in columns.items()
                  if not _is_fund_label(sheet, row, column.left)}  # fmt: skip
        lines.append(_line(sheet, kind, (hit.row, hit.column), row, filled, unit, header))
    return lines


def _is_fund_label(sheet: Sheet, row: int, column: int) -> bool:
    hit = sheet.labels.get(sheet.anchor(row, column))
    return hit is not None and _is_of_line(hit)


def _is_of_line(hit: Hit) -> bool:
    return any(role.startswith("funds.lines.") for role in hit.roles)


def _line_of(sheet: Sheet, row: int, first_amount: int) -> tuple[Hit | None, str]:
    """The label of a line left of the amounts, and which line it is."""
    for hit in reversed(sheet.by_row.get(row, ())):
        if hit.column >= first_amount or (hit.rest is not None and hit.rest.strip()):
            continue
        offers = [(rank, role.removeprefix("funds.lines.")) for role, rank in hit.roles.items()
                  if role.startswith("funds.lines.")]  # fmt: skip
        if offers:
            return hit, min(offers)[1]
    return None, ""


def _ends(sheet: Sheet, row: int) -> bool:
    """Whether another part of the form begins in this row."""
    return any(
        hit.exact and role.startswith(("goals.", "indicators.", "header."))
        for hit in sheet.by_row.get(row, ()) for role in hit.roles
    )  # fmt: skip


def _has_amount(sheet: Sheet, row: int, columns: dict[str, TableColumn]) -> bool:
    return any(
        (cell := sheet.at(row, columns[name].left)) is not None
        and sheet.anchor(row, columns[name].left)[0] == row
        and (type(cell.value) is float or written_number(cell.text) is not None)
        for name in MONEY_COLUMNS if name in columns
    )  # fmt: skip


def _label_beside(sheet: Sheet, place: FormPlace, row: int, first_amount: int) -> tuple[int, int] | None:
    """The text that names a line without a known label."""
    for column in range(first_amount - 1, place.left - 1, -1):
        at = sheet.anchor(row, column)
        text = cell_text(sheet.at(*at))
        if at[0] == row and text.strip() and at not in sheet.labels and written_number(text) is None:
            return at if state(text) == "value" else None
    return None


def _line(
    sheet: Sheet,
    kind: str,
    at: tuple[int, int] | None,
    row: int,
    columns: dict[str, TableColumn],
    unit: str,
    header: Header,
) -> FundLine:
    column = columns.get
    initial = _own(sheet, row, column("initial"), header, unit)
    if "budget" in columns:
        budget = _own(sheet, row, column("budget"), header, unit)
    else:
        budget = _adjusted(initial, _own(sheet, row, column("change"), header, unit))
    executed = _own(sheet, row, column("executed"), header, unit)
    reason = column("reason")
    return FundLine(
        line=kind,
        label=label_text(cell_text(sheet.at(*at))) if at else "",
        label_cell=sheet.cell(*at) if at else "",
        initial=initial,
        budget=budget,
        executed=executed,
        rate=_rate(sheet, row, column("rate"), header, budget.value, executed.value),
        points=_own(sheet, row, column("points"), header, None),
        own_score=_own(sheet, row, column("own_score"), header, None),
        reason=NO_TEXT if reason is None else text_field(sheet, row, reason.left, one_line=False),
        reviewer_score=_own(sheet, row, column("reviewer_score"), header, None),
    )


def _adjusted(initial: Number, change: Number) -> Number:
    """全年预算数 where a form gives 年初预算数 and its change only: their sum; a blank change is none."""
    if change.state == "absent" or initial.state in _NOT_KNOWN:
        return initial
    if change.state in _NOT_KNOWN:
        return change
    if math.isnan(change.value):
        return initial
    value = round(change.value + (0.0 if math.isnan(initial.value) else initial.value), 6)
    return Number(value, f"{value:g}", change.cell, "value")


def label_text(text: str) -> str:
    """The name of a line as printed, on one line."""
    return tidy(text)


def _filled(sheet: Sheet, row: int, column: TableColumn) -> tuple[tuple[int, int], Cell | None]:
    """The filled cell of a column in this row (its label may be merged over several), else its first."""
    anchor_of, cell_at = sheet.grid.anchor.get, sheet.grid.cells.get
    left, right = column
    place = (row, left)
    first = anchor_of(place, place)
    if left < right:
        for c in range(left, right + 1):
            place = (row, c)
            at = anchor_of(place, place)
            cell = cell_at(at)
            if cell is not None and at[1] >= left and (cell.state != "value" or cell.text.strip()):
                return at, cell
    return first, cell_at(first)


def _own(sheet: Sheet, row: int, column: TableColumn | None, header: Header, unit: str | None) -> Number:
    """A number of this line; a cell merged over several lines is the first line's alone."""
    if column is None:
        return NO_NUMBER
    at, cell = _filled(sheet, row, column)
    if header.bottom < at[0] < row:
        return NO_NUMBER
    return score_of(cell, addresses[at]) if unit is None else money_of(cell, addresses[at], unit)


def _rate(
    sheet: Sheet, row: int, column: TableColumn | None, header: Header, budget: float, executed: float
) -> Rate:
    if column is None:
        return Rate(NO_NUMBER)
    at, cell = _filled(sheet, row, column)
    if header.bottom < at[0] < row:
        return Rate(NO_NUMBER)
    where = addresses[at]
    if cell is None:
        return Rate(Number(math.nan, "", where, "blank"))
    if cell.state != "value":
        return Rate(Number(math.nan, cell.text, where, cell.state))
    text = tidy(cell.text)
    if type(cell.value) is float:
        if "%" in cell.number_format:
            shown_rate = written_number(text)
            decimals = shown_rate.decimals if shown_rate else _MOST_DECIMALS
            return Rate(
                Number(round(cell.value * 100, 10), text, where, "value"), min(decimals, _MOST_DECIMALS)
            )
        written = written_number(text)
        return _bare(
            cell.value, written.decimals if written else _MOST_DECIMALS, text, where, budget, executed
        )
    if isinstance(cell.value, (bool, datetime)):
        return Rate(Number(math.nan, text, where, "nonsense"))
    found = state(text)
    if found != "value":
        return Rate(Number(math.nan, text if found == "not_applicable" else "", where, found))
    written = written_number(text)
    if written is None or written.unit not in ("", "%"):
        return Rate(Number(math.nan, text, where, "nonsense"))
    if written.unit == "%":
        return Rate(Number(written.value, text, where, "value"), min(written.decimals, _MOST_DECIMALS))
    return _bare(written.value, written.decimals, text, where, budget, executed)


def _bare(value: float, decimals: int, text: str, where: str, budget: float, executed: float) -> Rate:
    """A rate without a percent sign: n% or n×100%, whichever lies nearer to B/A in ratio."""
    fraction = abs(value) <= _LARGEST_FRACTION
    if value > 0 and budget > 0 and executed > 0:
        true = math.log(executed / budget)
        fraction = abs(math.log(value) - true) <= abs(math.log(value / 100) - true)
    if fraction:
        value, decimals = round(value * 100, 10), max(0, decimals - 2)
    return Rate(Number(value, text, where, "value"), min(decimals, _MOST_DECIMALS))


def _only_first_total(lines: list[FundLine]) -> None:
    """A second 合计 below the lines is no line of its own."""
    seen = False
    for line in list(lines):
        if line.line == "total":
            if seen:
                lines.remove(line)
            seen = True


def _printed_points(sheet: Sheet, place: FormPlace, lines: list[FundLine]) -> None:
    """预算执行情况(10分): the points of the total where they stand in a label only."""
    total = next((line for line in lines if line.line == "total"), None)
    if total is None or total.points.state not in ("absent", "blank") or place.funds is None:
        return
    for hit in sheet.between(place.top, place.indicators.top):
        if "funds.part" in hit.roles or any(
            role in hit.roles
            for role in ("funds.columns.rate", "funds.columns.points", "funds.columns.own_score")
        ):
            printed = _POINTS.search(squeeze(hit.text))
            if printed and place.funds.top - 2 <= hit.row <= place.funds.bottom + 1:
                total.points = Number(
                    float(printed.group(1)), tidy(hit.text), sheet.cell(hit.row, hit.column), "value"
                )
                return


def _tells_unit(hit: Hit) -> bool:
    return any(role.startswith(("funds.", "form.money")) for role in hit.roles)
