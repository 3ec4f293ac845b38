"""Seeded forms for tests, samples and benchmarks: the same seed gives the same files.

``make(seed, index)`` gives one workbook with all that is known about it; ``faulty(check)`` one with exactly
that defect; ``python -m tests.generator`` writes many. Nothing here knows perfbatch: scores and expected
findings are worked out a second time, so that the two can be compared.
"""

from tests.generator.workbook import Workbook, faulty, faulty_variants, make

__all__ = ["Workbook", "faulty", "faulty_variants", "make"]
