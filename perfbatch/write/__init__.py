"""The write room: annotated copies, 汇总.xlsx, report and data files out of frames."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from perfbatch.rooms import make_callable

_EXPORTS = {
    "Unmarkable": "perfbatch.write.package.errors",
    "annotate": "perfbatch.write.annotation",
    "write": "perfbatch.write.everything",
}
__all__ = ["Unmarkable", "annotate", "write"]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'perfbatch.write' has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)


make_callable(__name__)
