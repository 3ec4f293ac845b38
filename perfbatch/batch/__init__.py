"""One run: discover, read, score, check, write; workers, progress and the manifest.

Names are loaded when first used: what starts the workers must not wait for the job that they will do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfbatch.batch.errors import RunError
    from perfbatch.batch.job import check_inputs, must_be_usable, run
    from perfbatch.batch.outputs import OutputError
    from perfbatch.batch.result import RunResult, Tally

__all__ = ["OutputError", "RunError", "RunResult", "Tally", "check_inputs", "must_be_usable", "run"]

_HOMES = {
    "OutputError": "outputs",
    "RunError": "errors",
    "RunResult": "result",
    "Tally": "result",
    "check_inputs": "job",
    "must_be_usable": "job",
    "run": "job",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'perfbatch.batch' has no attribute {name!r}")
    return getattr(import_module(f"perfbatch.batch.{_HOMES[name]}"), name)
