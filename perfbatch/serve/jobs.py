"""Jobs on disk: a folder each, whose job.json says how far it is, so that a restart finds them all.

FOLDER/<id>/job.json      what it is and how far
            输入/          what was uploaded; 名单/ and 目标/ beside it: the roster, the approved targets
            progress.json, result.json    from the job's own process
            结果/          the outputs of the run
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from perfbatch.own_outputs import read_json
from perfbatch.whole_files import is_link, write_whole

State = Literal["receiving", "waiting", "running", "done", "failed", "broken_off"]
"""Its files come; it waits; it is at work; it has results; it has none; its upload ended early."""
STATE, PROGRESS, RESULT = "job.json", "progress.json", "result.json"
OUTPUT = "结果"
ROLES = {"input": "输入", "roster": "名单", "targets": "目标"}
"""What an uploaded file is for → the folder that it lies in."""
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_REMOVED = ".removed-"
_ATTEMPTS = 3
"""Times that a job is begun: one that takes the machine down with it is not begun for ever."""


@dataclass(slots=True)
class Job:
    """One upload and what became of it. Times are ISO 8601; ``bytes`` is all that lies in its folder."""

    id: str
    title: str
    state: State
    created: str
    options: dict[str, Any] = field(default_factory=dict)
    """What was chosen on the page, as ``chosen.checked`` gives it."""
    secret: bool = False
    """Passwords were given. They are in memory only."""
    files: int = 0
    received: int = 0
    """Bytes uploaded."""
    bytes: int = 0
    started: str = ""
    finished: str = ""
    attempts: int = 0
    failure: str = ""
    """Why there is no result: its sentence in templates/serve.toml."""
    said: str = ""
    """What the run itself said of that."""


class Jobs:
    """All jobs below one folder. One server a folder: whoever makes this holds its lock."""

    def __init__(self, folder: Path) -> None:
        """Find what is there. Raises OSError."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._jobs: dict[str, Job] = {}
        self.passwords: dict[str, tuple[str, ...]] = {}
        for path in folder.iterdir():
            if path.name.startswith(_REMOVED) and not is_link(path):
                shutil.rmtree(path, ignore_errors=True)
            elif _ID.fullmatch(path.name) and not is_link(path) and (job := _read(path)):
                self._jobs[job.id] = job
        for job in self._jobs.values():
            self._take_up(job)

    def _take_up(self, job: Job) -> None:
        """What an earlier server left in the middle."""
        before = asdict(job)
        job.bytes = size_of(self.path(job))
        if job.state == "receiving":
            job.state, job.failure = "broken_off", "broken_off"
        elif job.state in ("waiting", "running"):
            job.state = "waiting"
            if job.secret:
                job.state, job.failure = "failed", "password_gone"
            elif job.attempts >= _ATTEMPTS:
                job.state, job.failure = "failed", "attempts"
        if asdict(job) != before:
            self.save(job)

    def __iter__(self) -> Iterator[Job]:
        """The latest first."""
        return iter(sorted(self._jobs.values(), key=lambda job: job.id, reverse=True))

    def __len__(self) -> int:
        return len(self._jobs)

    def get(self, job_id: str) -> Job | None:
        """The job of that id."""
        return self._jobs.get(job_id)

    def path(self, job: Job, *below: str) -> Path:
        """Its folder, or what lies there."""
        return self.folder.joinpath(job.id, *below)

    @property
    def bytes(self) -> int:
        """All jobs on disk."""
        return sum(job.bytes for job in self._jobs.values())

    def unfinished(self) -> int:
        """Jobs that are uploaded, wait or are at work."""
        return sum(job.state in ("receiving", "waiting", "running") for job in self._jobs.values())

    def new(self, title: str, options: dict[str, Any], passwords: tuple[str, ...]) -> Job:
        """A job whose files are still to come. Raises OSError."""
        now = datetime.now().astimezone()
        job_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        job = Job(job_id, title, "receiving", now.isoformat(timespec="seconds"), options, bool(passwords))
        self.path(job).mkdir(mode=0o700)
        self.path(job, ROLES["input"]).mkdir()
        self.save(job)
        self._jobs[job.id] = job
        if passwords:
            self.passwords[job.id] = passwords
        return job

    def save(self, job: Job) -> None:
        """Write job.json, whole. Raises OSError."""
        state = json.dumps(asdict(job), ensure_ascii=False, indent=1)
        write_whole(self.path(job, STATE), state.encode("utf-8", "replace"))

    def end(self, job: Job, state: State, failure: str = "", said: str = "") -> None:
        """It goes no further. What of that cannot be written (a full disk) is true until a restart."""
        job.state, job.failure, job.said = state, failure, said
        job.finished = datetime.now().astimezone().isoformat(timespec="seconds")
        job.bytes = size_of(self.path(job))
        self.passwords.pop(job.id, None)
        with suppress(OSError):
            self.save(job)

    def remove(self, job: Job) -> None:
        """Take it and its files away: first its name, so that no half of it is ever found. Raises OSError."""
        gone = self.folder / f"{_REMOVED}{job.id}"
        self.path(job).replace(gone)
        self._jobs.pop(job.id, None)
        self.passwords.pop(job.id, None)
        shutil.rmtree(gone, ignore_errors=True)


def _read(folder: Path) -> Job | None:
    """The job of a folder; None where its job.json is none of ours."""
    try:
        state = read_json(folder / STATE)
        job = Job(**state)
    except (OSError, ValueError, TypeError):
        return None
    ours = job.id == folder.name and job.state in get_args(State) and isinstance(job.options, dict)
    return job if ours else None


def size_of(folder: Path) -> int:
    """Bytes of all files below ``folder``, through no link; what goes away meanwhile is not counted."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    total += size_of(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total
