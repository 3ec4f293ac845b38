"""A second run over the same folder: what has not changed is taken over, and nothing shows that it was."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import perfbatch
from perfbatch import batch
from perfbatch.batch import chunk_files, tasks
from perfbatch.caching import forget_all
from perfbatch.options import Options
from perfbatch.reading import read_sources
from perfbatch.schema import SCHEMAS
from tests.generator.workbook import make

SAMPLES = Path(__file__).parents[2] / "sample_inputs"
FORMS = 4
FULL_DISK = "磁盘满了，请清理磁盘或换一个位置"


class _Noon(datetime):
    """A clock that stands still: the time of a run is all that may differ between two."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2021, 12, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("perfbatch.batch.job"), "datetime", _Noon)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, clock: None) -> Path:
    """A few forms, a damaged workbook, an encrypted one, a lock file and a note; and a run over them."""
    top = tmp_path_factory.mktemp("again")
    (top / "in").mkdir()
    for number in range(FORMS):
        (top / "in" / f"{number}.xlsx").write_bytes(make(7, number, "national", "mixed", True).data)
    for name in ("损坏", "加密"):
        path = next(SAMPLES.rglob(f"*（{name}）*"))
        shutil.copy(path, top / "in" / path.name)
    (top / "in" / "~$0.xlsx").write_bytes(b"lock")
    (top / "in" / "说明.txt").write_text("请查收", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        again()
    return top


@pytest.fixture
def settled(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of ``filled`` with the same times of files, as the working directory."""
    shutil.copytree(filled, tmp_path / "top")
    monkeypatch.chdir(tmp_path / "top")
    return tmp_path / "top"


def again(**options: object) -> batch.RunResult:
    """Run from in/ to out/."""
    return batch.run([Path("in")], Path("out"), workers=0, **options)  # type: ignore[arg-type]


def outputs() -> dict[str, bytes]:
    """Every output, without the seconds that reading took."""
    found = {}
    for path in sorted(Path("out").rglob("*")):
        name = path.relative_to("out").as_posix()
        if path.is_file() and not name.startswith((".perfbatch/", "run.json", "备份/")):
            found[name] = path.read_bytes()
    files = pd.read_csv("out/数据/files.csv", dtype=str).drop(columns="seconds")
    return {**found, "数据/files.csv": files.to_csv().encode()}


def same_as_fresh(result: batch.RunResult) -> None:
    """What lies there now is what a run that takes nothing over would have written."""
    now = outputs()
    fresh = again(fresh=True)
    assert fresh.reused == 0
    assert outputs() == now
    assert fresh.tally == result.tally


def test_nothing_changed(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is parsed, no output is written, and the counts are the same."""
    before, times = (
        outputs(),
        {p: p.stat().st_mtime_ns for p in Path("out").rglob("*.*") if p.name != "run.json"},
    )

    def never(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(tasks, "read_sources", never)
    result = again()
    assert result.reused == result.tally.found == FORMS + 4
    assert outputs() == before
    after = {p: p.stat().st_mtime_ns for p in times}
    assert after == times
    manifest = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
    assert manifest["reused"] == result.reused
    assert manifest["counts"] == result.tally.as_dict()


def change(name: str) -> None:
    """Another form comes under the same name."""
    Path("in", name).write_bytes(make(8, 99, "national", "mixed", True).data)


@pytest.mark.parametrize(
    ("what", "reused"),
    [
        pytest.param(lambda: change("2.xlsx"), FORMS + 3, id="a file changed"),
        pytest.param(lambda: Path("in/2.xlsx").unlink(), FORMS + 3, id="a file is gone"),
        pytest.param(lambda: change("2a.xlsx"), FORMS + 4, id="a file came"),
        pytest.param(
            lambda: shutil.copy("in/1.xlsx", "in/5a.xlsx"), FORMS + 4, id="a form came a second time"
        ),
        pytest.param(lambda: Path("in/3.xlsx").rename("in/0a.xlsx"), FORMS + 3, id="a file got another name"),
        pytest.param(lambda: os.utime("in/3.xlsx"), FORMS + 4, id="a file was only touched"),
        pytest.param(lambda: Path("in/~$0.xlsx").unlink(), FORMS + 3, id="a lock file is gone"),
        pytest.param(lambda: Path("in/说明.txt").write_text("改"), FORMS + 3, id="what was refused changed"),
    ],
)
def test_only_what_changed_is_read(settled: Path, what: Callable[[], object], reused: int) -> None:
    """Whatever happens in the folder, the outputs are those of a run over all of it."""
    what()
    result = again()
    assert result.reused == reused
    same_as_fresh(result)


def test_every_digit_is_that_of_a_fresh_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that filled up file by file, in any order, and one read at once: the same bytes, 汇总.xlsx and
    its sums included. Amounts are such that a sum of sums is another number."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    amounts = [8.3, 6.703, 3.034, 1e12 + 0.1, 8.825, 8.462, 5.053, 5.89]
    names = [f"{number}.xlsx" for number in range(len(amounts))]
    for added in ((6, 1), (3,), (0, 4, 7), (2, 5)):
        for number in added:
            Path("in", names[number]).write_bytes(with_amount(number, amounts[number]))
        again()
    Path("in", names[5]).write_bytes(with_amount(5, 0.002))
    result = again()
    assert 0 < result.reused < len(names)
    assert len(list(Path("out/.perfbatch").rglob("files.json"))) > 1, "in one part, as a fresh run"
    same_as_fresh(result)


@cache
def with_amount(number: int, amount: float) -> bytes:
    """A form of one department, whose budget of the year is ``amount``."""
    made = make(11, number, "national", "mixed", True)
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    form = made.forms[0]
    for place, cell in form.places.items():
        if place.field in ("budget", "executed") and place.key == "total":
            book[form.sheet].cell(cell[0] + 1, cell[1] + 1).value = amount
        elif place.field == "department":
            book[form.sheet].cell(cell[0] + 1, cell[1] + 1).value = "市教育局"
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def test_findings_of_the_batch_come_and_go(settled: Path) -> None:
    """A form handed in twice is remarked on in both copies, and no longer once one of them is gone."""
    plain = outputs()
    shutil.copy("in/1.xlsx", "in/5a.xlsx")
    assert again().reused == FORMS + 4
    doubled = outputs()
    assert b"B501" in doubled["数据/findings.csv"]
    assert doubled["批注/1.xlsx"] != plain["批注/1.xlsx"]
    assert doubled["批注/2.xlsx"] == plain["批注/2.xlsx"]
    change("5a.xlsx")
    again()
    assert outputs()["批注/1.xlsx"] == plain["批注/1.xlsx"]
    Path("in/5a.xlsx").unlink()
    result = again()
    assert outputs() == plain
    same_as_fresh(result)


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("批注/1.xlsx", False),
        ("批注/1.xlsx", True),
        ("汇总.xlsx", True),
        ("报告.html", False),
        ("数据/forms.csv", True),
    ],
)
def test_an_output_that_is_not_as_it_was_is_made_again(settled: Path, name: str, edit: bool) -> None:
    """A workbook that somebody wrote into is kept in 备份/ besides."""
    before, path = outputs(), Path("out", name)
    if edit:
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.unlink()
    result = again()
    assert outputs() == before
    assert len(result.backups) == (edit and name.endswith(".xlsx"))
    assert result.reused == FORMS + 4


@pytest.mark.parametrize(
    "options", [{"passwords": ("123456",)}, {"rules": "beijing-2021"}, {"fresh": True}], ids=str
)
def test_other_settings_take_nothing_over(settled: Path, options: dict[str, object]) -> None:
    """Passwords, rules, words and layouts decide what comes out, and --fresh is asked for."""
    assert again(**options).reused == 0


def approved_list(change: str) -> Path:
    """A list of approved targets made of the forms of in/, the first of each changed."""
    frames = perfbatch.read("in")
    rows = frames.indicators.merge(frames.forms[["form_id", "department", "unit", "project"]], on="form_id")
    rows.loc[~rows["form_id"].duplicated(), "target"] = change
    heads = {"department": "主管部门", "unit": "实施单位", "project": "项目名称", "name": "三级指标",
             "target": "指标值"}  # fmt: skip
    rows[list(heads)].rename(columns=heads).to_csv("批复.csv", index=False, encoding="utf-8-sig")
    return Path("批复.csv")


@pytest.mark.parametrize("change", ["rules", "targets", "other targets", "no targets"])
def test_what_was_read_is_judged_anew(settled: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """Other rules and targets: no form is read again, and nothing shows that none was."""
    before: dict[str, Any] = {}
    if change in ("other targets", "no targets"):
        before = {"options": Options(targets=(approved_list("12345"),))}
        again(**before)
    after = {
        "rules": {"rules": "beijing-2021"},
        "targets": {"options": Options(targets=(approved_list("98765"),))},
        "other targets": {"options": Options(targets=(approved_list("98765"),))},
        "no targets": {},
    }[change]
    said = outputs()

    def nothing(sources: Iterable[object], **_: object) -> object:
        assert not list(sources), "read again"
        return read_sources(())

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "read_sources", nothing)
        result = again(**after)
    now = outputs()
    assert now != said
    fresh = again(fresh=True, **after)
    assert outputs() == now and fresh.tally == result.tally


def test_masked_frames_are_not_judged_anew(settled: Path) -> None:
    """What --redact masked says nothing any more: the files are read."""
    again(redact=True)
    result = again(redact=True, rules="beijing-2021")
    now = outputs()
    assert again(redact=True, rules="beijing-2021", fresh=True).tally == result.tally
    assert outputs() == now


def test_an_offices_own_words_count_by_content(settled: Path) -> None:
    """A sentence changed in the office's own folder is no longer the same run."""
    words = Path("words")
    words.mkdir()
    (words / "cli.toml").write_text('[closing]\ntitle = "一"\n', encoding="utf-8")
    again(templates=words)
    assert again(templates=words).reused == FORMS + 4
    (words / "cli.toml").write_text('[closing]\ntitle = "二"\n', encoding="utf-8")

    forget_all()
    assert again(templates=words).reused == 0


KEPT = (*(f"{name}.arrow" for name in SCHEMAS), "files.json", "copies.json")


def overwrite(path: Path) -> None:
    """What a bad disk makes of a file: the same length, forty bytes of something else."""
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at : at + 40] = b"\xa5" * len(data[at : at + 40])
    path.write_bytes(data)


