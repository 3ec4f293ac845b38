"""BIFF workbooks (.xls, WPS .et): read as grids, and as pages for a copy."""
