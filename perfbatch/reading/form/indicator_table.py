"""绩效指标: the rows below the column labels, with their levels filled down, to the total or the notes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from perfbatch.caching import CachedByArgument, cached_if_small
from perfbatch.reading.form.fields import (
    NO_NUMBER,
    NO_TEXT,
    Number,
    Text,
    as_text,
    line,
    score_field,
    score_of,
    state,
    text_of,
)
from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.indicator import Indicator
from perfbatch.reading.form.measures import with_measures
from perfbatch.reading.form.points import share_out
from perfbatch.reading.form.sheet import (
    Hit,
    Sheet,
    Spot,
    TableColumn,
    addresses,
    cell_text,
    filled_cells,
    spots_in,
)
from perfbatch.reading.form.table_end import end_of_table, is_total, looks_full, total_further_down
from perfbatch.reading.labels import level
from perfbatch.text import squeeze, tidy
from perfbatch.workbook.grid import Cell

_ORDINAL = re.compile(r"^\s*(?:三级)?指标\s*(?:[\d]{1,2}|[一二三四五六七八九十]{1,2})\s*[:：、.．]?\s*")
_EMPTY_NAME = re.compile(r"(?:[.·。…⋯、,]*+|无|指标名称|三级指标|\(?可?(?:自行)?填写?\)?|等)[:;.]*")
_OPERATOR = re.compile(r"[≥≤>＞<＜=＝≧≦≠]|(?:大于|小于|不低于|不少于|不高于|不超过|等于)")
_OPERATOR_ONLY = re.compile(r"(?:[≥≤>＞<＜=＝≧≦]|大于等于|小于等于|大于或等于|小于或等于|大于|小于|等于)+")
_EQUALS = re.compile(r"[=＝]+|等于")
_DIRECTION = re.compile(r"(?:(?P<more>正向|越大越好|越高越好)|反向|逆向|负向|越小越好|越低越好)(?:指标)?")
"""指标方向 in words: 正向 means at least the target, 反向 at most."""
_UNCHANGED = re.compile(r"(?:未|无|没有|不)(?:作|做|需|须|进行)?(?:调整|变化|变动)|无|不变|同年初(?:指标值)?")
"""What stands for an adjusted target where there is none."""
_NO_MEASURE = frozenset({"", "无", "/", "-", "--", "定性", "文字", "文字描述"}) | frozenset(
    {"年-月-日", "年/月/日", "年.月.日", "年月日", "日期"}
)
"""度量单位 that is none: how a value is written, not what it counts."""
_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"\(?[A-C]\)?(?:/\(?[A-C]\)?)?")
_IN_PERCENT = re.compile(r"\((?:单位:)?(?:%|百分比)\)$")
_BARE_NUMBER = re.compile(r"\D{0,4}?(\d+(?:\.\d+)?)")
_LARGEST_FRACTION = 1.5
"""A bare number up to this may be a share (0.95) even beside 满意度（%）."""
_LONGEST_HEADING = 30
_LONGEST_NAME = 200
"""Longer targets are sentences that seldom come twice."""
_FULL_YEAR = re.compile(r"(?:19|20)\d\d")
_Spots = dict[str, Spot]
"""The first filled cell of each field in one row."""


@dataclass(slots=True)
class Table:
    """The indicators, the row of the total (None without one) and the last row that belongs to the table.

    ``parts`` are the rows 其中：, which belong to the indicator above them. ``passed`` are totals that
    indicators follow, ``unread`` rows below the end that look like indicators.
    """

    indicators: list[Indicator]
    total: Hit | None
    end: int
    parts: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Level:
    """The level that rows stand under; ``since`` is the number of indicators above it."""

    name: str = ""
    cell: str = ""
    weight: float = math.nan
    since: int = 0


def indicator_table(sheet: Sheet, place: FormPlace) -> Table:
    """Read the table. Rows without name and values, and template rows, are no indicators."""
    header = place.indicators
    columns = dict(header.columns)
    if "name" not in columns:  # a form of two levels
        lowest = "level2" if "level2" in columns else "level1"
        columns["name"] = columns.pop(lowest)
    top = header.bottom + 1
    limit, total = place.bottom + 1, None
    end = end_of_table(sheet, columns, top, limit)
    if end.hit is not None:
        limit = end.hit.row
        total = end.hit if is_total(end.hit) else total_further_down(sheet, limit, place.bottom, columns)
    passed = {hit.row for hit in end.passed}
    rows = [
        row for row in range(top, limit)
        if row not in place.repeated and row not in passed
        and (row in sheet.rows or _continues(sheet, row, columns))
    ]  # fmt: skip
    table = Table([], total, limit - 1, passed=sorted(passed))
    last = _indicators(sheet, rows, columns, header.bottom, table)
    if limit > place.bottom:
        table.end = last
    if "points" not in header.columns and sheet.layout.points != "column":
        share_out(table.indicators)
    table.unread = [row for row in range(limit, place.bottom + 1) if looks_full(sheet, row, columns)]
    return table


def _indicators(
    sheet: Sheet, rows: Sequence[int], columns: dict[str, TableColumn], above: int, table: Table
) -> int:
    """Put the indicators in ``rows`` into ``table``; the last row that belongs to one.

    ``above`` is the labels' last row.
    """
    name_column = columns["name"]
    values = [columns[name] for name in ("target", "actual") if name in columns]
    merged = sheet.grid.anchor
    level1, level2 = _Level(), _Level()
    level1_at: tuple[int, int] | None = None  # what is merged over several rows is read in the first
    level2_at: tuple[int, int] | None = None
    indicators = table.indicators
    parts_of: Indicator | None = None  # the indicator whose parts the rows above are
    last = above
    for row in rows:
        # most rows are a cell a column, which none of these questions needs to look into
        name_is_merged = (row, name_column.left) in merged
        if (name_is_merged or not values or (row, values[0].left) in merged) and _is_heading(
            sheet, row, name_column, values
        ):
            _take_heading(level1, level2, sheet, row, name_column.left, indicators)
            level1_at = level2_at = None
            continue
        spots = filled_cells(sheet, row, columns)
        found = spots.get("level1")
        if found and found[0] != level1_at:
            _fill_level1(level1, level2, row, found, indicators)
            level1_at, level2_at = found[0], None
        found = spots.get("level2")
        if found and found[0] != level2_at:
            _fill_level2(level2, found)
            level2_at = found[0]
        if (row in sheet.by_row and _is_subtotal(sheet, row, name_column)) or (
            row == above + 1 and _is_marks_only(sheet, row)
        ):
            continue
        if indicators and name_is_merged and _is_continued(sheet, row, columns, above):
            _continue(row, spots, indicators[-1])
            last = row
            continue
        indicator = _indicator(sheet, row, columns, spots, above, level1, level2)
        if indicator is None:
            continue
        last = row
        begins_parts = _is_part(indicator, spots.get("name"))
        is_part = begins_parts or (parts_of is not None and _is_further_part(indicator, parts_of))
        if indicators and is_part:
            table.parts.append(row)
            parts_of = indicators[-1]
        else:
            indicators.append(indicator)
            parts_of = None
    return last


def _is_part(indicator: Indicator, name: Spot | None) -> bool:
    """Whether a row 其中： without a score of its own is a part of the indicator above it."""
    if name is None or indicator.points.state == "value" or indicator.own_score.state == "value":
        return False
    return squeeze(name[1].text).startswith("其中")


def _is_further_part(indicator: Indicator, above: Indicator) -> bool:
    """Whether a row below the parts of one is one more: no score of its own, below a scored one of its
    level."""
    scores = (indicator.points, indicator.own_score)
    return (
        above.points.state == "value"
        and all(number.state in ("blank", "absent", "not_applicable") for number in scores)
        and indicator.level2_cell == above.level2_cell
    )


def _continues(sheet: Sheet, row: int, columns: dict[str, TableColumn]) -> bool:
    """Whether merged cells from above reach into a row that has no cell of its own."""
    return any(sheet.at(row, column.left) is not None for column in columns.values())


def _is_heading(sheet: Sheet, row: int, name: TableColumn, values: Sequence[TableColumn]) -> bool:
    """Whether one cell spans the row from the levels into the values: a heading or a sentence."""
    at = sheet.anchor(row, name.left)
    return sheet.at(*at) is not None and all(sheet.anchor(row, value.left) == at for value in values)


def _take_heading(
    level1: _Level, level2: _Level, sheet: Sheet, row: int, column: int, above: list[Indicator]
) -> None:
    """A heading across the table names the 一级指标 of what follows, where it reads like one."""
    at = sheet.anchor(row, column)
    text = cell_text(sheet.at(*at))
    name, weight = level(text) if len(text) <= _LONGEST_HEADING else ("", math.nan)
    if name.endswith("指标") and at[0] == row:
        level1.name, level1.cell, level1.weight, level1.since = name, sheet.cell(*at), weight, len(above)
        level2.name, level2.cell, level2.weight = "", "", math.nan


def _fill_level1(current: _Level, lower: _Level, row: int, spot: Spot, above: list[Indicator]) -> None:
    """Take the 一级指标 of this row, or keep that of the row above; a new one begins without a 二级指标.

    A weight in a cell of its own, below the name, belongs to the 一级指标 that it stands under.
    """
    at, cell = spot
    name, weight = level(cell.text)
    known = not math.isnan(current.weight)
    if not name and (math.isnan(weight) or at[0] != row):
        return
    begins = name != current.name if name else known and weight != current.weight
    if begins:
        current.name, current.weight, current.since = name, weight, len(above)
        lower.name, lower.cell, lower.weight = "", "", math.nan
    elif not known and not math.isnan(weight):
        current.weight = weight
        for indicator in above[current.since :]:
            indicator.level1_weight = weight
    if name or begins or not current.cell:
        current.cell = addresses[at]


def _fill_level2(current: _Level, spot: Spot) -> None:
    """Take the 二级指标 of this row, or keep that of the row above."""
    at, cell = spot
    name, weight = level(cell.text)
    if name:
        current.name, current.cell, current.weight = name, addresses[at], weight


def _is_subtotal(sheet: Sheet, row: int, name: TableColumn) -> bool:
    return any("form.subtotal" in hit.roles and hit.column <= name.right for hit in sheet.by_row[row])


def _is_marks_only(sheet: Sheet, row: int) -> bool:
    """A second line of column labels that holds nothing but （A） and （B）."""
    marked = False
    for column in sheet.rows.get(row, ()):
        text = cell_text(sheet.at(row, column)).strip()
        if text and not _MARK.fullmatch(squeeze(text)):
            return False
        marked |= bool(text)
    return marked


def _is_continued(sheet: Sheet, row: int, columns: dict[str, TableColumn], above: int) -> bool:
    """Whether name, 分值 and 得分 are merged down from above: one indicator with values in two rows."""
    scores = [columns[name] for name in ("name", "points", "own_score") if name in columns]
    return len(scores) > 1 and all(above < sheet.anchor(row, column.left)[0] < row for column in scores)


def _continue(row: int, spots: _Spots, indicator: Indicator) -> None:
    """Add the values of a further row to those of its indicator, line by line."""
    for side in ("target", "actual"):
        field: Text = getattr(indicator, side)
        if side not in spots or field.state != "value":
            continue
        at, cell = spots[side]
        if at[0] < row:
            continue
        more = text_of(cell, addresses[at])
        if more.state == "value":
            joined = f"{field.value}\n{more.value}"
            setattr(indicator, side, field._replace(value=joined))
            setattr(indicator, f"{side}_parse", joined)


def _indicator(
    sheet: Sheet,
    row: int,
    columns: dict[str, TableColumn],
    spots: _Spots,
    above: int,
    level1: _Level,
    level2: _Level,
) -> Indicator | None:
    """The indicator of a row, None where the row holds none."""
    if not _own_cells(sheet, row, columns, spots):
        return None
    name, in_percent = _name(sheet, row, columns["name"], spots.get("name"))
    points = _number(sheet, row, columns.get("points"), spots.get("points"), above)
    own_score = _number(sheet, row, columns.get("own_score"), spots.get("own_score"), above)
    target, nature, target_parse = _target(sheet, row, columns, spots)
    if in_percent and _is_percentage(target_parse):
        target_parse += "%"
    actual, actual_parse = _joined(sheet, row, columns.get("actual"), spots.get("actual"))
    if name.state == "value":
        if not (_filled(target) or _filled(actual) or _filled(points) or _filled(own_score)):
            return None
    elif not (_says(target) or _says(actual) or points.value > 0 or own_score.value > 0):
        return None
    return Indicator(
        level1=level1.name,
        level1_cell=level1.cell,
        level1_weight=level1.weight,
        level2=level2.name,
        level2_cell=level2.cell,
        name=name,
        nature=nature,
        target=target,
        actual=actual,
        points=points,
        own_score=own_score,
        reason=_reason(sheet, row, columns, spots),
        target_parse=target_parse,
        actual_parse=actual_parse,
        reviewer_score=_number(sheet, row, columns.get("reviewer_score"), spots.get("reviewer_score"), above),
        level2_weight=level2.weight,
    )


def _own_cells(sheet: Sheet, row: int, columns: dict[str, TableColumn], spots: _Spots) -> bool:
    """Whether a name or value stands in this row itself and not in a cell merged down from above."""
    if "name" in spots and spots["name"][0] == (row, columns["name"].left):
        return True
    cells = sheet.rows.get(row, {})
    return any(
        column in cells and (row, column) not in sheet.grid.anchor
        for name in ("name", "target", "actual", "points", "own_score")
        if name in columns
        for column in range(columns[name].left, columns[name].right + 1)
    )


def _blank(sheet: Sheet, row: int, column: TableColumn) -> Text:
    """A text field whose column shows nothing in this row."""
    return as_text(("", sheet.cell(row, column.left), "blank"))


def _name(sheet: Sheet, row: int, column: TableColumn, spot: Spot | None) -> tuple[Text, bool]:
    """三级指标 without the template's 指标1：, and whether it ends in （%）.

    The name is blank where nothing but the template stands in the cell.
    """
    if spot is None:
        return _blank(sheet, row, column), False
    at, cell = spot
    if cell.state != "value":
        return Text(cell.text, addresses[at], cell.state), _is_in_percent(cell.text)
    name, found, in_percent = _names[cell.text]
    return as_text((name, addresses[at], found)), in_percent


def _named(text: str) -> tuple[str, str, bool]:
    """The name of an indicator in a cell's text, its state, and whether it ends in （%）."""
    name, found = line(text)
    if found == "value":
        name = _ORDINAL.sub("", name)
        found = "blank" if _EMPTY_NAME.fullmatch(squeeze(name)) else state(name)
        if found == "blank":
            name = ""
        elif found == "value":
            name = name.strip()
    return name, found, _is_in_percent(name)


