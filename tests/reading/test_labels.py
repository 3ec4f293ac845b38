"""Labels and short values as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbatch.reading.labels import label_of, level
from perfbatch.text import squeeze, tidy


@pytest.mark.parametrize(("written", "meant"), [
    ("年\n度\n总\n体\n目\n标", "年度总体目标"),
    ("总  分：", "总分"),
    ("总　分", "总分"),
    ("全年预算数（A）", "全年预算数"),
    ("全年执行数\n\n（B）", "全年执行数"),
    ("执行率(B/A)", "执行率"),
    ("年度指标值A", "年度指标值"),
    ("项目资金                    （万\n元）", "项目资金"),
    ("项目资金(万元", "项目资金"),
    ("实施单位 (盖章)", "实施单位"),
    ("实施单位【公章】：", "实施单位"),
    ("1.项目年度目标完成情况", "项目年度目标完成情况"),
    ("一、项目名称", "项目名称"),
    ("（一）项目名称", "项目名称"),
    ("其中:当年财政拨款", "当年财政拨款"),
    ("其中： 财政资金", "财政资金"),
    ("　　其他资金", "其他资金"),
    ("*项目名称", "项目名称"),
    ("预算执行情况10分", "预算执行情况"),
    ("预算执行情况(10分)", "预算执行情况"),
    ("分值（权重）", "分值"),
    ("得\u200b分", "得分"),
    ("①一般公共预算", "一般公共预算"),
    ("主管部门及代码", "主管部门"),
    ("实施单位编码及名称", "实施单位"),
    ("（万元）", ""),
    ("：", ""),
])  # fmt: skip
def test_a_label_is_found_however_it_is_written(written, meant):
    """Line breaks, blanks of any width, brackets, colons, numbering and printed weights do not count."""
    assert label_of(written) == meant


@pytest.mark.parametrize(("written", "name", "weight"), [
    ("产\n出\n指\n标\n\n(50分)", "产出指标", 50),
    ("效益指标（30）", "效益指标", 30),
    ("满意度指标10分", "满意度指标", 10),
    ("产出指标\n50", "产出指标", 50),
    ("产出指标（50%）", "产出指标", 50),
    ("产出指标（权重：40分）", "产出指标", 40),
    ("（50分）", "", 50),
    ("满意度指\n标\n\n（10分）", "满意度指标", 10),
    ("社会效益\n指标", "社会效益指标", math.nan),
    ("一、产出指标", "产出指标", math.nan),
    ("（一）产出指标（12.5分）", "产出指标", 12.5),
    ("数量指标1", "数量指标1", math.nan),
    ("社会效益指标（可选）", "社会效益指标(可选)", math.nan),
    ("生态效益", "生态效益", math.nan),
    ("/", "", math.nan),
    ("", "", math.nan),
])  # fmt: skip
def test_a_level_gives_its_name_and_its_printed_weight(written, name, weight):
    """产出指标（50分） is 产出指标 with a weight of 50; brackets with other words stay."""
    found, printed = level(written)
    assert (found, printed) == (name, pytest.approx(weight, nan_ok=True))


@pytest.mark.parametrize(("written", "shown"), [
    ("市级政务云租用及网络信息安全保障\n率", "市级政务云租用及网络信息安全保障率"),
    ("  赵峰 ", "赵峰"),
    ("cloud\nservice", "cloud service"),
    ("办公厅 (财务处)", "办公厅 (财务处)"),
    ("　北京市\r\n政协　", "北京市政协"),
])  # fmt: skip
def test_a_short_value_stands_on_one_line(written, shown):
    """A line break inside Chinese is no blank; other blanks stay."""
    assert tidy(written) == shown


@given(st.text(max_size=150))
def test_any_text_can_be_looked_at_as_a_label(text):
    """Nothing raises, and a label has no blanks and stays itself."""
    found = label_of(text)
    assert not any(character.isspace() for character in found)
    assert level(text)[0] == level(text)[0]
    assert squeeze(squeeze(text)) == squeeze(text)
    assert tidy(tidy(text)) == tidy(text)
