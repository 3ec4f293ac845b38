"""``perfbatch explain FILE#SHEET!CELL`` on real forms: rules, kinds of cells, ways of failing."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from perfbatch.cli import app
from perfbatch.explaining import cell as reading_cell
from perfbatch.explaining.place import place_of
from perfbatch.explaining.sections import sections_of
from perfbatch.explaining.target import Target, parse_target
from perfbatch.options import Options
from perfbatch.rules import load
from perfbatch.words import load_words
from perfbatch.workbook.addresses import address
from tests.cli.command import SAMPLES, SEED
from tests.drawn import draw
from tests.drawn_files import with_xlsxwriter
from tests.generator import faulty

READABLE = [
    path for path in sorted(SAMPLES.rglob("*.xls[xm]"))
    if "加密" not in path.name and "损坏" not in path.name and not path.name.startswith("~$")
]  # fmt: skip
# Every rule on one sheet; the cells asked about are those of the column 得分.
RULES = """
| 项目支出绩效自评表 | < | < | < | < | < | < | < |
| （2021年度） | < | < | < | < | < | < | < |
| 项目名称 | 道路养护 | < | 主管部门 | 某局 | < | 实施单位 | 某中心 |
| 项目资金（万元） | < | 年初预算数 | 全年预算数（A） | 全年执行数（B） | 分值 | 执行率 | 得分 |
| 年度资金总额 | < | #100 | #0 | #0 | #10 |  | #0 |
| 一级指标 | 二级指标 | 三级指标 | 年度指标值（A） | 实际完成值（B） | 分值 | 得分 | 偏差原因分析及改进措施 |
| 产出指标（50分） | 数量指标 | 培训人数 | 1.5万人 | 10000人 | #9 | #6 |  |
| ^ | ^ | 超额三倍 | 2次 | 8次 | #10 | #8 | 需求增加，下一步按实际编制 |
| ^ | ^ | 检查次数 | 20–30次 | 15次 | #4 | #3 | 人手不足，今后加强 |
| ^ | 质量指标 | 合格率 | ≥95% | 0.96 | #5 | #5 |  |
| ^ | ^ | 故障率 | ≤5% | 8% | #5 | #3.13 | 设备老化，拟更换 |
| ^ | 时效指标 | 完工 | 2021年6月前 | 2021年5月 | #3 | #3 |  |
| ^ | ^ | 验收 | 2021年6月前 | 2021年8月 | #3 | #2 | 雨季耽误，今后提前安排 |
| ^ | ^ | 移交 | 2021年6月15日前 | 2021年6月 | #3 | #3 |  |
| ^ | 成本指标 | 养护成本 | 5元 | 3公里 | #3 | #3 |  |
| ^ | ^ | 道路等级 | 二级 | 二级。 | #5 | #5 |  |
| 效益指标（30分） | 社会效益 | 出行便利 | 明显改善 | 部分达成年度指标并具有一定效果 | #10 | #7 | 道路较窄，今后拓宽 |
| ^ | ^ | 群众反映 | 良好 | 群众普遍称赞 | #10 | #9 | 个别路段有投诉，继续改进 |
| ^ | ^ | 新增投诉 | 0 | #3 | #5 | #0 | 施工扰民，今后避免 |
| ^ | ^ | 新增隐患 | #0{0} | #0{0} | #5 | #5 |  |
| 满意度指标（10分） | 满意度 | 满意率 | ≥90% |  | #10 | #10 |  |
| 总分 | < | < | < | < | #100 | #85.13 |  |
"""
STORIES = {
    "G7": ["1.5万人” → 数值，数 1.5，单位 万人", "折算为 1万人 再比较", "1 ÷ 1.5 × 9.00 = 6.00", "正向",
           "（B−A）/A = -33.33%", "R301，● 必须整改"],
    "G8": ["8 ÷ 2 × 10.00 = 40.00", "超过分值，按分值计，得 10.00", "（8 − 2）÷ 2 = 300.00%",
           "达到 300% 一档", "10.00 − 10.00 × 20% = 8.00", "positive.excess_bands", "北京市2021年度自评表填报注意事项第2条",
           "≥300%：扣分值的 20%", "超额完成", "已说明原因"],
    "G9": ["区间，从 20 到 30，单位 次", "15 不在 20 到 30 之间，与较近的一端 20 比较", "15 ÷ 20 × 4.00 = 3.00"],
    "G10": ["符号 ≥，数 95，单位 %", "由另一方推定：完成值“0.96”按 96% 比较", "由指标值的符号“≥”决定",
            "96 ÷ 95 × 5.00 ≈ 5.052632", "按分值计，得 5.00"],
    "G11": ["反向，由指标值的符号“≤”决定", "5 ÷ 8 × 5.00 = 3.125", "3.125 四舍五入到 2 位小数，得 3.13"],
    "G12": ["时间，符号 ≤，不晚于 2021-06-30", "2021-05-01 至 2021-05-31",
            "完成时间 2021-05-31 不晚于期限 2021-06-30，得满分 3.00"],
    "G13": ["完成时间最早 2021-08-01，晚于期限 2021-06-30，属于逾期", "是，逾期", "没有重算得分，核验得分 2.00"],
    "G14": ["完成时间 2021-06-01 至 2021-06-30 跨过期限 2021-06-15，看不出是否按时", "judgement.formula"],
    "G15": ["“元”和完成值的单位“公里”不能比较", "I207"],
    "G16": ["完成值与指标值的文字相同", "text.formula"],
    "G17": ["三档定性：部分达成并具有一定效果", "10.00 × 60%～80% = 6.00～8.00；自评 7.00，核验得分 7.00", "tier.partly",
            "财预〔2020〕10号（定性指标）"],
    "G18": ["完成值的文字与指标值不同，完成得怎样要由人看", "I206"],
    "G19": ["反向，指标值是零，越少越好", "看的是“投诉”", "指标值是 0，完成值 3 大于 0，反向指标得 0.00"],
    "G20": ["完成值是 0，反向指标得满分 5.00"],
    "G21": ["没有实际完成值（B），不能计算", "S002"],
    "H5": ["执行率不能计算", "预算执行", "budget.formula"],
}  # fmt: skip


def explain(*arguments: object) -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


def read(target: Target) -> reading_cell.ExplainedCell:
    """The target's form."""
    return reading_cell.read_cell(target, Options(), load_words())


