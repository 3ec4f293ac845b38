"""OOXML workbooks (.xlsx, .xlsm): read as grids, and changed part by part (edit/)."""
