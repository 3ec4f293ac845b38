"""What a unit adds to its form beside the cells: a stamp, notes, text boxes, charts, drop-downs.

``perfbatch`` must leave all of it in the annotated copy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.generator.canvas import Canvas, address
from tests.generator.model import Place

ASSETS = Path(__file__).parent / "assets"
STAMP = ASSETS / "stamp.png"
MACROS = ASSETS / "vbaProject.bin"


def adorn(book: Any, paper: Any, canvas: Canvas, indicators: int) -> None:
    """Everything at once, none of it over a filled cell that a reader needs."""
    sheet = f"'{paper.get_name()}'"
    stamp = {"x_scale": 0.5, "y_scale": 0.5, "object_position": 3, "description": "样章"}
    row, column = canvas.places[Place("form", "", "unit")]
    paper.insert_image(row, column + 1, str(STAMP), stamp)
    scores = [canvas.places[Place("indicators", n, "own_score")] for n in (1, indicators)]
    points = [canvas.places[Place("indicators", n, "points")] for n in (1, indicators)]
    names = [canvas.places[Place("indicators", n, "name")] for n in (1, indicators)]
    _notes(paper, canvas)
    _chart(book, paper, sheet, canvas, names, scores)
    paper.insert_textbox(canvas.bottom + 22, 1, "联系人：综合科；如有疑问请来电核对。", {
        "width": 420, "height": 48, "font": {"name": "宋体", "size": 11}, "line": {"color": "#7F7F7F"},
        "align": {"vertical": "middle"},
    })  # fmt: skip
    row, column = canvas.places[Place("form", "", "leader")]
    paper.data_validation(row, column, row, column, {
        "validate": "list", "source": ["综合科", "财务科", "业务科", "项目科", "信息科", "办公室"],
    })  # fmt: skip
    paper.conditional_format(*scores[0], *scores[1], {"type": "data_bar", "bar_color": "#9BC2E6"})
    total = canvas.places[Place("form", "", "own_total")]
    span = f"{address(*points[0])}:{address(*points[1])}"
    paper.add_sparkline(total[0], total[1] + 1, {"range": f"{sheet}!{span}", "type": "column"})
    paper.set_header('&L&G&C&"宋体"项目支出绩效自评表', {"image_left": str(STAMP), "margin": 0.3})
    book.define_name("自评总分", f"={sheet}!{absolute(total)}")
    book.set_custom_property("填报批次", "2021年度第一批")
    bold = book.add_format({"bold": True, "font_name": "仿宋", "font_size": 9.5})
    plain = book.add_format({"font_name": "仿宋", "font_size": 9.5})
    note = book.add_format({"font_name": "仿宋", "font_size": 9.5, "text_wrap": True, "valign": "vcenter"})
    first = next(row for (row, column), ink in sorted(canvas.cells.items()) if ink.style == "note")
    head, rule = "填报注意事项：", "1.得分一档最高不能超过该指标分值上限。"
    paper.write_rich_string(first, 0, bold, head, plain, rule, note)


def _notes(paper: Any, canvas: Canvas) -> None:
    row, column = canvas.places[Place("funds", "total", "executed")]
    paper.write_comment(row, column, "财务科：执行数取自决算报表。", {"author": "财务科", "x_scale": 1.4})
    row, column = canvas.places[Place("indicators", 1, "own_score")]
    paper.write_comment(row, column, "业务科：证明材料见附件一。", {"author": "业务科", "x_scale": 1.4})


def _chart(book: Any, paper: Any, sheet: str, canvas: Canvas, names: list[tuple[int, int]],
           scores: list[tuple[int, int]]) -> None:  # fmt: skip
    chart = book.add_chart({"type": "column"})
    chart.add_series({
        "name": "得分",
        "categories": f"={sheet}!{absolute(names[0])}:{absolute(names[1])}",
        "values": f"={sheet}!{absolute(scores[0])}:{absolute(scores[1])}",
    })  # fmt: skip
    chart.set_title({"name": "各指标得分", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 640, "height": 300})
    paper.insert_chart(canvas.bottom + 3, 1, chart)


def absolute(cell: tuple[int, int]) -> str:
    """$A$1 of a 0-based cell."""
    letters = address(*cell).rstrip("0123456789")
    return f"${letters}${cell[0] + 1}"