_names = CachedByArgument(_named, lambda text: len(text) <= _LONGEST_NAME)


def _is_in_percent(name: str) -> bool:
    return _IN_PERCENT.search(squeeze(name)) is not None


def _number(sheet: Sheet, row: int, column: TableColumn | None, spot: Spot | None, above: int) -> Number:
    """A score of this row; a cell merged over several rows is the first row's alone."""
    if column is None:
        return NO_NUMBER
    if spot is None:
        top = sheet.anchor(row, column.left)[0]
        return score_field(sheet, row, column.left) if not above < top < row else NO_NUMBER
    at, cell = spot
    if above < at[0] < row:
        return NO_NUMBER
    return score_of(cell, addresses[at])


def _joined(sheet: Sheet, row: int, column: TableColumn | None, spot: Spot | None) -> tuple[Text, str]:
    """A value, and what the grammar is given; ≥ and 50 in two cells under one label are joined."""
    if column is None:
        return NO_TEXT, ""
    if spot is None:
        return _blank(sheet, row, column), ""
    at, cell = spot
    field = text_of(cell, addresses[at])
    if column.left < column.right:
        fields = [text_of(cell, addresses[at]) for at, cell in spots_in(sheet, row, *column)]
        if len(fields) > 1 and all(field.state == "value" for field in fields):
            joined = "".join(field.value for field in fields)
            return Text(joined, field.cell, "value"), joined
    return field, _parse_text(cell, field)


