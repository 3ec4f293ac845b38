"""Cell styles by name, as XlsxWriter properties: 宋体 and 仿宋, thin borders, wrapped text."""

from __future__ import annotations

from typing import Any

_BODY: dict[str, Any] = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter", "text_wrap": True}
_BOXED: dict[str, Any] = _BODY | {"border": 1, "align": "center"}

STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"},
    "subtitle": {"font_name": "仿宋", "font_size": 13, "align": "center", "valign": "vcenter"},
    "plain": {"font_name": "仿宋", "font_size": 11, "valign": "vcenter"},
    "label": _BOXED | {"font_name": "宋体"},
    "value": _BOXED,
    "text": _BOXED | {"align": "left"},
    "small": _BOXED | {"align": "left", "font_size": 9},
    "money": _BOXED | {"num_format": "#,##0.000000", "font_size": 10},
    "money2": _BOXED | {"num_format": "#,##0.00"},
    "points": _BOXED,
    "rate": _BOXED,
    "score": _BOXED | {"num_format": "0.00"},
    "note": _BODY | {"align": "left", "font_size": 9.5},
    "cover": {"font_name": "宋体", "font_size": 16, "align": "center", "valign": "vcenter"},
}
DATE_FORMAT = 'yyyy"年"m"月"d"日"'
