"""One file in a process of its own, under the limits of a run: for commands that look at a single one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from perfbatch.batch.processes import open_processes
from perfbatch.batch.retry import GivenUp
from perfbatch.options import Options

ItemT = TypeVar("ItemT")
T = TypeVar("T")


def bounded(task: Callable[[Sequence[ItemT], Options], T], item: ItemT, options: Options) -> T | GivenUp:
    """``task([item], options)``, or why it was given up: 'crashed', 'timeout' or 'memory'.

    ``task`` is a function of a module. Raises what it raises.
    """
    with open_processes(1, options.limits) as pool:
        [[(_, result)]] = list(pool.map(task, [[item]], options))
        return result
