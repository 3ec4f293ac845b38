"""How a unit's template prints its labels and levels; what the cells mean stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TALL = "\n"


@dataclass(frozen=True)
class Look:
    """``levels``: merged, repeated or first (given only in the first row).

    ``breaks``: what stands between the letters of narrow labels; ``spaced``: blanks inside wide labels;
    ``half``: half-width brackets and colons; ``ab``: （A）（B） in the heads; ``weights``: printed weights;
    ``templates``: template rows left empty; ``year_in_title``: the year in the title's own cell.
    """

    levels: str = "merged"
    breaks: str = TALL
    spaced: bool = False
    half: bool = False
    ab: bool = True
    weights: bool = True
    templates: bool = False
    year_in_title: bool = False
    annex: bool = True
    weight_break: str = "\n"

    def label(self, text: str) -> str:
        """A printed label in this look."""
        if not self.ab:
            text = text.replace("（A）", "").replace("（B）", "")
        if self.spaced and len(text) == 4:
            text = f"{text[:2]}  {text[2:]}"
        return halved(text) if self.half else text

    def narrow(self, text: str) -> str:
        """A label of a narrow merged column: one letter a line, or as the template has it."""
        return self.breaks.join(text)


def halved(text: str) -> str:
    """Brackets and colons at half width."""
    return text.translate({ord("（"): "(", ord("）"): ")", ord("："): ":"})


PLAIN = Look()


def random_look(rng: Random) -> Look:
    """A look as some unit might have it."""
    return Look(
        levels=rng.choice(("merged", "merged", "merged", "repeated", "first")),
        breaks=rng.choice((TALL, TALL, "", " ")),
        spaced=rng.random() < 0.2,
        half=rng.random() < 0.3,
        ab=rng.random() < 0.8,
        weights=rng.random() < 0.8,
        templates=rng.random() < 0.2,
        year_in_title=rng.random() < 0.2,
        annex=rng.random() < 0.5,
        weight_break=rng.choice(("\n", "")),
    )
