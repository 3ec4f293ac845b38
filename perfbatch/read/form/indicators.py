"""绩效指标: the rows below the column labels, with their levels filled down, to the total or the notes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime

from perfbatch.read.form.fields import (
    NO_NUMBER,
    NO_TEXT,
    Number,
    Text,
    score_field,
    state,
    text_field,
    text_of,
)
from perfbatch.read.form.find import Column, Place
from perfbatch.read.form.sheet import Hit, Sheet, shown
from perfbatch.read.form.table_end import end_of_table, is_total, total_further_down
from perfbatch.read.labels import level, squeeze, tidy

_ORDINAL = re.compile(r"^\s*(?:三级)?指标\s*(?:[\d]{1,2}|[一二三四五六七八九十]{1,2})\s*[:：、.．]?\s*")
_EMPTY_NAME = re.compile(r"(?:[.·。…⋯、,]*|无|指标名称|三级指标|\(?可?(?:自行)?填写?\)?|等)[:;.]*")
_OPERATOR = re.compile(r"[≥≤>＞<＜=＝≧≦≠]|(?:大于|小于|不低于|不少于|不高于|不超过|等于)")
_OPERATOR_ONLY = re.compile(r"(?:[≥≤>＞<＜=＝≧≦]|大于等于|小于等于|大于或等于|小于或等于|大于|小于|等于)+")
_EQUALS = re.compile(r"[=＝]+|等于")
_DIRECTION = re.compile(r"(?:(?P<more>正向|越大越好|越高越好)|反向|逆向|负向|越小越好|越低越好)(?:指标)?")
"""指标方向 in words: 正向 means at least the target, 反向 at most."""
_NO_MEASURE = frozenset({"", "无", "/", "-", "--", "定性", "文字", "文字描述"})
_MARK = re.compile(r"\(?[A-C]\)?(?:/\(?[A-C]\)?)?")
_IN_PERCENT = re.compile(r"\((?:单位:)?(?:%|百分比)\)$")
_BARE_NUMBER = re.compile(r"\D{0,4}?(\d+(?:\.\d+)?)")
_LARGEST_FRACTION = 1.5
"""A bare number up to this may be a share (0.95) even beside 满意度（%）."""
_LONGEST_HEADING = 30
_FULL_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(slots=True)
class Indicator:
    """One 三级指标. ``target_parse`` and ``actual_parse`` are what the value grammar is given."""

    level1: str
    level1_cell: str
    level1_weight: float
    level2: str
    level2_cell: str
    name: Text
    nature: str
    target: Text
    actual: Text
    points: Number
    own_score: Number
    reason: Text
    target_parse: str
    actual_parse: str


@dataclass(slots=True)
class Table:
    """The indicators, the row of the total (None without one) and the last row that belongs to the table."""

    indicators: list[Indicator]
    total: Hit | None
    end: int


@dataclass(slots=True)
class _Level:
    """The level that rows stand under; ``since`` is the number of indicators above it."""

    name: str = ""
    cell: str = ""
    weight: float = math.nan
    since: int = 0


def indicator_table(sheet: Sheet, place: Place) -> Table:
    """Read the table row by row. Rows without name and values, and template rows, are no indicators."""
    header = place.indicators
    columns = dict(header.columns)
    if "name" not in columns:  # a form of two levels
        lowest = "level2" if "level2" in columns else "level1"
        columns["name"] = columns.pop(lowest)
    edge = columns["name"].right
    scores = [columns[name].left for name in ("points", "own_score") if name in columns]
    first_score = max(edge + 1, min(scores, default=0))
    level1, level2 = _Level(), _Level()
    indicators: list[Indicator] = []
    end = header.bottom
    for row in range(header.bottom + 1, place.bottom + 1):
        hit = end_of_table(sheet, row, columns["name"], first_score)
        if hit is not None:
            total = hit if is_total(hit) else total_further_down(sheet, row, place.bottom, columns)
            return Table(indicators, total, row - 1)
        if row in place.repeated or (row not in sheet.rows and not _continues(sheet, row, columns)):
            continue
        if _is_heading(sheet, row, columns):
            _take_heading(level1, level2, sheet, row, columns["name"].left, indicators)
            continue
        if "level1" in columns:
            _fill_level1(level1, level2, sheet, row, columns["level1"], indicators)
        if "level2" in columns:
            _fill_level2(level2, sheet, row, columns["level2"])
        if _is_subtotal(sheet, row, columns) or (row == header.bottom + 1 and _is_marks_only(sheet, row)):
            continue
        if indicators and _is_continued(sheet, row, columns, header.bottom):
            _continue(sheet, row, columns, indicators[-1])
            end = row
            continue
        indicator = _indicator(sheet, row, columns, header.bottom, level1, level2)
        if indicator is not None:
            indicators.append(indicator)
            end = row
    return Table(indicators, None, end)


def _continues(sheet: Sheet, row: int, columns: dict[str, Column]) -> bool:
    """Whether merged cells from above reach into a row that has no cell of its own."""
    return any(sheet.at(row, column.left) is not None for column in columns.values())


def _is_heading(sheet: Sheet, row: int, columns: dict[str, Column]) -> bool:
    """Whether one cell spans the row from the levels into the values: a heading or a sentence."""
    values = [columns[name] for name in ("target", "actual") if name in columns]
    name = sheet.anchor(row, columns["name"].left)
    return sheet.at(*name) is not None and all(sheet.anchor(row, value.left) == name for value in values)


def _take_heading(
    level1: _Level, level2: _Level, sheet: Sheet, row: int, column: int, above: list[Indicator]
) -> None:
    """A heading across the table names the 一级指标 of what follows, where it reads like one."""
    at = sheet.anchor(row, column)
    text = shown(sheet.at(*at))
    name, weight = level(text) if len(text) <= _LONGEST_HEADING else ("", math.nan)
    if name.endswith("指标") and at[0] == row:
        level1.name, level1.cell, level1.weight, level1.since = name, sheet.cell(*at), weight, len(above)
        level2.name, level2.cell = "", ""


def _fill_level1(
    current: _Level, lower: _Level, sheet: Sheet, row: int, column: Column, above: list[Indicator]
) -> None:
    """Take the 一级指标 of this row, or keep that of the row above; a new one begins without a 二级指标.

    A weight in a cell of its own, below the name, belongs to the 一级指标 that it stands under.
    """
    at = _first_filled(sheet, row, column)
    if at is None:
        return
    name, weight = level(shown(sheet.at(*at)))
    known = not math.isnan(current.weight)
    if not name and (math.isnan(weight) or at[0] != row):
        return
    begins = name != current.name if name else known and weight != current.weight
    if begins:
        current.name, current.weight, current.since = name, weight, len(above)
        lower.name, lower.cell = "", ""
    elif not math.isnan(weight) and not known:
        current.weight = weight
        for indicator in above[current.since :]:
            indicator.level1_weight = weight
    if name or begins or not current.cell:
        current.cell = sheet.cell(*at)


def _fill_level2(current: _Level, sheet: Sheet, row: int, column: Column) -> None:
    """Take the 二级指标 of this row, or keep that of the row above."""
    at = _first_filled(sheet, row, column)
    name = level(shown(sheet.at(*at)))[0] if at is not None else ""
    if at is not None and name:
        current.name, current.cell = name, sheet.cell(*at)


def _first_filled(sheet: Sheet, row: int, column: Column) -> tuple[int, int] | None:
    """The place of the first value that is seen in a column of this row; a label may span several columns."""
    anchor, cells = sheet.grid.anchor, sheet.grid.cells
    for c in range(column.left, column.right + 1):
        at = anchor.get((row, c), (row, c))
        cell = cells.get(at)
        if (
            cell is not None
            and (cell.text.strip() or cell.state != "value")
            and (at[1] >= column.left or c == column.left)
        ):
            return at
    return None


def _is_subtotal(sheet: Sheet, row: int, columns: dict[str, Column]) -> bool:
    return any(
        "form.subtotal" in hit.roles and hit.column <= columns["name"].right
        for hit in sheet.by_row.get(row, ())
    )


def _is_marks_only(sheet: Sheet, row: int) -> bool:
    """A second line of column labels that holds nothing but （A） and （B）."""
    texts = [text for column in sheet.rows.get(row, ()) if (text := shown(sheet.at(row, column)).strip())]
    return bool(texts) and all(_MARK.fullmatch(squeeze(text)) for text in texts)


def _is_continued(sheet: Sheet, row: int, columns: dict[str, Column], above: int) -> bool:
    """Whether name, 分值 and 得分 are merged down from above: one indicator with values in two rows."""
    scores = [columns[name] for name in ("name", "points", "own_score") if name in columns]
    return len(scores) > 1 and all(above < sheet.anchor(row, column.left)[0] < row for column in scores)


def _continue(sheet: Sheet, row: int, columns: dict[str, Column], indicator: Indicator) -> None:
    """Add the values of a further row to those of its indicator, line by line."""
    for side in ("target", "actual"):
        column = columns.get(side)
        at = _first_filled(sheet, row, column) if column is not None else None
        field: Text = getattr(indicator, side)
        if at is None or at[0] < row or field.state != "value":
            continue
        more = text_field(sheet, *at)
        if more.state == "value":
            joined = f"{field.value}\n{more.value}"
            setattr(indicator, side, field._replace(value=joined))
            setattr(indicator, f"{side}_parse", joined)


def _indicator(
    sheet: Sheet, row: int, columns: dict[str, Column], above: int, level1: _Level, level2: _Level
) -> Indicator | None:
    """The indicator of a row, None where the row holds none."""
    if not _own_cells(sheet, row, columns):
        return None
    name = _name(sheet, row, columns["name"])
    points = _number(sheet, row, columns.get("points"), above)
    own_score = _number(sheet, row, columns.get("own_score"), above)
    target, nature, target_parse = _target(sheet, row, columns)
    if _IN_PERCENT.search(squeeze(name.value)) and _is_percentage(target_parse):
        target_parse += "%"
    actual, actual_parse = _joined(sheet, row, columns.get("actual"))
    written = _filled(target) or _filled(actual)
    scored = _filled(points) or _filled(own_score)
    if name.state == "value":
        if not (written or scored):
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
        reason=_reason(sheet, row, columns),
        target_parse=target_parse,
        actual_parse=actual_parse,
    )


def _own_cells(sheet: Sheet, row: int, columns: dict[str, Column]) -> bool:
    """Whether a name or value stands in this row itself and not in a cell merged down from above."""
    grid = sheet.grid
    return any(
        (row, column) in grid.cells and grid.anchor.get((row, column)) is None
        for name in ("name", "target", "actual", "points", "own_score")
        if name in columns
        for column in range(columns[name].left, columns[name].right + 1)
    )


def _name(sheet: Sheet, row: int, column: Column) -> Text:
    """三级指标 without the template's 指标1：; blank where only the template stands there."""
    at = _first_filled(sheet, row, column)
    if at is None:
        return text_field(sheet, row, column.left)
    field = text_field(sheet, *at)
    if field.state != "value":
        return field
    stripped = _ORDINAL.sub("", field.value)
    if _EMPTY_NAME.fullmatch(squeeze(stripped)):
        return Text("", field.cell, "blank")
    if state(stripped) != "value":
        return Text(stripped, field.cell, state(stripped))
    return Text(stripped.strip(), field.cell, "value")


