"""Frames → outputs: annotated copies, 汇总.xlsx, report, letters and data files."""
