"""The output folder: ours is replaced, a person's work is kept, anything else is left alone."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from perfbatch.batch.outputs import OutputError, OutputFolder
from perfbatch.own_outputs import OWN_NAMES, Journal
from perfbatch.whole_files import write_whole
from perfbatch.writing import names


def finished(path: Path, *names: str) -> OutputFolder:
    """A folder in which a run has written ``names``."""
    folder = OutputFolder.claim(path)
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(name, encoding="utf-8")
    folder.write_manifest({"tool": "perfbatch", "state": "done", "outputs": folder.stamps(names)})
    return OutputFolder.claim(path)


def test_a_second_run_removes_what_it_no_longer_writes(tmp_path: Path) -> None:
    """Stale copies go, with the folders they leave empty; other people's files stay."""
    folder = finished(tmp_path, "汇总.xlsx", "批注/甲/旧.xlsx", "批注/乙/留.xlsx")
    (tmp_path / "批注/乙/我的笔记.txt").write_text("x", encoding="utf-8")
    folder.remove_stale(["汇总.xlsx"])
    assert not (tmp_path / "批注/甲").exists()
    assert sorted(p.name for p in (tmp_path / "批注/乙").iterdir()) == ["我的笔记.txt"]
    assert (tmp_path / "汇总.xlsx").exists()


def test_a_workbook_that_a_person_edited_is_kept(tmp_path: Path) -> None:
    """What an auditor wrote into 汇总.xlsx goes to 备份/ before the next run, and stays until that has
    written its own: broken off again and again, it is put away once."""
    folder = finished(tmp_path, "汇总.xlsx", "批注/a.xlsx")
    (tmp_path / "汇总.xlsx").write_text("审核意见", encoding="utf-8")
    assert folder.begin("20211231-120000") == ["备份/20211231-120000/汇总.xlsx"]
    assert (tmp_path / "备份/20211231-120000/汇总.xlsx").read_text(encoding="utf-8") == "审核意见"
    assert (tmp_path / "汇总.xlsx").read_text(encoding="utf-8") == "审核意见"
    assert OutputFolder.claim(tmp_path).begin("20211231-130000") == []
    assert [path.name for path in (tmp_path / "备份").iterdir()] == ["20211231-120000"]
    assert (tmp_path / "批注/a.xlsx").exists()


def test_an_edit_that_keeps_the_size_is_noticed(tmp_path: Path) -> None:
    """The time of the last change speaks where the size does not."""
    folder = finished(tmp_path, "汇总.xlsx")
    (tmp_path / "汇总.xlsx").write_text("xxxx.xlsx", encoding="utf-8")
    os.utime(tmp_path / "汇总.xlsx", ns=(0, (tmp_path / "汇总.xlsx").stat().st_mtime_ns + 10**10))
    assert folder.begin("t") == ["备份/t/汇总.xlsx"]


@pytest.mark.parametrize("name", ["汇总.xlsx", "报告.html", "run.json", "批注", "数据"])
def test_a_folder_with_somebody_elses_outputs_is_refused(tmp_path: Path, name: str) -> None:
    """A 汇总.xlsx that we did not write is never overwritten."""
    (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(OutputError) as error:
        OutputFolder.claim(tmp_path)
    assert (error.value.code, error.value.values["name"]) == ("not_ours", name)


def test_a_folder_with_other_files_is_fine(tmp_path: Path) -> None:
    """Files that we do not write are no hindrance."""
    (tmp_path / "说明.docx").write_text("x", encoding="utf-8")
    assert OutputFolder.claim(tmp_path).known.outputs == {}


def test_an_output_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """--output must be a folder."""
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError) as error:
        OutputFolder.claim(tmp_path / "out")
    assert error.value.code == "not_a_folder"


def test_a_manifest_cannot_lead_outside_the_folder(tmp_path: Path) -> None:
    """run.json is a file that anyone could have edited: paths out of the folder are not followed."""
    (tmp_path / "precious.xlsx").write_text("x", encoding="utf-8")
    out = tmp_path / "out"
    folder = OutputFolder.claim(out)
    stamps = {
        "../precious.xlsx": {"size": 9, "mtime_ns": 9},
        str(tmp_path / "precious.xlsx"): {"size": 9, "mtime_ns": 9},
    }
    folder.write_manifest({"tool": "perfbatch", "outputs": stamps})
    folder = OutputFolder.claim(out)
    assert folder.begin("t") == []
    folder.remove_stale([])
    assert (tmp_path / "precious.xlsx").exists()


OUTSIDE = [
    "../precious.xlsx", "批注/../../precious.xlsx", "{top}/precious.xlsx", "批注/link/precious.xlsx",
    "..\\precious.xlsx", "C:precious.xlsx", "批注", "", ".", "批注/\0", "我的笔记.txt", "备份/旧/汇总.xlsx",
]  # fmt: skip


