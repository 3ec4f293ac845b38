"""The recipes of CONTRIBUTING.md, walked on a copy of the tree: no file is needed that they do not name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.specification import PATH

ROOT = PATH.parent.parent
COPIED = ("perfbatch", "templates", "tests", "docs")
SAMPLE = next((ROOT / "sample_inputs").rglob("*履职平台*.xlsx"))


class Tree:
    """A copy of the project that a recipe may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "CONTRIBUTING.md", "README.md", "Makefile"):
            shutil.copy(ROOT / name, folder / name)
        (folder / "sample_inputs").symlink_to(ROOT / "sample_inputs")
        self._before = dict(self._files())

    def put(self, file: str, old: str, new: str) -> None:
        """Put ``new`` in the place of ``old``, which stands once or more in ``file``; "" is its end."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file}: {old}"
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """What python says in the copy."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=False,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def passes(self, *tests: str) -> None:
        """These tests pass in the copy."""
        self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)

    def changed(self) -> set[str]:
        """Files that are not as they were."""
        after, before = dict(self._files()), self._before
        return {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}

    def _files(self) -> Iterator[tuple[str, bytes]]:
        for name in COPIED:
            for path in (self.folder / name).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    yield path.relative_to(self.folder).as_posix(), path.read_bytes()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


