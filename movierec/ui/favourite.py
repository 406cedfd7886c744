"""The favourites of a profile: a genre of the catalogue, and a text, "Title (Year)", that means one film."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from movierec.errors import InvalidPreferences
from movierec.library import Preferences

if TYPE_CHECKING:
    from movierec.catalogue import Catalogue, Movie

__all__ = ["check_favourites", "find_favourite", "suggest_films"]

_TITLE_YEAR = re.compile(r"(.*?)\s*\((\d{1,4})\)?\s*", re.DOTALL)
_LOOKED_AT = 50  # films whose titles begin alike; namesakes come first
_SUGGESTED = 5


def find_favourite(catalogue: Catalogue, text: str) -> Movie | None:
    """Return the film that *text* names, or ``None``.

    ``Heat (1995)`` names one film, in capitals or not, also without the space or the last bracket; ``Heat`` alone
    does when only one film is called so.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return None
    title, year = _parts(text)
    movies = catalogue.search(title, limit=_LOOKED_AT, people=False)
    by_title = [movie for movie in movies if movie.title.casefold() == wanted]
    if by_title:  # the brackets may be the title's own
        return by_title[0] if len(by_title) == 1 else None
    by_label = [movie for movie in movies if movie.title.casefold() == title.strip().casefold()]
    return next((movie for movie in by_label if movie.year == year), None)


def check_favourites(catalogue: Catalogue, wanted: Preferences, *, before: Preferences) -> Preferences:
    """Return *wanted* as it is to be saved: the film under its full name.

    What stood there *before* may stay, though it may come from another catalogue or the classic app.

    Raises:
        InvalidPreferences: there is no such genre, or no such film.
    """
    problems = {}
    genre, film = wanted.favorite_genre, wanted.favorite_movie.strip()
    if genre not in ("", before.favorite_genre, *catalogue.genres()):
        problems["favorite_genre"] = "Choose one from the list."
    if film not in ("", before.favorite_movie):
        movie = find_favourite(catalogue, film)
        if movie is None:
            problems["favorite_movie"] = "We do not have that film. Write it like “Heat (1995)”."
        else:
            film = movie.label
    if problems:
        raise InvalidPreferences(problems)
    return Preferences(favorite_genre=genre, favorite_movie=film)


def suggest_films(catalogue: Catalogue, text: str) -> list[Movie]:
    """Return a few films that somebody who has typed *text* may mean by a title, the likeliest first."""
    return catalogue.search(_parts(text)[0], limit=_SUGGESTED, people=False)


def _parts(text: str) -> tuple[str, int | None]:
    """Part *text* into a title and, where there is one in brackets, a year, which no search reads."""
    match = _TITLE_YEAR.fullmatch(text)
    return (match[1], int(match[2])) if match else (text, None)
