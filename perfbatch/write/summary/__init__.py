"""汇总.xlsx, the auditor's workbook."""

from perfbatch.write.summary.workbook import Summary

__all__ = ["Summary"]
