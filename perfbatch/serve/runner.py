"""Jobs at work: each a process of its own in a group of its own, so many at a time, the others in turn."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from perfbatch.own_outputs import STORE, read_json
from perfbatch.serve.jobs import OUTPUT, RESULT, Job, Jobs, size_of
from perfbatch.serve.limits import GB, Limits
from perfbatch.serve.removing import remove_tree
from perfbatch.serve.uploads import Uploads

_LOOK_EVERY = 3.0
"""Seconds between two looks at how much a job has written."""
_SAID = 4000
"""Bytes of what a job says on standard error that are kept, the last."""


class Runner:
    """Begins jobs, watches them and ends them. All of it in one event loop."""

    def __init__(
        self,
        jobs: Jobs,
        uploads: Uploads,
        limits: Limits,
        settings: dict[str, Any],
        passwords: Sequence[str] = (),
    ) -> None:
        """``settings`` goes to each job as it is: where its options come from beside the page; ``passwords``
        are the office's."""
        self.jobs, self.uploads, self.limits, self.settings = jobs, uploads, limits, settings
        self.passwords = passwords
        self._work: dict[str, asyncio.Task[None]] = {}
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._closing = False

    def start(self) -> None:
        """Go on with what waits, and from now on look after uploads that nobody finishes."""
        self._sweeper = asyncio.create_task(self._sweep())
        self.begin_next()

    def begin_next(self) -> None:
        """Begin as many of the jobs that wait as may be at work, the earliest first."""
        if self._closing:
            return
        waiting = [job for job in self.jobs if job.state == "waiting" and job.id not in self._work]
        for job in reversed(waiting):
            if len(self._work) >= self.limits.running:
                return
            self._work[job.id] = asyncio.create_task(self._job(job))

    def submit(self, job: Job) -> None:
        """Its files are here: it waits for its turn."""
        job.state = "waiting"
        self.jobs.save(job)
        self.begin_next()

    async def remove(self, job: Job) -> None:
        """End what runs of it, and take it away. Raises OSError."""
        self.uploads.forget(job)
        task = self._work.get(job.id)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        await asyncio.to_thread(self.jobs.remove, job)

    async def close(self) -> None:
        """End all that runs. The jobs stay as they are: the next server goes on with them."""
        self._closing = True
        tasks = [*self._work.values(), *([self._sweeper] if self._sweeper else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _job(self, job: Job) -> None:
        try:
            await self._run(job)
        except OSError as error:
            self.jobs.end(job, "failed", "system", str(error))
        finally:
            self._work.pop(job.id, None)
            self.begin_next()

    async def _run(self, job: Job) -> None:
        job.state, job.attempts = "running", job.attempts + 1
        job.started = datetime.now().astimezone().isoformat(timespec="seconds")
        self.jobs.save(job)
        (self.jobs.path(job) / RESULT).unlink(missing_ok=True)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "perfbatch.serve.job_process", str(self.jobs.path(job).absolute()),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **_own_group(),
        )  # fmt: skip
        try:
            assert process.stdin and process.stderr
            passwords = [*self.jobs.passwords.get(job.id, ()), *self.passwords]
            order = {"settings": self.settings, "options": job.options, "passwords": passwords}
            process.stdin.write(json.dumps(order).encode() + b"\n")
            said = asyncio.create_task(_last_words(process.stderr))
            failure = await self._watch(job, process)
            process.stdin.close()
            if failure:
                end_group(process)
            status = await process.wait()
            end_group(process)  # whoever outlives a process that died
            text = await said
        except BaseException:
            end_group(process)
            await asyncio.shield(process.wait())
            raise
        if self.jobs.get(job.id) is not job:
            return
        if failure:
            self.jobs.end(job, "failed", failure)
        elif status == 0 and (self.jobs.path(job) / RESULT).is_file():
            # What a later run into the same folder would take over: there is none.
            await asyncio.to_thread(remove_tree, self.jobs.path(job, OUTPUT, STORE))
            self.jobs.end(job, "done")
        elif status == 2:
            self.jobs.end(job, "failed", "refused", text)
        else:
            self.jobs.end(job, "failed", "died", text.strip().rpartition("\n")[2][:300])

    async def _watch(self, job: Job, process: asyncio.subprocess.Process) -> str:
        """Wait until it ends, '', or until it has taken more than it may: the sentence for that."""
        until = time.monotonic() + self.limits.run_minutes * 60
        while True:
            try:
                await asyncio.wait_for(process.wait(), _LOOK_EVERY)
            except TimeoutError:
                job.bytes = await asyncio.to_thread(size_of, self.jobs.path(job))
                if time.monotonic() > until:
                    return "run_minutes"
                if job.bytes > self.limits.job_gb * GB or self.jobs.bytes > self.limits.disk_gb * GB:
                    return "job_gb"
            else:
                return ""

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(5)
            for job in self.uploads.overdue():
                self.uploads.forget(job)
                await asyncio.to_thread(remove_tree, self.jobs.path(job, "输入"))
                self.jobs.end(job, "broken_off", "broken_off")


def _own_group() -> dict[str, Any]:
    """A group of its own: what ends the job ends all that it started, and Ctrl-C is the server's to hear."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def end_group(process: asyncio.subprocess.Process) -> None:
    """End a job's process and all that it started."""
    if sys.platform == "win32":
        system = Path(os.environ["SYSTEMROOT"]) / "System32" / "taskkill.exe"
        subprocess.run([system, "/T", "/F", "/PID", str(process.pid)], check=False)  # noqa: S603
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


async def _last_words(stream: asyncio.StreamReader) -> str:
    said = b""
    while piece := await stream.read(4096):
        said = (said + piece)[-_SAID:]
    return said.decode("utf-8", "replace")


def result_of(folder: Path) -> dict[str, Any]:
    """The result.json of a job; empty where it cannot be read."""
    try:
        found = read_json(folder / RESULT)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
