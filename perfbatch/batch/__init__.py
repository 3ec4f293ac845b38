"""One run: discover, read, score, check, write; workers, progress and the manifest."""

from perfbatch.batch.errors import RunError
from perfbatch.batch.job import check_inputs, must_be_usable, run
from perfbatch.batch.outputs import OutputError
from perfbatch.batch.result import RunResult, Tally

__all__ = ["OutputError", "RunError", "RunResult", "Tally", "check_inputs", "must_be_usable", "run"]
