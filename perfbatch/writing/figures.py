"""Plots of 报告.html as SVG that stands in the page: text stays text, patterns tell series apart in print."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from perfbatch.writing.text import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH = 5.2
_INK = "#1F2937"
_SVG = re.compile(r"<svg .*</svg>", re.DOTALL)
_OPENING = re.compile(r"<svg [^>]*>")
_NOISE = re.compile(r"\s*<metadata>.*?</metadata>|\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_GROUP_ID = re.compile(r'(?<=<g) id="[^"]*"')
_NAME = 30


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, with the colour and hatch that they are drawn in."""

    label: str
    values: Sequence[float]
    colour: str
    hatch: str = ""


def load_plots() -> None:
    """Load what plots need, and draw one: the first takes three times as long as those after it."""
    import matplotlib.backends.backend_svg  # noqa: F401

    stacked_bars("warm", "", [""], [Series("", [1], _INK)])


def grouped_columns(key: str, title: str, names: Sequence[str], series: Sequence[Series]) -> str:
    """Columns side by side for each name, values above them. ``key`` keeps ids apart in one page."""

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.03, 0.11, 0.94, 0.76))
        width = 0.8 / len(series)
        highest = max((value for s in series for value in s.values), default=0) or 1
        for at, one in enumerate(series):
            places = [place + (at - (len(series) - 1) / 2) * width for place in range(len(names))]
            axes.bar(places, one.values, width * 0.94, label=one.label, **_look(one))
            for x, value in zip(places, one.values, strict=True):
                axes.text(x, value + highest * 0.02, f"{value:,.0f}", ha="center", va="bottom")
        axes.set_xticks(range(len(names)), [_short(name) for name in names])
        axes.set_ylim(0, highest * 1.12)
        _legend(figure, series)
        _bare(axes)

    return _svg(key, title, 3.1, draw)


def stacked_bars(
    key: str, title: str, names: Sequence[str], series: Sequence[Series], form: str = "{:,.0f}"
) -> str:
    """A bar for each name, its name above it so that it reads on a phone, its sum at the end."""

    def draw(figure: Figure) -> None:
        height = figure.get_figheight()
        legend = 0.32 if len(series) > 1 else 0.04
        axes = figure.add_axes((0.02, 0.01, 0.96, 1 - 0.01 - legend / height))
        sums = [sum(s.values[place] for s in series) for place in range(len(names))]
        longest = max(sums, default=0) or 1
        starts = [0.0] * len(names)
        for one in series:
            axes.barh(range(len(names)), one.values, 0.42, left=starts, label=one.label, **_look(one))
            starts = [a + b for a, b in zip(starts, one.values, strict=True)]
        for place, (name, total) in enumerate(zip(names, sums, strict=True)):
            axes.text(0, place - 0.26, _short(name), ha="left", va="bottom")
            axes.text(total + longest * 0.015, place, form.format(total), ha="left", va="center")
        axes.set_ylim(len(names) - 0.6, -0.85)
        axes.set_xlim(0, longest * 1.15)
        axes.set_yticks([])
        axes.set_xticks([])
        if len(series) > 1:
            _legend(figure, series)
        _bare(axes)
        axes.spines["bottom"].set_visible(False)

    return _svg(key, title, 0.4 + 0.5 * len(names), draw)


def _look(series: Series) -> dict[str, Any]:
    look: dict[str, Any] = {"edgecolor": _INK, "linewidth": 0.6}
    if series.hatch:
        return {**look, "facecolor": "white", "hatch": series.hatch, "edgecolor": series.colour}
    return {**look, "facecolor": series.colour}


def _legend(figure: Figure, series: Sequence[Series]) -> None:
    figure.legend(
        loc="upper left", ncols=len(series), frameon=False, borderpad=0.2, borderaxespad=0.2, handlelength=1.6
    )


def _bare(axes: Axes) -> None:
    axes.set_yticks([])
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def _short(name: str) -> str:
    name = " ".join(clean(name).split())
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _svg(key: str, title: str, height: float, draw: Any) -> str:
    """An <svg> element with a title for readers of all kinds; the same values give the same text."""
    # A font cache that is built or a folder that cannot be written to is no news for an auditor.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": key,
        "font.family": "DejaVu Sans",
        "font.size": 10.5,
        "text.color": _INK,
        "text.parse_math": False,
        "axes.edgecolor": _INK,
        "xtick.color": _INK,
        "hatch.linewidth": 0.8,
    }
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()  # whatever matplotlibrc a machine has
        matplotlib.rcParams.update(settings)
        # The reader's browser has the Chinese letters; this machine need not.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure((_WIDTH, height))
        draw(figure)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    found = _SVG.search(file.getvalue())
    assert found is not None
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{key}-title" viewBox="0 0 {_WIDTH * 72:g} {height * 72:g}">'
        f'<title id="{key}-title">{escape(title)}</title>'
    )
    text = _GROUP_ID.sub("", _NOISE.sub("", found[0]))
    return _OPENING.sub(lambda _: opening, text, count=1)
