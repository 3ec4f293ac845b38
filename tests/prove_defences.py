"""Each defence has a test that fails without it: ``python -m tests.prove_defences`` shows it.

tests/data/defences.tsv names what is put in the place of a defence, and its test. Each test runs in a
process of its own, bounded in time and memory, once as it is and once without the defence: it must pass,
then fail (or not come to its end in many times the time). Words behind the command choose rows.
"""

from __future__ import annotations

import importlib
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

TABLE = Path(__file__).parent / "data" / "defences.tsv"
_SECONDS, _MEMORY = 180, 6 << 30
_WITHOUT = "PERFBATCH_WITHOUT"


class Defence(NamedTuple):
    """One row of the table."""

    what: str
    place: str
    """module:name or module:class.name."""
    instead: str
    """A Python expression; ``old`` is what stood there."""
    test: str


def defences() -> list[Defence]:
    """The table."""
    return [Defence(*line.split("\t")) for line in TABLE.read_text("utf-8").splitlines()[1:]]


def switch_off(place: str, instead: str) -> None:
    """Put ``instead`` in the place of a defence, in every module that took its name from there."""
    module_name, _, path = place.partition(":")
    owner: Any = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    old = getattr(owner, name)
    new = eval(instead, {"old": old})
    setattr(owner, name, new)
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("perfbatch") and vars(module).get(name) is old:
            setattr(module, name, new)


def pytest_collection_finish(session: pytest.Session) -> None:
    """As a plugin of pytest: everything that the tests need is imported by now."""
    place, _, instead = os.environ.get(_WITHOUT, "").partition("=")
    if place:
        switch_off(place, instead)


def passes(defence: Defence, *, without: bool, seconds: float = _SECONDS) -> bool:
    """Whether the defence's test passes; one that does not come to its end does not."""
    environment = {**os.environ, _WITHOUT: f"{defence.place}={defence.instead}" if without else ""}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.prove_defences", "-p",
               "no:cacheprovider", *shlex.split(defence.test)]  # fmt: skip
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=seconds, check=False, preexec_fn=_bounded
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1) and done.returncode >= 0:
        raise SystemExit(f"{defence.test}\n{done.stdout.decode()}{done.stderr.decode()}")
    return done.returncode == 0


def _bounded() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> None:
    """The command: status 1 where a test fails as it is, or passes without what it is for."""
    wrong = 0
    started = time.monotonic()
    chosen = [
        defence
        for defence in defences()
        if not sys.argv[1:] or any(word in defence.what for word in sys.argv[1:])
    ]
    for defence in chosen:
        began = time.monotonic()
        here = passes(defence, without=False)
        patience = min(_SECONDS, 20 + 5 * (time.monotonic() - began))
        gone = here and passes(defence, without=True, seconds=patience)
        said = "proven" if here and not gone else "FAILS AS IT IS" if not here else "PASSES WITHOUT"
        wrong += said != "proven"
        print(f"{said}\t{defence.what}\t{defence.test}", flush=True)
    print(f"{len(chosen)} defences, {wrong} not proven, {time.monotonic() - started:.0f} s")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
