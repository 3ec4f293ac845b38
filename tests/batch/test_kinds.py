"""The main job over a folder as it comes: every kind of file, wrong endings, archives, odd names."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import perfbatch
from perfbatch.batch import RunResult
from tests.generator.encrypt import encrypted

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]

SAMPLES = Path(__file__).parents[2] / "sample_inputs"
SEED = next(SAMPLES.rglob("*履职平台*.xlsx"))
PASSWORD = "绩效2021"
COPIES = {
    # path below INPUT: what is copied there, and its annotated copy
    "甲.xlsx": ("xlsx", "甲.xlsx"),
    "甲.xls": ("xls", "甲.xls.xlsx"),
    "乙局/自评表.et": ("xls", "乙局/自评表.xlsx"),
    "乙局/下属 单位/自评表.ods": ("ods", "乙局/下属 单位/自评表.xlsx"),
    "丙局/自评表（全角）　１.ods": ("ods", "丙局/自评表（全角）　１.xlsx"),
    "丙局/其实是新格式.xls": ("xlsx", "丙局/其实是新格式.xlsx"),
    "丙局/其实是旧格式.xlsx": ("xls", "丙局/其实是旧格式.xlsx"),
    "丙局/加密.xlsx": ("locked", "丙局/加密.xlsx"),
    "压缩.zip/丁局/自评表.xls": ("xls", "压缩.zip/丁局/自评表.xlsx"),
    "压缩.zip/自评表.xlsx": ("xlsx", "压缩.zip/自评表.xlsx"),
}
REFUSED = {
    "丙局/网页.xls": (b"<html><table><tr><td>\xe8\xa1\xa8</td></tr></table></html>", "html"),
    "丙局/文本.xls": ("项目名称,得分\n甲,8\n".encode("gbk"), "csv"),
    "丙局/空.xlsx": (b"", "empty"),
}
MISNAMED = {"丙局/其实是新格式.xls", "丙局/其实是旧格式.xlsx"}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    """The folder after the run, and what the run says."""
    folder = tmp_path_factory.mktemp("kinds")
    made = {"xlsx": SEED.read_bytes()}
    made["locked"] = encrypted(made["xlsx"], PASSWORD)
    for kind in ("xls", "ods"):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(SEED)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        made[kind] = (folder / f"{SEED.stem}.{kind}").read_bytes()
    inputs = folder / "报送"
    members: dict[str, bytes] = {}
    for name, (kind, _) in COPIES.items():
        archive, _, member = name.rpartition(".zip/")
        if archive:
            members[member] = made[kind]
        else:
            (inputs / name).parent.mkdir(parents=True, exist_ok=True)
            (inputs / name).write_bytes(made[kind])
    for name, (content, _) in REFUSED.items():
        (inputs / name).write_bytes(content)
    (inputs / "压缩.zip").write_bytes(zipped_in_gbk(members))
    result = perfbatch.run([inputs], folder / "结果", passwords=[PASSWORD], workers=0)
    return folder / "结果", result


def zipped_in_gbk(members: dict[str, bytes]) -> bytes:
    """An archive as Windows makes it: names in GBK, and no word of that."""
    out = io.BytesIO()
    stand_ins: dict[bytes, bytes] = {}
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, content) in enumerate(members.items()):
            raw = name.encode("gbk")
            stand_in = f"{number:0{len(raw)}d}"
            stand_ins[stand_in.encode()] = raw
            archive.writestr(stand_in, content)
    data = out.getvalue()
    for stand_in, raw in stand_ins.items():
        assert data.count(stand_in) == 2
        data = data.replace(stand_in, raw)
    return data


def frame(output: Path, name: str) -> pd.DataFrame:
    """A data file of the run."""
    return pd.read_csv(output / "数据" / f"{name}.csv", dtype=str, keep_default_na=False)


def test_every_file_is_read_or_refused_with_its_reason(done: tuple[Path, RunResult]) -> None:
    """Nothing is lost, and what a file is called does not matter."""
    files = frame(done[0], "files").set_index("path")
    assert set(files.index) == {*COPIES, *REFUSED}
    assert dict(files["status"]) == dict.fromkeys(COPIES, "processed") | dict.fromkeys(REFUSED, "refused")
    assert {name: files["reason_code"][name] for name in REFUSED} == {n: c for n, (_, c) in REFUSED.items()}
    assert {name for name in COPIES if "按内容读取" in files["notes"][name]} == MISNAMED
    assert "解密" in files["notes"]["丙局/加密.xlsx"]


def test_the_copies_mirror_the_inputs(done: tuple[Path, RunResult]) -> None:
    """One .xlsx for each file, at the same place below 批注/; a conversion is said so."""
    output, _ = done
    found = {
        path.relative_to(output / "批注").as_posix()
        for path in (output / "批注").rglob("*")
        if path.is_file()
    }
    assert found == {copy for _, copy in COPIES.values()}
    files = frame(output, "files").set_index("path")
    converted = {name for name in COPIES if "批注件转换为 .xlsx" in files["notes"][name]}
    assert converted == {name for name, (kind, _) in COPIES.items() if kind not in ("xlsx", "locked")}


def test_findings_do_not_depend_on_the_kind_of_file(done: tuple[Path, RunResult]) -> None:
    """Check, level, cell and sentence are those of the .xlsx, in every kind."""
    findings = frame(done[0], "findings")
    own = findings[findings["check"] != "B501"].groupby("file")
    columns = ["check", "level", "cell", "message", "found", "expected"]
    by_file = {name: set(group[columns].itertuples(index=False, name=None)) for name, group in own}
    assert set(by_file) == set(COPIES)
    for name, found in by_file.items():
        assert found == by_file["甲.xlsx"], name
    assert sum(check[0] == "R301" for check in by_file["甲.xlsx"]) == 6


def test_notes_stand_at_the_same_cells(done: tuple[Path, RunResult]) -> None:
    """The annotated copy of an .xls has its notes and its 核验结果 where that of the .xlsx has them."""
    output, _ = done
    noted = {}
    for name, (_, copy) in COPIES.items():
        book = openpyxl.load_workbook(output / "批注" / copy)
        assert book.sheetnames[-1] == "核验结果", name
        page = book.worksheets[0]
        noted[name] = {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment}
    assert len(noted["甲.xlsx"]) > 6
    for name, cells in noted.items():
        assert cells == noted["甲.xlsx"], name
