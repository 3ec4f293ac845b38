"""LibreOffice as a test uses it: a profile of its own, everything recalculated on loading."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOFFICE = shutil.which("soffice")
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def convert(source: Path, kind: str, folder: Path) -> Path:
    """``source`` saved by LibreOffice as ``kind`` (xlsx, pdf) into ``folder``."""
    assert SOFFICE
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    target = folder / "out"
    subprocess.run(
        [
            SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind,
            "--outdir", str(target), str(source),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return target / f"{source.stem}.{kind}"


_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/"
 xlink:type="simple" library:link="false"/></library:libraries>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false"><library:element library:name="Hand"/>
</library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Hand"
 script:language="StarBasic">{code}</script:module>
"""
_SORT_AND_MOVE = """
Sub Work(source As String, target As String, filter As String)
  Dim opening(0) As New com.sun.star.beans.PropertyValue
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden" : opening(0).Value = True
  saving(0).Name = "FilterName" : saving(0).Value = filter
  doc = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, opening())
  For Each sheet In doc.Sheets
    If sheet.getCellByPosition(0, 0).String = "表号" Then Rearrange(sheet)
  Next
  doc.storeToURL(ConvertToURL(target), saving())
  doc.close(True)
End Sub

Sub Rearrange(sheet)
  Dim sorting(1) As New com.sun.star.beans.PropertyValue
  Dim fields(0) As New com.sun.star.table.TableSortField
  Dim place As New com.sun.star.table.CellAddress
  cursor = sheet.createCursor()
  cursor.gotoEndOfUsedArea(False)
  lastColumn = cursor.RangeAddress.EndColumn : lastRow = cursor.RangeAddress.EndRow
  fields(0).Field = 2 : fields(0).IsAscending = False
  sorting(0).Name = "SortFields" : sorting(0).Value = fields()
  sorting(1).Name = "ContainsHeader" : sorting(1).Value = False
  sheet.getCellRangeByPosition(0, 1, lastColumn, lastRow).sort(sorting())
  sheet.Rows.insertByIndex(0, 2)
  sheet.Columns.insertByIndex(1, 1)
  place.Sheet = sheet.RangeAddress.Sheet : place.Column = 1 : place.Row = 0
  sheet.moveRange(place, sheet.getCellRangeByPosition(lastColumn + 1, 0, lastColumn + 1, lastRow + 2).RangeAddress)
  sheet.Rows.getByIndex(4).IsVisible = False
  sheet.Columns.getByIndex(3).IsVisible = False
  sheet.Name = "改名" &amp; place.Sheet
End Sub
"""  # noqa: E501
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}


def rearranged(source: Path, kind: str, folder: Path) -> Path:
    """``source`` with every sheet of forms sorted backwards, its last column moved to the front, rows put
    above, a row and a column hidden and the sheet renamed, all by LibreOffice, and saved as ``kind``."""
    assert SOFFICE
    profile, target = folder / "profile", folder / f"{source.stem}.{kind}"
    basic = profile / "user" / "basic"
    start = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    # The first start fills a new profile, and would replace what is put there before it.
    subprocess.run([*start, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    (basic / "script.xlc").write_text(_LIBRARIES, encoding="utf-8")
    (basic / "Standard" / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    code = _SORT_AND_MOVE.replace('"', "&quot;")
    (basic / "Standard" / "Hand.xba").write_text(_MODULE.format(code=code), encoding="utf-8")
    subprocess.run(
        [
            *start, f'macro:///Standard.Hand.Work("{source}","{target}","{FILTERS[kind]}")',
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return target
