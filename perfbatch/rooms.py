"""A room is a package and a step: ``perfbatch.read`` holds modules, and ``perfbatch.read(...)`` reads."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Step(ModuleType):
    """A package that is called by the function of its own name.

    Without it ``perfbatch.read`` would be the function or the package, depending on what was imported
    first: loading a submodule binds the package over the function.
    """

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*arguments, **options)


def make_callable(name: str) -> None:
    """Let the package ``name`` be called as the function that bears its name."""
    sys.modules[name].__class__ = _Step
