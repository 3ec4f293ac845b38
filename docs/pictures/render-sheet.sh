#!/usr/bin/env bash
# The first page of a sheet of 汇总.xlsx, from a real run: render-sheet.sh OUT SHEET PICTURE (name without .png).
# Needs LibreOffice and poppler-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$1/汇总.xlsx" "$work/summary.xlsx"
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work/summary.xlsx" >/dev/null 2>&1
pages=$(pdfinfo "$work/summary.pdf" | sed -n 's/^Pages: *//p')
# The header of every page names its sheet, in its first lines.
for n in $(seq 2 "$pages"); do
    if pdftotext -f "$n" -l "$n" "$work/summary.pdf" - | head -n 4 | grep -qx "\(.*　\)\?$2"; then
        pdftoppm -r "${4:-80}" -png -singlefile -f "$n" -l "$n" "$work/summary.pdf" "$here/$3"
        exit 0
    fi
done
echo "no page of $2" >&2
exit 1
