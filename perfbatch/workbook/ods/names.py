"""Names of OpenDocument: namespaces, and the elements of a table that several modules look for."""

from __future__ import annotations

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_LIBRE = "urn:org:documentfoundation:names:experimental:"
OFFICE, TEXT, TABLE = f"{{{_OASIS}office:1.0}}", f"{{{_OASIS}text:1.0}}", f"{{{_OASIS}table:1.0}}"
STYLE, NUMBER = f"{{{_OASIS}style:1.0}}", f"{{{_OASIS}datastyle:1.0}}"
FO, SVG = f"{{{_OASIS}xsl-fo-compatible:1.0}}", f"{{{_OASIS}svg-compatible:1.0}}"
CALC, LOEXT = f"{{{_LIBRE}calc:xmlns:calcext:1.0}}", f"{{{_LIBRE}office:xmlns:loext:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"

ROW, COLUMN = f"{TABLE}table-row", f"{TABLE}table-column"
CELL, COVERED = f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
GROUPS = frozenset(
    f"{TABLE}table-{name}"
    for name in ("row-group", "header-rows", "rows", "column-group", "header-columns", "columns")
)
"""What may stand around rows or columns."""
DATA_STYLES = frozenset(
    f"{NUMBER}{kind}-style"
    for kind in ("number", "percentage", "currency", "date", "time", "text", "boolean")
)
"""Styles that are number formats."""
