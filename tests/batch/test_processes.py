"""A file's crash, hang or hunger costs that file alone."""

from __future__ import annotations

import logging
import time

import pytest

from perfbatch.batch.processes import open_processes
from perfbatch.batch.retry import GivenUp
from perfbatch.options import Limits
from tests.batch.dying import double, double_marked, logged

LIMITS = Limits(seconds=1.5)


def test_results_come_in_the_order_of_the_chunks() -> None:
    """Whatever the number of workers, results stand as their chunks did."""
    chunks = [[n, n + 1] for n in range(0, 60, 2)]
    with open_processes(2, LIMITS) as pool:
        results = list(pool.map(double, chunks))
    assert results == [[([n, n + 1], [2 * n, 2 * n + 2])] for n in range(0, 60, 2)]


def test_the_first_chunks_are_handed_out_before_a_result_is_asked_for() -> None:
    """So that what is done with results can load meanwhile; no more than a few, however many there are."""
    handed: list[int] = []
    chunks = (handed.append(n) or [n] for n in range(60))  # type: ignore[func-returns-value]
    with open_processes(1, LIMITS) as pool:
        results = pool.map(double, chunks)
        assert handed == [0, 1, 2]
        assert len(list(results)) == len(handed) == 60


@pytest.mark.parametrize(
    ("word", "cause"), [("crash", "crashed"), ("exit", "crashed"), ("hang", "timeout"), ("memory", "memory")]
)
def test_only_the_item_that_kills_its_worker_is_given_up(word: str, cause: str) -> None:
    """The items beside it, and the chunks before and after, come out as if nothing had happened."""
    with open_processes(1, LIMITS) as pool:
        first, second, third = pool.map(double, [[1, 2], [3, word, 4], [5]])
    assert first == [([1, 2], [2, 4])]
    assert second == [([3], [6]), ([word], GivenUp(word, cause)), ([4], [8])]
    assert third == [([5], [10])]


@pytest.mark.parametrize("level", ["DEBUG", "WARNING"])
def test_workers_log_what_the_run_logs(level: str, caplog: pytest.LogCaptureFixture) -> None:
    """With --verbose all of it, without it what is a warning."""
    with caplog.at_level(getattr(logging, level), logger="perfbatch"), open_processes(1, LIMITS) as pool:
        assert list(pool.map(logged, [[1]])) == [[([1], [level])]]


def test_a_bug_in_a_task_is_raised() -> None:
    """An exception of the task itself is no refusal: it would hide a fault of ours."""
    with pytest.raises(ValueError, match="a bug"), open_processes(1, LIMITS) as pool:
        list(pool.map(double, [[1], ["bug"]]))


def test_no_workers_means_this_process() -> None:
    """With 0 workers the task runs here."""
    with open_processes(0, LIMITS) as pool:
        assert list(pool.map(double, [[1], [2, 3]])) == [[([1], [2])], [([2, 3], [4, 6])]]


def test_a_file_that_hangs_costs_one_limit() -> None:
    """What the worker wrote down says which of many items had the time: it gets no second one."""
    chunk: list[object] = [*range(40), "hang", *range(41, 50)]
    started = time.monotonic()
    with open_processes(2, LIMITS) as pool:
        [done] = pool.map(double_marked, [chunk])
    assert time.monotonic() - started < 2.5 * LIMITS.seconds  # 1.5 for fifty items, and the start of workers
    assert [item for piece, _ in done for item in piece] == chunk
    assert [result for piece, result in done if "hang" in piece] == [GivenUp("hang", "timeout")]
    assert done[0] == (list(range(40)), [2 * n for n in range(40)])


def test_a_chunk_that_hangs_as_a_whole_costs_two_limits() -> None:
    """Where no item is known to be the one, each is tried alone: not halves of halves."""
    chunk: list[object] = [*range(20), "hang", *range(21, 30)]
    started = time.monotonic()
    with open_processes(2, LIMITS) as pool:
        [done] = pool.map(double, [chunk])
    assert time.monotonic() - started < 4 * LIMITS.seconds
    assert [result for piece, result in done if "hang" in piece] == [GivenUp("hang", "timeout")]


def test_two_files_that_hang_are_both_found() -> None:
    """The second is behind the first, in the part that is tried again."""
    chunk: list[object] = [1, "hang", 2, "hang", 3]
    with open_processes(2, LIMITS) as pool:
        [done] = pool.map(double_marked, [chunk])
    assert [result for _, result in done] == [
        [2], GivenUp("hang", "timeout"), [4], GivenUp("hang", "timeout"), [6],
    ]  # fmt: skip


def test_a_large_chunk_is_searched_item_by_item() -> None:
    """One bad item among a hundred: all others come out, in order."""
    chunk: list[object] = [*range(60), "crash", *range(61, 100)]
    with open_processes(2, LIMITS) as pool:
        [done] = pool.map(double, [chunk])
    items = [item for piece, _ in done for item in piece]
    results = [result for _, of in done for result in (of if isinstance(of, list) else [of])]
    assert items == chunk
    assert results == [
        *(2 * n for n in range(60)),
        GivenUp("crash", "crashed"),
        *(2 * n for n in range(61, 100)),
    ]