def _parse_text(cell: Cell, field: Text) -> str:
    """What the grammar is given for a value: a date cell that hides its year is given in full."""
    if field.state != "value":
        return ""
    moment = cell.value
    if type(moment) is str:
        return field.value
    if isinstance(moment, datetime) and not _FULL_YEAR.search(field.value):
        if "d" in cell.number_format.lower():
            return f"{moment.year}-{moment.month:02d}-{moment.day:02d}"
        return f"{moment.year}年{moment.month}月"
    return field.value


def _target(sheet: Sheet, row: int, columns: dict[str, TableColumn], spots: _Spots) -> tuple[Text, str, str]:
    """年度指标值, its 指标性质, and what the grammar is given: ≥, 20 and 次 in three columns become ≥20次."""
    target, parse_text = _joined(sheet, row, columns.get("target"), spots.get("target"))
    if "adjusted" in spots:  # an adjusted target counts where it is filled
        adjusted, adjusted_text = _joined(sheet, row, columns["adjusted"], spots["adjusted"])
        if adjusted.state == "value" and not _UNCHANGED.fullmatch(squeeze(adjusted.value)):
            target, parse_text = adjusted, adjusted_text
    if "nature" not in columns and "measure" not in columns:
        return target, "", parse_text
    nature = _short(spots.get("nature"))
    if target.state != "value":
        return target, nature, parse_text
    value, where, found = target
    before, direction, after = _around(value, nature, _short(spots.get("measure")))
    return Text(f"{before}{value}{after}", where, found), nature, f"{before or direction}{parse_text}{after}"


