"""When a round is due, and what is waited for before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from perfbatch.system_errors import system_error
from perfbatch.watching.arrivals import Arrivals, Stamp, look, shown
from perfbatch.watching.bell import Bell
from perfbatch.watching.rounds import LISTED, Outcome, opened
from perfbatch.watching.status import Status

LOCK = ".perfbatch.watch.lock"
"""What one watcher of an output folder holds (``folder_lock``); a run holds its own."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    settle: float = 3.0
    """A file that does not change for so long has been copied."""
    patience: float = 20.0
    """For so long a file may stand still without being whole (or while nobody can open it)."""
    longest: float = 300.0
    """Where something is always on the move, a round comes after so long without waiting for it."""
    look: float = 5.0
    """Between two looks where no events come."""
    look_anyway: float = 30.0
    """Between two looks where they do."""
    again: float = 60.0
    """After a round that could not be done; twice as long after each further one."""
    at_last: float = 3_600.0
    """That at the most."""


class Watch:
    """One watched folder. ``step`` until it is to end."""

    def __init__(
        self,
        inbox: Path,
        output: Path,
        round_: Callable[[], Outcome],
        status: Status,
        bell: Bell,
        *,
        timing: Timing | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``bell`` is whoever's made it, who closes it."""
        self._inbox, self._output = inbox, output
        self._round, self._status, self._bell = round_, status, bell
        self._timing, self._clock = timing or Timing(), clock
        self._arrivals = Arrivals(self._timing.settle, self._timing.patience)
        self._due = True  # what came while nobody watched
        self._restless: float | None = None
        self._failed: tuple[Mapping[str, Stamp], float] | None = None
        self._delay = self._timing.again
        self._away = False

    def step(self) -> float:
        """Look once, do what is due; for how many seconds nothing need be done unless the bell rings."""
        now = self._clock()
        try:
            files = look(self._inbox, self._output)
        except OSError as error:
            self._away = True
            self._status.say("away", now, error=system_error(error))
            return self._timing.look
        if self._away:
            self._come_back()
        self._arrivals.update(files, self._clock())
        took = self._clock() - now
        now = self._clock()
        if not files:
            self._arrivals.done(files)
            self._due, self._restless = False, None
            self._status.say("empty", now)
            return self._rest(took)
        if not (self._due or self._arrivals.changed()):
            self._restless = None
            self._status.say("idle", now, files=len(files))
            return self._rest(took)
        unfinished = self._arrivals.unfinished(now)
        if unfinished:
            self._restless = now if self._restless is None else self._restless
            if now - self._restless < self._timing.longest:
                waiting = sorted(shown(unfinished, self._inbox))
                self._status.say("arriving", now, waiting=waiting[:LISTED], count=len(waiting))
                return min(1.0, max(self._timing.settle / 3, took * 10))
        if self._failed is not None:
            seen, at = self._failed
            # What came meanwhile may have mended it; but not at once, over and over again.
            wait = at + (self._delay if seen == files else min(10.0, self._timing.again)) - now
            if wait > 0:
                self._status.say("failed", now)
                return min(wait, self._rest(took))
        holder = opened(self._output)
        if holder:
            self._status.say("open", now, name=holder)
            return min(2.0, self._timing.look)
        self._go(files)
        return 0.0

    def _go(self, files: Mapping[str, Stamp]) -> None:
        self._status.say("working", self._clock(), files=len(self._arrivals.new()))
        outcome = self._round()
        self._status.round(outcome)
        self._restless = None
        if outcome.failed:
            if self._failed is not None:
                self._delay = min(self._delay * 2, self._timing.at_last)
            self._failed = (files, self._clock())
            return
        self._arrivals.done(files)
        self._failed, self._delay, self._due = None, self._timing.again, False

    def _come_back(self) -> None:
        """The folder is there again: events of the one that went away do not come from it."""
        self._away = False
        self._bell.renew()
        self._status.events = self._bell.events

    def _rest(self, took: float) -> float:
        """Looking takes a tenth of the time at the most, however many files there are."""
        events = self._bell.events and self._bell.alive()
        self._status.events = events
        return max(self._timing.look_anyway if events else self._timing.look, took * 10)

    def run(self) -> None:
        """Watch until an interruption (KeyboardInterrupt), which goes on to whoever called."""
        try:
            while True:
                until = time.monotonic() + self.step()
                # In short pieces: Windows hears of no Ctrl-C while it waits.
                while (left := until - time.monotonic()) > 0:
                    if self._bell.wait(min(left, 1.0)):
                        break
        finally:
            self._status.say("stopped", self._clock())
            self._status.close()
