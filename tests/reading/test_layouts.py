"""Layout families are data: the shipped ones, an office's own, and files that cannot be used."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import ast
import os
import re
import time
from pathlib import Path

import pytest

import perfbatch
from perfbatch.reading.form.forms import read_forms
from perfbatch.reading.labels import label_of
from perfbatch.reading.layouts import KEYS, Layout, LayoutError, load_layouts
from tests.drawn import draw, drawn

OWN = """
name = "village"
about = "某镇村级项目自评表"
default_rules = "mof-2020"
money_unit = "元"

[form]
title = ["村级项目打分表"]
total = ["打分合计"]

[header]
project = ["做的什么事"]
department = ["管事单位"]
unit = ["办事单位"]

[funds.columns]
budget = ["打算花"]
executed = ["实际花"]
rate = ["花了几成"]
points = ["满分"]
own_score = ["打分"]

[funds.lines]
total = ["一共"]

[indicators.columns]
level1 = ["大类"]
name = ["做到什么"]
target = ["打算"]
actual = ["做到"]
points = ["满分"]
own_score = ["打分"]
reason = ["没做到的原因"]
"""
VILLAGE = """
| 村级项目打分表（2022年度） | < | < | < | < | < |
| 做的什么事 | 修路 | < | < | < | < |
| 管事单位 | 镇政府 | < | 办事单位 | 村委会 | < |
| 钱 | 打算花 | 实际花 | 花了几成 | 满分 | 打分 |
| 一共 | 100000 | 80000 | 80% | 10 | 8 |
| 大类 | 做到什么 | 打算 | 做到 | 满分 | 打分 |
| 产出指标 | 修路长度 | ≥2公里 | 2公里 | 60 | 60 |
| 满意度指标 | 村民满意度 | ≥90% | 95% | 30 | 30 |
| 打分合计 | < | < | < | 100 | 98 |
"""


def own(folder: Path, text: str = OWN) -> Path:
    """An office's own layout file."""
    path = folder / "本单位.toml"
    path.write_text(text, encoding="utf-8")
    return path


def names(path: Path | None = None) -> list[str]:
    """The families in order."""
    return [layout.name for layout in load_layouts(path)]


SHIPPED = ["national", "no_points", "platform", "points_in_labels", "target_sheet", "whole_department"]


def test_shipped_families():
    """Each with its rule book, what its forms are of, and where their 分值 stand."""
    found = {layout.name: (layout.default_rules, layout.kind, layout.points) for layout in load_layouts()}
    assert found == {
        "national": ("beijing-2021", "project", "column"),
        "no_points": ("mof-2020", "project", "none"),
        "platform": ("platform-2023", "project", "column"),
        "points_in_labels": ("mof-2020", "project", "labels"),
        "target_sheet": ("mof-2020", "targets", "any"),
        "whole_department": ("mof-2020", "department", "any"),
    }
    assert list(found) == SHIPPED


