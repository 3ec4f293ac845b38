"""The check stage: scored frames → findings.

words/<topic>.toml declares each check, the module of that topic finds it. The steps are loaded when first
used: the catalogue alone needs no numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from perfbatch.checking.catalogue import Check, catalogue
from perfbatch.checking.wording import wording

if TYPE_CHECKING:
    from perfbatch.checking.run import check, check_batch, check_last_year, join_findings

__all__ = ["Check", "catalogue", "check", "check_batch", "check_last_year", "join_findings", "wording"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'perfbatch.checking' has no attribute {name!r}")
    return getattr(import_module("perfbatch.checking.run"), name)
