"""The picture of docs/serve.md from the sample inputs: ``python -m docs.pictures.render_page``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.serve.test_page import SAMPLES, server
from tests.writing.browser import chromium

HERE = Path(__file__).parent
DONE = "return !document.querySelector('#job-result').hidden"


def page(top: Path) -> None:
    """The page with the results of the samples."""
    with server(top / "页面") as (port, _), chromium(top / "browser", 1100, 1000) as browser:
        browser.go(f"http://127.0.0.1:{port}/")
        browser.until("return !document.querySelector('#view-home').hidden")
        browser.drop("#drop", SAMPLES)
        browser.until("return !document.querySelector('#start').disabled")
        browser.run("document.querySelector('#title').value = '2021年度第一批'")
        browser.click("#start")
        browser.until(DONE, seconds=300)
        browser.screenshot(HERE / "page.png")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="绩效-") as folder:
        page(Path(folder))
