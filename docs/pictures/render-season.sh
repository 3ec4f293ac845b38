#!/usr/bin/env bash
# Pictures of docs/season.md from a run with a roster and approved targets: render-season.sh OUT.
# Needs LibreOffice and poppler-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$1/汇总.xlsx" "$work/summary.xlsx"
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work/summary.xlsx" >/dev/null 2>&1
pages=$(pdfinfo "$work/summary.pdf" | sed -n 's/^Pages: *//p')
for pair in 名单行号:owed 缺原因合计:departments-owed; do
    for n in $(seq 2 "$pages"); do
        if pdftotext -f "$n" -l "$n" "$work/summary.pdf" - | tr -d ' \n' | grep -q "${pair%%:*}"; then
            pdftoppm -r 80 -png -singlefile -f "$n" -l "$n" "$work/summary.pdf" "$here/${pair##*:}"
            break
        fi
    done
done
