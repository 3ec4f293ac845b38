"""Parts of a workbook as nearly every program writes them, taken apart by patterns instead of by a parser.

Most of a sheet is cells and most of the strings are single runs, each written alike: cutting those out of
the text is several times faster than a tree of them. What is left is small and goes through the parser as
ever, so a broken part is found broken. All patterns for that stand here, with what each accepts; whatever is
written otherwise goes the general way (``sheet.any_sheet``, ``strings.all_texts``, a tree of the sheet).

For reading the cutting must make sure of two things. A piece is well-formed by itself: no reference, no
``>`` and no character foreign to XML stands in its text. And it stood where an element may stand: without
comments, CDATA, declarations and further instructions in the rest each ``<`` of it begins a tag or breaks
the part, and the caller sees to it that pieces stood between two tags. A table of strings with other items
is split by a pattern (``cut_pieces``). The rows of a sheet, and strings of nothing else, are split at fixed
texts, which is faster; what stands between two values is looked at once for all sheets that have the same.

For marking (``find_rows``) the sheet is checked to be well-formed by itself; what matters is only that each
tag that looks like a row's is one: inside a tag no ``<`` can stand, so outside comments, CDATA and
instructions that is so. Other encodings than UTF-8, in which a byte of a character may look like markup, go
the general way, and so do sheets whose rows could have another name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FOREIGN = "\\x00-\\x08\\x0b-\\x1f\\x7f\\ufffe\\uffff"
TEXT = f"[^<>&{_FOREIGN}]*+"
"""Characters that stand for themselves, and that ``cell_value.visible_text`` leaves as they are."""

FOREIGN_BYTES = bytes((*range(0x09), *range(0x0B, 0x20), 0x7F))
"""All others but U+FFFE and U+FFFF."""

_DECLARATION = (
    r"<\?xml version=(?:\"1\.0\"|'1\.0')(?: encoding=(?:\"[Uu][Tt][Ff]-8\"|'[Uu][Tt][Ff]-8'))?"
    r"(?: standalone=(?:\"yes\"|\"no\"|'yes'|'no'))? ?\?>"
)
_DECLARED = re.compile(_DECLARATION)

# ── cells and rows, to be read: what stands between the starts and ends of them ──

_FORMULA = (
    '<f(?: t="shared"(?: ref="[A-Z0-9:]+")? si="[0-9]+"| aca="false")?'
    f"(?: ?/>|>{TEXT}(?:&(?:amp|lt|gt|quot|apos);{TEXT})*</f>)(?:<v ?/>)?"
)
THIS_ROW = "\0"
"""Put for the number of the row in the references of its cells, so that rows of one look read the same."""
_CELL = '<c r="([A-Z]{1,3}+)(?:[1-9][0-9]{0,6}+|\0)"(?: s="([0-9]++)")?+(?: t="([A-Za-z]++)")?+'
BLANK_CELL = re.compile(f"{_CELL}(?:/>| />|>({_FORMULA})?</c>)")
"""A cell without a value: r, s and t in this order: (letters, s, t, f)."""
CELL_START, CELL_END = '<c r="', "</c>"
VALUE_START, VALUE_END = "<v>", "</v>"
VALUE = re.compile(TEXT)
_BLANK = re.sub(r"\((?!\?)", "(?:", BLANK_CELL.pattern)
GAP = re.compile(f"{CELL_END}((?:{_BLANK})*+)(?:{_CELL}>({_FORMULA})?)?")
"""Between two values of a row: (blank cells, letters, s, t, f of the cell that begins, if one does)."""
DIMENSION = re.compile('<dimension ref="[A-Z0-9:]+"/>')
ROWS_START, ROWS_END = b"<sheetData>", b"</sheetData>"
ROW_END = "</row>"
_EMPTY_ROWS = '((?:<row r="[1-9][0-9]{0,5}"[^<>/]*+/>)*)'
ROW_START = re.compile(f'{_EMPTY_ROWS}<row r="([1-9][0-9]{{0,5}})"([^<>/]*+)>')
"""Before the first cell of a row: (empty rows, number of the row that begins, attributes)."""
EMPTY_ROWS = re.compile(_EMPTY_ROWS)
MERGES_START, MERGES_END = "<mergeCells", "</mergeCells>"
MERGES_COUNT = re.compile('(?: count="[0-9]+")?>')
MERGE_START = '<mergeCell ref="'
MERGE = re.compile('([A-Z0-9:$]+)" ?/>')
"""A merged range behind its tag's start."""
_ATTRIBUTE = re.compile(' ([A-Za-z]+)="[A-Za-z0-9.:; -]*"')

# ── shared strings, to be read ──