@pytest.fixture(scope="module")
def every_rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with RULES on its only sheet."""
    path = tmp_path_factory.mktemp("form") / "每种算法.xlsx"
    path.write_bytes(with_xlsxwriter([draw(RULES, "自评表")]))
    return path


@pytest.mark.parametrize("cell", STORIES)
def test_each_rule_has_its_story(every_rule: Path, cell: str) -> None:
    """Values as read, direction and who decided it, arithmetic with its numbers, clause, parameter."""
    told = explain(f"{every_rule}#自评表!{cell}").output
    missing = [words for words in STORIES[cell] if words not in told]
    assert missing == [], told


def test_the_story_of_the_seed_from_the_first_value_to_the_finding() -> None:
    """渗透测试次数, as docs/specification.md, section 7 has it, in reading order."""
    told = explain(f"{SEED}#项目支出绩效自评表!H15").output
    order = [
        "“渗透测试次数”（产出指标 > 数量指标）的得分", "beijing-2021", "“4” → 数值", "“2” → 数值",
        "正向，按名称的规则“数量、面积、人数”", "2 ÷ 4 × 7.00 = 3.50", "北京市2021年度自评表填报注意事项第2条", "positive.formula",
        "重算 3.50，核验得分 3.50，自评 3.50，相差 0.00（相差不超过 0.01，一致）",
        "（B−A）/A = -50.00%", "应当说明原因而没有说明（R301", "● 必须整改：R301 I15", "北京市2021年度自评表填报注意事项第3条",
    ]  # fmt: skip
    places = [told.find(words) for words in order]
    assert -1 not in places and places == sorted(places), told


def test_any_cell_of_the_row_tells_the_same_story() -> None:
    """Name, target, actual, points, score, reason: one indicator."""
    stories = [explain(f"{SEED}#{column}15").output for column in "DEFGHI"]
    assert all("2 ÷ 4 × 7.00 = 3.50" in story for story in stories)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (
            "F8",
            [
                "152.1493 ÷ 170 ≈ 8.949959".replace(" ≈", " × 10.00 ≈"),
                "四舍五入到 2 位小数，得 8.95",
                "执行率 89.50%",
            ],
        ),
        ("E9", ["当年财政拨款", "不单独计分", "170 万元"]),
        (
            "H29",
            [
                "12. 项目预算控制总数：分值 10.00，自评 8.95，核验得分 10.00",
                "（核验总分）89.45",
                "grade.bands",
            ],
        ),
        ("A29", ["总分一行", "87.40"]),
        ("B15", ["一级指标“产出指标”", "共用这一格的 12 项指标", "合计 50.00 分，印在名称里的是 50.00 分"]),
        ("B17", ["属于合并单元格 B15", "12 项指标"]),
        ("C4", ["表头：项目名称"]),
        ("A14", ["表内的一格，核验时不取值"]),
        ("AZ99", ["不在自评表内", "本工作表的自评表在"]),
    ],
)
def test_other_cells_say_what_they_are(cell: str, words: list[str]) -> None:
    """Budget row, other fund rows, total, shared labels, header, print, outside."""
    told = explain(f"{SEED}#{cell}").output
    assert [word for word in words if word not in told] == [], told


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.stem[:20])
def test_every_cell_of_every_sample_has_a_story(path: Path) -> None:
    """Nothing on a form or beside it makes it stumble, and every finding is told from its own cell."""
    sheet = "项目支出绩效自评表" if path == SEED else None
    frames = read(parse_target(f"{path}#{sheet or _first_sheet(path)}!A1")).frames
    for form in reading_cell.records(frames.forms):
        one = read(parse_target(f"{path}#{form['sheet']}!A1"))
        assert one.form is None or one.form["form_id"] == form["form_id"]
        one.form = form
        (top, left), (bottom, right) = reading_cell.corners(form["region"])
        told = {}
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                one.cell = address(row, column)
                place = place_of(one)
                if place.field or column == left:
                    told[one.cell] = str(sections_of(one))
        for finding in reading_cell.records(frames.findings[frames.findings["form_id"] == form["form_id"]]):
            assert finding["message"] in told[finding["cell"]], finding


def _first_sheet(path: Path) -> str:
    import perfbatch

    return str(perfbatch.read(path).forms["sheet"].iloc[0])


def test_the_book_changes_the_story(tmp_path: Path) -> None:
    """An office's threshold and entry are named with the book that set them."""
    book = tmp_path / "某区.toml"
    book.write_text(
        'extends = "beijing-2021"\n[parameters.deviation.excess]\nvalue = 20\n'
        '[[indicators]]\nlevel2 = "成本"\ndirection = "positive"\n', "utf-8",
    )  # fmt: skip
    over = explain(f"{SEED}#H16", "--rules", book).output
    assert "deviation.excess（（B-A）/A 达到此值即为偏离目标）= 20%（手册 某区）" in over
    cost = explain(f"{SEED}#H26", "--rules", book).output
    assert "正向，由规则手册 某区 的第 1 条逐项规定决定" in cost and "152.15 ÷ 170 × 10.00 = 8.95" in cost


