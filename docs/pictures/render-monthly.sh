#!/usr/bin/env bash
# Pictures of docs/monthly.md from a season played by tests/season/test_three_months.py with monthly.sh.
# Run from the top of the source tree; needs LibreOffice and poppler-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/某局"
.venv/bin/python - "$work/某局" <<'PY'
import sys
from pathlib import Path
from tests.season.test_three_months import play

play(Path(sys.argv[1]))
PY
out="$work/某局/out/2022-03"
for pair in 整改跟踪:tracking 逐月对比:by-month; do
    "$here/render-sheet.sh" "$out" "${pair%%:*}" "${pair##*:}" 70
done
letter=$(find "$out/通知" -name '*.docx' | sort | head -n 1)
cp "$letter" "$work/letter.docx"
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work/letter.docx" >/dev/null 2>&1
pdftoppm -r 60 -png -singlefile -f 1 -l 1 "$work/letter.pdf" "$here/letter-again"