def empty(path: Path) -> None:
    """A frame that is whole and has no rows: nothing would be found in it."""
    chunk_files.write_table(chunk_files.read_table(path).slice(0, 0), path)


def resealed(name: str, said: str) -> None:
    """JSON of another shape, or too deep, below a hash that agrees."""
    path = next(Path("out/.perfbatch").rglob(name))
    settings = "" if name == "last.json" else path.parent.parent.name
    digest = hashlib.sha256(f"{settings}\0{said}".encode()).hexdigest()
    path.write_text(f"{digest}\n{said}", encoding="ascii")


def foreign() -> None:
    """A part that says of the same files what other settings made of them: nothing was found."""
    again(passwords=("x",))
    kept = next(path for path in Path("out/.perfbatch").iterdir() if path.is_dir() and path.name != "journal")
    for name in ("findings.arrow", "forms.arrow"):
        path = next(kept.rglob(name))
        chunk_files.write_table(chunk_files.read_table(path).slice(0, 0), path)
    saved = Path("saved")
    shutil.copytree(kept, saved)
    again()
    mine = next(path for path in Path("out/.perfbatch").iterdir() if path.is_dir() and path.name != "journal")
    for part in mine.iterdir():
        shutil.rmtree(part)
    for part in saved.iterdir():
        shutil.copytree(part, mine / part.name)


