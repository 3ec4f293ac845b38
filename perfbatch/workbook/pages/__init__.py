"""Sheets as they look, whatever kind of file they came from.

``page`` says what a look is; ``formula`` and ``codes`` which formulas and number formats may stand in a copy;
``write`` makes an .xlsx of pages, through XlsxWriter.
"""
