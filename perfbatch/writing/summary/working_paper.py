"""核验底稿, for the auditor's file: what was checked, when, by which version and rules, and the hashes of it.

What holds of the run as a whole stands first; then a row for every file found, as many as there may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from perfbatch.writing.chunk_rows import FileRows
from perfbatch.writing.summary.columns import column, filled
from perfbatch.writing.summary.in_order import InOrder
from perfbatch.writing.summary.stream import RowStream

if TYPE_CHECKING:
    from perfbatch.writing.chunk import Chunk
    from perfbatch.writing.context import RunContext
    from perfbatch.writing.terms import Terms

COLUMNS = (
    column(
        "paper_topic", "short", 12,
        heading="类别",
        meaning="本次核验、选项、规则手册、本单位的文件或输入文件；可按此筛选。",
        value=lambda rows: [rows.terms("working_paper.input")] * len(rows.text("path")),
    ),
    column(
        "paper_item", "text", (20, 34),
        heading="项目",
        meaning="事项、选项、手册的名称，或文件的路径。",
        value=lambda rows: rows.text("path"),
    ),
    column(
        "paper_said", "text", (24, 38),
        heading="内容",
        meaning="事项的内容；手册的适用范围和依据的文件；没有处理的文件写明原因。",
        value=lambda rows: rows.text("reason"),
    ),
    column(
        "paper_status", "short", 10,
        heading="处理结果",
        meaning="输入文件：已处理、未处理或跳过；规则手册：按它核验了几张表。",
        value=lambda rows: rows.say("status", "status"),
    ),
    column(
        "paper_size", "integer", 10,
        heading="大小（字节）",
        meaning="核验时文件的大小。",
        value=lambda rows: rows.number("size"),
    ),
    column(
        "paper_hash", "text", 34,
        heading="校验值（SHA-256）",
        meaning="核验时内容的校验值；内容改了一个字节，校验值就不同。用 perfbatch verify 可以重新核对。",
        value=lambda rows: rows.text("sha256"),
    ),
)  # fmt: skip


class _Row(NamedTuple):
    """One row above those of the files, by the columns' keys."""

    paper_topic: str
    paper_item: str
    paper_said: str = ""
    paper_status: str = ""
    paper_size: float = float("nan")
    paper_hash: str = ""


class WorkingPaper:
    """Rows of the sheet."""

    def __init__(self, stream: RowStream, terms: Terms, directory: Path) -> None:
        """Files wait in ``directory``, since what stands above them is known last."""
        self._stream = stream
        self._terms = terms
        self._rows = InOrder(stream, directory, hold=True)
        self._files = 0

    def append(self, chunk: Chunk) -> None:
        """Take in the files of one chunk."""
        count = len(chunk.frames.files)
        if count:
            places = np.arange(self._files, self._files + count)
            self._rows.add(places, places, *filled(COLUMNS, FileRows(chunk, self._terms)))
            self._files += count

    def finish(self, context: RunContext, judged: dict[str, int]) -> None:
        """Write everything; ``judged`` counts forms by the name of the book that judged them."""
        rows = list(self._head(context, judged))
        columns: dict[str, Sequence[str | float]] = dict(
            zip(_Row._fields, zip(*rows, strict=True), strict=True)
        )
        self._stream.write(columns)  # type: ignore[arg-type]  # texts or numbers, each column of one kind
        self._rows.finish()

    def close(self) -> None:
        """Remove the temporary file."""
        self._rows.close()

    def _head(self, context: RunContext, judged: dict[str, int]) -> Iterator[_Row]:
        terms = self._terms
        run = terms("working_paper.run")
        yield _Row(run, terms("overview.started"), f"{context.started:%Y-%m-%d %H:%M:%S %z}".strip())
        yield _Row(
            run, terms("overview.version"), terms("producer", version=context.version),
            paper_hash=context.program,
        )  # fmt: skip
        yield _Row(run, terms("overview.inputs"), "\n".join(context.inputs))
        yield _Row(run, terms("overview.output"), context.output)
        yield _Row(run, terms("working_paper.files"), terms("working_paper.count", n=self._files))
        for name, value in context.options:
            yield _Row(terms("working_paper.option"), f"--{name}", value)
        for book in context.rules:
            said = "\n".join([book.scope, *(source.title for source in book.sources.values())])
            yield _Row(
                terms("working_paper.rules"), f"{book.title}（{book.name}）", said,
                terms("working_paper.forms", n=judged.get(book.name, 0)), paper_hash=book.hash,
            )  # fmt: skip
        for file in context.office:
            yield _Row(
                terms("working_paper.office"), file.path, f"--{file.option.replace('_', '-')}",
                paper_size=file.size, paper_hash=file.sha256,
            )  # fmt: skip
