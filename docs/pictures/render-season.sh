#!/usr/bin/env bash
# Pictures of docs/season.md and the README: a run over the samples with a roster and approved targets that are
# made of them, two files left out. From the top of the source tree; needs LibreOffice and poppler-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r sample_inputs "$work/报送"
.venv/bin/python - "$work" <<'PY'
import os
import sys
from pathlib import Path

import perfbatch

work = Path(sys.argv[1])
frames = perfbatch.read(work / "报送")
forms = frames.forms[frames.forms["unit"] != ""].set_index("form_id")
total = frames.funds[frames.funds["line"] == "total"].set_index("form_id")["budget"]
heads = {"department": "主管部门", "unit": "实施单位", "project": "项目名称"}
roster = forms[list(heads)].rename(columns=heads).join(total.rename("全年预算数（万元）"))
roster["应报日期"] = ["2022-03-15", "2022-03-31"] * (len(roster) // 2) + ["2022-03-15"] * (len(roster) % 2)
roster.drop_duplicates(list(heads.values())).to_csv(work / "应报名单.csv", index=False)
rows = frames.indicators.join(forms[list(heads)], on="form_id", how="inner")
rows = rows[rows["department"].isin(["市交通运输局", "市文化和旅游局"]) & (rows["target"] != "")]
rows = rows.reset_index(drop=True)
numbers = rows["target"].str.fullmatch(r"[≥]?\d+(\.\d+)?[%％]?")
rows.loc[numbers & (rows.index % 3 == 0), "target"] = "≥100%"
longer = rows["name"].str.replace("数$", "数量", regex=True)
longer = longer.mask(longer == rows["name"], rows["name"] + "情况")
rows["name"] = rows["name"].mask(rows.index % 5 == 1, longer)
names = {**heads, "level2": "二级指标", "name": "三级指标", "target": "指标值", "points": "分值"}
rows[list(names)].rename(columns=names).to_csv(work / "批复目标.csv", index=False)
for name in ("市文化馆", "市教师发展中心", "市疾病预防控制中心"):
    next((work / "报送").rglob(f"{name}*.xls*")).unlink()
for path in (work / "报送").rglob("*"):
    os.utime(path, (1_650_000_000 + 86_400 * path.match("补报/*"),) * 2)
PY
.venv/bin/python -m perfbatch run "$work/报送" --output "$work/结果" --quiet --roster "$work/应报名单.csv" \
    --targets "$work/批复目标.csv" --as-of 2022-03-20 --notices --issuer 某市财政局 || [ $? = 1 ]

pdf() { # a document to $work/page.pdf
    cp "$1" "$work/page.${1##*.}"
    soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work/page.${1##*.}" >/dev/null 2>&1
}

pdf "$work/结果/汇总.xlsx"
pages=$(pdfinfo "$work/page.pdf" | sed -n 's/^Pages: *//p')
sheet() { # sheet or its first heading, whichever its page names in the first lines; picture; height in pixels
    for n in $(seq 2 "$pages"); do
        if pdftotext -f "$n" -l "$n" "$work/page.pdf" - | head -n 4 | grep -qx "\(.*　\)\?$1"; then
            pdftoppm -r 80 -png -singlefile -f "$n" -l "$n" -H "$3" "$work/page.pdf" "$here/$2"
            return
        fi
    done
    echo "no page of $1" >&2
    exit 1
}
sheet 名单行号 owed 300
sheet 部门汇总 departments-owed 230
sheet 核对什么 to-confirm 300
pdf "$(find "$work/结果/通知" -name '*催报函*.docx' | sort | head -n 1)"
pdftoppm -r 60 -png -singlefile -f 1 -l 1 "$work/page.pdf" "$here/reminder"
