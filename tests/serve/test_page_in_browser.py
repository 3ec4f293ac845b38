"""The page in real Chromium: dropped files to results, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.serve.test_page import SAMPLES, processes, server
from tests.writing.browser import CHROMIUM, DRIVER, Page, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium or its driver is not installed"),
]
MANY = 40
SEED = next(SAMPLES.rglob("*履职平台*.xlsx"))
DONE = """
return !document.querySelector('#job-result').hidden && document.querySelector('#job-title').textContent
"""


def batch(folder: Path, files: int = 3) -> Path:
    """A folder as an office has it: a folder of a unit, and a file that is no workbook."""
    (folder / "甲单位").mkdir(parents=True)
    for number in range(files):
        shutil.copy(SEED, folder / "甲单位" / f"{number}.xlsx")
    (folder / "坏.xlsx").write_bytes(b"no workbook")
    return folder


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def text(page: Page, selector: str) -> str:
    found: str = page.run("return document.querySelector(arguments[0]).textContent", selector)
    return found


def start(page: Page, *dropped: Path) -> str:
    """Drop, start, and be at the job's own page; its id."""
    page.until("return document.querySelector('#chosen') && !document.querySelector('#view-home').hidden")
    page.drop("#drop", *dropped)
    page.until("return !document.querySelector('#start').disabled")
    page.click("#start")
    job: str = page.until("return location.hash.startsWith('#/job/') && location.hash.slice(6)")
    return job


@contextmanager
def reading(job: str) -> Iterator[None]:
    """Stand still while the job reads: the page asks each second, and a quick machine is done by then."""
    for _ in range(6000):
        for process in Path("/proc").iterdir():
            with suppress(OSError, json.JSONDecodeError):
                command = (process / "cmdline").read_bytes().decode().split("\0")
                if "perfbatch.serve.job_process" not in command or job not in command[-2]:
                    continue
                if json.loads((Path(command[-2]) / "progress.json").read_bytes())["stage"] == "read":
                    os.kill(int(process.name), signal.SIGSTOP)
                    try:
                        yield
                    finally:
                        os.kill(int(process.name), signal.SIGCONT)
                    return
        time.sleep(0.01)
    raise TimeoutError(job)


