"""perfbatch: 项目支出绩效自评表 in, annotated workbooks and 汇总.xlsx out.

The way through is ``read → score → check → write``; ``run`` does all of it for a folder. Names are
loaded when first used, so that ``perfbatch --help`` does not wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from perfbatch.version import __version__

if TYPE_CHECKING:
    from perfbatch.batch import run
    from perfbatch.checking import check
    from perfbatch.options import Options
    from perfbatch.reading import read
    from perfbatch.schema import Frames
    from perfbatch.scoring import score
    from perfbatch.workbook.refusal import Refused
    from perfbatch.writing.annotation import annotate
    from perfbatch.writing.write_all import write

__all__ = [
    "Frames",
    "Options",
    "Refused",
    "__version__",
    "annotate",
    "check",
    "read",
    "run",
    "score",
    "write",
]

_HOMES = {
    "Frames": "perfbatch.schema",
    "Options": "perfbatch.options",
    "Refused": "perfbatch.workbook.refusal",
    "annotate": "perfbatch.writing.annotation",
    "check": "perfbatch.checking",
    "read": "perfbatch.reading",
    "run": "perfbatch.batch",
    "score": "perfbatch.scoring",
    "write": "perfbatch.writing.write_all",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'perfbatch' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
