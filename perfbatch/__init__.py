"""perfbatch: 项目支出绩效自评表 in, annotated workbooks and 汇总.xlsx out.

The way through is ``read → score → check → write``; ``run`` does all of it for a folder. Names are
loaded when first used, so that ``perfbatch --help`` does not wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_EXPORTS = {
    "run": "perfbatch.batch",
    "read": "perfbatch.read",
    "score": "perfbatch.score",
    "check": "perfbatch.check",
    "write": "perfbatch.write",
    "annotate": "perfbatch.write",
    "Frames": "perfbatch.schema",
    "Unmarkable": "perfbatch.write",
}
__all__ = ["Frames", "Unmarkable", "__version__", "annotate", "check", "read", "run", "score", "write"]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'perfbatch' has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)