def test_slope_is_written_out(tmp_path: Path) -> None:
    """An office's book that docks by degree: 10 % of the points for each 100 % beyond 100 %."""
    path = tmp_path / "表.xlsx"
    path.write_bytes(with_xlsxwriter([draw(RULES.replace("| 2次 | 8次 |", "| 2次 | 7次 |"))]))
    book = tmp_path / "某区.toml"
    book.write_text(
        'extends = "mof-2020"\n[parameters.positive.excess_bands]\n'
        "value = [{ from = 100, deduct = 0, more = 10 }, { from = 400, deduct = 30 }]\n"
        '[parameters.positive.excess_decided_by]\nvalue = "rule"\n', "utf-8",
    )  # fmt: skip
    told = explain(f"{path}#G8", "--rules", book).output
    assert "达到 100% 一档：0% +（250.00% − 100%）÷ 100% × 10% = 15%，扣分值的 15%" in told
    assert "10.00 − 10.00 × 15% = 8.50" in told and load(book).clause("positive.excess_bands") in told
    asked = explain(f"{path}#G8", "--rules", "mof-2020").output
    assert "是指定的手册，表内没有印它的填报注意事项" in asked
    assert "表内印有它的填报注意事项" in explain(f"{SEED}#H16").output
    assert "由人分析原因后决定是否调减，在此之前不扣分" in asked and "= 8.50" not in asked


@pytest.mark.parametrize("layout", ["national", "platform"])
def test_the_cell_of_a_generated_defect_tells_its_finding(tmp_path: Path, layout: str) -> None:
    """Both layouts, scores of every kind."""
    for check in ("R301", "I202", "I204", "F102"):
        workbook = faulty(check, layout=layout)
        path = tmp_path / f"{check}.xlsx"
        path.write_bytes(workbook.data)
        form = workbook.forms[0]
        cell = form.cell(form.expected[0].place)
        told = explain(f"{path}#{form.sheet}!{cell}")
        assert told.exit_code == 0 and f"：{check} {cell}" in told.output, told.output


def test_a_form_in_an_archive_and_the_second_of_two_on_a_sheet(tmp_path: Path) -> None:
    """A member is named as the findings name it; stacked forms are told apart by the cell."""
    stacked = next(SAMPLES.rglob("*两张表上下排.xlsx"))
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as archive:
        archive.write(stacked, "局/表.xlsx")
    frames = read(parse_target(f"{tmp_path / '报送.zip'}/局/表.xlsx#自评表!A1")).frames
    for form in reading_cell.records(frames.forms):
        told = explain(f"{tmp_path / '报送.zip'}/局/表.xlsx#{form['sheet']}!{form['project_cell']}")
        assert told.exit_code == 0 and f"“{form['project']}”" in told.output


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("没有.xlsx#H15", "没有找到文件"),
        (f"{SEED}#没有!H15", "有：项目支出绩效自评表"),
        (f"{SEED}#H", "不是单元格"),
        (f"{next(SAMPLES.rglob('*两个项目.xlsx'))}#H15", "请写明是哪一张：教师培训、体质监测"),
        (f"{next(SAMPLES.rglob('*损坏*.xlsx'))}#H15", "不能核验"),
        (f"{next(SAMPLES.rglob('*加密*.xlsx'))}#H15", "密码"),
        ("R999", "没有核验项"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(target: str, words: str) -> None:
    """Exit status 2, no stack."""
    done = explain(target)
    assert done.exit_code == 2 and done.stderr.startswith("错误：") and words in done.stderr


def test_a_password_opens_the_encrypted_sample() -> None:
    """As in run and check."""
    path = next(SAMPLES.rglob("*加密*.xlsx"))
    assert explain(f"{path}#A1", "--password", "2021").exit_code == 0
