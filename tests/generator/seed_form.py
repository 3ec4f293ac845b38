"""The form that the project starts from, as published: 政协委员履职平台专项运维, 2021.

Printed names stand as published. Stray blanks before punctuation and breaks in the middle of sentences, which
come from the print, are left out; breaks inside labels, ``-`` and 0 in the fund rows are kept.
"""

from __future__ import annotations

from decimal import Decimal

from tests.generator.canvas import Canvas, Ink
from tests.generator.expected import Expected
from tests.generator.look import Look
from tests.generator.model import Form, Fund, Indicator, Percent, Place, Truth, Value
from tests.generator.render_national import render_national

D = Decimal

_GOAL = """    委员履职平台是为委员提供服务的信息化平台，根据其设置功能，2021年重点以下工作目标：
1、为委员履职提供各项信息宣传服务，开展委员履职及机关人员服务委员情况进行评价；
2、为委员履职、参政议政提供网络信息安全保障；
3、为委员履职平台信息数据资料维护修改输入提供驻场运营服务保障；
4、租用政务云资源，保障委员履职平台的带宽、系统运行以及在政务云端的网络信息安全；
5、由于市政协委员履职平台按照等级保护三级进行建设，按照规定每年需要进行复测以及相关的安全咨询、渗透测试和漏洞扫描等安全加固和安全维护。"""
_OUTCOME = """  通过购买技术服务，将北京市政协委员履职平台应用系统部署到北京市政务云上，保证其服务符合管理办法；通过政府采购方式签订《北京市市级政务云服务协议》，保障政协履职平台正常运转；对“北京市政协委员履职平台”从安全物理环境、安全管理制度、安全管理机构、安全管理人员、安全运维管理等十个方面开展了网络安全等级测评，复测未发现高风险安全问题，保障委员履职平台的带宽、系统运行以及在政务云端的网络信息安全。"""  # noqa: E501
_SENTENCE = (
    "通过委员履职平台系统维护、信息资料输入、数据修改维护",
    "宣传北京市政协在我市民主政治建设中发挥的作用、展示委员参政议政的履职风采",
    "通过委员履职平台系统维护、信息资料输入、数据修改维护，宣传北京市政协在我市民主政治建设中发挥的作用、展示委员参政议政的履职风采",
)

_PRODUCT, _BENEFIT, _CONTENT = "产出指标", "效益指标", "满意度指标"
_ROWS: tuple[tuple[str, str, str, Value, Value, str, str, Truth], ...] = (
    (_PRODUCT, "数量指标", "渗透测试次数", 4, 2, "7", "3.50", Truth("positive", D(4), D(2))),
    (_PRODUCT, "数量指标", "漏洞扫描次数", 1, 2, "7", "7.00", Truth("positive", D(1), D(2))),
    (_PRODUCT, "数量指标", "驻场运维人数", 5, 5, "6", "6.00", Truth("positive", D(5), D(5))),
    (_PRODUCT, "质量指标", "信息系统安全保护等级", "三级", "三级", "2", "2.00", Truth("text")),
    (_PRODUCT, "质量指标", "系统正常运行率", "≥95%", "≥95%", "3", "3.00", Truth("positive", D(95), D(95))),
    (_PRODUCT, "质量指标", "系统运行故障率", "≤5%", "≤5%", "3", "3.00", Truth("reverse", D(5), D(5))),
    (_PRODUCT, "质量指标", "市级政务云租用及网络信息安全保障率", Percent(D(100), 0), Percent(D(100), 0),
     "2", "2.00", Truth("positive", D(100), D(100))),
    (_PRODUCT, "时效指标", "项目前期准备时间", "2021年3月前", "2021年3月前", "2", "2.00", Truth("deadline")),
    (_PRODUCT, "时效指标", "合同签订时间", "2021年6月前", "2021年12月", "2", "1.00", Truth("late")),
    (_PRODUCT, "时效指标", "工作总结完成时间", "2021年12月前", "2021年12月", "2", "2.00", Truth("deadline")),
    (_PRODUCT, "时效指标", "系统使用服务周期", "每天", "每天", "4", "4.00", Truth("text")),
    (_PRODUCT, "成本指标", "项目预算控制总数", "170万元", "152.15万元", "10", "8.95",
     Truth("reverse", D(170), D("152.15"))),
    (_BENEFIT, "社会效益指标", *_SENTENCE, "30", "25.00", Truth("judgement")),
    (_CONTENT, "服务对象满意度指标", "委员和机关工作人员的满意度", "≥90%", "超过90%", "10", "9.00",
     Truth("positive", D(90), D(90))),
)  # fmt: skip


def seed_form() -> Form:
    """The published form."""
    amounts = (D("200.000000"), D("170.000000"), D("152.149300"))
    rate = Percent(D("89.50"), 2)
    return Form(
        layout="national", year=2021, project="政协委员履职平台专项运维",
        department="中国人民政治协商会议北京市委员会办公厅 (财务处)", unit="北京市政协本级行政",
        leader="赵峰", phone=None, goal=_GOAL, outcome=_OUTCOME,
        funds=[
            Fund("total", "年度资金总额", *amounts, rate, D(10), D("8.95")),
            Fund("fiscal", "其中:当年财政拨款", *amounts, rate, D(10), D("8.95")),
            Fund("carryover", "     上年结转资金", "-", "-", "-", 0),
            Fund("other", "     其他资金", "-", "-", "-", 0, None, "—"),
        ],
        indicators=[
            Indicator(level1, level2, name, target, actual, D(points), D(own), truth)
            for level1, level2, name, target, actual, points, own, truth in _ROWS
        ],
        weights={_PRODUCT: D(50), _BENEFIT: D(30), _CONTENT: D(10)},
        own_total=D("87.40"),
    )  # fmt: skip


_LEVELS = {
    (1, "level1"): "产\n出\n指\n标\n\n(50分)",
    (13, "level1"): "效\n益\n指\n标\n\n(30分)",
    (14, "level1"): "满意度指\n标\n（10分）",
    (13, "level2"): "社会效益\n指标",
    (14, "level2"): "服务对象\n满意度指\n标",
}


def seed_canvas() -> Canvas:
    """The published form as it was laid out."""
    canvas = render_national(seed_form(), Look())
    for (number, field), text in _LEVELS.items():
        cell = canvas.places[Place("indicators", number, field)]
        canvas.cells[cell] = Ink(text, canvas.cells[cell].style)
    return canvas


def seed_expected() -> list[Expected]:
    """docs/specification.md, section 7, line by line."""
    found = [("R301", "error", n, "reason") for n in (1, 9, 12, 13, 14)]
    found += [("R301", "warning", 2, "reason")]
    found += [("I205", "info", n, "actual") for n in (5, 6, 8)]
    found += [("I206", "info", n, "own_score") for n in (9, 13)]
    found += [("I202", "warning", n, "own_score") for n in (12, 14)]
    return [Expected(check, level, Place("indicators", n, field)) for check, level, n, field in found]
