"""Where a form has its 分值: in a column, printed in the labels of its levels, or nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from perfbatch.reading.form.fields import Number, score_field
from perfbatch.reading.form.indicator import Indicator
from perfbatch.reading.form.sheet import Sheet, TableColumn, cell_text
from perfbatch.reading.labels import level
from perfbatch.text import squeeze, tidy
from perfbatch.values.typed_numbers import written_number

_PRINTED = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d+)?分(?:\)|$|[*×])")
_BEHIND_NAME = re.compile(r"\((?:满分|分值|权重|共|计)?:?(\d{1,3}(?:\.\d+)?)分\)$")
_LONGEST = 40
_SCORES = ("points", "own_score")


def points_fit(
    sheet: Sheet, columns: Mapping[str, TableColumn], funds: Sequence[str], top: int, header: int, bottom: int
) -> bool:
    """Whether a form's 分值 stand where its family has them (``Layout.points``).

    ``columns`` are those of its indicators, ``funds`` the names of its fund columns; the form's rows are
    ``top`` … ``bottom``, its labels over the indicators end in row ``header``. A column of numbers whose
    label nobody knows may be the 分值: then nothing fits but a column 分值.
    """
    where = sheet.layout.points
    if "points" in columns:
        return where in ("column", "any")
    if where == "column" or _has_nameless_numbers(sheet, columns, header, bottom):
        return False
    scored = "own_score" in columns
    if where == "labels":
        return scored or _is_printed(sheet, columns, top, bottom)
    if where == "none":
        in_funds = any(name in funds for name in _SCORES)
        return not (
            scored
            or in_funds
            or _is_printed(sheet, columns, top, bottom)
            or _has_total(sheet, header, bottom)
        )
    return True


def points_place(columns: Mapping[str, TableColumn], indicators: Sequence[Indicator]) -> str:
    """column, labels or none: where the 分值 of a form that was read stand."""
    if "points" in columns:
        return "column"
    printed = any(one.points.state == "value" for one in indicators)
    return "labels" if printed or "own_score" in columns else "none"


def share_out(indicators: Sequence[Indicator]) -> None:
    """Give indicators the 分值 printed in their own label, or in that of a level that is theirs alone."""
    alone2 = Counter(one.level2_cell for one in indicators)
    alone1 = Counter(one.level1_cell for one in indicators)
    for one in indicators:
        found = _BEHIND_NAME.search(squeeze(one.name.value))
        if found:
            one.points = Number(float(found[1]), tidy(one.name.value), one.name.cell, "value")
            plain = one.name.value
            one.name = one.name._replace(
                value=re.sub(r"\s*[(（〔\[][^()（）]*分\s*[)）〕\]]\s*$", "", plain) or plain
            )
        elif one.level2_weight == one.level2_weight and alone2[one.level2_cell] == 1:
            one.points = Number(one.level2_weight, f"{one.level2_weight:g}分", one.level2_cell, "value")
        elif (
            one.level1_weight == one.level1_weight
            and one.level2_weight != one.level2_weight
            and alone1[one.level1_cell] == 1
        ):
            one.points = Number(one.level1_weight, f"{one.level1_weight:g}分", one.level1_cell, "value")


def _is_printed(sheet: Sheet, columns: Mapping[str, TableColumn], top: int, bottom: int) -> bool:
    """Whether a label left of the values prints 分值: 产出指标(40分), 项目决策2分."""
    values = [columns[name].left for name in ("target", "actual") if name in columns]
    first_value = min(values, default=max(column.right for column in columns.values()))
    levels = {columns[name].left for name in ("level1", "level2") if name in columns}
    return any(
        _PRINTED.search(squeeze(text)) or (column in levels and level(text)[1] == level(text)[1])
        for column, text in _texts(sheet, top, bottom)
        if column < first_value and len(text) <= _LONGEST
    )


def _texts(sheet: Sheet, top: int, bottom: int) -> Iterator[tuple[int, str]]:
    for row in range(top, bottom + 1):
        for column in sheet.rows.get(row, ()):
            yield column, cell_text(sheet.at(row, column))


def _has_nameless_numbers(sheet: Sheet, columns: Mapping[str, TableColumn], header: int, bottom: int) -> bool:
    """Whether a column without a known label holds numbers and hardly anything else."""
    named = {c for left, right in columns.values() for c in range(left, right + 1)}
    leftmost, rightmost = min(named), max(named)
    for column in range(leftmost, rightmost + 2):
        if column in named or sheet.is_label(header, column):
            continue
        texts = [text for row in range(header + 1, bottom + 1)
                 if (text := cell_text(sheet.rows.get(row, {}).get(column)).strip())]  # fmt: skip
        written = [written_number(text) for text in texts]
        numbers = sum(number is not None and number.unit in ("", "分") for number in written)
        if numbers and numbers * 2 > len(texts):
            return True
    return False


def _has_total(sheet: Sheet, header: int, bottom: int) -> bool:
    """Whether 总分 stands below the table with a number beside it."""
    return any(
        "form.total" in hit.roles and hit.exact
        and any(score_field(sheet, hit.row, column).state == "value"
                for column in sheet.rows.get(hit.row, ()) if column > hit.right)
        and min(sheet.rows[hit.row]) == hit.column
        for hit in sheet.between(header + 1, bottom + 1)
    )  # fmt: skip
