"""Workbooks changed part by part: what a change does not concern stays byte for byte.

``marking.mark_workbook`` is the way in; from the ground up: archive (zip), xml, opc (parts, relationships,
content types), workbook, styles, cells, comments and vml (notes), added (one more sheet).
"""
