"""Names that a browser sends as paths below a job's folder: what is sent is only ever a name."""

from __future__ import annotations

import re

from perfbatch.writing.file_names import Names, file_name

_SLASHES = re.compile(r"[/\\]+")
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,8}$")
_DEEPEST = 12
"""Folders one in another; what lies deeper is put into the last."""
_LONGEST = 600
"""Bytes of a path below the job's folder: the results have it once more, below longer names."""


class UploadNames:
    """The paths of one upload, cleaned and told apart as Windows and macOS do."""

    def __init__(self) -> None:
        self._names = Names()
        self._given: dict[str, str] = {}

    def path(self, sent: str) -> str:
        """Where the file that the browser calls ``sent`` goes, with ``/``: the same for the same name.

        No step of it is empty, ``..``, a drive, a device of Windows, or holds what a system takes for a sign.
        """
        if sent not in self._given:
            self._given[sent] = self._new(sent)
        return self._given[sent]

    def _new(self, sent: str) -> str:
        *folders, last = [step for step in _SLASHES.split(sent) if step] or [""]
        ending = found.group() if (found := _ENDING.search(last)) else ""
        stem = _step(last.removesuffix(ending))
        above = [_step(folder) for folder in folders][:_DEEPEST]
        while above and len("/".join((*above, stem)).encode()) > _LONGEST:
            above.pop()
        return self._names.unique("/".join((*above, stem)), ending)


def _step(sent: str) -> str:
    """One step of a path. What is hidden stays so (.DS_Store, ._甲.xlsx): no run reads it."""
    name = file_name(sent, "_")
    return f".{name}" if sent.startswith(".") and name != "_" else name
