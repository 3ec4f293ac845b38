"""What somebody on the same network can try, tried on a real server within small limits."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import socket
import ssl
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from perfbatch.serve.access import Key
from perfbatch.serve.jobs import Jobs
from perfbatch.serve.limits import Limits
from perfbatch.serve.refused import RefusedError
from perfbatch.serve.uploads import Uploads
from tests.serve.test_page import SAMPLES, ask, finished, job_of, server

SEED = next(SAMPLES.rglob("*履职平台*.xlsx")).read_bytes()
LIMITS = """[serve]
file_mb = 1
upload_mb = 2
files = 5
idle_seconds = 2
waiting = 5
running = 1
connections = 40
connections_each = 20
"""
MB = 1 << 20
POST = b"POST /api/jobs HTTP/1.1\r\n"
TITLE = '甲"\r\nSet-Cookie: x=1\r\n\r\n<b>\u202e../乙'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server that the tests share keeps its jobs."""
    return tmp_path_factory.mktemp("server") / "核验"


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """That server; each test leaves it able to answer."""
    (folder.parent / "perfbatch.toml").write_text(LIMITS)
    with server(folder, "--config", str(folder.parent / "perfbatch.toml")) as (port, _):
        yield port


@pytest.fixture(autouse=True)
def still_answers(port: int) -> Iterator[None]:
    """Whatever was tried, the next person is served, and the jobs of the test are gone."""
    yield
    status, body, _ = ask(port, "GET", "/api/state")
    assert status == 200
    for job in json.loads(body)["jobs"]:
        if job["title"].startswith(TITLE[0]):
            continue
        assert ask(port, "DELETE", f"/api/jobs/{job['id']}")[0] == 200


@pytest.fixture(scope="module")
def made(port: int) -> dict[str, Any]:
    """A job with results, whose title means harm."""
    job = json.loads(ask(port, "POST", "/api/jobs", json.dumps({"title": TITLE}).encode())[1])["id"]
    assert ask(port, "PUT", f"/api/jobs/{job}/files?name=a.xlsx", SEED)[0] == 201
    assert ask(port, "POST", f"/api/jobs/{job}/start")[0] == 200
    return finished(port, job)


def new_job(port: int) -> str:
    job: str = json.loads(ask(port, "POST", "/api/jobs", b"{}")[1])["id"]
    return job


def said(port: int, sent: bytes, seconds: float = 15) -> bytes:
    """All that the server says to these bytes until it closes the connection, or for so long."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(sent.replace(b"HERE", f"127.0.0.1:{port}".encode()))
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except OSError:
        pass
    return found


def put(port: int, job: str, *headers: str) -> bytes:
    """The head of an upload."""
    first = f"PUT /api/jobs/{job}/files?name=a.xlsx HTTP/1.1"
    own = (f"Host: 127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}")
    return "\r\n".join((first, *own, *headers, "", "")).encode()


def below(folder: Path) -> list[Path]:
    """All files there."""
    return [path for path in folder.rglob("*") if path.is_file()]


def content(path: Path) -> bytes | None:
    """None for a file that has gone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def test_an_upload_that_says_it_is_huge_is_refused_before_it_comes(port: int) -> None:
    answer = said(port, put(port, new_job(port), f"Content-Length: {10**13}"))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


