#!/usr/bin/env bash
# Pictures of docs/layouts.md: one drawn form of each family (tests/data/forms). Needs LibreOffice and poppler-utils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

render() { # family, drawn form
    (cd "$root" && "${PYTHON:-.venv/bin/python}" - "$2" "$work/$1.xlsx") <<'PY'
import io
import sys
from pathlib import Path

import openpyxl

from tests.real_forms import by_xlsxwriter, drawing

book = openpyxl.load_workbook(io.BytesIO(by_xlsxwriter(drawing(sys.argv[1]))))
sheet = book.worksheets[0]
sheet.page_setup.orientation = "landscape"
sheet.page_setup.fitToHeight = 0
sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
for column in range(1, sheet.max_column + 1):
    sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 15
edge = openpyxl.styles.Side(style="thin")
spanned = {cell for area in sheet.merged_cells.ranges if area.size["columns"] > 1 for cell in area.cells}
for row in range(1, sheet.max_row + 1):
    for cell in sheet[row]:
        cell.border = openpyxl.styles.Border(edge, edge, edge, edge)
    single = [len(str(cell.value or "")) for cell in sheet[row] if (cell.row, cell.column) not in spanned]
    sheet.row_dimensions[row].height = 18 * (1 + max(single, default=0) // 9)
book.save(Path(sys.argv[2]))
PY
    soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$work/$1.xlsx" >/dev/null 2>&1
    pdftoppm -r 70 -png -singlefile -x 0 -y 0 -W 820 -H "$3" "$work/$1.pdf" "$here/layout-$1"
}

render national hunan_2021 480
render platform platform_filled 520
render no_points unscored_with_misses 460
render points_in_labels reasons_in_one_place 400
render whole_department department_with_tasks 380
render target_sheet target_sheet 300
