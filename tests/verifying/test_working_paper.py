"""核验底稿: what stands in it is what run.json notes, for every file found."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from perfbatch import batch
from perfbatch.options import Options
from perfbatch.version import __version__
from tests.cli.command import SAMPLES

HEADINGS = ["类别", "项目", "内容", "处理结果", "大小（字节）", "校验值（SHA-256）"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over files of every fate, with lists of the office."""
    top = tmp_path_factory.mktemp("paper")
    shutil.copytree(SAMPLES / "市生态环境局", top / "报送")
    (top / "报送" / "~$锁.xlsx").write_bytes(b"x")
    (top / "名单.csv").write_text("主管部门,实施单位,项目名称\n甲,乙,丙\n", encoding="utf-8")
    (top / "批复").mkdir()
    (top / "批复" / "目标.csv").write_text("项目名称,三级指标,指标值\n丙,丁,100\n", encoding="utf-8")
    options = Options(roster=top / "名单.csv", targets=(top / "批复",), headers="中文", passwords=("秘密",))
    batch.run([top / "报送"], top / "结果", options=options)
    return top


def rows(made: Path) -> list[list[object]]:
    """The sheet, the last of the workbook."""
    book = openpyxl.load_workbook(made / "结果" / "汇总.xlsx")
    assert book.sheetnames[-1] == "核验底稿"
    return [list(row) for row in book["核验底稿"].iter_rows(values_only=True)]


def test_every_file_with_its_hash_and_fate(made: Path) -> None:
    """In the order of the files, those refused and left out among them."""
    noted = json.loads((made / "结果" / "run.json").read_text("utf-8"))["files"]
    say = {"processed": "已处理", "refused": "未处理", "skipped": "跳过"}
    found = [row for row in rows(made) if row[0] == "输入文件"]
    assert [[row[1], row[3], row[4], row[5]] for row in found] == [
        [file["path"], say[file["status"]], file["size"], file["sha256"] or None] for file in noted
    ]
    assert {row[3] for row in found} == set(say.values())
    assert all(row[2] for row in found if row[3] != "已处理")
    for row in found:
        if row[5]:
            assert row[5] == hashlib.sha256((made / "报送" / str(row[1])).read_bytes()).hexdigest()


def test_what_judged_them_and_how(made: Path) -> None:
    """Version, options without the passwords themselves, rule books with their documents, the lists."""
    manifest = json.loads((made / "结果" / "run.json").read_text("utf-8"))
    head, *said = rows(made)
    assert head == HEADINGS
    by_item = {str(row[1]): row for row in said if row[0] != "输入文件"}
    assert by_item["程序版本"][2] == f"perfbatch {__version__}"
    assert by_item["程序版本"][5] == manifest["shipped"]["program"]
    assert by_item["输入"][2] == str(made / "报送")
    assert by_item["找到的文件"][2] == f"{len(manifest['files'])} 个"
    options = {str(row[1]): row[2] for row in said if row[0] == "选项"}
    assert options == {
        "--roster": str(made / "名单.csv"), "--targets": str(made / "批复"), "--headers": "中文",
        "--password": "1",
    }  # fmt: skip
    assert not any("秘密" in str(cell) for row in said for cell in row)
    [book] = [row for row in said if row[0] == "规则手册"]
    assert book[5] == manifest["rules"][0]["sha256"]
    assert book[3] == f"{manifest['counts']['forms']} 张表"
    assert "填报注意事项第2条" in str(book[2])
    files = {str(row[1]): row[5] for row in said if row[0] == "本单位的文件"}
    assert files == {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (made / "名单.csv", made / "批复" / "目标.csv")
    }
