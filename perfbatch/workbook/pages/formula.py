"""Formulas that may stand in the copy: well formed, of functions that Excel knows, over cells of the book.

A formula that is anything else is left out, and its cached value stands alone: a copy that Excel
wants to repair, or that shows another value, is worse than one without the formula.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import FORMULAE

_CELL = r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}"
_RANGE = re.compile(rf"(?:(?P<sheet>'(?:[^']|'')+'|[^\s'!:]+)!)?{_CELL}(?::{_CELL})?")
_LONGEST = 8192
_OPERANDS = frozenset({Token.NUMBER, Token.TEXT, Token.LOGICAL})


def usable(formula: str, sheets: Collection[str]) -> str:
    """``formula`` ('=A1*2') as it may be written, '' where it may not.

    ``sheets`` are the names that it may refer to. Whole numbers lose the .0 that some libraries give them.
    """
    if not formula.startswith("=") or not 1 < len(formula) <= _LONGEST:
        return ""
    try:
        tokenizer = Tokenizer(formula)
    except Exception:
        # the tokenizer raises whatever odd text makes Python raise
        return ""
    if not _is_usable(tokenizer.items, sheets):
        return ""
    for token in tokenizer.items:
        if token.subtype == Token.NUMBER:
            token.value = token.value.removesuffix(".0")
    return str(tokenizer.render())  # type: ignore[no-untyped-call]


def _is_usable(tokens: Sequence[Token], sheets: Collection[str]) -> bool:
    depth = 0
    for token in tokens:
        if token.type == Token.OPERAND and not _known_operand(token, sheets):
            return False
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            if token.value[:-1].upper() not in FORMULAE:
                return False
        elif token.type not in (Token.OPERAND, Token.FUNC, Token.PAREN, Token.SEP, Token.OP_IN, Token.OP_PRE,
                                Token.OP_POST, Token.WSPACE):  # fmt: skip
            return False
        depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
    return depth == 0 and any(token.type in (Token.OPERAND, Token.FUNC) for token in tokens)


def _known_operand(token: Token, sheets: Collection[str]) -> bool:
    if token.subtype in _OPERANDS:
        return True
    if token.subtype != Token.RANGE:
        return False
    found = _RANGE.fullmatch(token.value)
    if found is None:
        return False
    sheet = found["sheet"]
    return sheet is None or sheet.strip("'").replace("''", "'") in sheets
