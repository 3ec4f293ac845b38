"""The names that were dropped on 核验.bat or 核验.sh."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Mapping, Sequence

_PASSED_ON = re.compile(r"\s/(?:s\s*/|s\s+/)?c\s*(.*)\Z", re.IGNORECASE | re.DOTALL)
"""What cmd.exe was started to run: all that follows /c."""
_NAME = re.compile(r'"([^"]*)"?|([^\s"]+)')


def dropped(environment: Mapping[str, str], arguments: Sequence[str]) -> list[str]:
    """Paths as they were dropped or typed, in their order.

    ``PERFBATCH_DROPPED`` holds the line that cmd.exe was started with. Where that line runs the batch file
    itself (``PERFBATCH_SCRIPT``), it is believed before ``arguments``, of which cmd has read & ^ and %.
    """
    line = environment.get("PERFBATCH_DROPPED", "")
    script = environment.get("PERFBATCH_SCRIPT", "")
    command, *names = _names(line) or [""]
    if script and ntpath.basename(command).casefold() == script.casefold():
        return names
    return list(arguments)


def _names(line: str) -> list[str]:
    """The batch file and what follows it: Explorer quotes what has a blank, and no name has a quote in it."""
    passed_on = _PASSED_ON.search(line)
    if passed_on is None:
        return []
    text = passed_on[1].strip()
    if text.startswith('""'):  # cmd takes off the first quote and the last one
        text = text[1:].removesuffix('"')
    return [quoted or plain for quoted, plain in _NAME.findall(text) if quoted or plain]
