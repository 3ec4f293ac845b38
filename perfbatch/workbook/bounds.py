"""How much of a file the reader is willing to look at, so that one file cannot take the machine with it.

A filled form has some 300 cells and weighs some 20 KB; every limit here is far above what a unit sends and
far below what hurts.
"""

from __future__ import annotations

from dataclasses import dataclass

from perfbatch.workbook.addresses import MAX_COLUMNS, MAX_ROWS

MIB = 1024 * 1024
CELL_TEXT = 32_767
"""Characters that Excel takes in a cell or a note, in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits for one file; what goes beyond is refused with code too_large or too_complex."""

    file_bytes: int = 100 * MIB
    """size of the file on disk"""
    members: int = 10_000
    """members of a zip package or archive"""
    part_bytes: int = 256 * MIB
    """size of one unpacked part"""
    tree_bytes: int = 64 * MIB
    """size of one unpacked XML part that is held in memory as a whole"""
    nodes: int = 2_500_000
    """elements and attributes of one XML part in memory, each up to 256 bytes there"""
    total_bytes: int = 512 * MIB
    """size of everything that is unpacked of one workbook"""
    archive_bytes: int = 20 * 1024 * MIB
    """size of everything in one archive, unpacked"""
    ratio: int = 300
    """how many times larger than packed a part may be, once it is larger than ``ratio_from``"""
    ratio_from: int = 16 * MIB
    sheets: int = 1_000
    """sheets of one workbook"""
    cells: int = 1_000_000
    """cells that hold something, in one workbook"""
    area: int = 20_000_000
    """cells of one .xls, blank ones among them, up to the last one of each row"""
    strings: int = 1_000_000
    """texts of one workbook's table of strings"""
    merges: int = 100_000
    """merged ranges of one sheet"""
    covered: int = 1_000_000
    """cells below merged ranges of one workbook, ranges cut off at the area in use"""
    rows: int = MAX_ROWS
    columns: int = MAX_COLUMNS
    text: int = CELL_TEXT
    """characters of one cell; what is longer is cut off there, as Excel does"""
    styles: int = 100_000
    """cell formats of one workbook"""
    blanks: int = 200_000
    """blank cells of one sheet whose look a copy takes over; more are a whole sheet that somebody painted"""
    formulas: int = 100_000
    """formulas of one .xls that a copy takes over; of more only the values are"""
    entries: int = 1_000_000
    """files and folders below all inputs"""
    depth: int = 100
    """folders within folders"""


DEFAULT = Bounds()
