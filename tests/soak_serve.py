"""Fifty jobs on the page, five people at once: ``python -m tests.soak_serve [--jobs 50] [--at-once 5]``.

Each person drops folders of workbooks, zips and damaged files one after the other, sometimes removes a job
that runs, and downloads everything; meanwhile another machine opens 1,000 connections again and again. Every
file must come back in the job that it was dropped in, the server must not have grown, and nothing may be left
running.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.serve.test_page import SAMPLES, ask, job_of, processes
from tests.soak_watch import cost

SAMPLE = next(SAMPLES.rglob("*履职平台*.xlsx")).read_bytes()
MEMORY, HANDLES = 48 * 1024, 4
"""KiB and open files that the server may have more of at the end."""


@dataclass
class Told:
    """What went wrong, how long answers took, what was done."""

    lost: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


def batch(chance: random.Random) -> tuple[dict[str, bytes], set[str], set[str]]:
    """Files to drop; what must be processed; what must be refused."""
    good = {f"单位{n % 3}/{n}.xlsx": SAMPLE for n in range(chance.randint(1, 20))}
    bad = {f"坏{n}.xlsx": b"no workbook" for n in range(chance.randint(0, 2))}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("包/里.xlsx", SAMPLE)
    zips = {"包.zip": archive.getvalue()} if chance.random() < 0.3 else {}
    inside = {"包.zip/包/里.xlsx" for _ in zips}
    return {**good, **bad, **zips}, set(good) | inside, set(bad)


def person(port: int, number: int, told: Told) -> None:
    """One job from its upload to its end."""
    chance = random.Random(number)
    dropped, wanted, refused = batch(chance)
    job = job_of(port, dropped)
    told.files.append(len(dropped))
    if chance.random() < 0.15:
        time.sleep(chance.uniform(0, 6))
        if ask(port, "DELETE", f"/api/jobs/{job}")[0] != 200:
            told.lost.append(f"{job} stays")
        told.removed.append(job)
        return
    while True:
        began = time.monotonic()
        state = json.loads(ask(port, "GET", f"/api/jobs/{job}")[1])
        told.waits.append(time.monotonic() - began)
        if state["state"] not in ("waiting", "running"):
            break
        time.sleep(1)
    if state["state"] != "done":
        told.lost.append(f"{job}: {state.get('failure')}")
        return
    archive = zipfile.ZipFile(io.BytesIO(ask(port, "GET", quote(state["links"]["zip"]))[1]))
    said = {row["path"]: row["status"] for row in json.loads(archive.read("run.json"))["files"]}
    expected = {**dict.fromkeys(wanted, "processed"), **dict.fromkeys(refused, "refused")}
    found = {path: status for path, status in said.items() if status != "skipped"}
    if archive.testzip() or found != expected:
        told.lost.append(f"{job}: {found} instead of {expected}")
    copies = {name for name in archive.namelist() if name.startswith("批注/")}
    if len(copies) != len(wanted):
        told.lost.append(f"{job}: {len(copies)} copies of {len(wanted)}")


def flood(port: int, told: Told) -> None:
    """1,000 connections from another address of this machine, held for five seconds, again and again."""
    while not told.done.is_set():
        opened = []
        for _ in range(1000):
            connection = socket.socket()
            connection.settimeout(2)
            try:
                connection.bind(("127.0.0.9", 0))
                connection.connect(("127.0.0.1", port))
                connection.sendall(b"GET / HTTP/1.1\r\n")
            except OSError:
                pass  # closed at once: there are enough of that address
            opened.append(connection)
        told.done.wait(5)
        for connection in opened:
            connection.close()
        told.done.wait(5)


def main() -> int:
    """0 where nothing was lost, nothing grew and nothing is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=5)
    given = parser.parse_args()
    told = Told()
    with tempfile.TemporaryDirectory(prefix="perfbatch-soak-") as name:
        folder, settings = Path(name) / "页面", Path(name) / "perfbatch.toml"
        settings.write_text(f"[serve]\nrunning = {given.at_once}\n")
        command = [sys.executable, "-m", "perfbatch", "serve", "--port", "0", "--folder", str(folder)]
        server = subprocess.Popen(
            [*command, "--config", str(settings)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert server.stdout
        port = int(server.stdout.readline().rstrip("/\n").rpartition(":")[2])
        began = time.monotonic()
        attacker = threading.Thread(target=flood, args=(port, told))
        try:
            person(port, 0, told)  # what is loaded once is loaded
            before = cost(server.pid)
            attacker.start()
            with ThreadPoolExecutor(given.at_once) as people:
                list(people.map(lambda number: person(port, number, told), range(1, given.jobs + 1)))
            told.done.set()
            attacker.join()
            time.sleep(12)  # heads that never came are given up after ten
            after = cost(server.pid)
            working = [
                line for line in processes().splitlines() if "job_process" in line and str(folder) in line
            ]
            listed = json.loads(ask(port, "GET", "/api/state")[1])["jobs"]
            for job in listed:
                ask(port, "DELETE", f"/api/jobs/{job['id']}")
            remains = [path.name for path in folder.iterdir() if path.is_dir()]
        finally:
            told.done.set()
            server.send_signal(signal.SIGTERM)
            status = server.wait(30)
        left = [*working]
        left += [line for line in processes().splitlines() if str(folder) in line]
        waits = sorted(told.waits)
        print(
            f"{given.jobs} jobs, {given.at_once} at once, {sum(told.files)} files, "
            f"{len(told.removed)} removed meanwhile; "
            f"{len(told.lost)} lost or wrong; {time.monotonic() - began:.0f} s; an answer took "
            f"{waits[len(waits) // 2] * 1000:.0f} ms in the middle, {waits[-1] * 1000:.0f} ms at the most; "
            f"server {before[0]} → {after[0]} KiB, {before[1]} → {after[1]} open files; "
            f"ended with {status}, {len(left)} processes and {len(remains)} folders left"
        )
        for one in told.lost:
            print(one)
        bounded = after[0] <= before[0] + MEMORY and after[1] <= before[1] + HANDLES
        return 0 if bounded and status == 0 and not (told.lost or left or remains) else 1


if __name__ == "__main__":
    sys.exit(main())
