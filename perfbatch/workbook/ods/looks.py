"""Cell styles of an OpenDocument document as looks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lxml import etree

from perfbatch.workbook.ods.excel_formats import ExcelFormats
from perfbatch.workbook.ods.names import FO, STYLE
from perfbatch.workbook.ods.styles import DocumentStyles, length_in_points, stated
from perfbatch.workbook.pages.codes import written_code
from perfbatch.workbook.pages.page import Look, rotation

_ACROSS = {"start": "left", "left": "left", "center": "center", "end": "right", "right": "right",
           "justify": "justify"}  # fmt: skip
_DOWN = {"top": "top", "middle": "vcenter", "bottom": "bottom"}
_SIDES = ("left", "right", "top", "bottom")
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_INDENT = 10.0
"""points of one step of indentation, as LibreOffice writes them"""
_RULER: Look = {"font_name": "Arial", "font_size": 10}
"""Default font of the copy: widths are lengths here, but digits of that font in Excel, so it is one that is
equally wide in every office suite. Cells have fonts of their own."""
_DIGIT = 5.25
"""points of a digit in that font: 7 pixels"""
_UNDERLINES = {"double": 2}


class OdsLooks:
    """Looks by name of the cell style.

    ``default`` is the font in which the copy's columns are measured, ``plain`` the look of a cell without a
    style.
    """

    def __init__(self, styles: DocumentStyles) -> None:
        self._styles = styles
        self._formats = ExcelFormats(styles)
        self._made: dict[tuple[str, bool, str], Look] = {}
        self._spans: dict[tuple[str, int, bool], Look] = {}
        self.default: Look = _RULER
        self.plain = self.get("Default", chinese=False)

    def digits(self, width: float) -> float:
        """A column width in points as digits of the workbook's default font."""
        return width / _DIGIT

    def get(self, name: str, *, chinese: bool, code: str = "") -> Look:
        """The look of a cell style, in its Asian font where the text is Chinese.

        ``code`` is the number format in which the reader saw the value; it counts where the style has none.
        """
        key = (name, chinese, code)
        if key not in self._made:
            self._made[key] = self._make(name or "Default", chinese, code)
        return self._made[key]

    def span(self, name: str, look: Look, text: str) -> Look:
        """The look of a piece of a cell's text that has a style of its own."""
        chain = self._styles.chain("text", name)
        if not chain:
            return look
        key = (name, id(look), text.isascii())
        if key not in self._spans:
            own = self._font(chain, chinese=not text.isascii(), alone=True)
            for flag, group in (("bold", "fo:font-weight"), ("italic", "fo:font-style"), ("underline", "")):
                if group and flag not in own and _says(chain, group):
                    own[flag] = False
            self._spans[key] = {**{k: v for k, v in look.items() if k.startswith(_FONT)}, **own}
        return self._spans[key]

    def _make(self, name: str, chinese: bool, code: str) -> Look:
        chain = self._styles.chain("table-cell", name)
        look = self._font(chain, chinese=chinese)
        default = self._styles.default("table-cell")
        whole = [*chain, default] if default is not None else chain
        self._place(whole, look)
        self._paint(whole, look)
        formatted = self._formats.code(whole)
        if formatted == "General" and code not in ("", "@"):
            formatted = code
        formatted = written_code(formatted)
        if formatted != "General":
            look["num_format"] = formatted
        protection = stated(whole, "table-cell", f"{STYLE}cell-protect") or ""
        if "none" in protection or protection == "formula-hidden":
            look["locked"] = False
        if "hidden" in protection:
            look["hidden"] = True
        return look

    def _font(self, chain: list[etree._Element], *, chinese: bool, alone: bool = False) -> dict[str, Any]:
        default = self._styles.default("table-cell")
        said = _Said(chain, [] if alone or default is None else [default], chinese)
        return _family(said, self._styles.fonts) | _weight(said) | _lines(said) | _colour(said)

    def _place(self, chain: list[etree._Element], look: dict[str, Any]) -> None:
        def cell(name: str) -> str:
            return stated(chain, "table-cell", name) or ""

        across = stated(chain, "paragraph", f"{FO}text-align") or ""
        if cell(f"{STYLE}repeat-content") == "true":
            look["align"] = "fill"
        elif across in _ACROSS and cell(f"{STYLE}text-align-source") != "value-type":
            look["align"] = _ACROSS[across]
        down = cell(f"{STYLE}vertical-align")
        if down in _DOWN:
            look["valign"] = _DOWN[down]
        if cell(f"{FO}wrap-option") == "wrap":
            look["text_wrap"] = True
        elif cell(f"{STYLE}shrink-to-fit") == "true":
            look["shrink"] = True
        indent = length_in_points(stated(chain, "paragraph", f"{FO}margin-left") or "")
        if indent and indent > 0 and look.get("align") in ("left", "right", None):
            look.setdefault("align", "left")
            look["indent"] = min(15, max(1, round(indent / _INDENT)))
        if cell(f"{STYLE}direction") == "ttb":
            look["rotation"] = 270
        else:
            angle = re.match(r"-?\d+", cell(f"{STYLE}rotation-angle"))
            degrees = int(angle[0]) % 360 if angle else 0
            if 0 < degrees <= 90:
                look |= rotation(degrees)
            elif 270 <= degrees < 360:
                look |= rotation(90 + 360 - degrees)

    def _paint(self, chain: list[etree._Element], look: dict[str, Any]) -> None:
        colour = stated(chain, "table-cell", f"{FO}background-color") or ""
        if _COLOUR.fullmatch(colour):
            look |= {"pattern": 1, "bg_color": colour.upper()}
        for side in _SIDES:
            look |= _border(_nearest(chain, f"{FO}border-{side}", f"{FO}border"), side, f"{side}_color")
        up = stated(chain, "table-cell", f"{STYLE}diagonal-bl-tr") or ""
        down = stated(chain, "table-cell", f"{STYLE}diagonal-tl-br") or ""
        lines = [_border(line, "diag_border", "diag_color") for line in (up, down)]
        if lines[0] or lines[1]:
            look |= lines[0] or lines[1]
            look["diag_type"] = (1 if lines[0] else 0) + (2 if lines[1] else 0)


