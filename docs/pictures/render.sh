#!/usr/bin/env bash
# Pictures of the README from real output (out/ of `make run`): needs LibreOffice and poppler-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-out}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

render() { # workbook, first letters of the pages' names
    cp "$1" "$work/$2.xlsx"
    soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work/$2.xlsx" >/dev/null 2>&1
    pdftoppm -r 80 -png "$work/$2.pdf" "$work/$2"
}

page() { # name of the pages, number, picture
    local found
    found=$(find "$work" -regex ".*/$1-0*$2\.png")
    cp "$found" "$here/$3.png"
}

render "$out/批注/北京市政协办公厅/政协委员履职平台专项运维.xlsx" copy
page copy 1 annotated
page copy 2 result
render "$out/汇总.xlsx" summary
page summary 1 overview
missing=$(for n in $(seq 1 12); do pdftotext -f "$n" -l "$n" "$work/summary.pdf" - | grep -q 审核意见 && { echo "$n"; break; }; done)
page summary "$missing" missing-reasons
