"""A page in real headless Chromium, by the WebDriver protocol of its own driver."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

_OPENER = build_opener(ProxyHandler({}))
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")


KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " ", "Escape": "\ue00c"}
"""Names of keys as WebDriver has them."""


@dataclass(frozen=True)
class Page:
    """One open page."""

    session: str

    def run(self, script: str, *arguments: Any) -> Any:
        """What ``script`` returns in the page."""
        return _send(f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def open(self, path: Path) -> None:
        """Load a file and wait until it has been drawn."""
        self.go(path.as_uri())

    def go(self, address: str) -> None:
        """Load an address and wait until it has been drawn."""
        _send(f"{self.session}/url", {"url": address})

    def until(self, script: str, *arguments: Any, seconds: float = 60) -> Any:
        """What ``script`` returns once that is true. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while not (found := self.run(script, *arguments)):
            if time.monotonic() > end:
                raise TimeoutError(script)
            time.sleep(0.1)
        return found

    def devtools(self, command: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return _send(f"{self.session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def drop(self, selector: str, *paths: Path) -> None:
        """Drag files and folders from outside the browser onto an element."""
        where = "const r = document.querySelector(arguments[0]).getBoundingClientRect();"
        x, y = self.run(f"{where} return [r.x + r.width / 2, r.y + r.height / 2]", selector)
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.devtools("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def press(self, *keys: str) -> None:
        """Press keys one after the other: letters, or names as in ``KEYS``."""
        moves = []
        for key in keys:
            value = KEYS.get(key, key)
            moves += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        _send(f"{self.session}/actions", {"actions": [{"type": "key", "id": "keys", "actions": moves}]})

    def click(self, selector: str) -> None:
        """Click an element with the mouse, where it can be seen."""
        element = _send(f"{self.session}/element", {"using": "css selector", "value": selector})
        _send(f"{self.session}/element/{next(iter(element.values()))}/click", {})

    def windows(self) -> list[str]:
        """Open windows, the one that was there first before the others."""
        return _send(f"{self.session}/window/handles")  # type: ignore[no-any-return]

    def turn_to(self, window: str) -> None:
        """Go on in another window."""
        _send(f"{self.session}/window", {"handle": window})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What the console (``browser``) or the network (``performance``) said since the last call."""
        return _send(f"{self.session}/se/log", {"type": kind})  # type: ignore[no-any-return]

    def requests(self) -> list[str]:
        """Addresses that were asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def screenshot(self, path: Path) -> None:
        """Save what is seen."""
        path.write_bytes(base64.b64decode(_send(f"{self.session}/screenshot")))

    def pdf(self, path: Path) -> None:
        """Save the page as it prints on A4."""
        options = {"page": {"width": 21.0, "height": 29.7}, "background": False}
        path.write_bytes(base64.b64decode(_send(f"{self.session}/print", options)))


@contextmanager
def chromium(folder: Path, width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A browser with an empty profile in ``folder``; below 500 pixels a phone's.

    What it downloads goes to ``folder``/downloads.
    """
    assert CHROMIUM
    assert DRIVER
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen(
        [DRIVER, f"--port={port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}/status")
        options: dict[str, Any] = {
            "binary": CHROMIUM,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}",
            ],
            "prefs": {"download.default_directory": str(folder / "downloads")},
        }  # fmt: skip
        if width < 500:
            metrics = {"width": width, "height": height, "pixelRatio": 2.0, "mobile": True, "touch": True}
            options["mobileEmulation"] = {"deviceMetrics": metrics}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = _send(f"{base}/session", {"capabilities": {"alwaysMatch": wanted}})
        session = f"{base}/session/{answer['sessionId']}"
        try:
            yield Page(session)
        finally:
            _send(session, method="DELETE")
    finally:
        driver.terminate()
        driver.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            _send(address)
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def _send(address: str, body: dict[str, Any] | None = None, method: str = "") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(address, data, {"Content-Type": "application/json"}, method=method or None)
    with _OPENER.open(request, timeout=60) as response:
        return json.load(response)["value"]
