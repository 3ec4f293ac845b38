"""Errors that come back from a worker process as what they were.

pickle makes an exception anew from its ``args`` alone, which not every signature takes; what cannot be made
again ends the run with a traceback of pickle's instead of a sentence.
"""

from __future__ import annotations

from typing import Any


class TravellingError(Exception):
    """An error that may be raised in a worker: it keeps its ``args`` and all that was set on it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[BaseException], given: tuple[Any, ...], known: dict[str, Any]) -> BaseException:
    error = kind.__new__(kind, *given)
    error.args = given
    vars(error).update(known)
    return error