def _number(sheet: Sheet, row: int, column: Column | None, above: int) -> Number:
    """A score of this row; a cell merged over several rows is the first row's alone."""
    if column is None:
        return NO_NUMBER
    at = _first_filled(sheet, row, column)
    if at is None:
        top = sheet.anchor(row, column.left)[0]
        return score_field(sheet, row, column.left) if not above < top < row else NO_NUMBER
    if above < at[0] < row:
        return NO_NUMBER
    return score_field(sheet, *at)


def _joined(sheet: Sheet, row: int, column: Column | None) -> tuple[Text, str]:
    """A value, and what the grammar is given; ≥ and 50 in two cells under one label are joined."""
    if column is None:
        return NO_TEXT, ""
    places = list(dict.fromkeys(
        at for c in range(column.left, column.right + 1)
        if (at := _first_filled(sheet, row, Column(c, c))) is not None
        and (at[1] >= column.left or c == column.left)
    ))  # fmt: skip
    if not places:
        return text_field(sheet, row, column.left), ""
    fields = [text_field(sheet, *at) for at in places]
    if len(fields) > 1 and all(field.state == "value" for field in fields):
        joined = Text("".join(field.value for field in fields), fields[0].cell, "value")
        return joined, joined.value
    return fields[0], _parse_text(sheet, places[0], fields[0])