@pytest.mark.parametrize("listed", OUTSIDE)
def test_nothing_listed_is_removed_that_is_not_ours(tmp_path: Path, listed: str) -> None:
    """Not even with the right size and time: what a run did not write, or what a link leads to, stays."""
    out = tmp_path / "out"
    OutputFolder.claim(out)
    theirs = [
        tmp_path / "precious.xlsx",
        out / "我的笔记.txt",
        out / "备份/旧/汇总.xlsx",
        out / "批注/a.xlsx",
    ]
    for path in theirs:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, ns=(9, 9))
    if hasattr(os, "symlink"):
        (out / "批注/link").symlink_to(tmp_path, target_is_directory=True)
    stamp = {"size": 1, "mtime_ns": 9}
    manifest = {"tool": "perfbatch", "outputs": {listed.replace("{top}", str(tmp_path)): stamp}}
    (out / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    folder = OutputFolder.claim(out)
    assert folder.begin("t") == []
    folder.remove_stale([])
    assert all(path.exists() for path in theirs)


ODD = [
    '{"汇总.xlsx": null}', '{"汇总.xlsx": 1}', '{"汇总.xlsx": {"size": "1", "mtime_ns": null}}', "[]", "1",
    '{"汇总.xlsx": {"size": true, "mtime_ns": false}}', '{"汇总.xlsx": [[{}]]}',
    '{"汇总.xlsx": {"size": 1e999}}', '{"汇总.xlsx": ' + "[" * 200_000 + "]" * 200_000 + "}",
    '{"汇总.xlsx": {"size": ' + "9" * 5000 + "}}",
]  # fmt: skip


@pytest.mark.parametrize("outputs", ODD, ids=range(len(ODD)))
def test_odd_stamps_are_no_stamps(tmp_path: Path, outputs: str) -> None:
    """A run.json that says nothing sensible is no traceback, and makes nothing ours."""
    (tmp_path / "汇总.xlsx").write_bytes(b"x")
    (tmp_path / "run.json").write_text('{"tool": "perfbatch", "outputs": ' + outputs + "}", encoding="utf-8")
    try:
        folder = OutputFolder.claim(tmp_path)
    except OutputError as error:  # what cannot be read at all is not ours
        assert error.code == "not_ours"
        return
    assert folder.known.outputs == {}
    assert folder.begin("t") == []
    folder.remove_stale([])
    assert (tmp_path / "汇总.xlsx").exists()


def test_what_a_killed_run_wrote_is_not_an_edit(tmp_path: Path) -> None:
    """The old file and the new one are both ours, whenever the run was killed; an edit after that is one."""
    finished(tmp_path, "汇总.xlsx", "批注/a.xlsx")
    folder = OutputFolder.claim(tmp_path)
    assert folder.begin("1") == []
    journal = Journal(tmp_path)
    for name in ("汇总.xlsx", "批注/新.xlsx"):
        write_whole(tmp_path / name, "新的".encode(), journal.settle)
    for _ in range(2):  # and so it is for the run after a run that was killed at once
        folder = OutputFolder.claim(tmp_path)
        assert folder.begin("2") == []
    (tmp_path / "批注/a.xlsx").write_text("批注", encoding="utf-8")
    (tmp_path / "汇总.xlsx").write_text("审核意见", encoding="utf-8")
    folder = OutputFolder.claim(tmp_path)
    assert folder.begin("3") == ["备份/3/汇总.xlsx", "备份/3/批注/a.xlsx"]
    folder.remove_stale([])
    assert not (tmp_path / "批注/新.xlsx").exists()


def test_a_file_noted_but_not_yet_moved_is_as_it_was(tmp_path: Path) -> None:
    """Killed between the note and the name: the old file lies there, and is ours."""
    finished(tmp_path, "汇总.xlsx")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr("perfbatch.own_outputs.settle", killed)
        write_whole(tmp_path / "汇总.xlsx", b"new", Journal(tmp_path).settle)
    assert OutputFolder.claim(tmp_path).begin("t") == []


def test_a_clock_that_goes_back_replaces_no_backup(tmp_path: Path) -> None:
    """Two backups of one name of time are two folders."""
    for text in ("一", "二"):
        folder = finished(tmp_path, "汇总.xlsx")
        (tmp_path / "汇总.xlsx").write_text(f"审核意见{text}", encoding="utf-8")
        folder.begin("t")
        folder.finish({"tool": "perfbatch", "state": "done", "outputs": {}})
    saved = sorted(path.read_text(encoding="utf-8") for path in (tmp_path / "备份").rglob("*.xlsx"))
    assert saved == ["审核意见一", "审核意见二"]
    assert "备份/t-2/汇总.xlsx" in OutputFolder.claim(tmp_path).known.backups


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("name", ["批注", "数据", "通知", "分发", "备份", ".perfbatch"])
def test_a_folder_of_ours_that_is_a_link_is_refused(tmp_path: Path, name: str) -> None:
    """Writing there would change what lies elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    OutputFolder.claim(out).finish({"tool": "perfbatch", "state": "done", "outputs": {}})
    (out / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(OutputError) as error:
        OutputFolder.claim(out)
    assert (error.value.code, error.value.values["name"]) == ("link", name)


def test_every_output_is_one_of_ours() -> None:
    """What is written at the top of the folder must be known as ours: it is skipped, and may be removed."""
    assert {value for key, value in vars(names).items() if key.isupper()} <= OWN_NAMES
