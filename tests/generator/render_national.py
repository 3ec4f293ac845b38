"""The national/Beijing form as its template lays it out: nine columns, narrow labels at the left."""

from __future__ import annotations

from tests.generator.canvas import Canvas
from tests.generator.catalogue import load
from tests.generator.levels import Level, level_cells, levels_of
from tests.generator.look import PLAIN, Look
from tests.generator.model import Form, Place

WIDTHS = (5, 9, 11, 22, 15, 15, 7.5, 9.5, 19)
FUND_FIELDS = ("initial", "budget", "executed", "points", "rate", "own_score")
FUND_STYLES = ("money", "money", "money", "points", "rate", "score")


def render_national(form: Form, look: Look = PLAIN, notes: tuple[str, ...] | None = None) -> Canvas:
    """The form on a canvas whose top left cell is A1, with the place of every value."""
    canvas = Canvas(widths=dict(enumerate(WIDTHS)))
    row = _title(canvas, form, look)
    row = _header(canvas, form, look, row)
    row = _funds(canvas, form, look, row)
    row = _goals(canvas, form, look, row)
    row = _indicators(canvas, form, look, row)
    row = _total(canvas, form, look, row)
    for text in load("texts")["notes"] if notes is None else notes:
        canvas.block(row, 0, row, 8, text, "note")
        row += 1
    canvas.fit_heights()
    return canvas


def _title(canvas: Canvas, form: Form, look: Look) -> int:
    row = 0
    if look.annex:
        canvas.put(0, 0, "附件2", "plain")
        row = 1
    year = Place("form", "", "year")
    if look.year_in_title:
        text = f"{form.year}年度项目支出绩效自评表" if form.year else "项目支出绩效自评表"
        canvas.block(row, 0, row, 8, text, "title", Place("form", "", "title"))
        canvas.places[year] = (row, 0)
        canvas.heights[row] = 34
        return row + 1
    canvas.block(row, 0, row, 8, "项目支出绩效自评表", "title", Place("form", "", "title"))
    canvas.block(row + 1, 0, row + 1, 8, look.label(f"（{form.year or '    '}年度）"), "subtitle", year)
    canvas.heights[row] = 34
    return row + 2


def _header(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    canvas.block(row, 0, row, 1, look.label("项目名称"), "label")
    canvas.block(row, 2, row, 8, form.project, "value", Place("form", "", "project"))
    pairs = (("主管部门", "department", "实施单位", "unit"), ("项目负责人", "leader", "联系电话", "phone"))
    for left, left_field, right, right_field in pairs:
        row += 1
        canvas.block(row, 0, row, 1, look.label(left), "label")
        canvas.block(row, 2, row, 4, getattr(form, left_field), "value", Place("form", "", left_field))
        canvas.put(row, 5, look.label(right), "label")
        canvas.block(row, 6, row, 8, getattr(form, right_field), "value", Place("form", "", right_field))
    return row + 1


def _funds(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    heads = ("年初预算数", "全年预算数（A）", "全年执行数\n（B）", "分值", "执行率", "得分")
    canvas.block(row, 0, row + len(form.funds), 1, look.label("项目资金\n（万元）"), "label")
    canvas.put(row, 2, None, "label")
    for column, head in enumerate(heads, 3):
        canvas.put(row, column, look.label(head), "label")
    for fund in form.funds:
        row += 1
        canvas.put(row, 2, fund.label, "label", Place("funds", fund.line, "label"))
        for column, (name, style) in enumerate(zip(FUND_FIELDS, FUND_STYLES, strict=True), 3):
            canvas.put(row, column, getattr(fund, name), style, Place("funds", fund.line, name))
    return row + 1


def _goals(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    canvas.block(row, 0, row + 1, 0, look.narrow("年度总体目标"), "label")
    canvas.block(row, 1, row, 4, look.label("预期目标"), "label")
    canvas.block(row, 5, row, 8, look.label("实际完成情况"), "label")
    canvas.block(row + 1, 1, row + 1, 4, form.goal, "text", Place("form", "", "goal"))
    canvas.block(row + 1, 5, row + 1, 8, form.outcome, "text", Place("form", "", "outcome"))
    canvas.heights[row + 1] = max(_goal_height(form), 110)
    return row + 2


def _goal_height(form: Form) -> float:
    from tests.generator.canvas import lines

    return max(lines(str(form.goal or ""), 57), lines(str(form.outcome or ""), 51)) * 15.5 + 8


def _indicators(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    heads = ("一级指标", "二级指标", "三级指标", "年度指标值（A）", "实际完成值\n（B）", "分值", "得分",
             "偏差原因分析及\n改进措施")  # fmt: skip
    top = row
    for column, head in enumerate(heads, 1):
        canvas.put(row, column, look.label(head), "label")
    rows = levels_of(form, look)
    for level in rows:
        row += 1
        _indicator(canvas, form, level, row)
    level_cells(canvas, rows, top + 1, 1, look, lambda level1: _weighted(form, level1, look), _level2)
    canvas.block(top, 0, row, 0, look.narrow("绩效指标"), "label")
    return row + 1


def _indicator(canvas: Canvas, form: Form, level: Level, row: int) -> None:
    if level.number is None:
        canvas.put(row, 3, level.name, "text")
        for column in range(4, 9):
            canvas.put(row, column, None, "value")
        return
    indicator = form.indicators[level.number - 1]
    fields = (("name", "text"), ("target", "value"), ("actual", "value"), ("points", "points"),
              ("own_score", "score"), ("reason", "text"))  # fmt: skip
    for column, (name, style) in enumerate(fields, 3):
        canvas.put(row, column, getattr(indicator, name), style, Place("indicators", level.number, name))


def _weighted(form: Form, level1: str, look: Look) -> str:
    label = look.narrow(level1)
    if not look.weights or level1 not in form.weights:
        return label
    weight = f"({form.weights[level1]:f}分)" if look.half else f"（{form.weights[level1]:f}分）"
    return f"{label}{look.weight_break}{weight}"


def _level2(level2: str) -> str:
    return level2.replace("指标", "\n指标") if len(level2) > 5 else level2


def _total(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    text = "总  分：" if look.spaced else "总分："
    canvas.block(row, 0, row, 5, look.label(text), "label")
    canvas.put(row, 6, form.points_total, "points", Place("form", "", "points_total"))
    canvas.put(row, 7, form.own_total, "score", Place("form", "", "own_total"))
    canvas.put(row, 8, None, "value")
    return row + 1
