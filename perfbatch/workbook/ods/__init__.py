"""OpenDocument spreadsheets (.ods, .fods).

``read`` makes grids, with the ``number_formats`` that numbers are shown in. For a copy ``tables`` makes pages
out of ``looks`` (cell styles), ``excel_formats`` (number formats with all their sections), ``formulas`` and
``paper``, all of which look up ``styles``.
"""
