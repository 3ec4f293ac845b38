"""An office's own sentences for the checks, and how broken ones are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbatch.checking import check, wording
from perfbatch.words import TemplateError, Words
from tests.checking.build import scored


def own(folder: Path, text: str) -> Words:
    """The words of a folder with this checks.toml."""
    (folder / "checks.toml").write_text(text, encoding="utf-8")
    return Words(folder)


def test_own_sentences_take_the_place_of_the_catalogues(tmp_path: Path) -> None:
    """With the same values, and only where the office says something."""
    words = own(tmp_path, '[R301]\nmessage = "“{name}”{deviation}：请补原因（{cell}）。"\n')
    findings = check(scored(form="seed"), words=words).findings
    message = findings[findings["check"] == "R301"]["message"].iloc[1]
    assert message == "“漏洞扫描次数”比指标值多 100.00%（指标值 1，完成值 2）：请补原因（H22）。"
    assert findings["advice"].iloc[0].startswith("请写明偏离目标的原因")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[R999]\nmessage = "x"\n', ["R999", "R301"]),
        ('[R301]\nmesage = "x"\n', ["R301.mesage", "message"]),
        ('[R301]\nmessage = "{nmae}"\n', ["R301.message", "nmae", "deviation"]),
        ('[R301]\nmessage = "{name"\n', ["R301.message", "花括号"]),
        ('[R301]\nmessage = "{name.x}"\n', ["R301.message", "name.x"]),
        ('[R301]\nmessage = "{}"\n', ["R301.message"]),
        ('[R301]\nadvice = ""\n', ["R301.advice"]),
        ('R301 = "x"\n', ["R301", "message"]),
    ],
)
def test_broken_sentences_are_refused_by_name(tmp_path: Path, text: str, said: list[str]) -> None:
    """Before anything is checked, naming the file, the entry and what is allowed."""
    words = own(tmp_path, text)
    with pytest.raises(TemplateError) as refusal:
        wording(words)
    assert all(part in str(refusal.value) for part in ["checks.toml", *said]), str(refusal.value)


def test_without_own_sentences_the_catalogue_speaks(tmp_path: Path) -> None:
    """An office's folder that says nothing of checks changes nothing."""
    assert wording() == wording(Words(tmp_path))
