"""Everything that a worker needs, loaded once: the server that workers are forked from imports this.

Imports alone are not enough: layouts, rule books, words and the patterns of the grammar are made when first
asked for, and every worker would make them again.
"""

from __future__ import annotations

import gc
import logging

log = logging.getLogger(__name__)


def load_stages() -> None:
    """Go through the stages once with nothing in hand."""
    # What is loaded now stays; a collector that walks it again and again takes a tenth of the time.
    gc.disable()
    import lxml.etree  # noqa: F401
    import pandas as pd

    import perfbatch.reading.workbook_forms  # noqa: F401
    from perfbatch.batch import tasks  # noqa: F401
    from perfbatch.batch.books import load_books
    from perfbatch.checking import check
    from perfbatch.checking.judging.explanations import reason_words
    from perfbatch.kept import keep
    from perfbatch.options import Options
    from perfbatch.reading import read_sources
    from perfbatch.rules.directions import direction_rules
    from perfbatch.scoring import score
    from perfbatch.values.reasons import says_nothing
    from perfbatch.words import load_words

    words, books = load_words(), load_books(Options())
    check(score(read_sources([]), books), books, batch=False, words=words)
    direction_rules()
    for book in books.every():
        says_nothing(pd.Series(["cost: no", "no"]), reason_words(book))
    keep()
    gc.freeze()  # looking for the little garbage in it would keep the first worker waiting
    gc.enable()


try:
    load_stages()
except Exception:  # a worker that starts cold says what is wrong, and where
    log.debug("workers start cold", exc_info=True)