def _parse_text(sheet: Sheet, at: tuple[int, int], field: Text) -> str:
    """What the grammar is given for a value: a date cell that hides its year is given in full."""
    if field.state != "value":
        return ""
    cell = sheet.at(*at)
    if cell is not None and isinstance(cell.value, datetime) and not _FULL_YEAR.search(field.value):
        moment = cell.value
        if "d" in cell.number_format.lower():
            return f"{moment.year}-{moment.month:02d}-{moment.day:02d}"
        return f"{moment.year}年{moment.month}月"
    return field.value


def _target(sheet: Sheet, row: int, columns: dict[str, Column]) -> tuple[Text, str, str]:
    """年度指标值, its 指标性质, and what the grammar is given: ≥, 20 and 次 in three columns become ≥20次."""
    target, parse_text = _joined(sheet, row, columns.get("target"))
    if "nature" not in columns and "measure" not in columns:
        return target, "", parse_text
    nature = _short(sheet, row, columns.get("nature"))
    if target.state != "value":
        return target, nature, parse_text
    short = squeeze(nature)
    measure = _short(sheet, row, columns.get("measure"))
    numeric = any(character.isdecimal() for character in target.value)
    before, direction = "", ""
    if not _OPERATOR.match(squeeze(target.value)):
        if _OPERATOR_ONLY.fullmatch(short) and (numeric or not _EQUALS.fullmatch(short)):
            before = nature
        elif numeric and (worded := _DIRECTION.fullmatch(short)):
            direction = "≥" if worded["more"] else "≤"
    after = measure if numeric and squeeze(measure) not in _NO_MEASURE else ""
    if after and squeeze(target.value).endswith(squeeze(after)):
        after = ""
    shown_target = f"{before}{target.value}{after}"
    parsed = f"{before or direction}{parse_text}{after}"
    return target._replace(value=shown_target), nature, parsed


