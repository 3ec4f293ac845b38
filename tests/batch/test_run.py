"""The main job, end to end, on the sample folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import Options, batch, schema

SAMPLES = Path(__file__).parents[2] / "sample_inputs"


def hashes(folder: Path) -> dict[str, str]:
    """Content of every file below ``folder``, but for what we keep there for the next run."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".perfbatch" not in path.parts
    }


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the samples, so that a test may look whether it was touched."""
    folder = tmp_path_factory.mktemp("in") / "自评表"
    shutil.copytree(SAMPLES, folder)
    return folder


@pytest.fixture(scope="module")
def result(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> batch.RunResult:
    """One run in worker processes."""
    return batch.run([inputs], tmp_path_factory.mktemp("out"), workers=2)


def table(result: batch.RunResult, name: str) -> pd.DataFrame:
    """One of the data files, as text."""
    path = result.output / "数据" / f"{name}.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the BOM"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_nothing_is_lost(inputs: Path, result: batch.RunResult) -> None:
    """found = processed + refused + skipped, and every file in the folder is one of them."""
    files = table(result, "files")
    on_disk = sorted(p.relative_to(inputs).as_posix() for p in inputs.rglob("*") if p.is_file())
    assert sorted(files["path"]) == on_disk
    assert set(files["status"]) == {"processed", "refused", "skipped"}
    tally = result.tally
    assert tally.found == len(on_disk) == sum(tally.files.values())
    assert (files.loc[files["status"] != "processed", "reason"] != "").all()
    assert tally.forms == len(table(result, "forms"))


def test_every_processed_workbook_has_its_copy(result: batch.RunResult) -> None:
    """Copies lie below 批注/ as the inputs lie in their folder."""
    files = table(result, "files")
    processed = files[files["status"] == "processed"]
    assert len(processed) and (processed["copy"] == "批注/" + processed["path"]).all()
    for copy in processed["copy"]:
        assert zipfile.ZipFile(result.output / copy).testzip() is None


def test_originals_are_not_touched(inputs: Path, result: batch.RunResult) -> None:
    """What the office handed in is as it was."""
    assert hashes(inputs) == hashes(SAMPLES)


def test_the_data_files_have_the_stated_columns(result: batch.RunResult) -> None:
    """Other programs read them: names and order are a contract."""
    for name in schema.SCHEMAS:
        assert list(table(result, name).columns) == [c.name for c in schema.columns(name)]


def test_the_manifest_says_what_was_done(inputs: Path, result: batch.RunResult) -> None:
    """run.json: version, rule books with hashes, inputs with hashes, counts, outputs."""
    manifest = json.loads((result.output / "run.json").read_text(encoding="utf-8"))
    assert manifest["state"] == "done"
    assert manifest["counts"]["found"] == len(manifest["files"])
    assert {"beijing-2021"} <= {book["name"] for book in manifest["rules"]}
    assert all(len(book["sha256"]) == 64 for book in manifest["rules"])
    by_path = {file["path"]: file for file in manifest["files"]}
    for path, digest in hashes(inputs).items():
        assert by_path[path]["sha256"] in (digest, "")
    left = set(hashes(result.output))
    assert left == {*manifest["outputs"], "run.json"}


def comparable(folder: Path) -> dict[str, object]:
    """Outputs without what tells the time of the run."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name.startswith((".perfbatch/", "run.json", "汇总.xlsx", "报告.html")):
            continue
        if name == "数据/files.csv":
            found[name] = pd.read_csv(path, dtype=str).drop(columns="seconds").to_csv()
        else:
            found[name] = path.read_bytes()
    return found


@pytest.mark.parametrize("workers", [0, 1])
def test_the_number_of_workers_changes_nothing(
    inputs: Path, result: batch.RunResult, tmp_path: Path, workers: int
) -> None:
    """The same copies and data, byte for byte, in this process, in one worker and in two."""
    again = batch.run([inputs], tmp_path / "out", workers=workers)
    assert comparable(again.output) == comparable(result.output)
    assert again.tally == result.tally


def test_a_second_run_replaces_its_own_outputs_only(inputs: Path, tmp_path: Path) -> None:
    """A workbook that is gone takes its copy with it; what a person put there stays."""
    folder = tmp_path / "in"
    shutil.copytree(inputs / "市教育局", folder)
    out = tmp_path / "out"
    first = batch.run([folder], out, workers=0)
    (out / "我的记录.txt").write_text("不要动", encoding="utf-8")
    gone = next(folder.glob("*.xlsx"))
    gone.unlink()
    second = batch.run([folder], out, workers=0)
    assert not (out / "批注" / gone.name).exists()
    assert second.tally.found == first.tally.found - 1
    assert (out / "我的记录.txt").read_text(encoding="utf-8") == "不要动"
    assert second.backups == ()


def test_the_output_folder_may_lie_in_the_input_folder(inputs: Path, tmp_path: Path) -> None:
    """Our own outputs are never read as inputs."""
    folder = tmp_path / "in"
    shutil.copytree(inputs / "市教育局", folder)
    first = batch.run([folder], folder / "结果", workers=0)
    second = batch.run([folder], folder / "结果", workers=0)
    assert second.tally.forms == first.tally.forms
    assert second.tally.files["processed"] == first.tally.files["processed"]


def test_a_run_over_nothing_is_an_error(tmp_path: Path) -> None:
    """An empty folder: nothing to do, and no output folder is made."""
    (tmp_path / "in").mkdir()
    with pytest.raises(batch.RunError) as error:
        batch.run([tmp_path / "in"], tmp_path / "out", workers=0)
    assert error.value.code == "nothing"
    assert not (tmp_path / "out").exists()


def test_check_gives_the_findings_of_a_run(inputs: Path, result: batch.RunResult) -> None:
    """check is the same without the writing."""
    frames = list(batch.check_inputs([inputs], Options(workers=1)))
    findings = pd.concat([part.findings for part in frames])
    written = table(result, "findings")
    for column in ("form_id", "check", "level", "cell", "message", "expected"):
        assert findings[column].tolist() == written[column].str.replace("^'", "", regex=True).tolist()
