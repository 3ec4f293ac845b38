"""One round of ``perfbatch watch``, in a process of its own: ``python -m perfbatch.cli.round``.

Standard input: (inputs, output, options), pickled by the process that watches. Standard output: one line of
JSON, what the round came to. Standard error: why it could not be done.
"""

from __future__ import annotations

import json
import pickle
import sys

import typer

from perfbatch.cli.options import end_when_asked, sentences_for_errors
from perfbatch.own_process import set_up
from perfbatch.watching.rounds import LISTED


def main() -> int:
    """Do it; the exit status is that of ``perfbatch run``."""
    end_when_asked()
    inputs, output, options = pickle.load(sys.stdin.buffer)  # noqa: S301  (from our own parent)
    try:
        with set_up(), sentences_for_errors():
            from perfbatch import batch

            result = batch.run(inputs, output, options=options)
    except typer.Exit as ended:
        return ended.exit_code
    counts = {**result.tally.as_dict(), "reused": result.reused}
    sys.stdout.write(json.dumps({"counts": counts, "refused": result.tally.refused[:LISTED]}) + "\n")
    return result.tally.exit_code()


if __name__ == "__main__":
    sys.exit(main())
