"""Where a key stands in a TOML text."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.toml_lines import key_lines

TEXT = '''# 说明
name = "x"
[parameters.cap]
value = true
why = """
[not.a.table]
also = "not a key"
"""
"clause" = "note1"

[[indicators]]
name = "甲"
[[indicators]]
name = [
  # 注释
  "乙", "]",
]
judged = true
[ "a.b" . c ]
d.e = 1
'''


def test_every_key_has_its_line() -> None:
    """Tables, arrays of tables, quoted and dotted keys, values over several lines."""
    assert key_lines(TEXT) == {
        ("name",): 2,
        ("parameters",): 3,
        ("parameters", "cap"): 3,
        ("parameters", "cap", "value"): 4,
        ("parameters", "cap", "why"): 5,
        ("parameters", "cap", "clause"): 9,
        ("indicators",): 11,
        ("indicators", 0): 11,
        ("indicators", 0, "name"): 12,
        ("indicators", 1): 13,
        ("indicators", 1, "name"): 14,
        ("indicators", 1, "name", 0): 14,
        ("indicators", 1, "name", 1): 14,
        ("indicators", 1, "judged"): 18,
        ("a.b",): 19,
        ("a.b", "c"): 19,
        ("a.b", "c", "d"): 20,
        ("a.b", "c", "d", "e"): 20,
    }


@settings(max_examples=50)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.integers(0, 9), min_size=1, max_size=8),
    st.data(),
)
def test_keys_keep_their_lines_between_blanks_and_remarks(
    values: dict[str, int], data: st.DataObject
) -> None:
    """Whatever blank lines and remarks stand between."""
    lines: list[str] = []
    stands = {}
    for key, value in values.items():
        lines += data.draw(st.lists(st.sampled_from(["", "  ", "# x = 1", "\t# [y]"]), max_size=3))
        lines.append(f"{key} = {value}")
        stands[key] = len(lines)
    text = "\n".join(lines)
    assert tomllib.loads(text) == values
    assert key_lines(text) == {(key,): line for key, line in stands.items()}
