"""状态.html and 监看.log: what the watcher does and did, for whoever looks into the output folder."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from markupsafe import Markup

from perfbatch.system_errors import system_error
from perfbatch.text import without_controls
from perfbatch.watching.rounds import Outcome
from perfbatch.whole_files import write_whole
from perfbatch.words import Words
from perfbatch.writing.names import REPORT, SUMMARY, WATCH_LOG

PAGE = "状态.html"
LOG = WATCH_LOG
ROUNDS = 20
"""Rounds that the page shows; the log has more."""
LOG_BYTES = 1 << 20
"""How large the log grows; the one before it is kept beside it."""
_TABLE = "watching"
AGAIN = 15
"""Seconds after which a browser asks for the page again."""
_STALE = 60.0
"""Seconds after which the page is written though nothing changed: it says when the folder was looked at."""


class _Log(RotatingFileHandler):
    """The log; a full disk is no reason to write to the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say nothing."""


class Status:
    """What is shown of one watcher. Nothing that fails here stops it."""

    def __init__(self, output: Path, inbox: Path, words: Words, *, events: bool) -> None:
        self._output, self._inbox, self._words = output, inbox, words
        self.events = events
        self._template, style = words.document("状态.html.j2"), words.document("报告.css.j2").render()
        self._style = Markup(style)  # noqa: S704  (our own, or the office's own template)
        self._rounds: deque[Outcome] = deque(maxlen=ROUNDS)
        self._state, self._values, self._written = "", dict[str, Any](), float("-inf")
        self._since = datetime.now().astimezone()
        self._log = logging.Logger("watch", logging.INFO)
        self._handler: RotatingFileHandler | None = None

    def say(self, state: str, now: float, *, waiting: Sequence[str] = (), **values: Any) -> None:
        """The watcher is in ``state`` (its sentence in templates/watching.toml); ``now`` as monotonic()."""
        values = {**values, "waiting": list(waiting)}
        new = (state, values) != (self._state, self._values)
        if state != self._state:
            self._since = datetime.now().astimezone()
            self.log(self._text(f"state.{state}", **values))
        self._state, self._values = state, values
        if new or now - self._written >= _STALE:
            self._written = now
            self._write()

    def round(self, outcome: Outcome) -> None:
        """A round came to its end."""
        self._rounds.appendleft(outcome)
        self.log(self._sentence(outcome))

    def log(self, text: str) -> None:
        """One line of the log."""
        try:
            if self._handler is None:
                self._handler = _Log(
                    self._output / LOG, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
                )
                self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
                self._log.addHandler(self._handler)
            self._log.info("%s", without_controls(text))
        except OSError:
            return

    def close(self) -> None:
        """Write no more."""
        if self._handler is not None:
            self._log.removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def _write(self) -> None:
        try:
            write_whole(self._output / PAGE, self._page().encode("utf-8", "replace"))
        except OSError as error:
            self.log(self._text("unwritten", error=system_error(error)))

    def _page(self) -> str:
        last = next((one for one in self._rounds if not one.failed), None)
        places = {"report": REPORT, "summary": SUMMARY, "log": LOG}
        return self._template.render(
            w=self._words.table(_TABLE)["page"],
            style=self._style,
            again=AGAIN,
            inbox=without_controls(str(self._inbox)),
            state=self._state,
            sentence=self._text(f"state.{self._state}", **self._values),
            since=f"{self._since:%Y-%m-%d %H:%M:%S}",
            looked=f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}",
            how=self._text("how.events" if self.events else "how.polling"),
            waiting=[without_controls(path) for path in self._values.get("waiting", ())],
            places={key: name for key, name in places.items() if (self._output / name).exists()},
            rounds=[
                {
                    "started": f"{one.started:%Y-%m-%d %H:%M:%S}", "failed": one.failed,
                    "sentence": self._sentence(one),
                }
                for one in self._rounds
            ],
            refused=[(without_controls(p), without_controls(why)) for p, why in last.refused] if last else [],
        )  # fmt: skip

    def _sentence(self, outcome: Outcome) -> str:
        if outcome.failed:
            return self._text("round.failed", message=outcome.message)
        counts: Mapping[str, Any] = outcome.counts
        return self._text("round.done", seconds=outcome.seconds, **counts)

    def _text(self, key: str, /, **values: Any) -> str:
        return self._words.text(_TABLE, key, **values)
