"""Every reason for which a file is refused or skipped has a sentence that says what to do."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import perfbatch
from perfbatch.words import TemplateError, load_words
from perfbatch.workbook.refusal import Refused, reason, remark

VALUES = {
    "cause": "memory",
    "title": "部门整体支出绩效自评表",
    "kind": "pdf",
    "part": "cells",
    "limit": 100 * 2**20,
    "found": 200 * 2**20,
    "tried": 2,
    "path": "甲",
    "sheet": "甲",
    "sheets": "甲",
    "missing": "乙",
    "unknown": "丙",
    "at": "A3",
}
TABLE = load_words().table("refusals")
CODES = [code for code, entry in TABLE.items() if isinstance(entry, dict) and "reason" in entry]


def codes_in_source() -> set[str]:
    """Codes that the reader raises or skips with."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path(perfbatch.__file__).parent.rglob("*.py")
    )
    found = set(re.findall(r'(?:Refused|InputError)\(\s*"(\w+)"', source))
    return found | set(re.findall(r'(?:skip=|return )"(\w+_(?:file|output|before))"', source))


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_renders(code: str) -> None:
    """No sentence has a hole, and each ends as a sentence."""
    sentence = Refused(code, **VALUES).sentence(load_words())
    assert sentence.endswith("。")
    assert "{{" not in sentence


def test_every_code_has_a_sentence() -> None:
    """What the reader raises is what the table explains, as far as the source shows."""
    codes = codes_in_source()
    assert len(codes) > 15
    assert codes <= set(CODES)


def test_a_refusal_says_what_to_do() -> None:
    """Refusals end in a request; skipped files ask for nothing."""
    for code in CODES:
        sentence = reason(code, load_words(), **VALUES)
        assert ("请" in sentence) or ("跳过" in sentence), sentence


def test_kinds_and_parts_are_given_in_words() -> None:
    """A person reads PDF 文档 and not pdf."""
    assert "（PDF 文档）" in Refused("foreign", kind="pdf").sentence(load_words())
    assert (
        Refused("too_complex", part="cells", limit=10, found=12)
        .sentence(load_words())
        .startswith("单元格过多（12 个")
    )
    assert remark("decrypted", load_words()).startswith("文件设有打开密码")


def test_an_unknown_code_is_an_error() -> None:
    """Never an empty reason."""
    with pytest.raises(TemplateError):
        Refused("nonsense").sentence(load_words())


def test_a_refusal_travels_between_processes() -> None:
    """Code, values and detail arrive."""
    back = pickle.loads(pickle.dumps(Refused("too_large", limit=1, found=2, detail="x")))
    assert (back.code, back.values, back.detail) == ("too_large", {"limit": 1, "found": 2}, "x")
