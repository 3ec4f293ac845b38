"""Every sentence that a person reads lives in templates/, a rule book or the check catalogue, once."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from perfbatch.words import templates_directory

PACKAGE = Path(__file__).parent.parent / "perfbatch"
CHINESE = re.compile("[\u3400-\u9fff]")
REFERENCE = re.compile(r"\{\{ label\('\w+', '\w+'\) \}\}")
"""Nothing but the label of a column, which perfbatch/schema.py defines."""
SENTENCE = re.compile(r"[，。；！？“”]|：(?!\?)")

DEFINITIONS = {
    "checking": "the catalogue: what a check finds, its sentences, its labels",
    "rules/parameters.py": "the catalogue of parameters",
    **{
        f"writing/summary/{sheet}.py": "the columns of a sheet: their headings and meanings"
        for sheet in (
            "decided", "departments", "files", "findings", "indicator_details", "missing_reasons", "owed",
            "projects",
            "rules",
            "shared_columns", "to_confirm", "to_review", "tracking", "working_paper",
        )
    },
    "schema.py": "the columns and the words for levels and states",
}  # fmt: skip
"""Places where Chinese is defined, each thing once; all else is made from them."""
DATA = {
    "reading": "labels that forms are read by",
    "season": "labels and units that lists are read by",
    "values": "units and numerals that values are read by",
    "workbook": "names of fonts and number formats in workbooks",
    "blank_forms/canvas.py": "name of a font",
    "blank_forms/make.py": "unit of money",
    "writing/chunk.py": "units of money",
    "writing/summary/style.py": "name of a font",
    "writing/names.py": "names of outputs: a contract with other programs",
    "serve": "names of the folders and files of a job",
    "desktop": "names of the result that is opened",
    "own_outputs.py": "names of outputs, the backup folder among them",
}
"""Places that hold Chinese words for a machine: matched, compared, written as names; never sentences."""
FILES = re.compile(r"[^\s，。]+\.(?:j2|toml|docx|xlsx|html)|\.汇总-")
"""Names of files, anywhere."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Chinese texts of a module with their lines, docstrings and comments left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in strings and CHINESE.search(text):
            yield node.lineno, text


def place(name: str, places: dict[str, str]) -> bool:
    """Whether a module is, or lies in, one of the places."""
    return any(name == known or name.startswith(f"{known}/") for known in places)


def misplaced(name: str, text: str) -> bool:
    """Whether a Chinese text has no business in that module."""
    if FILES.fullmatch(text) or place(name, DEFINITIONS):
        return False
    if not place(name, DATA):
        return True
    # Patterns hold punctuation that forms hold; a sentence has it between words.
    return bool(SENTENCE.search(text)) and not re.search(r"[\[\]()|\\?*^$]", text) and len(text) > 6


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def test_no_sentence_stands_in_the_code() -> None:
    """Move it to templates/*.toml and say it with perfbatch.words."""
    found = [
        f"perfbatch/{name}:{line}: {text}"
        for name in MODULES
        for line, text in literals(PACKAGE / name)
        if misplaced(name, text)
    ]
    assert found == []


def test_the_walk_finds_what_it_looks_for(tmp_path: Path) -> None:
    """Plain and formatted strings count; docstrings and comments do not."""
    path = tmp_path / "module.py"
    path.write_text(
        '"""说明。"""\n# 注释\nx = "没有找到。"\ny = f"{x}：找到了"\nz = "found"\n', encoding="utf-8"
    )
    assert [line for line, _ in literals(path)] == [3, 4]
    assert misplaced("cli/run.py", "结果") and misplaced("workbook/kind.py", "没有找到文件，请检查")
    assert not misplaced("reading/form/year.py", "年度") and not misplaced(
        "writing/letter.py", "退回整改通知.docx"
    )


def test_no_two_sentences_of_one_table_are_the_same() -> None:
    """Said once: a long sentence that stands twice in a file drifts apart."""
    twice = []
    for path in sorted(templates_directory().glob("*.toml")):
        texts = [text for text in leaves(tomllib.loads(path.read_text(encoding="utf-8"))) if len(text) > 25]
        texts = [text for text in texts if not REFERENCE.fullmatch(text)]
        twice += [f"{path.name}: {text}" for text in set(texts) if texts.count(text) > 1]
    assert twice == []


def leaves(node: object) -> Iterator[str]:
    """Every text below a TOML table."""
    if isinstance(node, dict):
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value)
    elif isinstance(node, str):
        yield node


ONE_WORD = {
    "采用得分": "核验得分",
    "重算总分": "核验总分",
    "自评高出": "相差",
    "重算等级": "核验等级",
    "重算平均分": "核验平均分",
}
"""Words that once stood for what has a label in perfbatch/schema.py, and that label."""


def test_one_thing_has_one_word_in_everything_that_people_read() -> None:
    top = PACKAGE.parent
    read = [
        *templates_directory().iterdir(), *PACKAGE.rglob("*.py"), *(PACKAGE / "checking").rglob("*.toml"),
        *(top / "docs").glob("*.md"), top / "README.md",
    ]  # fmt: skip
    found = [
        f"{path.relative_to(top)}: {old}, say {new}"
        for path in read
        if path.suffix in (".toml", ".j2", ".py", ".md")
        for old, new in ONE_WORD.items()
        if old in path.read_text(encoding="utf-8")
    ]
    assert found == []
