"""Files as they come from a browser: to disk piece by piece, and never more than the limits allow.

Each file is a request of its own whose body is the file, so there is no form to take apart; a file appears
under its name when it is whole.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO

from perfbatch.serve.jobs import ROLES, Job, Jobs
from perfbatch.serve.limits import GB, MB, Limits
from perfbatch.serve.names import UploadNames
from perfbatch.serve.refused import RefusedError
from perfbatch.whole_files import make_folder, waiting_beside

_PIECE = 1 << 20
"""Bytes gathered before the disk is troubled."""


@dataclass(slots=True)
class _Open:
    """An upload on its way: ``names`` by role, ``sizes`` by path."""

    until: float
    names: dict[str, UploadNames] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    coming: int = 0
    """Bytes of files that are not whole yet."""


class Uploads:
    """All uploads on their way."""

    def __init__(self, jobs: Jobs, limits: Limits) -> None:
        self.jobs = jobs
        self.limits = limits
        self._open: dict[str, _Open] = {}

    def begin(self, job: Job) -> None:
        """Files of ``job`` may come from now on."""
        self._open[job.id] = _Open(time.monotonic() + self.limits.upload_minutes * 60)

    def room_for(self, size: int) -> None:
        """Raises RefusedError where all jobs together, or the disk, have no room for that many bytes."""
        coming = sum(upload.coming for upload in self._open.values())
        if self.jobs.bytes + coming + size > self.limits.disk_gb * GB:
            raise RefusedError(507, "disk_full", limit=self.limits.disk_gb)
        if shutil.disk_usage(self.jobs.folder).free - size < self.limits.free_gb * GB:
            raise RefusedError(507, "disk_free", limit=self.limits.free_gb)

    async def receive(
        self, job: Job, role: str, sent: str, length: int | None, body: AsyncIterator[bytes]
    ) -> str:
        """Take one file; where it lies below its role's folder. Raises RefusedError, OSError.

        ``length`` is what the browser says that will come, where it says so.
        """
        upload = self._upload(job)
        if length is not None:
            self._must_fit(job, upload, 0, length)
        names = upload.names.setdefault(role, UploadNames())
        path = f"{ROLES[role]}/{names.path(sent)}"
        if path in upload.busy:
            raise RefusedError(409, "twice", name=sent)
        if path not in upload.sizes and len(upload.sizes) + len(upload.busy) >= self.limits.files:
            raise RefusedError(413, "files", limit=self.limits.files)
        upload.busy.add(path)
        try:
            size = await self._take(job, upload, path, body)
        finally:
            upload.busy.discard(path)
        job.received += size - upload.sizes.get(path, 0)
        job.bytes += size - upload.sizes.get(path, 0)
        upload.sizes[path] = size
        job.files = len(upload.sizes)
        return path

    async def _take(self, job: Job, upload: _Open, path: str, body: AsyncIterator[bytes]) -> int:
        """The file's size in bytes."""
        target = self.jobs.path(job, path)
        await asyncio.to_thread(make_folder, self.jobs.path(job), target.parent)
        waiting, size, pending = waiting_beside(target), 0, bytearray()
        try:
            with waiting.open("xb", buffering=0) as file:
                async for piece in body:
                    self._must_fit(job, upload, size, len(piece))
                    size += len(piece)
                    upload.coming += len(piece)
                    pending += piece
                    if len(pending) >= _PIECE:
                        await asyncio.to_thread(_write, file, pending)
                        pending = bytearray()
                await asyncio.to_thread(_write, file, pending)
            self._upload(job)  # it may have been removed or ended meanwhile
            waiting.replace(target)
        except BaseException:
            with suppress(OSError):
                waiting.unlink(missing_ok=True)
            raise
        finally:
            upload.coming -= size
        return size

    def _must_fit(self, job: Job, upload: _Open, size: int, more: int) -> None:
        """Raises RefusedError where ``more`` bytes of a file of ``size`` so far are too many."""
        if self._open.get(job.id) is not upload or job.state != "receiving":
            raise RefusedError(409, "not_receiving")
        if time.monotonic() > upload.until:
            raise RefusedError(408, "upload_minutes", limit=self.limits.upload_minutes)
        if size + more > self.limits.file_mb * MB:
            raise RefusedError(413, "file_mb", limit=self.limits.file_mb)
        if job.received + upload.coming + more > self.limits.upload_mb * MB:
            raise RefusedError(413, "upload_mb", limit=self.limits.upload_mb)
        self.room_for(more)

    def _upload(self, job: Job) -> _Open:
        upload = self._open.get(job.id)
        if upload is None or job.state != "receiving":
            raise RefusedError(409, "not_receiving")
        return upload

    def finish(self, job: Job) -> None:
        """All its files are here. Raises RefusedError where some are still on their way, or none came."""
        upload = self._upload(job)
        if upload.busy:
            raise RefusedError(409, "still_coming")
        if not any(path.startswith(f"{ROLES['input']}/") for path in upload.sizes):
            raise RefusedError(400, "nothing")
        self.forget(job)

    def forget(self, job: Job) -> None:
        """No more files of ``job``."""
        self._open.pop(job.id, None)

    def overdue(self) -> list[Job]:
        """Uploads that were left where they are: their time is over and nothing comes."""
        now = time.monotonic()
        late = [job_id for job_id, upload in self._open.items() if now > upload.until and not upload.busy]
        return [job for job_id in late if (job := self.jobs.get(job_id)) is not None]


def _write(file: FileIO, data: bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
