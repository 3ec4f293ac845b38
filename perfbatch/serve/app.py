"""The page's addresses: words of HTTP to calls."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from perfbatch.own_outputs import MANIFEST, read_json
from perfbatch.rules import load, names
from perfbatch.serve.access import Guesses, Hosts, Key, cookie_value
from perfbatch.serve.gate import Gate, answer, small_json
from perfbatch.serve.jobs import OUTPUT, PROGRESS, ROLES, Job, Jobs
from perfbatch.serve.left import percent, seconds_left
from perfbatch.serve.limits import MB, Limits
from perfbatch.serve.orders import chosen
from perfbatch.serve.outputs import as_zip, output_file
from perfbatch.serve.refused import RefusedError
from perfbatch.serve.runner import Runner, result_of
from perfbatch.serve.uploads import Uploads
from perfbatch.words import Words
from perfbatch.writing.file_names import file_name
from perfbatch.writing.names import REPORT, SUMMARY

log = logging.getLogger(__name__)
_ZIP = "全部结果.zip"
_SCRIPT_HASH = re.compile(r"script-src '(sha256-[0-9A-Za-z+/=]{44})'")
_REPORT_POLICY = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; script-src {}; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The report has an origin of its own, the opaque one: it can ask nothing of this server."""
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" rx="3" fill="#1f3864"/>'
    '<path d="M4 8.5 7 11.5 12.5 5" fill="none" stroke="#fff" stroke-width="2"/></svg>'
)
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class Page:
    """One server. ``hosts`` is set once it listens; ``settings`` are the office's options as shown,
    ``preset`` what its fields begin with."""

    jobs: Jobs
    uploads: Uploads
    runner: Runner
    limits: Limits
    words: Words
    key: Key
    asks_key: bool
    settings: Mapping[str, Any]
    preset: Mapping[str, Any]
    guesses: Guesses
    hosts: Hosts

    @property
    def cookie(self) -> str:
        """Cookies do not know ports: two servers on one machine have two names."""
        return f"perfbatch-{self.hosts.port}"

    def sentence(self, key: str, /, **values: Any) -> str:
        """A sentence of templates/serve.toml."""
        return self.words.text("serve", key, **values)

    def knows(self, request: Request) -> bool:
        """Whether the browser gave the key, where one is asked for."""
        value = cookie_value(request.headers, self.cookie)
        return not self.asks_key or self.key.signed("session", value)

    def job(self, request: Request) -> Job:
        """The job that an address names. Raises RefusedError."""
        job = self.jobs.get(request.path_params["job"])
        if job is None:
            raise RefusedError(404, "gone")
        return job


def application(page: Page) -> ASGIApp:
    """All of it, behind its gate."""

    def known(endpoint: Callable[[Page, Request], Awaitable[Response]]) -> Endpoint:
        async def ask(request: Request) -> Response:
            if not page.knows(request):
                raise RefusedError(401, "key_wanted")
            return await endpoint(page, request)

        return ask

    def anyone(endpoint: Callable[[Page, Request], Awaitable[Response]]) -> Endpoint:
        async def ask(request: Request) -> Response:
            return await endpoint(page, request)

        return ask

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, RefusedError)
        return answer(error, page.sentence)

    async def unwritable(_: Request, error: Exception) -> Response:
        log.warning("%s", error)
        return answer(RefusedError(507, "system", detail=getattr(error, "strerror", "") or ""), page.sentence)

    async def gone(_: Request, __: Exception) -> Response:
        return Response(status_code=400)

    async def no_address(_: Request, error: Exception) -> Response:
        return answer(RefusedError(getattr(error, "status_code", 404), "address"), page.sentence)

    @asynccontextmanager
    async def at_work(_: Starlette) -> AsyncIterator[None]:
        page.runner.start()
        try:
            yield
        finally:
            await page.runner.close()

    shell = Shell(page.words)
    app = Starlette(
        routes=[
            Route("/", shell.html),
            Route("/page.css", shell.css),
            Route("/page.js", shell.js),
            Route("/icon.svg", shell.icon),
            Route("/api/session", anyone(_sign_in), methods=["POST"]),
            Route("/api/state", known(_state)),
            Route("/api/jobs", known(_new), methods=["POST"]),
            Route("/api/jobs/{job}", known(_job)),
            Route("/api/jobs/{job}", known(_remove), methods=["DELETE"]),
            Route("/api/jobs/{job}/files", known(_file), methods=["PUT"]),
            Route("/api/jobs/{job}/start", known(_start), methods=["POST"]),
            Route("/results/{job}/{ticket}/{name:path}", anyone(_output)),
        ],
        exception_handlers={
            RefusedError: refused,
            OSError: unwritable,
            ClientDisconnect: gone,
            404: no_address,
            405: no_address,
        },
        lifespan=at_work,
    )
    app.router.redirect_slashes = False
    return Gate(app, lambda: page.hosts, page.limits.idle_seconds, page.sentence)


