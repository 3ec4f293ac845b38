"""Merged ranges: which cell each covered place points to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from perfbatch.workbook.bounds import DEFAULT
from perfbatch.workbook.grid import Range
from perfbatch.workbook.merging import make_grid

RANGES = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3)).map(
    lambda drawn: Range(drawn[0], drawn[1], drawn[0] + drawn[2], drawn[1] + drawn[3])
)


@given(st.lists(RANGES, max_size=6))
def test_a_covered_cell_points_to_the_first_range_over_it(ranges: list[Range]) -> None:
    """Its own top left cell is no covered one, unless another range lies over it."""
    expected: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in ranges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    expected.setdefault((row, column), (top, left))
    grid = make_grid("表", {}, ranges, hidden=False, used=(-1, -1), bounds=DEFAULT)
    assert grid.anchor == expected
    assert grid.merges == [area for area in ranges if area[:2] != area[2:]]