def test_an_endless_upload_ends_at_the_limit_and_leaves_nothing(port: int, folder: Path) -> None:
    """Chunks without end; then many files that fit one by one."""
    job = new_job(port)
    piece = b"10000\r\n" + bytes(65536) + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(put(port, job, "Transfer-Encoding: chunked"))
        try:
            while sent < 1024 * MB:
                connection.sendall(piece)
                sent += 65536
        except OSError:  # it has closed the connection
            pass
    assert sent < 128 * MB
    assert [path.name for path in below(folder / job)] == ["job.json"]
    found = [
        ask(port, "PUT", f"/api/jobs/{job}/files?name={n}.xlsx", bytes(MB * 9 // 10))[0] for n in range(4)
    ]
    assert found == [201, 201, 413, 413]


def test_an_upload_of_too_many_files_is_refused(port: int) -> None:
    job = new_job(port)
    found = [ask(port, "PUT", f"/api/jobs/{job}/files?name={n}.xlsx", b"x")[0] for n in range(7)]
    assert found == [201] * 5 + [413] * 2


def test_too_many_jobs_are_refused(port: int) -> None:
    found = [ask(port, "POST", "/api/jobs", b"{}")[0] for _ in range(8)]
    assert found == [201] * 6 + [503] * 2


def test_an_upload_that_stops_is_given_up(port: int, folder: Path) -> None:
    """After idle_seconds; what came of it is gone."""
    job, began = new_job(port), time.monotonic()
    answer = said(port, put(port, job, "Content-Length: 1000") + b"x")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 1.5 < time.monotonic() - began < 8
    assert [path.name for path in below(folder / job)] == ["job.json"]


def test_an_upload_drop_by_drop_ends_with_its_time(tmp_path: Path) -> None:
    """A byte now and then, never idle: the time for the whole upload ends it (here: a clock put forward)."""
    jobs = Jobs(tmp_path)
    uploads = Uploads(jobs, Limits())
    job = jobs.new("a", {}, ())
    uploads.begin(job)

    async def drops() -> object:
        yield b"x"
        uploads._open[job.id].until = 0
        yield b"x"

    with pytest.raises(RefusedError) as refused:
        asyncio.run(uploads.receive(job, "input", "a.xlsx", None, drops()))  # type: ignore[arg-type]
    assert refused.value.code == "upload_minutes"
    assert uploads.overdue() == [job]
    assert [path.name for path in below(tmp_path / job.id)] == ["job.json"]


def test_heads_that_come_slowly_or_never_end(port: int) -> None:
    """Ten seconds for a head, however it trickles in (slowloris); 32 KiB at the most."""
    began = time.monotonic()
    silent = socket.create_connection(("127.0.0.1", port), timeout=20)
    slow = socket.create_connection(("127.0.0.1", port), timeout=20)
    slow.sendall(b"GET / HTTP/1.1\r\n")

    def trickle() -> None:
        try:
            for _ in range(200):
                slow.sendall(b"X: y\r\n")
                time.sleep(0.1)
        except OSError:
            pass

    thread = threading.Thread(target=trickle)
    thread.start()
    large = said(port, b"GET / HTTP/1.1\r\nHost: HERE\r\nX: " + b"y" * 200_000 + b"\r\n\r\n")
    assert large == b"" or large.startswith(b"HTTP/1.1 4")
    assert rest(silent) == b""
    assert 8 < time.monotonic() - began < 14
    thread.join()
    assert rest(slow) == b""
    assert time.monotonic() - began < 16
    silent.close()
    slow.close()


def test_a_browser_that_does_not_read_is_given_up(port: int) -> None:
    """Its answers are not held for it for ever."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(1)
    connection.connect(("127.0.0.1", port))
    asked = f"GET /page.js HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() * 400
    end = time.monotonic() + 10
    with connection, pytest.raises(OSError):
        while time.monotonic() < end:
            try:
                connection.sendall(asked)
            except TimeoutError:
                continue


def test_a_thousand_connections_from_one_address(port: int) -> None:
    """Twenty are kept, the others closed at once; another address is served meanwhile."""
    opened = []
    for _ in range(1000):
        connection = socket.socket()
        connection.settimeout(5)
        connection.bind(("127.0.0.2", 0))
        connection.connect(("127.0.0.1", port))
        opened.append(connection)
    began = time.monotonic()
    assert ask(port, "GET", "/api/state")[0] == 200
    assert time.monotonic() - began < 3
    kept = 0
    for connection in opened:
        connection.settimeout(0.01)
        try:
            connection.recv(1)
        except TimeoutError:
            kept += 1
        except OSError:
            pass
    for connection in opened:
        connection.close()
    assert kept <= 20


NAMES = [
    "../../../../tmp/出去.xlsx",
    "..\\..\\出去.xlsx",
    "/etc/出去.xlsx",
    "C:\\Windows\\出去.xlsx",
    "\\\\server\\share\\出去.xlsx",
    "CON.xlsx",
    "nul",
    "a:b.xlsx",
    "a\0b.xlsx",
    "\u202excod.xlsx",
    "..",
    ".",
    "",
    "~$甲.xlsx",
    "a/" * 500 + "a.xlsx",
    "长" * 1000 + ".xlsx",
    "甲.xlsx/../../乙.xlsx",
    "job.json",
    "../job.json",
    "$(touch 出去).xlsx",
    "<img src=x onerror=alert(1)>.xlsx",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_lead_nowhere(port: int, folder: Path, name: str) -> None:
    """Whatever it is called, it is one file in the job's folder of inputs."""
    job = new_job(port)
    before = set(below(folder.parent))
    status, _, _ = ask(port, "PUT", f"/api/jobs/{job}/files?name={quote(name, safe='')}", b"here")
    assert status == 201
    # The server's own notes come and go meanwhile (its lock's, every few seconds).
    (new,) = [path for path in set(below(folder.parent)) - before if content(path) == b"here"]
    assert (folder / job / "输入") in new.parents
    assert json.loads((folder / job / "job.json").read_bytes())["id"] == job


def test_results_are_only_those_of_the_job_and_its_ticket(
    port: int, folder: Path, made: dict[str, Any]
) -> None:
    """Steps out, links put there, another job's ticket, a ticket that has ended."""
    job, other = made["id"], new_job(port)
    base = made["links"]["report"].rpartition("/")[0]
    assert ask(port, "GET", quote(f"{base}/run.json"))[0] == 200
    output = folder / job / "结果"
    for outside in (
        "../job.json", "%2e%2e/job.json", "..%2fjob.json", "..%5cjob.json", "%00", "x/../../job.json",
        "/etc/passwd", "//etc/passwd", ".perfbatch/", "run.json/", "./run.json", "run.json%00", "a" * 5000,
    ):  # fmt: skip
        assert ask(port, "GET", f"{base}/{outside}")[0] == 404
    (output / "汇总.xlsx").rename(output / "x")
    (output / "汇总.xlsx").symlink_to("/etc/hostname")
    assert ask(port, "GET", quote(f"{base}/汇总.xlsx"))[0] == 404
    (output / "x").replace(output / "汇总.xlsx")
    assert ask(port, "GET", quote(f"{base.replace(job, other)}/run.json"))[0] == 401
    for ticket in ("0.0", "zz.0", "", ".", "ffffffffff." + "0" * 64, "9" * 2000):
        assert ask(port, "GET", f"/results/{job}/{ticket}/run.json")[0] in (401, 404)
    past = Key("k", 0)
    assert not past.signed("a", past.sign("a"))


def test_ranges_are_answered_once(port: int, made: dict[str, Any]) -> None:
    """Thousands of ranges in one header cost no more than the file."""
    url = quote(made["links"]["summary"])
    whole = ask(port, "GET", url)[1]
    assert ask(port, "GET", url, Range="bytes=0-9")[1] == whole[:10]
    many = ",".join(f"{n}-{n}" for n in range(0, 6000, 2))
    for value in (many, "0-," * 5000, "9-1", "-0", "a-b", "0-" + "9" * 4000):
        began = time.monotonic()
        status, body, _ = ask(port, "GET", url, Range=f"bytes={value}")
        assert status in (200, 206, 400, 416)
        assert len(body) < 60 * len(whole) + 10**6
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "sent",
    [
        b"GET http://evil.example/api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET http://HERE/api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /api/state HTTP/1.0\r\n\r\n",
        b"GET /api/state HTTP/1.1\r\n\r\n",
        b"GET /api/state HTTP/1.1\r\nHost: HERE\r\nHost: evil.example\r\n\r\n",
        b"GET /api/state HTTP/1.1\r\nHost: HERE@evil.example\r\n\r\n",
        b"GET /api/state HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: HERE\r\n\r\n",
        b"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n",
        b"GET /api/state HTTP/1.1\r\n Host: HERE\r\n\r\n",
        POST + b"Host: HERE\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Host: HERE\r\nOrigin: http://HERE.evil.example\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Host: HERE\r\nOrigin: https://HERE\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Host: HERE\r\nOrigin: http://HERE\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
        POST + b"Host: HERE\r\nOrigin: http://HERE\r\nContent-Length: -1\r\n\r\n{}",
        POST + b"Host: HERE\r\nOrigin: http://HERE\r\nTransfer-Encoding: x\r\n\r\n{}",
        b"OPTIONS /api/jobs HTTP/1.1\r\nHost: HERE\r\nOrigin: http://evil.example\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: HERE\r\nOrigin: http://HERE\r\n\r\n",
        b"CONNECT evil.example:80 HTTP/1.1\r\nHost: HERE\r\nOrigin: http://HERE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 100,
        b"GET\r\n\r\n",
    ],
)  # fmt: skip
def test_requests_that_are_not_the_pages_own(port: int, sent: bytes) -> None:
    """Each is refused or not understood; nothing of it is done, no other origin is let in."""
    answer = said(port, sent, 3)
    assert not answer or answer.startswith(b"HTTP/1.1 4"), answer
    assert b"access-control" not in answer.lower()
    jobs = json.loads(ask(port, "GET", "/api/state")[1])["jobs"]
    assert [job for job in jobs if not job["title"].startswith(TITLE[0])] == []


def test_no_request_hides_in_another(port: int) -> None:
    """Content-Length and Transfer-Encoding together; requests one behind the other; bytes after a body."""
    hidden = b"DELETE /api/jobs/x HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    both = (
        POST + b"Host: HERE\r\nOrigin: http://HERE\r\n"
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )
    answer = said(port, both + hidden, 3)
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.count(b"HTTP/1.1 421") == 1
    one = b"GET /page.css HTTP/1.1\r\nHost: HERE\r\n\r\n"
    answer = said(port, one * 20, 3)
    assert answer.count(b"HTTP/1.1 200") == 20


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"title": ' + b"9" * 5_000 + b"}",
        b'{"rules": "../../etc/passwd"}',
        b'{"deadline": "2021-02-30"}',
        b'{"notices": "yes"}',
        b'{"files": -1}',
        b'{"files": true}',
        b'{"bytes": 1e400}',
        b'{"bytes": 99999999999999999999}',
        b'{"title": NaN}',
        b'\xff\xfe{"title": 1}',
        b"null",
        b"",
        b'{"passwords": ["a"]}',
        b" " * 100_000,
    ],
)
def test_bodies_that_are_no_order(port: int, body: bytes) -> None:
    status, said_back, _ = ask(port, "POST", "/api/jobs", body)
    assert 400 <= status < 500
    assert json.loads(said_back)["sentence"]


