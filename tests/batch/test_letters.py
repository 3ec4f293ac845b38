"""``run --notices``: letters among the outputs of a run, through second runs and mistakes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner, Result

from perfbatch.cli import app
from perfbatch.writing.notices import KIND
from tests.cli.command import SAMPLES

DEPARTMENT = SAMPLES / "市教育局"  # one unit without errors, one with, one that did not write its name


def run(*arguments: object) -> Result:
    """``perfbatch run`` in this process."""
    return CliRunner().invoke(app, ["run", "--workers", "0", *map(str, arguments)])


def letters(output: Path) -> list[str]:
    """The letters below an output folder."""
    return sorted(path.relative_to(output).as_posix() for path in output.glob("通知/**/*.docx"))


def test_letters_are_outputs_like_the_others(tmp_path: Path) -> None:
    """Listed in run.json, named at the end; read as no input; gone when nobody asks for them any more."""
    output = tmp_path / "结果"
    done = run(DEPARTMENT, "-o", output, "--notices", "--deadline", "2022-01-31")
    assert done.exit_code == 0, done.output
    written = letters(output)
    assert written == ["通知/市教育局/市教师发展中心.docx", "通知/市教育局/（未填写实施单位）.docx"]
    assert str(output / "通知") in done.output
    manifest = json.loads((output / "run.json").read_text("utf-8"))
    assert set(written) <= set(manifest["outputs"])
    text = "\n".join(p.text for p in Document(str(output / written[0])).paragraphs)
    assert "于2022年1月31日前" in text

    assert run(DEPARTMENT, "-o", output).exit_code == 0
    assert letters(output) == [] and not (output / "通知").exists()


def test_asking_later_and_another_deadline_make_new_letters(tmp_path: Path) -> None:
    """Although no file has changed; asking for the same again changes nothing."""
    output = tmp_path / "结果"
    run(DEPARTMENT, "-o", output)
    run(DEPARTMENT, "-o", output, "--notices")
    first = {name: (output / name).read_bytes() for name in letters(output)}
    run(DEPARTMENT, "-o", output, "--notices")
    assert {name: (output / name).read_bytes() for name in letters(output)} == first
    run(DEPARTMENT, "-o", output, "--notices", "--deadline", "2022-02-28")
    assert len(first) == 2
    assert all((output / name).read_bytes() != data for name, data in first.items())


def test_a_letter_that_the_office_has_edited_is_kept(tmp_path: Path) -> None:
    """Moved to 备份/ before it is written anew."""
    output = tmp_path / "结果"
    run(DEPARTMENT, "-o", output, "--notices")
    edited = output / letters(output)[0]
    edited.write_bytes(edited.read_bytes() + b" ")
    done = run(DEPARTMENT, "-o", output, "--notices", "--deadline", "2022-01-31")
    assert "备份" in done.output
    kept = list(output.glob("备份/*/通知/**/*.docx"))
    assert [path.name for path in kept] == [edited.name] and kept[0].read_bytes().endswith(b" ")


def test_letters_in_the_input_folder_are_no_inputs(tmp_path: Path) -> None:
    """An output folder below INPUT."""
    folder = tmp_path / "报送"
    shutil.copytree(DEPARTMENT, folder)
    run(folder, "-o", folder / "结果", "--notices")
    done = run(folder, "-o", folder / "结果", "--notices")
    assert done.exit_code == 0 and letters(folder / "结果")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--notices", "--deadline", "1月31日"), "2022-01-31 这样的日期"),
        (("--notices", "--deadline", "2022-02-30"), "2022-01-31 这样的日期"),
        (("--deadline", "2022-01-31"), "要与 --notices 一起用"),
    ],
)
def test_a_deadline_that_is_none_is_refused(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    """Status 2, nothing written."""
    done = run(DEPARTMENT, "-o", tmp_path / "结果", *options)
    assert done.exit_code == 2 and words in done.stderr
    assert not (tmp_path / "结果").exists()


def test_a_broken_letter_stops_the_run_before_anything_is_read(tmp_path: Path) -> None:
    """Named, status 2, nothing written; without --notices it does not matter."""
    templates = tmp_path / "本单位"
    templates.mkdir()
    (templates / KIND.template).write_bytes(b"no Word file")
    done = run(DEPARTMENT, "-o", tmp_path / "结果", "--notices", "--templates", templates)
    assert done.exit_code == 2 and done.stderr.startswith(f"错误：{KIND.template}：不是 Word 文档")
    assert not (tmp_path / "结果").exists()
