"""Whether what a run noted in run.json still holds: its inputs, what judged them, and its outputs."""

from perfbatch.verifying.report import Item, Report
from perfbatch.verifying.verify import NothingToVerifyError, verify

__all__ = ["Item", "NothingToVerifyError", "Report", "verify"]
