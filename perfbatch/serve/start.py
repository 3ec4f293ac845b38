"""A server from its settings to its end: the socket, the key, the folder, and nothing left afterwards."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from perfbatch.folder_lock import held
from perfbatch.options import Options
from perfbatch.serve.access import Guesses, Hosts, Key, is_loopback, new_key
from perfbatch.serve.app import Page, application
from perfbatch.serve.connections import guarded
from perfbatch.serve.jobs import Jobs
from perfbatch.serve.limits import Limits
from perfbatch.serve.orders import PRESET, as_order
from perfbatch.serve.runner import Runner
from perfbatch.serve.uploads import Uploads
from perfbatch.words import load_words

_HEAD = 32 * 1024
"""Bytes of a request's line and headers."""
_STOP_SECONDS = 5
"""For answers on their way when the server is asked to stop."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What the server is told to be. ``key`` '' makes one where one is needed; ``certificate`` and
    ``private_key`` are PEM files."""

    host: str = "127.0.0.1"
    port: int = 0
    key: str = ""
    certificate: Path | None = None
    private_key: Path | None = None


def serve(
    folder: Path, listening: Listening, limits: Limits, options: Options, say: Callable[..., None]
) -> None:
    """Serve until the process is asked to end. ``say(code, **values)`` tells where, and with which key.

    Raises OSError (folder, address or certificate cannot be used), FolderInUseError.
    """
    asks_key = bool(listening.key) or not is_loopback(listening.host)
    key = listening.key or new_key()
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder), _listen(listening.host, listening.port) as sock:
        port = sock.getsockname()[1]
        secure = listening.certificate is not None
        page = _page(folder.absolute(), limits, options, Key(key, limits.session_hours), asks_key)
        page.hosts = Hosts.of(listening.host, port, secure=secure, names=limits.names)
        server = uvicorn.Server(
            uvicorn.Config(
                application(page), http=guarded(limits), ws="none", lifespan="on",
                loop="perfbatch.serve.connections:Loop", log_config=None, log_level="error", access_log=False,
                server_header=False, proxy_headers=False, timeout_keep_alive=15,
                timeout_graceful_shutdown=_STOP_SECONDS, h11_max_incomplete_event_size=_HEAD, backlog=256,
                ssl_certfile=listening.certificate, ssl_keyfile=listening.private_key,
            )
        )  # fmt: skip
        server.config.load()  # a certificate that cannot be used shows here
        _many_files(limits.connections)
        shown = f"{page.hosts.scheme}://{_shown_host(listening.host)}:{port}/"
        say("at", address=shown + (f"#{key}" if asks_key else ""), folder=folder.absolute())
        if asks_key:
            say("key", key=key)
            if not secure and not is_loopback(listening.host):
                say("open")
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal once more when all has ended
            server.run(sockets=[sock])
        say("ended")


def _page(folder: Path, limits: Limits, options: Options, key: Key, asks_key: bool) -> Page:
    words = load_words(options.templates)
    settings = as_order(options)
    jobs = Jobs(folder)
    uploads = Uploads(jobs, limits)
    runner = Runner(jobs, uploads, limits, settings, options.passwords)
    hosts = Hosts.of("127.0.0.1", 0, secure=False)
    shown = _settings(settings, words)
    preset = {name: settings.get(name) for name in PRESET}
    return Page(jobs, uploads, runner, limits, words, key, asks_key, shown, preset, Guesses(), hosts)


def _settings(settings: Mapping[str, Any], words: Any) -> dict[str, str]:
    """The office's settings as people read them: label → value."""
    labels = words.table("serve")["settings"]
    said: dict[str, str] = {}
    for name, value in settings.items():
        several = value if isinstance(value, list) else [value]
        shown = [
            "✓" if one is True else Path(one).name if isinstance(one, str) else str(one) for one in several
        ]
        said[labels.get(name, name)] = "、".join(shown)
    return said


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens at that address. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # where it would let two servers have one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(256)  # before the address is shown: what comes early waits
    except OSError:
        sock.close()
        raise
    return sock


def _shown_host(host: str) -> str:
    """What a browser is to be told."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return _own_address() or socket.gethostname()
    return f"[{address}]" if address.version == 6 else str(address)


def _own_address() -> str:
    """This machine's address on its network, '' where it has none: its name may mean nothing to others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, suppress(OSError):
        asked.connect(("192.0.2.1", 9))  # an address for documentation; for UDP this sends nothing
        return str(asked.getsockname()[0])
    return ""


def _many_files(connections: int) -> None:
    """Leave room for all connections, where the system lets us."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * connections + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
