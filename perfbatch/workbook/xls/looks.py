"""Cell formats (XF records) of an .xls as looks."""

from __future__ import annotations

from typing import Any

import xlrd

from perfbatch.workbook.cell_value import visible_text
from perfbatch.workbook.pages.codes import written_code
from perfbatch.workbook.pages.page import Look, rotation

_ACROSS = {1: "left", 2: "center", 3: "right", 4: "fill", 5: "justify", 6: "center_across", 7: "distributed"}
_DOWN = {0: "top", 1: "vcenter", 3: "vjustify", 4: "vdistributed"}
_SIDES = ("left", "right", "top", "bottom")
_AUTOMATIC = "#000000"
_WINDOW = 65


class XlsLooks:
    """Looks by number of the cell format; ``default`` is that of a cell without one."""

    def __init__(self, book: xlrd.Book, codes: list[str]) -> None:
        self._book = book
        self._codes = codes
        self._made: dict[int, dict[str, Any]] = {}
        self._fonts: dict[int, dict[str, Any]] = {}
        first = book.xf_list[0].font_index if book.xf_list else 0
        self.default: Look = {
            key: value for key, value in self.font(first).items() if key in ("font_name", "font_size")
        } or {"font_name": "宋体", "font_size": 12}

    def get(self, index: int | None) -> Look:
        """The look of a cell format; that of format 15, the plain cell, where the number is none."""
        known = index if index is not None and 0 <= index < len(self._book.xf_list) else 15
        if known not in self._made:
            self._made[known] = self._make(known) if known < len(self._book.xf_list) else {}
        return self._made[known]

    def is_own(self, index: int) -> bool:
        """Whether the format says anything that the plain cell's does not."""
        return self.get(index) != self.get(15)

    def font(self, index: int) -> Look:
        """The font alone."""
        if index not in self._fonts:
            self._fonts[index] = self._font(index)
        return self._fonts[index]

    def _font(self, index: int) -> dict[str, Any]:
        if not 0 <= index < len(self._book.font_list):
            return {}
        font = self._book.font_list[index]
        look: dict[str, Any] = {}
        name = visible_text(font.name, 31).strip()
        if name:
            look["font_name"] = name
        if 20 <= font.height <= 8180:
            size = font.height / 20
            look["font_size"] = int(size) if size.is_integer() else size
        if font.bold or font.weight >= 600:
            look["bold"] = True
        if font.italic:
            look["italic"] = True
        if font.underline_type in (1, 2, 0x21, 0x22):
            look["underline"] = font.underline_type
        if font.struck_out:
            look["font_strikeout"] = True
        if font.escapement in (1, 2):
            look["font_script"] = font.escapement
        if font.character_set > 1:
            look["font_charset"] = font.character_set
        if 0 <= font.family <= 5:
            look["font_family"] = font.family
        return look | self._colour("font_color", font.colour_index)

    def _make(self, index: int) -> dict[str, Any]:
        xf = self._book.xf_list[index]
        look = dict(self.font(xf.font_index))
        code = written_code(self._codes[index])
        if code != "General":
            look["num_format"] = code
        self._place(xf, look)
        self._paint(xf, look)
        self._frame(xf, look)
        if xf.protection is not None:
            if not xf.protection.cell_locked:
                look["locked"] = False
            if xf.protection.formula_hidden:
                look["hidden"] = True
        return look

    def _place(self, xf: Any, look: dict[str, Any]) -> None:
        alignment = xf.alignment
        if alignment is None:
            return
        if alignment.hor_align in _ACROSS:
            look["align"] = _ACROSS[alignment.hor_align]
        if alignment.vert_align in _DOWN:
            look["valign"] = _DOWN[alignment.vert_align]
        if alignment.text_wrapped:
            look["text_wrap"] = True
        elif alignment.shrink_to_fit:
            look["shrink"] = True
        if 0 < alignment.indent_level <= 15:
            look["indent"] = alignment.indent_level
        if alignment.rotation:
            look |= rotation(alignment.rotation)
        if alignment.text_direction in (1, 2):
            look["reading_order"] = alignment.text_direction

    def _paint(self, xf: Any, look: dict[str, Any]) -> None:
        fill = xf.background
        if fill is None or not 1 <= fill.fill_pattern <= 18:
            return
        if fill.fill_pattern == 1:
            look |= {"pattern": 1} | self._colour("bg_color", fill.pattern_colour_index, automatic=_AUTOMATIC)
        else:
            look |= {"pattern": fill.fill_pattern}
            look |= self._colour("fg_color", fill.pattern_colour_index)
            look |= self._colour("bg_color", fill.background_colour_index)

    def _frame(self, xf: Any, look: dict[str, Any]) -> None:
        border = xf.border
        if border is None:
            return
        for side in _SIDES:
            style = getattr(border, f"{side}_line_style")
            if 1 <= style <= 13:
                look[side] = style
                look |= self._colour(f"{side}_color", getattr(border, f"{side}_colour_index"))
        if 1 <= border.diag_line_style <= 13 and (border.diag_up or border.diag_down):
            look["diag_type"] = (1 if border.diag_up else 0) + (2 if border.diag_down else 0)
            look["diag_border"] = border.diag_line_style
            look |= self._colour("diag_color", border.diag_colour_index)

    def _colour(self, key: str, index: int, automatic: str = "") -> dict[str, str]:
        rgb = self._book.colour_map.get(index)
        if rgb is not None:
            return {key: "#{:02X}{:02X}{:02X}".format(*rgb)}
        if automatic:
            return {key: "#FFFFFF" if index == _WINDOW else automatic}
        return {}
