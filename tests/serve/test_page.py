"""The page as browsers and attackers meet it: a real server, real requests."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from perfbatch.serve.access import Hosts, Key, new_key
from perfbatch.serve.names import UploadNames
from perfbatch.serve.start import _shown_host

SAMPLES = Path(__file__).parents[2] / "sample_inputs"


@contextmanager
def server(folder: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server on a free port; stopped by SIGTERM at the end."""
    command = [sys.executable, "-m", "perfbatch", "serve", "--port", "0", "--folder", str(folder), *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUTF8": "1"}
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        yield int(line.split("/#")[0].rstrip("/\n").rpartition(":")[2]), process
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout
        process.stdout.close()


def ask(
    port: int, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    origin = {"Origin": f"http://127.0.0.1:{port}", "Host": f"127.0.0.1:{port}"}
    connection.request(method, path, body, {**origin, **headers})
    answer = connection.getresponse()
    found = answer.status, answer.read(), {key.lower(): value for key, value in answer.getheaders()}
    connection.close()
    return found


def job_of(port: int, files: dict[str, bytes]) -> str:
    """Upload and start; the job's id."""
    job: str = json.loads(ask(port, "POST", "/api/jobs", b'{"title": "a"}')[1])["id"]
    for name, data in files.items():
        assert ask(port, "PUT", f"/api/jobs/{job}/files?name={quote(name, safe='')}", data)[0] == 201
    assert ask(port, "POST", f"/api/jobs/{job}/start")[0] == 200
    return job


def finished(port: int, job: str) -> dict[str, Any]:
    """The job once it goes no further."""
    for _ in range(300):
        state: dict[str, Any] = json.loads(ask(port, "GET", f"/api/jobs/{job}")[1])
        if state["state"] not in ("waiting", "running"):
            return state
        time.sleep(0.2)
    raise TimeoutError(job)


def test_from_upload_to_results_and_over_a_restart(tmp_path: Path) -> None:
    """Two good files and a bad one; every output in the zip; found again, and removed."""
    seed = next(SAMPLES.rglob("*履职平台*.xlsx")).read_bytes()
    with server(tmp_path / "d") as (port, _):
        job = job_of(port, {"表/一.xlsx": seed, "../../二.xlsx": seed, "坏.xlsx": b"no workbook"})
        state = finished(port, job)
        assert state["state"] == "done", state
        assert state["result"]["counts"]["processed"] == 2
        assert [path for path, _ in state["result"]["refused"]] == ["坏.xlsx"]
        status, report, headers = ask(port, "GET", quote(state["links"]["report"]))
        assert status == 200
        assert headers["content-security-policy"].startswith("sandbox ")
        assert "'sha256-" in headers["content-security-policy"]
        assert "<h1>" in report.decode()
        packed = zipfile.ZipFile(io.BytesIO(ask(port, "GET", quote(state["links"]["zip"]))[1]))
        assert packed.testzip() is None
        assert {"汇总.xlsx", "报告.html", "run.json", "批注/表/一.xlsx"} <= set(packed.namelist())
        base = state["links"]["report"].rpartition("/")[0]
        assert ask(port, "GET", quote(f"{base}/../job.json"))[0] == 404
        assert ask(port, "GET", f"/results/{job}/0.0/run.json")[0] == 401
    with server(tmp_path / "d") as (port, _):
        assert finished(port, job)["state"] == "done"
        assert ask(port, "DELETE", f"/api/jobs/{job}")[0] == 200
        assert ask(port, "GET", f"/api/jobs/{job}")[0] == 404
    assert [path.name for path in (tmp_path / "d").iterdir() if job in path.name] == []


def test_a_job_goes_with_its_removal_and_with_the_server(tmp_path: Path) -> None:
    """No process of a job is left, also where the server is killed outright."""
    seed = next(SAMPLES.rglob("*履职平台*.xlsx")).read_bytes()
    with server(tmp_path / "d") as (port, process):
        removed = job_of(port, {f"{n}.xlsx": seed for n in range(9)})
        assert ask(port, "DELETE", f"/api/jobs/{removed}")[0] == 200
        left = job_of(port, {f"{n}.xlsx": seed for n in range(9)})
        for _ in range(100):
            if left in processes():
                break
            time.sleep(0.1)
        assert left in processes()
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    for _ in range(50):
        if removed not in processes() and left not in processes():
            return
        time.sleep(0.1)
    raise AssertionError(processes())


def processes() -> str:
    """Their command lines, whole."""
    return subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout


def test_the_offices_settings_are_those_of_every_job(tmp_path: Path) -> None:
    """perfbatch.toml is asked for of each run; the page may leave out letters, not lift ``redact``."""
    seed = next(SAMPLES.rglob("*履职平台*.xlsx")).read_bytes()
    (tmp_path / "perfbatch.toml").write_text(
        "notices = true\ndeadline = 2022-01-31\nredact = true\npassword = ['一二三']\nhistory = '历史.db'\n"
        "[serve]\nfolder = '页面'\nrunning = 1\n",
        encoding="utf-8",
    )
    with server(tmp_path / "页面", "--config", str(tmp_path / "perfbatch.toml")) as (port, _):
        state = json.loads(ask(port, "GET", "/api/state")[1])
        assert state["preset"] == {"notices": True, "deadline": "2022-01-31", "redact": True}
        assert "一二三" not in json.dumps(state, ensure_ascii=False)
        packed = []
        for order in (b"{}", b'{"notices": false, "redact": false}'):
            job = json.loads(ask(port, "POST", "/api/jobs", order)[1])["id"]
            assert ask(port, "PUT", f"/api/jobs/{job}/files?name=a.xlsx", seed)[0] == 201
            assert ask(port, "POST", f"/api/jobs/{job}/start")[0] == 200
            done = finished(port, job)
            packed.append(zipfile.ZipFile(io.BytesIO(ask(port, "GET", quote(done["links"]["zip"]))[1])))
        asked, left = packed
        assert any(name.endswith(".docx") for name in asked.namelist())
        assert not any(name.endswith(".docx") for name in left.namelist())
        assert all("（已隐去）" in one.read("数据/forms.csv").decode() for one in packed)
    assert not (tmp_path / "历史.db").exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_other_pages_and_other_names_are_refused(
    headers: dict[str, str], status: int, tmp_path: Path
) -> None:
    """CSRF and DNS rebinding."""
    with server(tmp_path / "d") as (port, _):
        assert ask(port, "POST", "/api/jobs", b"{}", **headers)[0] == status


def test_on_a_network_the_key_is_asked_for(tmp_path: Path) -> None:
    """Nothing without it; guesses are slowed; a cookie after it."""
    key = new_key()
    (tmp_path / "key").write_text(key)
    with server(tmp_path / "d", "--host", "0.0.0.0", "--key-file", str(tmp_path / "key")) as (port, _):
        assert ask(port, "GET", "/api/state")[0] == 401
        assert ask(port, "POST", "/api/session", json.dumps({"key": "x"}).encode())[0] == 403
        status, _body, headers = ask(port, "POST", "/api/session", json.dumps({"key": key}).encode())
        assert status == 200
        assert {"HttpOnly", "SameSite=strict"} <= set(headers["set-cookie"].split("; "))
        assert ask(port, "GET", "/api/state", Cookie=headers["set-cookie"].split(";")[0])[0] == 200
        said = [ask(port, "POST", "/api/session", b'{"key": "x"}')[0] for _ in range(7)]
        assert said == [403] * 5 + [429] * 2


def test_the_address_shown_on_a_network_can_be_opened(tmp_path: Path) -> None:
    """An address or name of this machine that the page itself knows."""
    with server(tmp_path / "d", "--host", "0.0.0.0") as (port, _):
        shown = _shown_host("0.0.0.0")
        assert shown not in ("0.0.0.0", "")
        assert ask(port, "GET", "/", Host=f"{shown}:{port}")[0] == 200


def test_what_is_sent_as_a_name_is_only_a_name() -> None:
    """No step leads out, or means something to Windows."""
    names = UploadNames()
    assert names.path("表/一.xlsx") == "表/一.xlsx"
    sent = [
        "../../a.xlsx",
        "C:\\x\\..\\b.xlsx",
        "/etc/passwd",
        "a\0b.xlsx",
        "CON.xlsx",
        "长" * 300 + ".xlsx",
        "",
        "..",
    ]
    for name in [names.path(one) for one in sent]:
        steps = name.split("/")
        assert all(step and step.strip(". ") and len(step.encode()) < 255 for step in steps), name
        assert not set(name) & set('\\:\0"<>|?*')
        assert not steps[-1].upper().startswith("CON.")
    assert names.path("A.xlsx") != names.path("a.xlsx")
    assert [names.path(one) for one in (".DS_Store", "表/._一.xlsx", "~$一.xlsx", "...a")] == [
        ".DS_Store", "表/._一.xlsx", "~$一.xlsx", "_.a",
    ]  # fmt: skip


def test_tokens_and_hosts() -> None:
    """Signed for one thing only; addresses of a network."""
    key = Key("k" * 20, 1)
    assert key.signed("session", key.sign("session"))
    assert not key.signed("other", key.sign("session"))
    assert not key.signed("session", "é")
    assert not Key("l" * 20, 1).signed("session", key.sign("session"))
    assert not Hosts.of("127.0.0.1", 80, secure=False).knows("192.168.1.7")
    assert Hosts.of("0.0.0.0", 81, secure=False).knows("192.168.1.7:81")
