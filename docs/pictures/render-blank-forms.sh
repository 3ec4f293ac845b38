#!/usr/bin/env bash
# Pictures of docs/blank-forms.md: the form of the sample project, blank and partly filled in, in both layouts, each
# with the column 填报提示 beside it (which is not printed). Needs LibreOffice and poppler-utils. With a folder as
# argument also a form with long names and twenty indicators, to be looked at there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$root" && "${PYTHON:-.venv/bin/python}" - "$work" <<'PY'
import csv
import datetime
import sys
from pathlib import Path

import openpyxl

import perfbatch
from perfbatch.blank_forms import TemplateOptions, make

work = Path(sys.argv[1])
frames = perfbatch.read("sample_inputs")
forms = frames.forms[frames.forms["project"] == "政协委员履职平台专项运维"]
indicators = frames.indicators[frames.indicators["form_id"].isin(forms["form_id"].head(1))]
place = forms.iloc[0][["department", "unit", "project"]].tolist()


def listed(name, heading, rows):
    with (work / name).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([heading.split(), *rows])
    return work / name


def targets(name, place, rows):
    columns = "主管部门 实施单位 项目名称 一级指标 二级指标 三级指标 指标值 分值"
    return listed(name, columns, [[*place, *row] for row in rows])


columns = ["level1", "level2", "name", "target", "points"]
known = targets("目标.csv", place, indicators[columns].values.tolist())
roster = listed("名单.csv", "主管部门 实施单位 项目名称 项目代码 全年预算数（万元）", [[*place, "110000000", "170"]])
filled = {
    15: 2, 16: 2, 17: 5, 18: "三级", 19: 0.98, 20: 0.03, 21: 1, 22: datetime.date(2021, 3, 15),
    23: datetime.date(2021, 12, 20), 24: datetime.date(2021, 12, 20), 25: "每天", 26: 152.15,
    27: "部分达成预期指标并具有一定效果", 28: 0.93,
}
own = {18: 2, 23: 1, 25: 4, 27: 25}
long = ["某某市住房和城乡建设委员会（某某市人民防空办公室）直属机关及派出机构", "某某市住房和城乡建设综合服务中心（某某市建设工程质量安全监督总站）",
        "老旧小区综合改造提升及既有住宅加装电梯配套市政基础设施（供水、排水、供电、通信）补助项目（第三批）"]
many = [
    [level1, level2, f"{name}（第{at}类，按年度批复的实施方案口径统计，含跨年度结转部分）", target, 4.5]
    for at in range(1, 5)
    for level1, level2, name, target in (
        ("产出指标", "数量指标", "改造完成的小区数量", f"≥{at * 10}个"), ("产出指标", "质量指标", "竣工验收合格率", "≥95%"),
        ("产出指标", "时效指标", "完成时间", "2021年11月底前"), ("效益指标", "社会效益指标", "居民居住条件", "居民居住条件明显改善，投诉明显减少"),
        ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"),
    )
]
wide = {"national": "I", "platform": "L"}
for layout in wide:
    options = {"layout": layout, "year": 2021, "rules": "beijing-2021"}
    (blank,) = make(work / layout, TemplateOptions(roster=roster, targets=(known,), **options)).paths
    (large,) = make(work / f"{layout}-long", TemplateOptions(
        targets=(targets("长.csv", long, sorted(many)),), **options)).paths
    for name, path in (("blank", blank), ("filled", blank), ("long", large)):
        book = openpyxl.load_workbook(path)
        sheet = book.active
        if name == "filled":
            actual, score, reason = ("E", "G", "H") if layout == "national" else ("G", "I", "J")
            top = next(row for row in range(10, 20) if sheet[f"A{row}"].value == "一级指标") - 14
            for row, value in filled.items():
                sheet[f"{actual}{row + top}"] = value
            for row, value in own.items():
                sheet[f"{score}{row + top}"] = value
            sheet["D9"], sheet["E9" if layout == "national" else "F9"] = 170, 152.1493
            sheet["B6"], sheet["E6" if layout == "national" else "F6"] = "张三", "010-00000000"
            sheet[f"{reason}{15 + top}"] = "第二季度只做了一次，下一年度按季安排。"
        if name != "long":
            sheet.print_area = f"A1:{wide[layout]}{sheet.max_row}"
        book.save(work / f"{name}-{layout}.xlsx")
PY
)
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work"/*.xlsx >/dev/null 2>&1
for pdf in "$work"/*.pdf; do
    [ "$(pdfinfo "$pdf" | sed -n 's/^Pages: *//p')" = 1 ] || { echo "$pdf: more than one page" >&2; exit 1; }
done
picture() { pdftoppm -r "${3:-75}" -png -singlefile "$work/$1.pdf" "$2"; }
picture blank-national "$here/blank-form"
picture filled-national "$here/filled-form"
picture blank-platform "$here/blank-form-platform"
picture filled-platform "$here/filled-form-platform"
if [ $# -gt 0 ]; then
    picture long-national "$1/long-national" 100
    picture long-platform "$1/long-platform" 100
fi