def test_no_line_of_code_knows_a_family():
    """Their names stand in the data files alone: no string of the package is one."""
    files = list((Path(perfbatch.__file__).parent).rglob("*.py"))
    assert len(files) > 100
    strings = {
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not {layout.name for layout in load_layouts()} & strings


def test_default_rule_books_exist():
    """A family's rule book is one of those shipped."""
    from perfbatch.rules import names as rule_books

    assert {layout.default_rules for layout in load_layouts()} <= set(rule_books())


def labels() -> list[tuple[Layout, str, str]]:
    """Every label of the shipped families with its role."""
    return [(layout, role, text) for layout in load_layouts()
            for role, texts in layout.labels.items() for text in texts]  # fmt: skip


def test_every_shipped_label_finds_its_role():
    """What a layout file lists is found again as it is written."""
    lost = [(layout.name, role, text) for layout, role, text in labels() if "*" not in text
            and role not in getattr(layout.lookup(text), "roles", {})]  # fmt: skip
    assert lost == []


def test_no_label_is_listed_twice_for_one_field():
    """A spelling that the normalisation makes equal to another need not be listed."""
    (national,) = (layout for layout in load_layouts() if layout.name == "national")
    for role, texts in national.labels.items():
        keys = [label_of(text) if "*" not in text else text for text in texts]
        twice = {text for text, key in zip(texts, keys, strict=True) if keys.count(key) > 1}
        assert not twice, (role, twice)


def test_a_family_from_a_data_file_alone(tmp_path):
    """A form with labels of its own is read once its layout file is there, and not before."""
    grid = draw(VILLAGE)
    assert read_forms(grid, load_layouts())[0] == []
    (found,) = read_forms(grid, load_layouts(own(tmp_path)))[0]
    assert (found.layout, found.money_unit, found.year.value) == ("village", "元", 2022)
    assert (found.texts["project"].value, found.texts["unit"].value) == ("修路", "村委会")
    assert [i.name.value for i in found.indicators] == ["修路长度", "村民满意度"]
    assert (found.funds[0].budget.value, found.funds[0].rate.number.value) == (100_000, 80)
    assert (found.own_total.value, found.fallbacks) == (98, [])


def test_an_own_family_leaves_other_forms_to_the_shipped_ones(tmp_path):
    """The seed stays a national form, the platform's export one of the platform."""
    layouts = load_layouts(own(tmp_path))
    assert names(own(tmp_path)) == ["village", *SHIPPED]
    assert read_forms(draw(drawn("seed")), layouts)[0][0].layout == "national"
    assert read_forms(draw(drawn("qingshen")), layouts)[0][0].layout == "platform"


def test_a_family_that_stands_on_another(tmp_path):
    """extends: only the labels that differ; the others are those of the family below."""
    path = own(tmp_path, 'name = "ours"\nextends = "national"\n[indicators.columns]\nactual = ["干得怎样"]\n')
    drawing = drawn("seed").replace("实际完成值\\n\\n（B）", "干得怎样")
    (found,) = read_forms(draw(drawing), load_layouts(path))[0]
    assert (found.layout, found.indicators[0].actual.value) == ("ours", "2")
    assert read_forms(draw(drawn("seed")), load_layouts(path))[0][0].layout == "national"


def test_an_office_may_add_to_a_shipped_family(tmp_path):
    """The same name takes the shipped one's place and may stand on it."""
    path = own(
        tmp_path, 'name = "national"\nextends = "national"\n[indicators.columns]\nactual = ["干得怎样"]\n'
    )
    assert names(path) == ["national", *(name for name in SHIPPED if name != "national")]
    drawing = drawn("seed").replace("实际完成值\\n\\n（B）", "干得怎样")
    (found,) = read_forms(draw(drawing), load_layouts(path))[0]
    assert found.layout == "national"


def test_labels_of_the_family_below_can_be_dropped(tmp_path):
    """replace: these labels do not come from the family below."""
    text = 'name = "ours"\nextends = "national"\nreplace = ["header.unit", "goals"]\n[header]\nunit = ["办事单位"]\n'
    family = load_layouts(own(tmp_path, text)).families[0]
    assert family.labels["header.unit"] == ("办事单位",)
    assert not any(role.startswith("goals.") for role in family.labels)


def test_a_folder_of_layouts(tmp_path):
    """Several families, a file each."""
    own(tmp_path)
    (tmp_path / "b.toml").write_text('name = "ours"\nextends = "village"\n', encoding="utf-8")
    assert set(names(tmp_path)) == {"village", "ours", *SHIPPED}


def test_a_changed_file_is_read_again(tmp_path):
    """Nothing of the old state stays."""
    path = own(tmp_path)
    assert names(path)[0] == "village"
    path.write_text(OWN.replace('"village"', '"town"'), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert names(path)[0] == "town"


@pytest.mark.parametrize(("text", "said"), [
    (OWN.replace("[header]", "[haeder]"), ["haeder.project", "indicators.columns.name"]),
    (OWN.replace("unit = [", "unti = ["), ["header.unti", "header.unit", "header.department"]),
    (OWN.replace("actual = ", "acutal = "), ["indicators.columns.acutal", "indicators.columns.actual"]),
    (OWN.replace('money_unit = "元"', 'money_unit = "美元"'), ["money_unit", "美元", "元、万元、亿元"]),
    (OWN.replace('["做的什么事"]', '"做的什么事"'), ["header.project", "应为文字的列表"]),
    (OWN.replace('["做的什么事"]', "[1]"), ["header.project", "应为文字的列表"]),
    (OWN.replace('name = "village"', "name = 3"), ["name", "应为文字"]),
    (OWN.replace('name = "village"', ""), ["缺少 name"]),
    (OWN.replace('name = "village"', 'name = "village"\nextends = "natoinal"'), ["extends", "natoinal", "national、no_points、platform"]),
    (OWN.replace('name = "village"', 'name = "village"\nextends = "village"'), ["extends", "自己"]),
    (OWN.replace('target = ["打算"]', ""), ["缺少 indicators.columns.target"]),
    (OWN.replace('["做的什么事"]', '["（）："]'), ["header.project", "不能作标签"]),
    (OWN + 'order = ["level1"]\n', ["indicators.columns.order"]),
    (OWN.replace("[indicators.columns]", '[indicators]\nrequired = ["goal"]\n[indicators.columns]'), ["indicators.required", "goal", "actual"]),
    (OWN.replace('name = "village"', 'name = "village"\nreplace = ["heade"]'), ["replace", "heade", "header"]),
    ("name = ", ["本单位.toml"]),
])  # fmt: skip
def test_a_mistake_in_a_layout_file_is_named(tmp_path, text, said):
    """File, key and what is allowed, in one sentence."""
    with pytest.raises(LayoutError) as error:
        load_layouts(own(tmp_path, text))
    assert all(word in str(error.value) for word in ["本单位.toml", *said]), str(error.value)


def test_files_that_cannot_be_read(tmp_path):
    """A path to nowhere, an empty folder, a file in another encoding."""
    with pytest.raises(LayoutError, match="不存在"):
        load_layouts(tmp_path / "none.toml")
    with pytest.raises(LayoutError, match=r"没有 \.toml"):
        load_layouts(tmp_path)
    (tmp_path / "gbk.toml").write_bytes(OWN.encode("gbk"))
    with pytest.raises(LayoutError, match=r"gbk\.toml"):
        load_layouts(tmp_path / "gbk.toml")


def test_two_own_families_of_one_name(tmp_path):
    """The second is refused, and the first is named."""
    own(tmp_path)
    (tmp_path / "b.toml").write_text(OWN, encoding="utf-8")
    with pytest.raises(LayoutError, match="village"):
        load_layouts(tmp_path)


def test_the_page_on_layouts_names_every_key():
    """docs/layouts.md explains each key that a layout file may hold, and no other."""
    page = (Path(__file__).parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z0-9_.]+)`(?: ●)? \|", page, re.MULTILINE))
    assert explained - set(SHIPPED) == set(KEYS)
    assert set(SHIPPED) <= explained


def test_a_label_of_many_stars_holds_nothing_up(tmp_path: Path) -> None:
    """Whatever an office writes, and whatever a unit writes: a label is looked at once from front to end."""
    stars = "甲*" * 25 + "乙"
    (tmp_path / "office.toml").write_text(
        f'name = "office"\nextends = "national"\n[header]\nproject = ["{stars}", "项*目*名", "*书*称*"]\n',
        encoding="utf-8",
    )
    family = load_layouts(tmp_path / "office.toml").families[0]
    started = time.process_time()
    assert family.lookup("甲" * 60) is None
    assert time.process_time() - started < 1
    for text in ("项目名", "项的目的名", "书称", "证书名称号", "甲" * 25 + "丙乙"):
        found = family.lookup(text)
        assert (found is not None and "header.project" in found.roles) == (len(text) <= 24), text
    assert family.lookup("名目项") is None
