"""A film, and how the words of its title are folded for search."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Movie", "exact_key", "fold", "label", "search_words"]

# Letters that people type without their stroke, or as two, and that NFKD leaves whole.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "&": " and "}
)
_ASCII_WORDS = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """One film; what its source lacks is empty."""

    movie_id: int  # the TMDB id, or a stable negative number where that is not certain
    tmdb_id: int | None = None
    title: str
    original_title: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()  # in order of billing
    keywords: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    language: str = ""  # ISO 639-1
    overview: str = ""
    tagline: str = ""
    runtime_min: int | None = None
    votes: int = 0
    rating: float = 0.0  # mean vote, 0–10
    series: str = ""  # a key shared with the film's siblings; empty when it has none

    @property
    def label(self) -> str:
        """The title as people tell films apart: ``Heat (1995)``."""
        return label(self.title, self.year)


def label(title: str, year: int | None) -> str:
    """Return a film's title as people tell films apart; without its year where that is not known."""
    return title if year is None else f"{title} ({year})"


def fold(text: str) -> str:
    """Return *text* without accents, capitals and punctuation, its words parted by one space.

    ``"WALL·E"`` → ``"wall e"``, ``"Amélie"`` → ``"amelie"``, ``"Alien³"`` → ``"alien3"``.
    """
    if text.isascii():  # as most are: in a fifth of the time
        return " ".join(_ASCII_WORDS.findall(text.lower().replace("&", " and ")))
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    kept = (c if c.isalnum() else "" if unicodedata.category(c)[0] == "M" else " " for c in plain)
    return " ".join("".join(kept).split())


def exact_key(title: str) -> str:
    """Return what a whole title is looked up by: folded, without spaces (``walle``).

    A title without any letter or digit (*$*, 1971) stands for itself.
    """
    return fold(title).replace(" ", "") or title.encode("utf-8", "ignore").decode().strip()


def search_words(title: str) -> str:
    """Return the folded words of *title*, and in one piece those that punctuation parts.

    ``"Schindler's List"`` → ``"schindler s list schindlers"``: people type either.
    """
    folded = fold(title)
    pieces = (fold(chunk) for chunk in title.split())
    return " ".join([folded, *(piece.replace(" ", "") for piece in pieces if " " in piece)])
