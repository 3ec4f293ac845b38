"""BIFF workbooks (.xls, WPS .et).

``read`` makes grids, through xlrd; ``records`` walks what xlrd passes over. For a copy ``sheets`` makes
pages, out of ``looks`` (cell formats), ``formulas`` (tokens as text) and ``paper`` (how a sheet is printed).
"""
