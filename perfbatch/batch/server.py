"""The server that worker processes are forked from; it loads for a second, so it is started first of all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.batch.fresh_process import FreshContext
from perfbatch.own_outputs import STORE

if TYPE_CHECKING:
    from perfbatch.options import Options


def start_server() -> Any:
    """The context of fresh processes.

    On POSIX they are forked from one server that has everything loaded; it starts to do so now, while this
    process goes on.
    """
    context = FreshContext()
    if sys.platform != "win32":
        from multiprocessing import forkserver, resource_tracker

        context.set_forkserver_preload(["perfbatch.batch.preload"])
        # Ctrl-C reaches all processes of a terminal: the main one ends the others, which say nothing.
        # What is blocked here stays so in what is started.
        resource_tracker.ensure_running()  # it would unblock it on its start
        known = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, known)
    return context


def is_certain(fresh: bool, output: Path) -> bool:
    """Whether there is work for certain: nothing of an earlier run is there to be taken over."""
    return fresh or not (output / STORE).exists()


def start_before_all(arguments: Sequence[str]) -> None:
    """As ``start_early``, by the command line as it was typed: before even the command is loaded.

    Only where that says for certain that there is work. A word that the command refuses afterwards costs a
    process that nobody asks for anything.
    """
    if arguments[:1] != ["run"] or any(word.startswith("--cluster") for word in arguments):
        return
    given = dict(pairwise(arguments)) | dict(word.split("=", 1) for word in arguments if "=" in word)
    output = given.get("--output", given.get("-o"))
    if output is None or "0" in (given.get("--workers"), given.get("-w")):
        return
    with suppress(OSError, RuntimeError):  # no home; said where it is asked for
        if is_certain("--fresh" in arguments, Path(output).expanduser()):
            start_server()


def start_early(options: Options, output: Path) -> None:
    """Begin before anything else is loaded where there is work for certain, for processes of this machine."""
    if options.workers != 0 and not options.cluster and is_certain(options.fresh, output):
        start_server()
