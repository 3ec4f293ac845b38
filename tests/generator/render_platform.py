"""The 预算管理一体化 export: eleven columns, the parts printed one above the other."""

from __future__ import annotations

from tests.generator.canvas import Canvas, lines
from tests.generator.levels import Level, level_cells, levels_of
from tests.generator.look import Look, halved
from tests.generator.model import Form, Place

WIDTHS = (9, 11, 12, 22, 9.5, 11, 9.5, 13, 8, 8, 20)
PLATFORM = Look(breaks="", weights=False, annex=False)


def render_platform(form: Form, look: Look = PLATFORM) -> Canvas:
    """The form on a canvas whose top left cell is A1, with the place of every value."""
    canvas = Canvas(widths=dict(enumerate(WIDTHS)))
    canvas.put(0, 0, look.label("报表编号：990000_0013zp"), "plain")
    title = f"部门预算项目支出绩效自评表（{form.year}年度）" if form.year else "部门预算项目支出绩效自评表"
    canvas.block(1, 0, 1, 10, halved(title) if look.half else title, "title", Place("form", "", "title"))
    canvas.places[Place("form", "", "year")] = (1, 0)
    canvas.heights[1] = 34
    canvas.block(2, 0, 2, 1, look.label("项目名称"), "label")
    canvas.block(2, 2, 2, 10, form.project, "text", Place("form", "", "project"))
    canvas.block(3, 0, 3, 1, look.label("主管部门"), "label")
    canvas.block(3, 2, 3, 4, form.department, "value", Place("form", "", "department"))
    canvas.block(3, 5, 3, 6, look.label("实施单位 （盖章）"), "label")
    canvas.block(3, 7, 3, 10, form.unit, "value", Place("form", "", "unit"))
    row = _basics(canvas, form, look)
    row = _funds(canvas, form, look, row)
    row = _indicators(canvas, form, look, row)
    row = _below(canvas, form, look, row)
    canvas.fit_heights()
    return canvas


def _basics(canvas: Canvas, form: Form, look: Look) -> int:
    canvas.block(4, 0, 6, 0, "项目基本情况", "label")
    canvas.block(4, 1, 5, 1, "1.项目年度目标完成情况", "label")
    canvas.block(4, 2, 4, 5, look.label("项目年度目标"), "label")
    canvas.block(4, 6, 4, 10, look.label("年度目标完成情况"), "label")
    canvas.block(5, 2, 5, 5, form.goal, "text", Place("form", "", "goal"))
    canvas.block(5, 6, 5, 10, form.outcome, "text", Place("form", "", "outcome"))
    height = max(lines(str(form.goal or ""), 54), lines(str(form.outcome or ""), 58)) * 15.5 + 8
    canvas.heights[5] = max(height, 64)
    canvas.put(6, 1, "2.项目实施内容及过程概述", "label")
    canvas.block(6, 2, 6, 10, None, "text")
    return 7


def _funds(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    canvas.block(row, 0, row + len(form.funds), 0, look.label("预算执行情况（10分）"), "label")
    canvas.block(row, 1, row, 2, look.label("年度预算数（万元）"), "label")
    heads = ("年初预算", "调整后预算数", "预算执行数", "预算执行率", "权重", "得分", "原因")
    spans = ((3, 3), (4, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10))
    for head, (left, right) in zip(heads, spans, strict=True):
        canvas.block(row, left, row, right, look.label(head), "label")
    fields = ("initial", "budget", "executed", "rate", "points", "own_score")
    styles = ("money2", "money2", "money2", "rate", "points", "score")
    reason = Place("funds", "total", "reason")
    canvas.block(row + 1, 10, row + len(form.funds), 10, form.total.reason, "small", reason)
    for fund in form.funds:
        row += 1
        canvas.block(row, 1, row, 2, look.label(fund.label), "label", Place("funds", fund.line, "label"))
        for name, style, (left, right) in zip(fields, styles, spans[:6], strict=True):
            canvas.block(row, left, row, right, getattr(fund, name), style, Place("funds", fund.line, name))
    return row + 1


def _indicators(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    heads = ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分",
             "未完成原因分析")  # fmt: skip
    top = row
    for column, head in enumerate(heads, 1):
        canvas.put(row, column, look.label(head), "label")
    rows = levels_of(form, look)
    for level in rows:
        row += 1
        _indicator(canvas, form, level, row)
    level_cells(canvas, rows, top + 1, 1, look, str, str)
    canvas.block(top, 0, row, 0, look.label("绩效指标（90分）"), "label")
    return row + 1


def _indicator(canvas: Canvas, form: Form, level: Level, row: int) -> None:
    fields = (
        *(("name", "text"), ("nature", "value"), ("target", "value"), ("unit", "value"), ("actual", "value")),
        *(("points", "points"), ("own_score", "score"), ("reason", "text")),
    )
    for column, (name, style) in enumerate(fields, 3):
        if level.number is None:
            canvas.put(row, column, level.name if name == "name" else None, style)
            continue
        value = getattr(form.indicators[level.number - 1], name)
        canvas.put(row, column, value, style, Place("indicators", level.number, name))


def _below(canvas: Canvas, form: Form, look: Look, row: int) -> int:
    canvas.block(row, 0, row, 7, look.label("合计"), "label")
    canvas.put(row, 8, form.points_total, "points", Place("form", "", "points_total"))
    canvas.put(row, 9, form.own_total, "score", Place("form", "", "own_total"))
    canvas.put(row, 10, None, "value")
    for label, text in zip(("评价结论", "存在问题", "改进措施"), form.remarks or ("", "", ""), strict=True):
        row += 1
        canvas.put(row, 0, look.label(label), "label")
        canvas.block(row, 1, row, 10, text, "text")
        canvas.heights[row] = 40
    row += 1
    canvas.block(row, 0, row, 5, look.label(f"项目负责人：{form.leader or ''}"), "plain")
    canvas.block(row, 6, row, 10, look.label("财务负责人："), "plain")
    return row + 1