def _is_percentage(text: str) -> bool:
    """Whether a value is a number without a unit that can only be n % where its indicator is given in %."""
    bare = _BARE_NUMBER.fullmatch(squeeze(text))
    return bare is not None and float(bare.group(1)) > _LARGEST_FRACTION


def _short(sheet: Sheet, row: int, column: Column | None) -> str:
    if column is None:
        return ""
    at = _first_filled(sheet, row, column)
    cell = sheet.at(*at) if at is not None else None
    return tidy(cell.text) if cell is not None and cell.state == "value" else ""


def _reason(sheet: Sheet, row: int, columns: dict[str, Column]) -> Text:
    """偏差原因 with the 改进措施 of a column of their own behind it; a merged cell counts for each row."""
    column = columns.get("reason")
    if column is None:
        return NO_TEXT
    at = _first_filled(sheet, row, column) or (row, column.left)
    field = text_of(sheet.at(*at), sheet.cell(*at), one_line=False)
    if field.state == "value" and "improvement" in columns:
        extra = _first_filled(sheet, row, columns["improvement"])
        if extra is not None and extra != at:
            more = text_field(sheet, *extra, one_line=False)
            if more.state == "value":
                return Text(f"{field.value}\n{more.value}", field.cell, "value")
    return field


def _filled(field: Text | Number) -> bool:
    return field.state not in ("blank", "absent", "not_applicable")


def _says(field: Text) -> bool:
    """Whether a value is more than what a template leaves behind (a formula's error, 0)."""
    return field.state == "value" and field.value not in ("0", "0.00", "无")
