"""Connections that take their time: how many there may be, and how long one may say or read nothing.

uvicorn waits without end for the first line of a request, and for a browser that does not read its answer.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from perfbatch.serve.limits import Limits

_HEAD_SECONDS = 10.0
"""For a request's line and headers, from the first moment that the connection has none at work."""
_HANDSHAKE_SECONDS = 10.0
"""For TLS, before a connection is anybody's."""

if sys.platform == "win32":
    _Base = asyncio.ProactorEventLoop
else:
    _Base = asyncio.SelectorEventLoop


class Loop(_Base):
    """asyncio's loop, which by itself waits a minute for a TLS handshake."""

    async def create_server(self, *args: Any, **more: Any) -> Any:
        """As asyncio has it."""
        if more.get("ssl") is not None:
            more.setdefault("ssl_handshake_timeout", _HANDSHAKE_SECONDS)
        return await super().create_server(*args, **more)


def guarded(limits: Limits) -> type[H11Protocol]:
    """uvicorn's protocol, within ``limits``; all connections of one server count together."""
    count: Counter[str] = Counter()

    class Guarded(H11Protocol):
        """One connection."""

        _address = ""
        _counted = False
        _head: asyncio.TimerHandle | None = None
        _unread: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Take it, or turn it away at once."""
            super().connection_made(transport)
            self._address = self.client[0] if self.client else ""
            if count.total() >= limits.connections or count[self._address] >= limits.connections_each:
                transport.abort()
                return
            count[self._address] += 1
            self._counted = True
            self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            """Count it no more."""
            self._stop()
            if self._counted:
                self._counted = False
                count[self._address] -= 1
                if not count[self._address]:
                    del count[self._address]
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """The head of a request has its time; what follows it is the application's to wait for."""
            if not self._at_work() and self._head is None:
                self._expect_head()
            super().data_received(data)
            if self._at_work() and self._head is not None:
                self._head.cancel()
                self._head = None

        def pause_writing(self) -> None:
            """The browser does not read."""
            super().pause_writing()
            if self._unread is None:
                self._unread = self.loop.call_later(limits.idle_seconds, self.transport.abort)

        def resume_writing(self) -> None:
            """It does after all."""
            if self._unread is not None:
                self._unread.cancel()
                self._unread = None
            super().resume_writing()

        def _at_work(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _expect_head(self) -> None:
            self._head = self.loop.call_later(_HEAD_SECONDS, self._too_late)

        def _too_late(self) -> None:
            self._head = None
            if not self._at_work():
                self.transport.abort()

        def _stop(self) -> None:
            for timer in (self._head, self._unread):
                if timer is not None:
                    timer.cancel()
            self._head = self._unread = None

    return Guarded
