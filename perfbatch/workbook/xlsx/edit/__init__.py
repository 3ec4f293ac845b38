"""Workbooks changed part by part: what a change does not concern stays byte for byte.

``marking.mark_workbook`` is the way in; from the ground up: package (parts, relationships, content types),
workbook (its sheets), stylesheet and added_styles, rows and cells (fills), geometry, comments, vml and notes,
added_sheet (one more sheet). Rows and columns count from 1 here, as in the parts.
"""
