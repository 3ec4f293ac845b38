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