STRING = re.compile(
    f'<si><t(?: xml:space="preserve")?>({TEXT})</t>'
    '(?:<phoneticPr fontId="[0-9]+"(?: type="[A-Za-z]+")?/>)?</si>'
)
"""An item of one plain run: (text). Where anything may be escaped (``_x000D_``) nothing is cut."""
PLAIN_START, SPACED_START, PLAIN_END = "<si><t>", '<si><t xml:space="preserve">', "</t></si>"
PHONETIC = re.compile('</t><phoneticPr fontId="[0-9]+"(?: type="[A-Za-z]+")?/></si>')
STRINGS_START = re.compile(r"(?:<\?[^<>]*\?>)?[ \t\r\n]*<sst [^<>]*(?<!/)>")
USUAL_STRINGS_START = re.compile(
    f'(?:{_DECLARATION})?[ \\t\\r\\n]*<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    '(?: count="[0-9]+")?(?: uniqueCount="[0-9]+")?>'
)
"""One that needs no proof of being well-formed."""
STRINGS_END = "</sst>"

# ── rows, to be marked ──

_SHEET_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml\s+version=["']1\.0["'](?:\s+encoding=["'][Uu][Tt][Ff]-8["'])?"""
    rb"""(?:\s+standalone=["'](?:yes|no)["'])?\s*\?>)?\s*<[^?]"""
)
_SHEET_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\s*>")
_MERGE_REF = re.compile(rb"""<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^<]*?ref\s*=\s*["']([A-Za-z0-9:$]+)["']""")
_CELLS = re.compile(
    '(?:<c r="[A-Z0-9]++"(?: s="[0-9]++")?+(?: t="[A-Za-z]++")?+'
    f"(?:/>| />|>(?:{_FORMULA})?(?:<v>{TEXT}</v>)?</c>))++"
)
ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
ROW_HEIGHT = re.compile(rb"""\sht\s*=\s*["']([^"']*)["']""")
ROW_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")


def cut_pieces(content: bytes, piece: re.Pattern[str]) -> list[str] | None:
    """A part split by its pieces, as ``re.split`` has it: what stood before a piece, its groups, and so on.

    None where something in the rest could make a piece something else than it looks.
    """
    try:
        split = piece.split(content.decode())
    except UnicodeDecodeError:
        return None
    return split if has_plain_markup("".join(split[:: piece.groups + 1])) else None


def has_plain_markup(rest: str) -> bool:
    """Whether what is left of a part has no comment, CDATA, declaration or instruction but the first line."""
    instructions = 1 if _DECLARED.match(rest) else 0
    return "<!" not in rest and rest.count("<?") == instructions


def is_well_formed(attributes: str) -> bool:
    """Whether the attributes of a row, r left out, are well-formed wherever it stands."""
    names = _ATTRIBUTE.findall(attributes)
    alone = len(set(names)) == len(names) and not {"r", "xmlns"} & set(names)
    return alone and not _ATTRIBUTE.sub("", attributes)


class RowSpan(NamedTuple):
    """Where the rows of a sheet stand in its text, and the prefix of their names ('' or 'x:')."""

    prefix: bytes
    start: int
    end: int

    def pattern(self) -> re.Pattern[bytes]:
        """A row's first tag: (number, other attributes)."""
        return re.compile(rb"<" + self.prefix + rb"""row(?=[\s/>])(?: r="(\d{1,9})")?([^<>]*)""")


def find_rows(sheet: bytes) -> RowSpan | None:
    """The rows of a sheet that is to be cut; None where the text alone does not tell what is a row."""
    head = _SHEET_START.match(sheet)
    if head is None or _has(sheet, b"<?", head.end()) or _has(sheet, b"<!", head.end() - 2):
        return None
    data = _SHEET_DATA.search(sheet)
    if data is None:
        return None
    prefix, start = data[1], data.end()
    end = sheet.rfind(b"</" + prefix + b"sheetData")
    return None if end < start or _hides_rows(sheet, prefix, start, end) else RowSpan(prefix, start, end)


def without_cells(sheet: bytes, rows: RowSpan) -> bytes:
    """``sheet`` with one empty element for each run of cells that are well-formed by themselves.

    It is as well-formed as ``sheet``, and a third of it: what stands for cells inside a tag breaks that, too.
    """
    try:
        text = sheet[rows.start : rows.end].decode()
    except UnicodeDecodeError:
        return sheet
    return sheet[: rows.start] + _CELLS.sub("<c/>", text).encode() + sheet[rows.end :]


def merge_refs(sheet: bytes) -> list[str]:
    """References of the merged ranges in the text of a sheet."""
    return [ref.decode() for ref in _MERGE_REF.findall(sheet, max(0, sheet.rfind(b"sheetData")))]


def _hides_rows(sheet: bytes, prefix: bytes, start: int, end: int) -> bool:
    """Whether rows between ``start`` and ``end`` could have another name than ``prefix`` + row, or other
    elements that name."""
    if sheet.find(b"AlternateContent", 0, end) >= 0 or sheet.find(b"xmlns", start, end) >= 0:
        return True
    others = sheet.count(b":row", start, end)
    if not prefix:
        return others > 0
    named = sheet.count(b"<" + prefix + b"row", start, end) + sheet.count(b"</" + prefix + b"row", start, end)
    return others != named or sheet.find(b"<row", start, end) >= 0


def _has(sheet: bytes, mark: bytes, start: int) -> bool:
    """Whether the two bytes ``mark`` stand behind ``start``: the second is rare, and one byte soon found."""
    return sheet.find(mark[1:], start) >= 0 and sheet.find(mark, start) >= 0