def cut(path: Path) -> None:
    """What a power failure leaves of a file."""
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda: shutil.rmtree("out/.perfbatch"), id="all gone"),
        pytest.param(lambda: Path("out/.perfbatch/last.json").write_text("{"), id="last.json"),
        *(
            pytest.param(lambda name=name: cut(next(Path("out/.perfbatch").rglob(name))), id=name)
            for name in ("forms.arrow", "indicators.arrow", "files.json", "copies.json")
        ),
        *(
            pytest.param(
                lambda name=name: overwrite(next(Path("out/.perfbatch").rglob(name))),
                id=f"40 bytes of {name}",
            )
            for name in (*KEPT, "last.json")
        ),
        *(
            pytest.param(
                lambda name=name: empty(next(Path("out/.perfbatch").rglob(name))), id=f"rows of {name}"
            )
            for name in KEPT
            if name.endswith(".arrow")
        ),
        *(
            pytest.param(lambda odd=odd, name=name: resealed(name, odd), id=f"{name}: {odd[:20]}")
            for name in ("files.json", "copies.json", "last.json")
            for odd in ("null", "1", "[]", "[[]]", "{}", '[["a"]]', '{"files": 1}', "[" * 100_000)
        ),
        pytest.param(lambda: foreign(), id="another settings' part"),
    ],
)
def test_a_store_that_was_harmed_is_no_obstacle(settled: Path, harm: Callable[[], object]) -> None:
    """What cannot be used is made again."""
    before = outputs()
    harm()
    again()
    assert outputs() == before


def test_a_full_disk_is_said_and_the_next_run_goes_on(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, nothing half written; what was there before is still whole."""
    before = outputs()
    change("2.xlsx")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch, pytest.raises(batch.OutputError) as error:
        patch.setattr(tasks, "write_frames", full)
        again()
    assert (error.value.code, error.value.values["error"]) == ("not_writable", FULL_DISK)
    assert outputs() == before
    same_as_fresh(again())


@pytest.mark.parametrize("name", ["汇总.xlsx", "报告.html", "数据/forms.csv"])
def test_an_output_that_excel_has_open_is_named(
    settled: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As on Windows, where nobody may replace a file that a program has open; the next run goes on."""
    change("2.xlsx")
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if Path(target).name == Path(name).name:
            raise PermissionError(errno.EACCES, "拒绝访问", str(self), None, str(target))
        return replace(self, target)

    with monkeypatch.context() as patch, pytest.raises(batch.OutputError) as error:
        patch.setattr(Path, "replace", held)
        again()
    assert (error.value.code, error.value.values["name"]) == ("held", name)
    same_as_fresh(again())


def test_passwords_are_not_kept(settled: Path) -> None:
    """Neither the manifest nor the store holds a password, or a hash of one that could be tried out."""
    again(passwords=("秘密-secret-123",))
    for path in Path("out").rglob("*"):
        if path.is_file():
            assert b"secret-123" not in path.read_bytes()
