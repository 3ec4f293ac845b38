"""Each way of breaking a rule book is refused with file, line, key and what is allowed."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from perfbatch.rules import RuleBookError, load, names

BROKEN = Path(__file__).parent.parent / "data" / "rules" / "broken"


def expected(path: Path) -> tuple[int | None, str, list[str]]:
    """Line, key and words that the first three lines of the file announce."""
    said = dict(re.findall(r"^# (行|键|提示)：(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    return int(said["行"]) if said["行"] else None, said["键"], said["提示"].split(" | ")


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.toml")), ids=lambda path: path.stem)
def test_a_broken_book_is_refused_by_line_and_key(path: Path) -> None:
    """The first problem stands on the announced line and key, and the sentence says what is allowed."""
    line, key, words = expected(path)
    with pytest.raises(RuleBookError) as refused:
        load(path)
    error = refused.value
    assert (error.line, error.key) == (line, key)
    sentence = str(error.problems[0])
    assert path.name in sentence
    assert [word for word in words if word not in sentence] == []
    if line:
        assert f"第 {line} 行" in sentence


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    """An office mends its book in one go."""
    path = tmp_path / "本单位.toml"
    path.write_text(
        'extends = "beijing-2021"\nscop = "x"\n[parameters.cap]\nvalue = 1\n[checks]\nr303 = "off"\n', "utf-8"
    )
    with pytest.raises(RuleBookError) as refused:
        load(path)
    assert [(p.line, p.key) for p in refused.value.problems] == [
        (2, "scop"), (4, "parameters.cap.value"), (6, "checks.r303"),
    ]  # fmt: skip
    assert str(refused.value).count("\n") == 2


def test_a_check_that_does_not_exist_is_refused_where_the_checks_are_known(tmp_path: Path) -> None:
    """The caller hands the ids in; rules knows only their shape."""
    path = tmp_path / "本单位.toml"
    path.write_text('extends = "beijing-2021"\n[checks]\nR330 = "off"\n', "utf-8")
    assert load(path).levels == {"R330": "off"}
    with pytest.raises(RuleBookError) as refused:
        load(path, known_checks=["R301", "R303"])
    assert (refused.value.line, refused.value.key, refused.value.allowed) == (
        3,
        "checks.R330",
        ("R301", "R303"),
    )


def test_a_mistake_in_the_parent_is_named_in_the_parent(tmp_path: Path) -> None:
    """An office's book extends another of its own by path."""
    (tmp_path / "上级.toml").write_text('extends = "mof-2020"\n[parameters.cap]\nvalu = true\n', "utf-8")
    child = tmp_path / "下级.toml"
    child.write_text('extends = "上级.toml"\n', "utf-8")
    with pytest.raises(RuleBookError) as refused:
        load(child)
    assert refused.value.file == str(tmp_path / "上级.toml")
    assert (refused.value.line, refused.value.key) == (3, "parameters.cap.valu")


def test_books_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    """A circle of two."""
    (tmp_path / "甲.toml").write_text('extends = "乙.toml"\n', "utf-8")
    (tmp_path / "乙.toml").write_text('extends = "甲.toml"\n', "utf-8")
    with pytest.raises(RuleBookError, match="成了一个圈"):
        load(tmp_path / "甲.toml")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("beijing-2012", "是不是 beijing-2021"),
        ("北京", "、".join(names())),
        ("no/such/file.toml", "读不了"),
        (Path(), "读不了"),
    ],
)
def test_a_book_that_is_not_there(given: str | Path, words: str) -> None:
    """A mistyped name or path is told apart from a broken book."""
    with pytest.raises(RuleBookError, match=words):
        load(given)


def test_a_book_that_is_not_utf_8(tmp_path: Path) -> None:
    """Saved by an old Notepad in GBK."""
    path = tmp_path / "本单位.toml"
    path.write_bytes('title = "本单位"\nextends = "beijing-2021"\n'.encode("gbk"))
    with pytest.raises(RuleBookError, match="UTF-8"):
        load(path)


def test_the_error_crosses_to_another_process() -> None:
    """A worker's refusal arrives whole."""
    with pytest.raises(RuleBookError) as refused:
        load(BROKEN / "choice.toml")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.problems) == (str(refused.value), refused.value.problems)
