"""Plots of 报告.html as SVG that stands in the page: text stays text, patterns tell series apart in print.

Three kinds of bars and no more are wanted, so they are drawn here (docs/decisions/017).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from perfbatch.writing.text import printable

WIDTH = 374.0
"""Of every plot, in units of its own; the page scales it."""
_INK = "#1F2937"
_LETTERS = 10.5
_NAME = 30
_BAR, _STEP = 15.0, 36.0
_MARGIN = 8.0
_ROOM_FOR_FIGURE = 56.0
_COLUMNS = 224.0
_HATCH_STEP = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, with the colour that they are drawn in, ``hatched`` or full."""

    label: str
    values: Sequence[float]
    colour: str
    hatched: bool = False


def grouped_columns(key: str, title: str, names: Sequence[str], series: Sequence[Series]) -> str:
    """Columns side by side for each name, values above them. ``key`` keeps ids apart in one page."""
    top, bottom = 44.0, _COLUMNS - 24
    highest = max((value for one in series for value in one.values), default=0) or 1
    group = (WIDTH - 2 * _MARGIN) / max(len(names), 1)
    wide = group * 0.8 / len(series)
    drawn = [*_legend(key, series)]
    for number, one in enumerate(series):
        for place, value in enumerate(one.values):
            left = _MARGIN + group * (place + 0.1) + wide * number
            height = (bottom - top) * value / highest
            drawn.append(_bar(key, number, one, left, bottom - height, wide * 0.94, height))
            drawn.append(_text(left + wide * 0.47, bottom - height - 4, f"{value:,.0f}", "middle"))
    drawn.append(f'<path d="M{_MARGIN:g} {bottom:g}H{WIDTH - _MARGIN:g}" stroke="{_INK}" stroke-width=".8"/>')
    for place, name in enumerate(names):
        drawn.append(_text(_MARGIN + group * (place + 0.5), bottom + 16, _short(name), "middle"))
    return _svg(key, title, _COLUMNS, series, drawn)


def stacked_bars(
    key: str, title: str, names: Sequence[str], series: Sequence[Series], form: str = "{:,.0f}"
) -> str:
    """A bar for each name, its name above it so that it reads on a phone, its sum at the end."""
    top = 24.0 if len(series) > 1 else 4.0
    sums = [sum(one.values[place] for one in series) for place in range(len(names))]
    scale = (WIDTH - _MARGIN - _ROOM_FOR_FIGURE) / (max(sums, default=0) or 1)
    drawn = [*_legend(key, series)] if len(series) > 1 else []
    for place, (name, total) in enumerate(zip(names, sums, strict=True)):
        bar = top + place * _STEP + 16
        drawn.append(_text(_MARGIN, bar - 4, _short(name)))
        left = _MARGIN
        for number, one in enumerate(series):
            wide = one.values[place] * scale
            if wide:
                drawn.append(_bar(key, number, one, left, bar, wide, _BAR))
            left += wide
        drawn.append(_text(left + 5, bar + 11.5, form.format(total)))
    return _svg(key, title, top + _STEP * len(names) + 4, series, drawn)


def _bar(key: str, number: int, series: Series, left: float, top: float, width: float, height: float) -> str:
    fill = f"url(#{_hatch(key, number)})" if series.hatched else series.colour
    edge = series.colour if series.hatched else _INK
    return (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}" '
        f'stroke="{edge}" stroke-width=".6"/>'
    )


def _legend(key: str, series: Sequence[Series]) -> Iterator[str]:
    left = _MARGIN
    for number, one in enumerate(series):
        yield _bar(key, number, one, left, 5, 17, 9)
        yield _text(left + 22, 13.5, one.label)
        left += 40 + _LETTERS * len(one.label)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(name: str) -> str:
    name = " ".join(printable(name).split())
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _hatch(key: str, number: int) -> str:
    return f"{key}-hatch-{number}"


def _svg(key: str, title: str, height: float, series: Sequence[Series], drawn: Sequence[str]) -> str:
    """An <svg> element with a title for readers of all kinds; the same values give the same text."""
    hatches = "".join(
        f'<pattern id="{_hatch(key, number)}" width="{_HATCH_STEP}" height="{_HATCH_STEP}" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="{_HATCH_STEP}" height="{_HATCH_STEP}" fill="#fff"/>'
        f'<path d="M0 0V{_HATCH_STEP}" stroke="{one.colour}" stroke-width="2"/></pattern>'
        for number, one in enumerate(series)
        if one.hatched
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-title" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" font-size="{_LETTERS}" fill="{_INK}">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f"{f'<defs>{hatches}</defs>' if hatches else ''}{''.join(drawn)}</svg>"
    )
