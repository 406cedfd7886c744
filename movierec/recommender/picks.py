"""What is recommended, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from movierec.artifact import Movie

__all__ = ["MOST_VALUES", "Kind", "Pick", "Reason"]

Kind = Literal[
    "likes", "series", "title", "director", "cast", "keywords", "genres", "studio", "decade",
    "renown", "left", "unknown",
]  # fmt: skip
MOST_VALUES = 3  # of one kind: what fits on a card

# What stands before the values: of two films, and where the one of them has to be named.
_LEADS: Mapping[Kind, tuple[str, str]] = {
    "likes": ("because you liked", "because you liked"),
    "series": ("same series", "same series as {}"),
    "title": ("same title", "same title as {}"),
    "director": ("same director:", "same director as {}:"),
    "cast": ("also with", "as in {}, with"),
    "keywords": ("shares:", "shares with {}:"),
    "genres": ("also", "like {}:"),
    "studio": ("same studio:", "same studio as {}:"),
    "decade": ("also from", "like {}, from"),
    "renown": ("one of the best-known films here", "one of the best-known films here"),
    "left": ("one of the films that are left", "one of the films that are left"),
    "unknown": ("no fact in common that we know of", "no fact in common that we know of"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that two films share and that anybody can check, or the likes that speak for a film.

    Attributes:
        kind: what sort of fact.
        values: the names in it, for a page to emphasise; most telling first; may be empty. Of a fact at most
            three; of likes all that are needed to carry half of the film's score.
        film: the title of the film that the fact is shared with, where there is more than one that it could be.
    """

    kind: Kind
    values: tuple[str, ...] = ()
    film: str = ""

    @property
    def lead(self) -> str:
        """The words before the values: ``same director:``, in a mix ``same director as Heat:``."""
        lead = _LEADS[self.kind][bool(self.film)].replace("{}", self.film)
        several = self.kind == "director" and len(self.values) > 1
        return lead.replace("same director", "same directors", 1) if several else lead

    @property
    def shown(self) -> tuple[str, ...]:
        """As many of the values as there is room for: three."""
        return self.values[:MOST_VALUES]

    @property
    def tail(self) -> str:
        """The words after the values that are shown: ``and 4 more``; mostly none."""
        more = len(self.values) - MOST_VALUES
        return f"and {more} more" if more > 0 else ""

    @property
    def text(self) -> str:
        """The whole reason: ``shares: heist, los angeles``, ``because you liked Heat, Up, Alien and 4 more``."""
        return " ".join(part for part in (self.lead, ", ".join(self.shown), self.tail) if part)


@dataclass(frozen=True, slots=True)
class Pick:
    """A film that is recommended; there is always at least one reason."""

    movie: Movie
    score: float
    reasons: tuple[Reason, ...]