def test_a_title_stays_a_title(port: int, made: dict[str, Any]) -> None:
    """In the name of the download: no header, no other folder."""
    _, body, headers = ask(port, "GET", quote(made["links"]["zip"]))
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert "set-cookie" not in headers
    name = unquote(headers["content-disposition"].partition("''")[2])
    assert name.startswith("甲")
    assert not set(name) & set('/\\"<>\r\n\u202e')


def bomb(size: int) -> bytes:
    """A workbook whose sheet is so many bytes of blanks."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SEED)) as seed,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
    ):
        for name in seed.namelist():
            if not name.startswith("xl/worksheets/"):
                archive.writestr(name, seed.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(size // MB):
                sheet.write(b" " * MB)
    return made.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def test_bombs_cost_themselves(port: int, folder: Path) -> None:
    """A sheet of 900 MB, the same nine zips deep, names that lead out; the good files are read."""
    large = bomb(900 * MB)
    assert len(large) < MB
    nested = large
    for depth in range(9):
        nested = packed({f"{depth}.zip": nested})
    evil = packed({"../../../../tmp/出去.xlsx": SEED, "/etc/出去.xlsx": SEED, "里.xlsx": SEED})
    began = time.monotonic()
    job = job_of(port, {"炸.xlsx": large, "深.zip": nested, "名.zip": evil, "好.xlsx": SEED})
    state = finished(port, job)
    assert state["state"] == "done", state
    assert time.monotonic() - began < 100
    refused = {path for path, _ in state["result"]["refused"]}
    assert any(path.startswith("炸.xlsx") for path in refused)
    assert any(path.startswith("深.zip") for path in refused)
    assert state["result"]["counts"]["processed"] >= 2
    assert state["bytes"] < 20 * MB
    assert not [path for path in below(folder.parent) if path.name == "出去.xlsx" and job not in str(path)]
    assert not Path("/tmp/出去.xlsx").exists()


def test_guesses_are_slowed_whatever_the_header_says(tmp_path: Path) -> None:
    """An address is where the connection comes from; other addresses are not made to wait."""
    with server(tmp_path / "d", "--host", "0.0.0.0") as (port, _):
        found = [
            ask(port, "POST", "/api/session", b'{"key": "x"}', **{"X-Forwarded-For": f"10.0.0.{n}"})[0]
            for n in range(9)
        ]
        assert found == [403] * 6 + [429] * 3 or found == [403] * 5 + [429] * 4
        connection = http.client.HTTPConnection("127.0.0.1", port, source_address=("127.0.0.3", 0))
        own = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}"}
        connection.request("POST", "/api/session", b'{"key": "x"}', own)
        assert connection.getresponse().status == 403
        connection.close()
        for path in ("/api/state", "/api/jobs/x"):
            assert ask(port, "GET", path)[0] == 401
        assert ask(port, "POST", "/api/jobs", b"{}")[0] == 401
        assert ask(port, "PUT", "/api/jobs/x/files?name=a", b"x")[0] == 401
        assert ask(port, "GET", "/api/state", Cookie=f"perfbatch-{port}=0.0")[0] == 401


def test_with_a_certificate(tmp_path: Path) -> None:
    """https with a pair of one's own; plain words to it are not answered; a half handshake ends."""
    pair = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", *pair],
        check=True, capture_output=True,
    )  # fmt: skip
    options = ("--certificate", str(tmp_path / "cert.pem"), "--private-key", str(tmp_path / "key.pem"))
    with server(tmp_path / "d", *options, "--host", "0.0.0.0", "--key-file", key_file(tmp_path)) as (port, _):
        began = time.monotonic()
        half = socket.create_connection(("127.0.0.1", port), timeout=20)
        trusts = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusts)
        own = {"Host": f"127.0.0.1:{port}", "Origin": f"https://127.0.0.1:{port}"}
        connection.request("POST", "/api/session", json.dumps({"key": "k" * 20}).encode(), own)
        answer = connection.getresponse()
        assert answer.status == 200
        assert "Secure" in (answer.getheader("set-cookie") or "").split("; ")
        answer.read()
        connection.request("POST", "/api/jobs", b"{}", {**own, "Origin": f"http://127.0.0.1:{port}"})
        assert connection.getresponse().status == 403
        connection.close()
        assert not said(port, b"GET / HTTP/1.1\r\nHost: HERE\r\n\r\n", 3).startswith(b"HTTP/1.1 200")
        assert rest(half) == b""
        assert time.monotonic() - began < 16
        half.close()


def key_file(folder: Path) -> str:
    (folder / "key").write_text("k" * 20)
    return str(folder / "key")