class Shell:
    """The page itself: the same for everybody, with nothing in it that a key would have to keep."""

    def __init__(self, words: Words) -> None:
        table = words.table("serve")
        said = json.dumps(table["page"], ensure_ascii=False).replace("<", "\\u003c")
        self._html = words.document("网页.html.j2").render(w=table["page"], words=said)
        self._css = words.document("网页.css.j2").render()
        self._js = words.document("网页.js.j2").render()

    async def html(self, _: Request) -> Response:
        """The page."""
        return Response(self._html, media_type="text/html")

    async def css(self, _: Request) -> Response:
        """Its looks."""
        return Response(self._css, media_type="text/css")

    async def js(self, _: Request) -> Response:
        """What it does."""
        return Response(self._js, media_type="text/javascript")

    async def icon(self, _: Request) -> Response:
        """Its sign in a tab."""
        return Response(_ICON, media_type="image/svg+xml")


async def _sign_in(page: Page, request: Request) -> Response:
    """The key, for a cookie."""
    address = request.client.host if request.client else ""
    wait = page.guesses.wait(address)
    if wait:
        raise RefusedError(429, "key_wait", seconds=int(wait) + 1)
    given = (await small_json(request.stream(), 1024)).get("key")
    if not isinstance(given, str) or not page.key.fits(given):
        count = page.guesses.wrong(address)
        log.warning("wrong key from %s (%d, %d in all)", address, count, page.guesses.total)
        raise RefusedError(403, "key_wrong")
    page.guesses.right(address)
    made = JSONResponse({})
    made.set_cookie(
        page.cookie, page.key.sign("session"), max_age=page.key.seconds, path="/", httponly=True,
        samesite="strict", secure=page.hosts.scheme == "https",
    )  # fmt: skip
    return made


async def _state(page: Page, _: Request) -> Response:
    limits = page.limits
    return JSONResponse(
        {
            "limits": {"file": limits.file_mb * MB, "upload": limits.upload_mb * MB, "files": limits.files},
            "books": [[name, load(name).title] for name in names()],
            "settings": page.settings,
            "preset": page.preset,
            "jobs": [_shown(page, job) for job in page.jobs],
        }
    )


async def _new(page: Page, request: Request) -> Response:
    """A job whose files come next; what the browser says of them beforehand is held against the limits."""
    sent = await small_json(request.stream())
    title, options, passwords = chosen(sent, names())
    limits = page.limits
    if len(page.jobs) >= limits.keep:
        raise RefusedError(507, "keep", limit=limits.keep)
    if page.jobs.unfinished() >= limits.running + limits.waiting:
        raise RefusedError(503, "waiting", limit=limits.running + limits.waiting)
    for key, most, code in (("files", limits.files, "files"), ("bytes", limits.upload_mb * MB, "upload_mb")):
        value = sent.get(key, 0)
        if type(value) is not int or value < 0:
            raise RefusedError(400, "option", name=key)
        if value > most:
            raise RefusedError(413, code, limit=getattr(limits, code))
    page.uploads.room_for(sent.get("bytes", 0))
    job = page.jobs.new(title, options, passwords)
    page.uploads.begin(job)
    return JSONResponse(_shown(page, job), 201)