_FONT = ("font_", "bold", "italic", "underline")


class _Said(NamedTuple):
    """What a chain of styles, and then the defaults, say of a text's font."""

    chain: list[etree._Element]
    defaults: list[etree._Element]
    chinese: bool

    def word(self, western: str, asian: str = "") -> str | None:
        """A Chinese text's own word, else the western one, else the defaults in the same order."""
        for styles in (self.chain, self.defaults):
            for name in (asian, western) if self.chinese and asian else (western, asian):
                if name and (found := stated(styles, "text", name)) is not None:
                    return found
        return None


def _family(said: _Said, fonts: Mapping[str, str]) -> dict[str, Any]:
    """Name and size."""
    look: dict[str, Any] = {}
    name = said.word(f"{STYLE}font-name", f"{STYLE}font-name-asian") or ""
    family = fonts.get(name, name)
    family = family or (said.word(f"{FO}font-family", f"{STYLE}font-family-asian") or "").strip("'\" ")
    if family:
        look["font_name"] = family.split(";")[0].split(",")[0].strip("'\" ")[:31]
    size = length_in_points(said.word(f"{FO}font-size", f"{STYLE}font-size-asian") or "")
    if size is not None and 1 <= size <= 409:
        look["font_size"] = int(size) if size.is_integer() else round(size, 2)
    return look


def _weight(said: _Said) -> dict[str, Any]:
    """Bold and italic."""
    look: dict[str, Any] = {}
    weight = said.word(f"{FO}font-weight", f"{STYLE}font-weight-asian") or ""
    if weight == "bold" or (weight.isdecimal() and int(weight) >= 600):
        look["bold"] = True
    if (said.word(f"{FO}font-style", f"{STYLE}font-style-asian") or "") in ("italic", "oblique"):
        look["italic"] = True
    return look


def _lines(said: _Said) -> dict[str, Any]:
    """Lines under and through the text, and whether it stands higher or lower."""
    look: dict[str, Any] = {}
    if said.word(f"{STYLE}text-underline-style") not in (None, "none"):
        look["underline"] = _UNDERLINES.get(said.word(f"{STYLE}text-underline-type") or "", 1)
    struck = said.word(f"{STYLE}text-line-through-style") or said.word(f"{STYLE}text-line-through-type")
    if struck not in (None, "none"):
        look["font_strikeout"] = True
    position = said.word(f"{STYLE}text-position") or ""
    if position.startswith(("super", "sub")) or re.match(r"-?[1-9]", position):
        look["font_script"] = 2 if position.startswith(("sub", "-")) else 1
    return look


def _colour(said: _Said) -> dict[str, Any]:
    colour = said.word(f"{FO}color") or ""
    own = _COLOUR.fullmatch(colour) and said.word(f"{STYLE}use-window-font-color") != "true"
    return {"font_color": colour.upper()} if own else {}


def _says(chain: list[etree._Element], name: str) -> bool:
    return stated(chain, "text", name.replace("fo:", FO)) is not None


def _nearest(chain: list[etree._Element], first: str, second: str) -> str:
    """What the nearest style says on one side of a border, be it on that side or on all."""
    for style in chain:
        for properties in style.iterchildren(f"{STYLE}table-cell-properties"):
            value = properties.get(first) or properties.get(second)
            if value:
                return value
    return ""


def _border(text: str, key: str, colour_key: str) -> dict[str, Any]:
    """A border such as '0.74pt solid #000000' as a style of line and its colour."""
    width, line, colour = 0.0, "", ""
    for word in text.split():
        length = length_in_points(word)
        if length is not None:
            width = length
        elif _COLOUR.fullmatch(word):
            colour = word.upper()
        else:
            line = word
    style = _line(width, line)
    return {key: style, **({colour_key: colour} if colour else {})} if style else {}


def _line(width: float, line: str) -> int:
    """Excel's number for a line, by the widths at which LibreOffice's own export parts them."""
    if line in ("", "none", "hidden"):
        return 0
    if line in ("double", "double-thin"):
        return 6
    heavy = width >= 1.2
    if line in ("dashed", "fine-dashed"):
        return 8 if heavy else 3
    if line == "dotted":
        return 4
    if line == "dash-dot":
        return 10 if heavy else 9
    if line == "dash-dot-dot":
        return 12 if heavy else 11
    if width >= 2.0:
        return 5
    return 2 if heavy else (7 if 0 < width < 0.3 else 1)
