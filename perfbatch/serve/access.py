"""Who may speak to the page: names of this machine, its own pages, and on a network whoever has the key.

A page that the officer has open elsewhere can send requests here (CSRF), and can make its own name point
here (DNS rebinding). So ``Host`` must be a name of this machine, and whatever changes something must say that
it comes from a page of ours (``Origin``). Neither can be set by a script.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
_GROUPS, _EACH = 5, 5
SHORTEST_KEY = 16
"""Characters of a key that a person chose."""
_FREE_GUESSES = 5
_LONGEST_WAIT = 300.0
_REMEMBERED = 10_000
"""Addresses whose guesses are counted, the latest."""


def new_key() -> str:
    """Five groups of five letters and figures: 123 bits, which nobody guesses and anybody can type."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Hosts:
    """The ``Host`` headers that mean this server. ``port`` as listened on, ``scheme`` http or https."""

    port: int
    scheme: str
    names: frozenset[str]
    any_address: bool
    """On a network an address is ours whichever it is: rebinding needs a name."""

    @classmethod
    def of(cls, host: str, port: int, *, secure: bool, names: Iterable[str] = ()) -> Hosts:
        """For a server that listens at ``host``."""
        own = {"localhost", *(name.lower() for name in names)}
        if not is_loopback(host):
            own |= {socket.gethostname().lower(), host.lower()}
        return cls(port, "https" if secure else "http", frozenset(own), not is_loopback(host))

    def knows(self, header: str) -> bool:
        """Whether a ``Host`` header names this server and its port."""
        name, port = _split(header.lower())
        if port != self.port:
            usual = 443 if self.scheme == "https" else 80
            if port is not None or self.port != usual:
                return False
        if name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.any_address or address.is_loopback

    def own_page(self, origin: str, header: str) -> bool:
        """Whether ``Origin`` is that of the pages that the browser has from ``Host``."""
        return origin.lower() == f"{self.scheme}://{header.lower()}"


def _split(header: str) -> tuple[str, int | None]:
    """Name (an IPv6 address without its brackets) and port; a port that is none is -1."""
    if header.startswith("["):
        name, _, rest = header[1:].partition("]")
        if rest and not rest.startswith(":"):
            return "", -1
        port = rest[1:]
    else:
        name, _, port = header.partition(":")
    if not port:
        return name, None
    return name, int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else -1


@dataclass(slots=True)
class Guesses:
    """Wrong keys, by the address that they came from. After five, each costs twice the wait of the last."""

    total: int = 0
    _of: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)

    def wait(self, address: str) -> float:
        """Seconds until that address may try again; 0 where it may now."""
        _, until = self._of.get(address, (0, 0.0))
        return max(0.0, until - time.monotonic())

    def wrong(self, address: str) -> int:
        """Count one; how many that address has made."""
        count = self._of.pop(address, (0, 0.0))[0] + 1
        pause = 0.0 if count < _FREE_GUESSES else min(_LONGEST_WAIT, 2.0 ** (count - _FREE_GUESSES + 1))
        self._of[address] = (count, time.monotonic() + pause)
        self.total += 1
        while len(self._of) > _REMEMBERED:
            self._of.popitem(last=False)
        return count

    def right(self, address: str) -> None:
        """That address knows the key after all."""
        self._of.pop(address, None)


class Key:
    """The key of a server, and the cookies and tickets that are made with it.

    Nothing of a session is stored: what a browser holds is signed, and says until when it counts. A new key
    ends all of them.
    """

    def __init__(self, key: str, hours: float) -> None:
        self._key = _digest(key)
        self._secret = hmac.digest(self._key, b"perfbatch serve", "sha256")
        self._seconds = int(hours * 3600)

    def fits(self, given: str) -> bool:
        """Whether that is the key, compared in a time that tells nothing."""
        return hmac.compare_digest(_digest(given), self._key)

    @property
    def seconds(self) -> int:
        """For how long what is signed counts."""
        return self._seconds

    def sign(self, what: str) -> str:
        """A token for ``what``: 'session', or a job's id for its outputs alone."""
        until = f"{int(time.time()) + self._seconds:x}"
        return f"{until}.{self._mark(what, until)}"

    def signed(self, what: str, token: str) -> bool:
        """Whether ``token`` was made for ``what`` and still counts."""
        until, _, mark = token.partition(".")
        if not hmac.compare_digest(self._mark(what, until).encode(), mark.encode("utf-8", "replace")):
            return False
        return int(until, 16) > time.time()  # ours, since the mark fits

    def _mark(self, what: str, until: str) -> str:
        message = f"{what}\n{until}".encode("utf-8", "replace")
        return hmac.new(self._secret, message, "sha256").hexdigest()


def _digest(text: str) -> bytes:
    """Of equal length for all; blanks around a typed key do not count."""
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).digest()


def cookie_value(headers: Mapping[str, str], name: str) -> str:
    """The value of the cookie ``name``, '' where there is none."""
    for part in headers.get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""
