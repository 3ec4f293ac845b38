"""The arithmetic of one indicator written out with its numbers: 2 ÷ 4 × 7.00 = 3.50.

What is written must come to what the score stage computed; tests hold the two together over whole batches.
"""

from __future__ import annotations

from perfbatch.explaining.cell import Row
from perfbatch.explaining.text import Line, Sentences, equals, figure, has, percent, points, short
from perfbatch.rules import RuleBook

_EXACT = 1e-9


def written_out(row: Row, book: RuleBook, say: Sentences) -> list[Line]:
    """The lines of an indicator that a formula over numbers has scored (rule positive, reverse or range)."""
    return _Sum(row, book, say).lines()


class _Sum:
    """One sum on its way: ``score`` is what it has come to, not rounded."""

    def __init__(self, row: Row, book: RuleBook, say: Sentences) -> None:
        self.row = row
        self.book = book
        self.say = say
        self.a: float = row["target_number"]
        self.b: float = row["actual_comparable"]
        self.full: float = row["points"]
        # Beside a range there is no direction: above it the reverse formula speaks, below it the positive.
        self.reverse = (row["direction"] or row["parameter"].partition(".")[0]) == "reverse"
        self.score = 0.0
        self.said: list[Line] = []

    def lines(self) -> list[Line]:
        """Every step to the computed score."""
        if has(self.row["target_upper"]):
            self._nearest_bound()
        formula = "reverse.formula" if self.reverse else "positive.formula"
        if self._about():
            pass
        elif self.book.value(formula) == "met":
            self._met()
        elif has(self.row["target_upper"]):
            self._beside_range()
        elif self.reverse:
            self._reverse()
        else:
            self._positive()
        if not self.reverse and has(self.row["excess"]):
            self._excess()
        computed = self.row["computed_score"]
        if abs(self.score - computed) > _EXACT:
            decimals = self.book.value("rounding.decimals")
            self._add("sum.rounded", score=figure(self.score), decimals=decimals, computed=points(computed))
        return self.said

    def _nearest_bound(self) -> None:
        low, high = sorted((self.a, self.row["target_upper"]))
        self.a = min(max(self.b, low), high)
        inside = low <= self.b <= high
        self._add(
            "sum.inside" if inside else "sum.outside",
            b=short(self.b), low=short(low), high=short(high), bound=short(self.a),
        )  # fmt: skip

    def _about(self) -> bool:
        """约100人, and B within what the rule book allows."""
        tolerance = self.book.value("about.tolerance")
        off = abs(self.b - self.a) > abs(self.a) * tolerance / 100 + _EXACT
        if not self.row["target_about"] or off or self.row["missed"] or self.b == self.a:
            return False
        self._full("sum.about", tolerance=short(tolerance))
        return True

    def _beside_range(self) -> None:
        if self.a * self.b > 0:
            self._ratio(*sorted((abs(self.a), abs(self.b))))
        elif self.row["missed"]:
            self._add("sum.not_met")
        else:
            self._full("sum.met")

    def _met(self) -> None:
        missed = bool(self.row["missed"])
        if self.reverse and self.b <= 0:
            missed = False
        self.score = 0.0 if missed else self.full
        self._add("sum.not_met" if missed else "sum.met", points=points(self.full))

    def _positive(self) -> None:
        if self.a > 0:
            self._ratio(self.b, self.a)
        else:
            self._full("sum.both_zero" if self.a == 0 else "sum.negative_target")

    def _reverse(self) -> None:
        if self.b <= 0:
            self._full("sum.nothing")
        elif self.a > 0:
            self._ratio(self.a, self.b)
        elif self.a == 0:
            self._add("sum.zero_target", b=short(self.b))
        else:
            self._full("sum.negative_target")

    def _full(self, key: str, **values: object) -> None:
        self.score = self.full
        self._add(key, a=short(self.a), b=short(self.b), points=points(self.full), **values)

    def _ratio(self, above: float, below: float) -> None:
        self.score = above / below * self.full
        self._add(
            "sum.ratio", above=short(above), below=short(below), points=points(self.full),
            equals=equals(self.score),
            score=figure(self.score),
        )  # fmt: skip
        if self.score < 0:
            self.score = 0.0
            self._add("sum.floor")
        elif self.score > self.full + _EXACT and self.book.value("cap"):
            self.score = self.full
            self._add("sum.cap", points=points(self.full))

    def _excess(self) -> None:
        excess = self.row["excess"]
        if excess <= 0:
            return
        bands = self.book.value("positive.excess_bands")
        reached = [band for band in bands if excess >= band["from"]]
        self._add("excess.rate", a=short(self.a), b=short(self.b), excess=percent(excess))
        if not bands:
            self._add("excess.no_bands")
        elif not reached:
            self._add("excess.below", first=short(bands[0]["from"]))
        elif self.book.value("positive.excess_decided_by") == "person":
            self._add("excess.person", start=short(reached[-1]["from"]))
        else:
            self._dock(reached[-1], excess)

    def _dock(self, band: Row, excess: float) -> None:
        dock = band["deduct"]
        if band["more"]:
            dock = min(dock + band["more"] * (excess - band["from"]) / 100, 100.0)
            self._add(
                "excess.slope", start=short(band["from"]), deduct=short(band["deduct"]),
                more=short(band["more"]), excess=percent(excess), dock=short(round(dock, 4)),
            )  # fmt: skip
        else:
            self._add("excess.band", start=short(band["from"]), dock=short(dock))
        if dock:
            before = self.score
            self.score -= self.full * dock / 100
            self._add(
                "excess.docked", before=figure(before), points=points(self.full), dock=short(round(dock, 4)),
                equals=equals(self.score), after=figure(self.score),
            )  # fmt: skip

    def _add(self, key: str, **values: object) -> None:
        self.said.append(self.say.line(key, **values))
