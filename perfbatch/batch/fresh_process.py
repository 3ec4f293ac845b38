"""Processes that begin without the program that started them.

``multiprocessing`` runs the main program once more in each new process. A script without ``if __name__ ==
"__main__"`` would begin its run again in every worker, and end in BrokenProcessPool. Workers need nothing of
it: what they do is a function of perfbatch.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from threading import Lock
from typing import Any

if sys.platform == "win32":
    from multiprocessing.context import SpawnContext as _Context
    from multiprocessing.context import SpawnProcess as _Process
else:
    from multiprocessing.context import ForkServerContext as _Context
    from multiprocessing.context import ForkServerProcess as _Process

_one_start = Lock()


@contextmanager
def main_is_loaded() -> Iterator[None]:
    """For the moment of a start: the new process is told that it has the main module already."""
    main = sys.modules["__main__"]
    with _one_start:
        spec = main.__spec__
        main.__spec__ = ModuleSpec("__main__", None)
        try:
            yield
        finally:
            main.__spec__ = spec


class FreshProcess(_Process):
    """Inherits no threads, no locks and no main module."""

    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802 -- the name by which multiprocessing calls it
        with main_is_loaded():
            return _Process._Popen(process)


class FreshContext(_Context):
    """As ``multiprocessing.get_context``, with such processes."""

    Process = FreshProcess
