"""A short form in parts; a test replaces the part that it is about."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

from perfbatch.reading.form.find import Almost
from perfbatch.reading.form.forms import Form, read_forms
from perfbatch.reading.layouts import load_layouts
from tests.drawn import draw

TITLE = (
    "| 项目支出绩效自评表 | < | < | < | < | < | < | < | < |\n| （2021年度） | < | < | < | < | < | < | < | < |"
)
HEADER = """
| 项目名称 | < | 平台运维 | < | < | < | < | < | < |
| 主管部门 | < | 市政协 | < | 实施单位 | < | 市政协机关 | < | < |
| 项目负责人 | < | 赵峰 | < | 联系电话 | < | 66001234 | < | < |"""
FUNDS = """
| 项目资金（万元） | < |  | 年初预算数 | 全年预算数（A） | 全年执行数（B） | 分值 | 执行率 | 得分 |
| ^ | < | 年度资金总额 | #200 | #170 | #152.15 | #10 | 89.5% | #8.95 |
| ^ | < | 其中：当年财政拨款 | #200 | #170 | #152.15 | — | 89.5% | — |
| ^ | < | 上年结转资金 | - | - | - | — | — | — |
| ^ | < | 其他资金 |  |  |  | — | — | — |"""
GOALS = """
| 年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | < |
| ^ | 保障平台运行 | < | < | < | 平台运行正常 | < | < | < |"""
LABELS = "| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |"
INDICATORS = """
| ^ | 产出指标 | 数量指标 | 巡检次数 | ≥12次 | 12次 | #50 | #50 |  |
| ^ | 效益指标 | 社会效益指标 | 投诉率 | ≤5% | 3% | #30 | #30 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度 | ≥90% | 95% | #10 | #10 |  |"""
TOTAL = "| 总分 | < | < | < | < | < | #100 | #98.95 |  |"
NOTES = "| 填报注意事项：1.得分一档最高不能超过该指标分值上限。 | < | < | < | < | < | < | < | < |"


def table(
    *, title: str = TITLE, header: str = HEADER, funds: str = FUNDS, goals: str = GOALS, labels: str = LABELS,
    indicators: str = INDICATORS, total: str = TOTAL, notes: str = NOTES,
) -> str:  # fmt: skip
    """The whole form with some of its parts replaced; an empty part is left out."""
    parts = (title, header, funds, goals, labels, indicators, total, notes)
    return "\n".join(part.strip() for part in parts if part.strip())


def forms(drawing: str) -> list[Form]:
    """The forms on a sheet drawn as a table."""
    return read_forms(draw(drawing), load_layouts())[0]


def form(drawing: str | None = None, **parts: str) -> Form:
    """The one form on a sheet drawn as a table, or of the given parts."""
    found = forms(drawing if drawing is not None else table(**parts))
    assert len(found) == 1, f"{len(found)} forms"
    return found[0]


def almost(drawing: str) -> Almost | None:
    """What a sheet without a form lacks."""
    found, lacking = read_forms(draw(drawing), load_layouts())
    assert found == []
    assert len(lacking) <= 1
    return lacking[0] if lacking else None


def rows(found: Form) -> list[tuple[str, str, str]]:
    """Level 1, level 2 and name of each indicator."""
    return [(i.level1, i.level2, i.name.value) for i in found.indicators]
