"""When a round is due: every known fault of watched folders, on a clock that the test turns."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from perfbatch.watching import status as status_module
from perfbatch.watching.arrivals import is_whole, look
from perfbatch.watching.loop import Timing, Watch
from perfbatch.watching.rounds import Outcome, opened
from perfbatch.watching.status import LOG, PAGE, Status
from perfbatch.words import load_words

TIMING = Timing(settle=3, patience=20, longest=300, look=5, look_anyway=30, again=60, at_last=3_600)
COUNTS = {
    "found": 1, "forms": 1, "refused": 0, "reused": 0, "findings": {"error": 2, "warning": 1, "info": 0},
    "missing_reasons": {"error": 1, "warning": 0},
}  # fmt: skip


def archive(text: str = "x") -> bytes:
    """A whole .zip."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("a", text)
    return data.getvalue()


class Bell:
    """One that never rings, as on a network share."""

    events = False
    renewed = 0

    def renew(self) -> None:
        """Count it."""
        self.renewed += 1

    def alive(self) -> bool:
        """No."""
        return False

    def wait(self, seconds: float) -> bool:
        """Never."""
        return seconds < 0


class Office:
    """A watched folder, a clock, and rounds that come to what the test says."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.output = folder / "收件", folder / "结果"
        self.inbox.mkdir()
        self.output.mkdir()
        self.now = 1_000.0
        self.rounds: list[list[str]] = []
        self.fails = False
        self.during: Callable[[], None] = lambda: None
        self.bell = Bell()
        self.start()

    def start(self) -> None:
        """A watcher, as after a restart."""
        self.status = Status(self.output, self.inbox, load_words(), events=False)
        self.watch = Watch(
            self.inbox, self.output, self.round, self.status, self.bell,  # type: ignore[arg-type]
            timing=TIMING, clock=lambda: self.now,
        )  # fmt: skip

    def round(self) -> Outcome:
        """What lies there when it begins."""
        self.rounds.append(sorted(path.name for path in self.inbox.rglob("*") if path.is_file()))
        self.during()
        failed = "结果文件夹不能写入" if self.fails else ""
        return Outcome(datetime.now().astimezone(), 1.0, bool(failed), failed, counts=COUNTS)

    def go(self, seconds: float) -> int:
        """Let time pass; how many rounds there were."""
        before, until = len(self.rounds), self.now + seconds
        while self.now < until:
            self.now += max(0.05, self.watch.step())
        return len(self.rounds) - before

    def page(self) -> str:
        """What the page says."""
        return (self.output / PAGE).read_text(encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty one."""
    one = Office(tmp_path)
    yield one
    one.status.close()