async def _file(page: Page, request: Request) -> Response:
    """One file, its bytes as they are; ``role`` and ``name`` in the query."""
    job, role = page.job(request), request.query_params.get("role", "input")
    if role not in ROLES:
        raise RefusedError(400, "option", name="role")
    length = request.headers.get("content-length", "")
    said = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
    name = request.query_params.get("name", "")
    path = await page.uploads.receive(job, role, name, said, request.stream())
    return JSONResponse({"path": path}, 201)


async def _start(page: Page, request: Request) -> Response:
    job = page.job(request)
    page.uploads.finish(job)
    page.runner.submit(job)
    return JSONResponse(_shown(page, job))


async def _job(page: Page, request: Request) -> Response:
    return JSONResponse(await asyncio.to_thread(_whole, page, page.job(request)))


async def _remove(page: Page, request: Request) -> Response:
    await page.runner.remove(page.job(request))
    return JSONResponse({})


async def _output(page: Page, request: Request) -> Response:
    """An output, with the ticket of its job: a report that is shut off from this server sends no cookie."""
    job = page.job(request)
    if not page.key.signed(job.id, request.path_params["ticket"]):
        raise RefusedError(401, "ticket")
    name, output = request.path_params["name"], page.jobs.path(job, OUTPUT)
    if job.state != "done":
        raise RefusedError(404, "address")
    if name == _ZIP:
        title = f"{file_name(job.title, '') or job.id}.zip"
        disposition = f"attachment; filename*=UTF-8''{quote(title, safe='')}"
        return StreamingResponse(
            as_zip(output), media_type="application/zip", headers={"content-disposition": disposition}
        )
    path = await asyncio.to_thread(output_file, output, name)
    if path is None:
        raise RefusedError(404, "address")
    if name == REPORT:
        policy = _REPORT_POLICY.format(await asyncio.to_thread(_own_script, path))
        headers = {"content-security-policy": policy, "cross-origin-opener-policy": "unsafe-none"}
        return FileResponse(path, media_type="text/html", headers=headers)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


def _own_script(report: Path) -> str:
    """The one script that the report may run: the one that its head states by its hash."""
    with report.open("rb") as file:
        found = _SCRIPT_HASH.search(file.read(4096).decode("utf-8", "replace"))
    return f"'{found.group(1)}'" if found else "'none'"


def _shown(page: Page, job: Job) -> dict[str, Any]:
    """A job as the list has it."""
    shown: dict[str, Any] = {
        name: getattr(job, name)
        for name in ("id", "title", "state", "created", "started", "finished", "files", "received", "bytes")
    }
    if job.failure:
        values = {"said": job.said, **{n: getattr(page.limits, n) for n in ("run_minutes", "job_gb")}}
        shown["failure"] = page.sentence(f"failure.{job.failure}", **values)
    if job.state == "waiting":
        shown["before"] = sum(
            other.state in ("waiting", "running") and other.id < job.id for other in page.jobs
        )
    if job.state == "running":
        shown["progress"] = _progress(page, job)
    return shown


def _progress(page: Page, job: Job) -> dict[str, Any]:
    try:
        state = read_json(page.jobs.path(job, PROGRESS))
        stage, stages = state["stage"], state["stages"]
        return {
            "stage": page.words.text("cli", f"progress.{stage}"),
            "done": stages[stage]["done"],
            "total": stages[stage]["total"],
            "percent": percent(stages),
            "left": seconds_left(stage, stages),
            "refused": state["refused"],
            "count": state["count"],
        }
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _whole(page: Page, job: Job) -> dict[str, Any]:
    """A job as its own page has it: with its result, and where that is."""
    shown = _shown(page, job)
    shown["options"] = job.options
    if job.state == "done":
        output = page.jobs.path(job, OUTPUT)
        base = f"/results/{job.id}/{page.key.sign(job.id)}/"
        links = {"report": REPORT, "summary": SUMMARY}
        shown["links"] = {key: base + name for key, name in links.items() if (output / name).is_file()}
        with suppress(OSError):
            if (output / MANIFEST).is_file():
                shown["links"]["zip"] = base + _ZIP
        shown["result"] = result_of(page.jobs.path(job))
    return shown
