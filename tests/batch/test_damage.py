"""What lies in an output folder between runs, or while one goes on, is damaged at random places: the run
comes to what it comes to without the damage, or ends with a sentence."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import Options, batch
from perfbatch.batch import OutputError, chunk_files, kept_results
from perfbatch.batch.kept_results import FRAMES
from perfbatch.season.errors import HistoryError, WrittenError
from tests.season.audit import MISSING, forms, nth, write

SENTENCES = (OutputError, HistoryError, WrittenError)
KEPT = (
    *FRAMES, "batch.arrow", "follow_up.arrow", "follow_up_forms.arrow", "files.json", "copies.json",
    "last.json", "run.json", "decisions.csv", "整改.sqlite",
)  # fmt: skip
"""Everything that a run reads back. Of the last three alone may a sentence come: all else is made again."""


class _Noon(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2022, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def clock() -> Iterator[None]:
    """A clock that stands still: the time of a run is all that may differ between two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("perfbatch.batch.job"), "datetime", _Noon)
        yield


def again() -> batch.RunResult:
    """Run from in/ to out/, with a history."""
    return batch.run(
        [Path("in")], Path("out"), workers=0,
        options=Options(history=Path("out/整改.sqlite"), period="2022-03", workers=0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, clock: None) -> Path:
    """Four forms, two of the same project so that the batch has something to say; a decision on record."""
    top = tmp_path_factory.mktemp("damage")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        forms(Path("in"), 3, 2021)
        shutil.copy("in/00.xlsx", "in/09.xlsx")
        again()
        write(Path("out/汇总.xlsx"), MISSING, nth(0), 审核意见="认可", 审核说明="见附件")
        again()
        again()
    return top


@pytest.fixture
def settled(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of ``filled`` as the working directory."""
    shutil.copytree(filled, tmp_path / "top")
    monkeypatch.chdir(tmp_path / "top")
    return tmp_path / "top"


def outputs() -> dict[str, bytes]:
    """Every output, without the seconds that reading took and what people's files were put away to."""
    found = {}
    for path in sorted(Path("out").rglob("*")):
        name = path.relative_to("out").as_posix()
        if path.is_file() and not name.startswith((".perfbatch", "run.json", "备份/", "整改")):
            found[name] = path.read_bytes()
    files = pd.read_csv("out/数据/files.csv", dtype=str).drop(columns="seconds")
    return {**found, "数据/files.csv": files.to_csv().encode()}


def overwritten(data: bytes, chance: random.Random) -> bytes:
    """A few bytes of something else."""
    at, length = chance.randrange(len(data)), chance.choice((1, 2, 40, 4096))
    return data[:at] + chance.randbytes(min(length, len(data) - at)) + data[at + length :]


def exchanged(data: bytes, chance: random.Random) -> bytes:
    """Two stretches in each other's place."""
    half = len(data) // 2
    return data[half:] + data[:half]


HARMS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "overwritten": overwritten,
    "one bit": lambda data, chance: _bit(data, chance.randrange(len(data) * 8)),
    "cut": lambda data, chance: data[: chance.randrange(len(data))],
    "longer": lambda data, chance: data + chance.randbytes(chance.choice((1, 512))),
    "emptied": lambda data, chance: b"",
    "zeros": lambda data, chance: bytes(len(data)),
    "exchanged": exchanged,
    "deep": lambda data, chance: b"[" * 100_000,
}


def _bit(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def harmed(name: str, chance: random.Random) -> str:
    """Damage a file of this name, somehow; which, and how."""
    path, how = chance.choice(sorted(Path("out").rglob(name))), chance.choice(sorted(HARMS))
    path.write_bytes(HARMS[how](path.read_bytes(), chance))
    return f"{path}: {how}"


def decisions() -> list[list[str]]:
    """What is on record, without the lines that only say what was seen."""
    frame = pd.read_csv("out/数据/decisions.csv", dtype=str, keep_default_na=False)
    said = frame[frame["decision"] != ""]
    return said[["project", "decision", "note"]].to_numpy().tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("seed", range(len(KEPT) + 4))
def test_damage_between_runs(settled: Path, seed: int) -> None:
    """Of each kind of file, now and then of two at once."""
    chance = random.Random(seed)
    names = {KEPT[seed % len(KEPT)], *chance.sample(KEPT, seed % 2)}
    before, said = outputs(), decisions()
    done = [harmed(name, chance) for name in sorted(names)]
    try:
        again()
    except SENTENCES as error:
        assert names & set(KEPT[-3:]), (done, error)
        return
    assert decisions() == said, done
    now = outputs()
    if "decisions.csv" in names:  # the record was put together again, and 汇总.xlsx says so
        for name in ("汇总.xlsx", "数据/decisions.csv", "报告.html"):
            now[name] = before[name]
    if "整改.sqlite" not in names:
        assert now == before, done


@pytest.mark.parametrize("seed", range(8))
def test_damage_while_a_run_reads(settled: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """At the moment of any reading of what is kept, once or again and again."""
    chance = random.Random(seed)
    Path("in/01.xlsx").write_bytes(Path("in/00.xlsx").read_bytes())
    left, done, real = chance.randrange(1, 25), list[str](), kept_results.kept_bytes
    always = seed == 7

    def meanwhile(path: Path) -> bytes:
        nonlocal left
        left -= 1
        if left == 0 or always:
            done.append(f"{path.name}: {chance.choice(sorted(HARMS))}")
            path.write_bytes(HARMS[done[-1].partition(": ")[2]](path.read_bytes(), chance))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(chunk_files, "kept_bytes", meanwhile)
        if always:
            with pytest.raises(OutputError) as error:
                again()
            assert error.value.code == "kept_damaged"
        else:
            again()
            assert done
    again()
    now = outputs()
    shutil.rmtree("out/.perfbatch")
    again()
    assert outputs() == now, done