def test_a_file_that_is_copied_slowly_is_read_once_and_whole(office: Office) -> None:
    """Opened and closed several times, it grows; the round comes when it rests."""
    data = archive("x" * 50_000)
    for part in range(10):
        (office.inbox / "甲.xlsx").write_bytes(data[: len(data) * (part + 1) // 10])
        assert office.go(2) == 0
        assert "还没有复制完" in office.page()
        assert "甲.xlsx" in office.page()
    assert office.go(6) == 1
    assert office.go(3_600) == 0
    assert "等着新文件" in office.page()


def test_an_archive_without_its_end_is_waited_for_and_then_handed_on(office: Office) -> None:
    """A share may stand still for a while; after that the run says that the file is damaged."""
    (office.inbox / "甲.xlsx").write_bytes(archive()[:-10])
    assert office.go(15) == 0
    assert office.go(10) == 1
    assert office.go(3_600) == 0


def test_one_that_has_been_damaged_for_days_keeps_nobody_waiting(office: Office) -> None:
    """By its own time nobody is writing it."""
    path = office.inbox / "甲.xlsx"
    path.write_bytes(archive()[:-10])
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert office.go(10) == 1


@pytest.mark.parametrize(
    ("name", "data", "whole"),
    [
        ("甲.xlsx", archive(), True),
        ("甲.xlsx", archive()[:-22], False),
        ("甲.xlsx", b"", False),
        ("甲.xlsx", bytes(5_000), False),
        ("甲.xlsx", b"\xd0\xcf\x11\xe0 encrypted", True),
        ("甲.xls", b"\xd0\xcf\x11\xe0", True),
        ("甲.pdf", b"", True),
    ],
    ids=["whole", "no end", "empty", "room only", "encrypted", "old kind", "no workbook"],
)
def test_what_counts_as_whole(tmp_path: Path, name: str, data: bytes, whole: bool) -> None:
    """An archive has its end; room that a copy has made and not filled is no file yet."""
    (tmp_path / name).write_bytes(data)
    assert is_whole(str(tmp_path / name)) is whole


def test_replaced_by_one_of_the_same_size_and_time(office: Office) -> None:
    """The system's number of the file tells them apart."""
    path = office.inbox / "甲.xlsx"
    path.write_bytes(archive("1"))
    assert office.go(30) == 1
    status = path.stat()
    other = office.inbox.parent / "别处.xlsx"
    other.write_bytes(archive("2"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert office.go(30) == 1


def test_a_folder_moved_in_and_a_file_deleted_again(office: Office) -> None:
    """Each is one change."""
    outside = office.inbox.parent / "某局"
    (outside / "下级").mkdir(parents=True)
    for name in ("甲.xlsx", "下级/乙.xlsx"):
        (outside / name).write_bytes(archive())
    outside.rename(office.inbox / "某局")
    assert office.go(30) == 1
    assert office.rounds[-1] == ["乙.xlsx", "甲.xlsx"]
    (office.inbox / "某局/甲.xlsx").unlink()
    assert office.go(30) == 1
    assert office.rounds[-1] == ["乙.xlsx"]
    (office.inbox / "某局/下级/乙.xlsx").unlink()
    assert office.go(600) == 0
    assert "现在没有文件" in office.page()


def test_a_file_that_comes_during_a_round_gets_one_of_its_own(office: Office) -> None:
    """What the round did not see is not taken for read."""
    (office.inbox / "甲.xlsx").write_bytes(archive())
    other = office.inbox / "乙.xlsx"

    def comes() -> None:
        if not other.exists():
            other.write_bytes(archive())

    office.during = comes
    assert office.go(60) == 2
    assert office.rounds[-1] == ["乙.xlsx", "甲.xlsx"]


def test_a_round_that_fails_is_tried_again_ever_more_seldom(office: Office) -> None:
    """After 1, 2, 4 … minutes; and for what comes meanwhile, but not at once each time."""
    office.fails = True
    (office.inbox / "甲.xlsx").write_bytes(archive())
    assert office.go(30) == 1
    assert "没有做成：结果文件夹不能写入" in office.page()
    assert office.go(60) == 1
    assert office.go(60) == 0
    assert office.go(70) == 1
    assert office.go(24 * 3_600) <= 30
    office.fails = False
    (office.inbox / "乙.xlsx").write_bytes(archive())
    assert office.go(60) == 1
    assert office.go(3_600) == 0
    assert "等着新文件" in office.page()


@pytest.mark.parametrize("name", ["~$汇总.xlsx", ".~汇总.xlsx", ".~lock.汇总.xlsx#"])
def test_decisions_that_are_being_written_are_waited_for(office: Office, name: str) -> None:
    """Excel, WPS and LibreOffice each leave a file beside a workbook that is open."""
    (office.output / name).write_bytes(b"")
    assert opened(office.output) == name
    (office.inbox / "甲.xlsx").write_bytes(archive())
    assert office.go(3_600) == 0
    assert "有人开着" in office.page()
    assert name in office.page().replace("&#36;", "$")
    (office.output / name).unlink()
    assert office.go(10) == 1


def test_a_share_that_goes_away_and_comes_back(office: Office) -> None:
    """Nothing is done meanwhile, and events are asked for anew."""
    (office.inbox / "甲.xlsx").write_bytes(archive())
    assert office.go(30) == 1
    away = office.inbox.with_name("不在")
    office.inbox.rename(away)
    assert office.go(600) == 0
    assert "现在看不到" in office.page()
    away.rename(office.inbox)
    assert office.go(600) == 0
    assert office.bell.renewed == 1
    (office.inbox / "乙.xlsx").write_bytes(archive())
    assert office.go(30) == 1


def test_where_something_is_always_on_the_move_rounds_come_all_the_same(office: Office) -> None:
    """Every five minutes."""
    rounds = 0
    for number in range(700):
        (office.inbox / "日志.xlsx").write_bytes(archive("x" * number))
        rounds += office.go(1)
    assert rounds == 2


def test_a_restart_catches_up(office: Office) -> None:
    """What came while nobody watched is read; where nothing came the round has nothing to do."""
    (office.inbox / "甲.xlsx").write_bytes(archive())
    assert office.go(30) == 1
    office.status.close()
    office.start()
    assert office.go(30) == 1


def test_what_a_run_writes_is_no_arrival(office: Office, tmp_path: Path) -> None:
    """An output inside the inbox, lock files, hidden files, a link that leads round."""
    output = office.inbox / "结果"
    output.mkdir()
    (output / "汇总.xlsx").write_bytes(b"")
    (office.inbox / "~$甲.xlsx").write_bytes(b"")
    (office.inbox / ".perfbatch-1").write_bytes(b"")
    (office.inbox / "甲.xlsx").write_bytes(archive())
    (office.inbox / "又一次").symlink_to(office.inbox, target_is_directory=True)
    assert [Path(path).name for path in look(office.inbox, output)] == ["甲.xlsx"]


def test_the_page_obeys_nothing_that_a_name_says(office: Office) -> None:
    """File names are shown as they are."""
    (office.inbox / "<script>alert(1)&.xlsx").write_bytes(archive()[:-10])
    office.go(10)
    assert "<script>" not in office.page()
    assert "&lt;script&gt;" in office.page()


def test_the_log_is_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files of the size at the most."""
    monkeypatch.setattr(status_module, "LOG_BYTES", 2_000)
    for number in range(500):
        office.status.log(f"第 {number} 行")
    assert sum(path.stat().st_size for path in office.output.glob(f"{LOG}*")) <= 4_000
    assert "第 499 行" in (office.output / LOG).read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc here")
def test_watching_keeps_no_file_open(office: Office) -> None:
    """A thousand looks and forty rounds later."""
    (office.inbox / "甲.xlsx").write_bytes(archive())
    office.go(30)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for number in range(40):
        (office.inbox / "甲.xlsx").write_bytes(archive(f"{number}"))
        office.go(130)
    assert len(office.rounds) == 41
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208
