"""Rows that a form scores beside funds and indicators: 项目决策2分, 项目管理13分, above the indicators."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from perfbatch.reading.form.fields import score_field
from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.sheet import Hit, Sheet, TableColumn

_SCORES = ("points", "own_score")


class OtherScores(NamedTuple):
    """Sums of 分值 and 得分 of these rows in 分; NaN where the form has none."""

    points: float
    own: float


def other_scores(sheet: Sheet, place: FormPlace) -> OtherScores:
    """The sums over rows with a 分值 and a 得分 below labels of their own, funds and indicators left out."""
    points, own = math.nan, math.nan
    columns: dict[str, TableColumn] = {}
    for row in range(place.top, place.indicators.top):
        if place.funds is not None and place.funds.top <= row <= place.funds.bottom:
            columns = {}
            continue
        labels = [hit for hit in sheet.by_row.get(row, ()) if hit.indicator_columns]
        if labels:
            columns = _score_columns(labels)
        if labels or not columns:
            continue
        values = [score_field(sheet, row, columns[name].left) for name in _SCORES]
        if values[0].state == "value" and values[0].cell == sheet.cell(row, columns["points"].left):
            points = values[0].value + (0.0 if math.isnan(points) else points)
            if values[1].state == "value":
                own = values[1].value + (0.0 if math.isnan(own) else own)
    return OtherScores(points, own)


def _score_columns(labels: Iterable[Hit]) -> dict[str, TableColumn]:
    """The columns 分值 and 得分 among the labels of a row, both or none."""
    columns: dict[str, TableColumn] = {}
    for hit in labels:
        for name in _SCORES:
            if name in hit.indicator_columns and name not in columns:
                columns[name] = TableColumn(hit.column, hit.right)
    return columns if len(columns) == len(_SCORES) else {}
