"""汇总.xlsx, the auditor's workbook."""

from perfbatch.writing.summary.writer import Summary

__all__ = ["Summary"]
