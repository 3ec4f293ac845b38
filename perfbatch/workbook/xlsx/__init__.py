"""OOXML workbooks (.xlsx, .xlsm and their templates).

``read`` makes grids of the parts of a package: ``sheet`` whoever wrote them, ``plain_sheet`` quickly where
they are written as usual (``cut_xml`` says what that is). What marks a workbook stands in ``edit``.
"""
