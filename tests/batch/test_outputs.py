"""The output folder: ours is replaced, a person's work is kept, anything else is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from perfbatch.batch.outputs import OutputError, OutputFolder


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
    """What an auditor wrote into 汇总.xlsx is moved to 备份/ before the next run."""
    folder = finished(tmp_path, "汇总.xlsx", "批注/a.xlsx")
    (tmp_path / "汇总.xlsx").write_text("审核意见", encoding="utf-8")
    assert folder.save_edited("20211231-120000") == ["备份/20211231-120000/汇总.xlsx"]
    assert (tmp_path / "备份/20211231-120000/汇总.xlsx").read_text(encoding="utf-8") == "审核意见"
    assert (tmp_path / "批注/a.xlsx").exists()


def test_an_edit_that_keeps_the_size_is_noticed(tmp_path: Path) -> None:
    """The time of the last change speaks where the size does not."""
    folder = finished(tmp_path, "汇总.xlsx")
    (tmp_path / "汇总.xlsx").write_text("xxxx.xlsx", encoding="utf-8")
    os.utime(tmp_path / "汇总.xlsx", ns=(0, (tmp_path / "汇总.xlsx").stat().st_mtime_ns + 10**10))
    assert folder.save_edited("t") == ["备份/t/汇总.xlsx"]


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
    assert OutputFolder.claim(tmp_path).previous == {}


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
    assert folder.save_edited("t") == []
    folder.remove_stale([])
    assert (tmp_path / "precious.xlsx").exists()
