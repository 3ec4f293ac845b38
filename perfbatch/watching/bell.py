"""When to look into a watched folder: at once where the system tells of changes, else every few seconds.

Events are tried out at the start: a file is made in the folder, and if nobody tells of it, or it cannot be
made, nobody would tell of a unit's file either (network shares, some containers). With events the folder is
still looked at now and then, since they can be lost.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

TRIED = 3.0
"""Seconds within which an event about the file of the trial must come."""
PROBE = ".perfbatch-"
"""What names of such files begin with; no run reads them."""


class Bell:
    """Rings when something may have changed below ``folder``. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, *, poll: bool = False) -> None:
        """``poll``: do not try events."""
        self._folder, self._poll = folder, poll
        self._rung, self._end = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self.events = False
        self.renew()

    def renew(self) -> None:
        """Listen anew: a folder that went away and came back is another one, whose events may not come."""
        self.close()
        self.events = False
        if not self._poll:
            self._end = threading.Event()
            self._listen()
            self.events = self._tried()
            if not self.events:
                self.close()
        self._rung.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait(self, seconds: float) -> bool:
        """Until it rings, ``seconds`` at the most; whether it rang."""
        rang = self._rung.wait(seconds)
        self._rung.clear()
        return rang

    def close(self) -> None:
        """Listen no more."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def alive(self) -> bool:
        """Whether events can still come."""
        return self._thread is not None and self._thread.is_alive()

    def _listen(self) -> None:
        self._thread = threading.Thread(
            target=self._hear, args=(self._end,), name="hears of changes", daemon=True
        )
        self._thread.start()

    def _hear(self, end: threading.Event) -> None:
        try:
            from watchfiles import watch

            # Few and far between: 50 ms of quiet end a batch, and the loop waits for files to rest anyway.
            for _ in watch(
                self._folder, stop_event=end, watch_filter=None, debounce=400, rust_timeout=1_000,
                yield_on_timeout=False, raise_interrupt=False, recursive=True, ignore_permission_denied=True,
            ):  # fmt: skip
                self._rung.set()
        except Exception:  # no inotify watches left, a folder that went away, no watchfiles here
            log.debug("no events of %s", self._folder, exc_info=True)

    def _tried(self) -> bool:
        """Whether a file made in the folder rings."""
        probe = self._folder / f"{PROBE}{secrets.token_hex(8)}"
        try:
            for _ in range(3):  # whoever listens may not have begun
                time.sleep(0.3)
                probe.write_bytes(b"")
                if self._rung.wait(TRIED / 3):
                    return True
                probe.unlink(missing_ok=True)
        except OSError:
            return False
        finally:
            try:
                probe.unlink(missing_ok=True)
            except OSError:
                log.debug("%s stays", probe, exc_info=True)
        return self._rung.is_set()
