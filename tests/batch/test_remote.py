"""Inputs and outputs at an address: brought here, worked on, and only what changed goes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perfbatch import batch
from perfbatch.batch.remote import is_address
from tests.batch.test_run import comparable
from tests.generator.workbook import make

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://bucket/表", True),
        (Path("s3://bucket/表"), True),
        ("sftp://主机/表", True),
        ("file:///srv/表", False),
        ("C:/表", False),
        (r"C:\\表", False),
        ("/srv/表", False),
        ("表", False),
        ("表:二/三", False),
    ],
)
def test_addresses(path: str | Path, expected: bool) -> None:
    """An address has a protocol of more than one letter; a drive of Windows is none."""
    assert is_address(path) is expected


@pytest.fixture
def memory() -> Iterator[object]:
    """A filesystem that exists in this process only."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def test_a_run_from_address_to_address(
    memory: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outputs are those of a run on folders; a second run takes all over and sends only run.json."""
    (tmp_path / "in").mkdir()
    for number in range(3):
        data = make(12, number, "national", "mixed", True).data
        (tmp_path / "in" / f"{number}.xlsx").write_bytes(data)
        memory.pipe(f"/桶/表/{number}.xlsx", data)  # type: ignore[attr-defined]
    near = batch.run([tmp_path / "in"], tmp_path / "out", workers=0)
    far = batch.run([Path("memory://桶/表")], Path("memory://桶/结果"), workers=0)
    assert far.tally == near.tally
    memory.get("/桶/结果", str(tmp_path / "far"), recursive=True)  # type: ignore[attr-defined]
    assert comparable(tmp_path / "far") == comparable(near.output)

    sent: list[str] = []
    put = type(memory).put_file

    def noted(self: object, source: str, target: str, **options: object) -> None:
        sent.append(target.rpartition("/")[2])
        put(self, source, target, **options)

    monkeypatch.setattr(type(memory), "put_file", noted)
    again = batch.run(["memory://桶/表"], "memory://桶/结果", workers=0)
    assert (again.reused, again.backups, sent) == (3, (), ["run.json"])
    memory.rm("/桶/表/1.xlsx")  # type: ignore[attr-defined]
    assert batch.run(["memory://桶/表"], "memory://桶/结果", workers=0).reused == 2
    assert not memory.exists("/桶/结果/批注/1.xlsx")  # type: ignore[attr-defined]


def test_what_cannot_be_reached_is_said(memory: object, tmp_path: Path) -> None:
    """No such place, no such protocol, and no cluster together with an address."""
    for inputs, options, code in (
        ("memory://没有", {}, "unreachable"),
        ("nosuch://x/y", {}, "unreachable"),
        ("memory://x", {"cluster": "tcp://127.0.0.1:1"}, "cluster_address"),
    ):
        with pytest.raises(batch.RunError) as error:
            batch.run([inputs], tmp_path / "out", workers=0, **options)
        assert error.value.code == code