def named(recipe: str) -> list[re.Pattern[str]]:
    """Paths in a recipe of CONTRIBUTING.md, <topic> and * standing for any name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (paragraph,) = re.findall(rf"\*\*{recipe}\.\*\* (.+?)\n\n", text, re.DOTALL)
    paths = re.findall(r"`([\w./<>*-]+/[\w./<>*-]+\.\w+)`", paragraph)
    return [re.compile(re.sub(r"<\w+>|\\\*", "[^/]+", re.escape(path))) for path in paths]


def unnamed(tree: Tree, recipe: str) -> set[str]:
    """Files that were changed and are not named in the recipe."""
    patterns = named(recipe)
    return {file for file in tree.changed() if not any(pattern.fullmatch(file) for pattern in patterns)}


def test_add_a_check(tree: Tree) -> None:
    """A finding on every form with a phone number that is too short."""
    tree.put(
        "docs/specification.md", "| T401 |", "| S999 | info | 联系电话 of fewer than five digits |\n| T401 |"
    )
    tree.put(
        "perfbatch/checking/words/structure.toml", "",
        '\n[S999]\nlevel = "info"\ntitle = "联系电话过短"\ndescription = "联系电话不足 5 个数字。"\n'
        'message = "联系电话“{found}”不完整。"\nadvice = "请补全联系电话。"\n'
        'clause = "form"\nfield = "phone"\n'
        '[S999.sample]\nfound = "139"\nexpected = "完整的电话号码"\n',
    )  # fmt: skip
    tree.put(
        "perfbatch/checking/structure.py", "",
        '\n\n@check("S999")\ndef short_phone(evidence: Evidence) -> Iterator[Found]:\n'
        '    """Phone numbers that nobody can call."""\n'
        '    phones = evidence.text("forms", "phone").to_pandas()\n'
        '    short = (phones.str.strip() != "") & (phones.str.count("[0-9]") < 5)\n'
        '    rows = evidence.pick("forms", short.to_numpy(dtype=bool))\n'
        '    yield rows.findings("phone", found=rows.quoted("phone"), expected="完整的电话号码")\n',
    )  # fmt: skip
    tree.put(
        "tests/data/check/structure.toml", "",
        '\n[[case]]\nwhy = "电话只有三个数字"\nset = { phone = "139" }\nfinds = []\n'
        '\n[[case]]\nwhy = "电话有五个数字"\nset = { phone = "13912" }\nfinds = []\n',
    )  # fmt: skip
    tree.run("-c", "from tests.record import record_cases; record_cases()")
    tree.run("-m", "perfbatch.pages", "docs")
    cases = (tree.folder / "tests/data/check/structure.toml").read_text(encoding="utf-8")
    assert 'set = { phone = "139" }\nfinds = ["S999 info phone"]' in cases
    assert 'set = { phone = "13912" }\nfinds = []' in cases
    tree.passes(
        "tests/checking/test_catalogue.py", "tests/checking/test_cases.py", "tests/test_pages.py",
        "-k", "S999 or catalogue_holds or know_each_other or supplies_exactly or 电话 or pages",
    )  # fmt: skip
    assert "联系电话过短" in tree.run("-m", "perfbatch", "explain", "S999")
    assert unnamed(tree, "Add a check") == set()


def test_add_a_label(tree: Tree) -> None:
    """A heading of 实际完成值 that no form had so far, and a form that has it."""
    tree.put(
        "perfbatch/layouts/national.toml", 'actual = ["实际完成值",', 'actual = ["本年兑现数", "实际完成值",'
    )
    drawn = (ROOT / "tests/data/forms/inline_labels.md").read_text(encoding="utf-8")
    assert "实际完成值" in drawn
    (tree.folder / "tests/data/forms/another.md").write_text(
        re.sub(r"实际完成值(?:（B）|\(B\))?", "本年兑现数", drawn), encoding="utf-8"
    )
    script = (
        "import pathlib, sys\n"
        "from tests.real_forms import by_xlsxwriter, drawing\n"
        "from tests.real_forms_record import record, results\n"
        "for name in ('inline_labels', 'another'):\n"
        "    folder = pathlib.Path(sys.argv[1]) / name\n"
        "    folder.mkdir()\n"
        "    print(record(results([drawing(name)], by_xlsxwriter, folder), name), end='\\0')\n"
    )
    usual, new, _ = tree.run("-c", script, str(tree.folder.parent)).split("\0")
    assert usual == new and "## 指标" in new
    assert unnamed(tree, "Add a label or a layout") == set()


def test_add_a_parameter(tree: Tree) -> None:
    """It is listed, explained and refused out of its range at once."""
    tree.put(
        "perfbatch/rules/parameters.py", '    Spec("reason.min_characters",',
        '    Spec("reason.most_characters", "count", "原因多于此字数，提示过长", "字", maximum=9999),\n'
        '    Spec("reason.min_characters",',
    )  # fmt: skip
    tree.put(
        "perfbatch/rules/books/beijing-2021.toml", "[parameters.reason.min_characters]",
        '[parameters.reason.most_characters]\nvalue = 500\nunit = "字"\nclause = "tool"\n'
        'why = "原因多于此字数，提示过长"\n\n[parameters.reason.min_characters]',
    )  # fmt: skip
    tree.run("-m", "perfbatch.pages", "docs")
    tree.passes("tests/rules/test_books.py", "tests/test_pages.py", "-k", "parameter or page or complete")
    assert "reason.most_characters" in tree.run("-m", "perfbatch", "rules", "show", "mof-2020")
    assert unnamed(tree, "Add a rule-book parameter") == set()


def test_add_a_summary_column(tree: Tree) -> None:
    """部门汇总 gets an average execution rate: the mean of its forms' rates, live and with a total."""
    tree.put(
        "perfbatch/writing/summary/departments.py", '    column(\n        "own_mean",',
        '    column(\n        "rate_mean", "percent", 9,\n        heading="平均执行率",\n'
        '        meaning="各表执行率的平均数。",\n        value=lambda row: row.totals.rate,\n'
        '        formula=_MEAN % "rate",\n        total=_MEAN_OF_ALL % "rate",\n    ),\n'
        '    column(\n        "own_mean",',
    )  # fmt: skip
    script = (
        "import sys, perfbatch, openpyxl\n"
        "frames = perfbatch.check(perfbatch.score(perfbatch.read(sys.argv[1])))\n"
        "perfbatch.write(frames, sys.argv[1], sys.argv[2])\n"
        "sheet = openpyxl.load_workbook(sys.argv[2] + '/汇总.xlsx')['部门汇总']\n"
        "heads = [cell.value for cell in sheet[1]]\n"
        "print([sheet.cell(row, heads.index('平均执行率') + 1).value for row in (2, 3)])\n"
    )
    said = tree.run("-c", script, str(SAMPLE), str(tree.folder.parent / "out"))
    assert "AVERAGEIFS" in said and said.count("IFERROR") == 2
    tree.passes("tests/writing/test_summary_columns.py")
    assert unnamed(tree, "Add a column to a summary sheet") == set()