def downloaded(folder: Path, name: str) -> Path:
    """A download once it is whole."""
    for _ in range(200):
        if (folder / "downloads" / name).is_file():
            return folder / "downloads" / name
        time.sleep(0.1)
    raise TimeoutError([path.name for path in (folder / "downloads").iterdir()])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that the tests share."""
    with server(tmp_path_factory.mktemp("server") / "核验") as (port, _):
        yield port


@pytest.fixture(scope="module")
def browser_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def browser(browser_folder: Path) -> Iterator[Page]:
    """A browser that the tests share."""
    with chromium(browser_folder) as page:
        yield page


def test_a_folder_a_zip_and_files_are_dropped_and_downloaded(
    port: int, browser: Page, browser_folder: Path, tmp_path: Path
) -> None:
    """Progress is shown while it runs, the bad file by name; report, 汇总.xlsx and zip are what was made."""
    packed = tmp_path / "乙单位.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(SEED, "表/包里.xlsx")
    loose = shutil.copy(SEED, tmp_path / "单张.xlsx")
    browser.go(address(port))
    browser.log("browser")
    browser.until("return !document.querySelector('#view-home').hidden")
    browser.drop("#drop", batch(tmp_path / "第一批", MANY))
    browser.until(f"return document.querySelector('#chosen').textContent.includes('{MANY + 1}')")
    browser.drop("#drop", packed, loose)
    browser.until(f"return document.querySelector('#chosen').textContent.includes('{MANY + 3}')")
    job = start(browser, loose)  # dropped twice: once
    with reading(job):
        browser.until("return document.querySelector('#job-stage').textContent.includes('读取与核验')")
        share = browser.run("return document.querySelector('#job-bar').value")
        assert 0 < share < 55, share
    browser.until("return !document.querySelector('#job-result').hidden")
    assert text(browser, "#job-title") == "第一批"
    assert f"{MANY + 3}" in text(browser, ".card .figure")
    assert "第一批/坏.xlsx" in text(browser, "#job-result table")

    browser.click("#link-zip")
    with zipfile.ZipFile(downloaded(browser_folder, "第一批.zip")) as outputs:
        assert outputs.testzip() is None
        named = set(outputs.namelist())
        assert {"报告.html", "汇总.xlsx", "批注/单张.xlsx"} <= named
        assert {f"批注/第一批/甲单位/{number}.xlsx" for number in range(MANY)} <= named
        summary = outputs.read("汇总.xlsx")
    browser.click("#link-summary")
    assert downloaded(browser_folder, "汇总.xlsx").read_bytes() == summary

    first = browser.windows()[0]
    browser.click("#link-report")
    (report,) = set(browser.windows()) - {first}
    browser.turn_to(report)
    try:
        browser.until("return document.querySelectorAll('#findings tr').length > 10")
        assert browser.run("return self.origin") == "null"
        copies = browser.run("return [...document.querySelectorAll('#findings a')].map((a) => a.href)")
        assert any("/results/" in link and "/%E6%89%B9%E6%B3%A8/" in link for link in copies)
        browser.click("#findings a")
        copy = browser.run("return decodeURIComponent(document.querySelector('#findings a').pathname)")
        assert zipfile.is_zipfile(downloaded(browser_folder, copy.rpartition("/")[2]))
        assert [entry for entry in browser.log("browser") if entry["level"] == "SEVERE"] == []
    finally:
        browser.run("window.close()")
        browser.turn_to(first)


def test_a_job_is_removed_while_it_runs(port: int, browser: Page, tmp_path: Path) -> None:
    """Asked first; then its folder is gone, its processes too."""
    browser.go(address(port))
    job = start(browser, batch(tmp_path / "要移除的", 60))
    with reading(job):
        browser.until("return document.querySelector('#job-stage').textContent.includes('读取')")
        assert job in processes()
        browser.click("#job-remove")
        browser.click("#ask-no")
        assert text(browser, "#job-title") == "要移除的"
        browser.click("#job-remove")
    browser.click("#ask-yes")
    browser.until("return !document.querySelector('#view-home').hidden")
    browser.until("return !document.querySelector('#jobs').textContent.includes('要移除的')")
    for _ in range(50):
        if job not in processes():
            return
        time.sleep(0.1)
    raise AssertionError(processes())


def test_two_people_at_once_and_a_browser_that_comes_back(port: int, browser: Page, tmp_path: Path) -> None:
    """Each has the results of what it dropped; a closed browser finds its job again, by address and list."""
    with chromium(tmp_path / "other") as other:
        browser.go(address(port))
        other.go(address(port))
        first = start(browser, batch(tmp_path / "我的", 4))
        second = start(other, batch(tmp_path / "别人的", 5))
    assert first != second
    assert browser.until(DONE) == "我的"
    assert "5" in text(browser, ".card .figure")
    with chromium(tmp_path / "again") as again:
        again.go(f"{address(port)}#/job/{second}")
        assert again.until(DONE) == "别人的"
        assert "6" in text(again, ".card .figure")
        again.click("#back")
        again.until("return document.querySelector('#jobs').textContent.includes('我的')")
        again.click(f"#jobs a[data-job='{first}']")
        assert again.until(DONE) == "我的"


def test_a_restart_finds_earlier_jobs_and_the_open_page_goes_on(browser: Page, tmp_path: Path) -> None:
    """While the server is away the page says so; once it is back, the page goes on by itself."""
    folder = tmp_path / "核验"
    with server(folder) as (port, _):
        browser.go(address(port))
        with reading(start(browser, batch(tmp_path / "做到一半", 40))):
            browser.until("return document.querySelector('#job-stage').textContent.includes('读取')")
    browser.until("return document.querySelector('#trouble').textContent.includes('连不上')")
    with server(folder, "--port", str(port)):
        assert browser.until(DONE) == "做到一半"
        browser.until("return document.querySelector('#trouble').hidden")
        browser.go(address(port))
        browser.until("return document.querySelector('#jobs').textContent.includes('做到一半')")


def test_a_wrong_key_is_refused_and_the_right_one_kept(browser: Page, tmp_path: Path) -> None:
    """Typed wrong, then right; a reload asks no more; the address with the key leaves no key in it."""
    (tmp_path / "key").write_text("gvmx4-7hq2p-c3rtn-w8kdz-5bfys")
    with server(tmp_path / "核验", "--host", "0.0.0.0", "--key-file", str(tmp_path / "key")) as (port, _):
        browser.go(address(port))
        browser.until("return !document.querySelector('#view-key').hidden")
        browser.click("#key")
        browser.press(*"wrong", "Enter")
        browser.until("return document.querySelector('#trouble').textContent.includes('钥匙不对')")
        assert browser.run("return document.querySelector('#view-home').hidden")
        browser.run("document.querySelector('#key').value = ''")
        browser.press(*"gvmx4-7hq2p-c3rtn-w8kdz-5bfys", "Enter")
        browser.until("return !document.querySelector('#view-home').hidden")
        assert browser.run("return document.querySelector('#trouble').hidden")
        browser.go(address(port))
        browser.until("return !document.querySelector('#view-home').hidden")
        assert browser.run("return document.cookie") == ""
    with (
        server(tmp_path / "核验", "--host", "0.0.0.0", "--key-file", str(tmp_path / "key")) as (port, _),
        chromium(tmp_path / "other") as other,
    ):
        other.go(f"{address(port)}#gvmx4-7hq2p-c3rtn-w8kdz-5bfys")
        other.until("return !document.querySelector('#view-home').hidden")
        assert other.run("return location.href") == address(port)


def test_with_the_keyboard_alone(port: int, browser: Page, tmp_path: Path) -> None:
    """Tab and Enter choose files, start, open the result and remove it; where one is can always be seen."""
    path = batch(tmp_path / "x", 1) / "甲单位" / "0.xlsx"
    browser.go(address(port))
    browser.until("return !document.querySelector('#view-home').hidden")
    browser.devtools("Page.enable")
    browser.devtools("Page.setInterceptFileChooserDialog", enabled=True)
    tab_to(browser, "pick-files")
    browser.log("performance")
    browser.press("Enter")
    node = browser.devtools("Runtime.evaluate", expression="document.getElementById('files')")
    browser.devtools("DOM.setFileInputFiles", files=[str(path)], objectId=node["result"]["objectId"])
    browser.until("return !document.querySelector('#start').disabled")
    assert any('"Page.fileChooserOpened"' in entry["message"] for entry in browser.log("performance"))
    browser.devtools("Page.setInterceptFileChooserDialog", enabled=False)
    tab_to(browser, "start")
    browser.press("Enter")
    browser.until("return document.activeElement.id === 'job-title'")
    assert browser.until(DONE)
    tab_to(browser, "link-report")
    tab_to(browser, "job-remove")
    browser.press("Space")
    browser.until("return document.activeElement.id === 'ask-no'")
    browser.press("Escape")
    browser.until("return !document.querySelector('#ask').open && document.activeElement.id === 'job-remove'")
    browser.press("Enter", "Tab", "Enter")
    browser.until("return location.hash === '#/' && document.activeElement.id === 'new-title'")


def tab_to(page: Page, element: str) -> None:
    """Press Tab until that element has the focus, which shows."""
    for _ in range(40):
        page.press("Tab")
        here, shown = page.run(
            "const e = document.activeElement, s = getComputedStyle(e);"
            "return [e.id, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]"
        )
        assert shown, here
        if here == element:
            return
    raise AssertionError(element)


CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
NAMED = {
    "button",
    "link",
    "textbox",
    "checkbox",
    "combobox",
    "progressbar",
    "Date",
    "dialog",
    "table",
    "region",
}


@pytest.mark.parametrize("width", [390, 1280])
def test_wide_and_narrow_in_colours_that_can_be_read(port: int, width: int, tmp_path: Path) -> None:
    """Each view: nothing sideways, WCAG AA contrast as drawn, a name for every control, targets of 24 px."""
    pictures = Path(os.environ.get("PERFBATCH_PICTURES") or tmp_path)
    with chromium(tmp_path, width, 900) as page:
        page.go(address(port))
        page.until("return !document.querySelector('#view-home').hidden")
        page.click("#options summary")
        page.click("#notices")
        look(page, width, pictures / f"serve-home-{width}.png")
        page.click("#options summary")
        start(page, batch(tmp_path / ("很长的名称" * 12), 30))
        page.until("return document.querySelector('#job-refused-so-far').textContent.includes('坏')")
        look(page, width, pictures / f"serve-running-{width}.png")
        page.until(DONE)
        look(page, width, pictures / f"serve-result-{width}.png")
        page.click("#job-remove")
        look(page, width, pictures / f"serve-remove-{width}.png")
        page.click("#ask-no")
        page.run("window.scrollTo(0, 0)")
        page.click("#back")
        page.until("return document.querySelectorAll('#jobs li').length")
        look(page, width, pictures / f"serve-list-{width}.png")


def look(page: Page, width: int, picture: Path) -> None:
    page.screenshot(picture)
    assert page.run("return document.documentElement.scrollWidth") <= width
    looked, poor = page.run(CONTRAST)
    assert looked > 5
    assert poor == []
    small = page.run(
        "return [...document.querySelectorAll('button, .button, select, summary, #jobs a')]"
        ".filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    )
    assert small == []
    tree = page.devtools("Accessibility.getFullAXTree")["nodes"]
    unnamed = [
        node["role"]["value"]
        for node in tree
        if not node.get("ignored")
        and node["role"]["value"] in NAMED
        and not node.get("name", {}).get("value")
    ]
    assert unnamed == []
