"""The first look into archives and manifests is taken by a worker, under the limits of a file."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from perfbatch.batch import workers as working
from perfbatch.batch.workers import Workers
from perfbatch.options import Limits, Options
from perfbatch.own_outputs import Known
from perfbatch.reading.discover import Seen, Source, discover, look_here
from perfbatch.workbook.refusal import Refused
from tests.workbook.handmade import zipped

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")


def looks(paths: Sequence[Path]) -> list[Seen]:
    """Looks as ever, but for archives that do what a hostile one would make a parser do."""
    for path in paths:
        match path.stem:
            case "hangs":
                time.sleep(600)
            case "eats":
                raise MemoryError
            case "kills":
                os.kill(os.getpid(), signal.SIGKILL)
    return look_here(paths)


def test_an_archive_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hangs, eats memory or kills its reader is refused; the next is read; this process lives."""
    for name in ("hangs", "eats", "kills", "well"):
        (tmp_path / f"{name}.zip").write_bytes(zipped({"甲.xlsx": b"1"}))
    (tmp_path / "run.json").write_text('{"tool": "perfbatch"}', encoding="utf-8")
    monkeypatch.setattr(working, "look_here", looks)
    workers = Workers.of(Options(workers=2, limits=Limits(seconds=2)))
    fates = {
        source.name: source.skip or (source.refusal.values["cause"] if source.refusal else "read")
        for source in discover([tmp_path], look=workers.look)
    }
    assert fates == {
        "eats.zip": "memory", "hangs.zip": "timeout", "kills.zip": "crashed", "run.json": "own_output",
        "well.zip/甲.xlsx": "read",
    }  # fmt: skip


def test_nothing_is_looked_into_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for the list of members, nor for their content when a second run asks what changed."""
    (tmp_path / "a.zip").write_bytes(zipped({"甲.xlsx": b"1"}))
    (tmp_path / "run.json").write_text('{"tool": "perfbatch"}', encoding="utf-8")
    workers = Workers.of(Options(workers=1))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("parsed in the main process")

    for name in ("list_members", "read_member", "known_outputs", "sniff"):
        monkeypatch.setattr(f"perfbatch.reading.discover.{name}", never)
    found = workers.look([tmp_path / "a.zip", tmp_path / "run.json"])
    assert isinstance(found[0], list) and isinstance(found[1], Known)
    member = found[0][0]
    source = Source(str(tmp_path / "a.zip"), "a.zip/甲.xlsx", member.name, entry=member.entry)
    [digest] = workers.digests([source])
    assert not isinstance(digest, Refused) and len(digest) == 64