@cached_if_small(60, 8192)
def _around(value: str, nature: str, measure: str) -> tuple[str, str, str]:
    """What of 指标性质 and 度量单位 belongs before a target, what its direction says there, what behind."""
    short, squeezed = squeeze(nature), squeeze(value)
    numeric = _DIGIT.search(value) is not None
    before, direction = "", ""
    if not _OPERATOR.match(squeezed):
        if _OPERATOR_ONLY.fullmatch(short) and (numeric or not _EQUALS.fullmatch(short)):
            before = nature
        elif numeric and (worded := _DIRECTION.fullmatch(short)):
            direction = "≥" if worded["more"] else "≤"
    after = measure if numeric and squeeze(measure) not in _NO_MEASURE else ""
    if after and squeezed.endswith(squeeze(after)):
        after = ""
    return before, direction, after


def _is_percentage(text: str) -> bool:
    """Whether a value is a number without a unit that can only be n % where its indicator is given in %."""
    bare = _BARE_NUMBER.fullmatch(squeeze(text))
    return bare is not None and float(bare.group(1)) > _LARGEST_FRACTION


def _short(spot: Spot | None) -> str:
    if spot is None:
        return ""
    cell = spot[1]
    return tidy(cell.text) if cell.state == "value" else ""


def _reason(sheet: Sheet, row: int, columns: dict[str, TableColumn], spots: _Spots) -> Text:
    """偏差原因 with the 改进措施 of a column of their own behind it; a merged cell counts for each row."""
    column = columns.get("reason")
    if column is None:
        return NO_TEXT
    if "reason" not in spots:
        return _blank(sheet, row, column)
    at, cell = spots["reason"]
    field = text_of(cell, addresses[at], one_line=False)
    if field.state == "value" and "improvement" in spots:
        below, extra = spots["improvement"]
        if below != at:
            more = text_of(extra, addresses[below], one_line=False)
            if more.state == "value":
                return with_measures(sheet, field, more)
    return field


def _filled(field: Text | Number) -> bool:
    return field.state not in ("blank", "absent", "not_applicable")


def _says(field: Text) -> bool:
    """Whether a value is more than what a template leaves behind (a formula's error, 0)."""
    return field.state == "value" and field.value not in ("0", "0.00", "无")
