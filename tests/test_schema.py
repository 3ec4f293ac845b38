"""Columns of the frames: each has a label, and labels tell the columns of one frame apart."""

from __future__ import annotations

import re

import pytest

from perfbatch.schema import SCHEMAS, label

CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.mark.parametrize("frame", SCHEMAS)
def test_every_column_has_a_label_of_its_own(frame: str) -> None:
    """数据/*.csv may be headed with them."""
    labels = [column.label for column in SCHEMAS[frame]]
    assert all(CHINESE.search(text) for text in labels)
    assert {text for text in labels if labels.count(text) > 1} == set()


def test_what_stands_beside_a_value_is_named_after_it() -> None:
    """Address, state and shown text of a field carry its label."""
    for frame, columns in SCHEMAS.items():
        names = {column.name for column in columns}
        for column in columns:
            field, _, kind = column.name.rpartition("_")
            if kind in ("cell", "state", "text") and field in names:
                assert column.label.startswith(label(frame, field)), column.name
