"""What every request passes before anything is done with it, and what every answer carries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from perfbatch.serve.access import Hosts
from perfbatch.serve.refused import RefusedError

_READ_ON, _READ_ON_BYTES = 2.0, 64 << 20
"""Seconds and bytes of a refused upload that are read and thrown away, so that the browser hears why."""
_READING = ("GET", "HEAD")
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cache-control": "no-store",
}
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Gate:
    """Looks at ``Host`` and ``Origin`` of each request; says in each answer what a browser may do with it."""

    def __init__(
        self, app: ASGIApp, hosts: Callable[[], Hosts], idle: float, sentence: Callable[..., str]
    ) -> None:
        """``hosts`` is asked for at each request: the port is known only once the server listens."""
        self.app, self.hosts, self.idle, self.sentence = app, hosts, idle, sentence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        whole = not _has_body(scope)

        async def take() -> Message:
            nonlocal whole
            try:
                async with asyncio.timeout(self.idle):
                    message = await receive()
            except TimeoutError:
                raise RefusedError(408, "idle", limit=int(self.idle)) from None
            whole = whole or not message.get("more_body", False)
            return message

        async def give(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", _PAGE)
                if not whole:  # what still comes is of no use to anybody
                    headers["connection"] = "close"
            elif message["type"] == "http.response.body" and not message.get("more_body") and not whole:
                await send({**message, "more_body": True})
                await _take_in(take)
                message = {"type": "http.response.body"}
            await send(message)

        try:
            self._check(scope)
        except RefusedError as refused:
            await answer(refused, self.sentence)(scope, take, give)
            return
        await self.app(scope, take, give)

    def _check(self, scope: Scope) -> None:
        """Raises RefusedError."""
        headers, hosts = Headers(scope=scope), self.hosts()
        named = headers.getlist("host")
        if len(named) != 1 or not hosts.knows(named[0]):
            raise RefusedError(421, "host")
        if scope["method"] not in _READING and not hosts.own_page(headers.get("origin", ""), named[0]):
            raise RefusedError(403, "origin")


async def _take_in(take: Receive) -> None:
    """Read on for a moment: a connection that is closed on what still comes takes the answer with it."""
    taken = 0
    with suppress(TimeoutError, RefusedError):
        async with asyncio.timeout(_READ_ON):
            while taken < _READ_ON_BYTES:
                message = await take()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                taken += len(message["body"])


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def answer(refused: RefusedError, sentence: Callable[..., str]) -> JSONResponse:
    """What a browser gets for a refusal."""
    said = sentence(f"refused.{refused.code}", **refused.values)
    headers = {"retry-after": str(refused.values["seconds"])} if "seconds" in refused.values else None
    return JSONResponse({"code": refused.code, "sentence": said}, refused.status, headers)


async def small_json(receive_body: Any, most: int = 64 * 1024) -> dict[str, Any]:
    """The JSON object of a request's body. Raises RefusedError where it is none, or too large."""
    body = b""
    async for piece in receive_body:
        body += piece
        if len(body) > most:
            raise RefusedError(413, "body")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(400, "body") from None
    if not isinstance(value, dict):
        raise RefusedError(400, "body")
    return value
