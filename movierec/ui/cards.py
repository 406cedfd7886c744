"""Films as the page draws them: the one place where a Movie becomes plain data for a widget."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from movierec.ui.trail import address_of

if TYPE_CHECKING:
    from movierec.catalogue import Movie
    from movierec.recommender import Pick, Reason

__all__ = ["card", "details", "option", "pick_card", "pick_view", "rated", "shown_in", "start_view"]

_IN_SHORT = {"Science Fiction": "Sci-Fi"}  # on a poster, which is too narrow for the whole
# The colour of a drawn poster: hue of the first genre, in degrees of OKLCH. Neighbouring genres of
# one shelf (Crime, Thriller, Mystery) are kept apart, because they are what a list mixes.
_HUES = {
    "Action": 38, "Adventure": 66, "Animation": 205, "Comedy": 92, "Crime": 18, "Documentary": 120,
    "Drama": 255, "Family": 175, "Fantasy": 305, "Foreign": 105, "History": 55, "Horror": 27, "Music": 340,
    "Mystery": 285, "Romance": 0, "Science Fiction": 232, "TV Movie": 190, "Thriller": 160, "War": 130,
    "Western": 72,
}  # fmt: skip
_DRAWINGS = 8  # how many motifs poster.css has
_SHOWN_CAST, _SHOWN_KEYWORDS = 4, 7
_NBSP = "\N{NO-BREAK SPACE}"
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def card(movie: Movie, *, why: Sequence[Sequence[Sequence[str | bool]]] = ()) -> dict[str, Any]:
    """Return one film as a card; *why* is a list of facts, each made of ``[text, is it shared?]``."""
    return {
        "movie_id": movie.movie_id,
        "title": movie.title,
        "year": movie.year,
        "label": movie.label,
        "why": why,
        **_drawing(movie),
    }


def option(movie: Movie, *, person: str = "") -> dict[str, Any]:
    """Return one film as a line of the search box.

    Args:
        person: by whose name it was found; an actor takes the place of the director, who tells namesakes apart.
    """
    directors = sorted(movie.directors, key=lambda name: name != person)[:2]
    return {
        "movie_id": movie.movie_id,
        "title": movie.title,
        "year": movie.year,
        "by": f"with {person}" if person and person not in directors else ", ".join(directors),
        **_drawing(movie),
    }


def details(movie: Movie) -> dict[str, Any]:
    """Return one film with what a page says about it; what is not known is left empty."""
    meta = [str(movie.year or ""), ", ".join(movie.genres[:3]), _duration(movie.runtime_min)]
    return {
        **card(movie),
        "original_title": "" if movie.original_title == movie.title else movie.original_title,
        "meta": [fact for fact in meta if fact],
        "tagline": movie.tagline,
        "overview": movie.overview,
        "directors": list(movie.directors),
        "cast": list(movie.cast[:_SHOWN_CAST]),
        "keywords": list(movie.keywords[:_SHOWN_KEYWORDS]),
    }


def pick_card(pick: Pick) -> dict[str, Any]:
    """Return a film that is recommended as a card with its reasons."""
    return card(pick.movie, why=[_parts(reason) for reason in pick.reasons])


def pick_view(
    movies: Sequence[Movie], picks: Sequence[Pick], *, turn: int, back: Sequence[Movie], may_grow: bool = True
) -> dict[str, Any]:
    """Return what the grid shows after a pick.

    Args:
        movies: the film picked, or the films of a mix.
        picks: films like it, best first.
        turn: another number each time, so that the same pick twice is a change too.
        back: what was picked before, if anything was.
        may_grow: whether one more film can be mixed in.
    """
    names = _listed([movie.title for movie in movies])
    number = _NUMBERS[len(picks)] if len(picks) < len(_NUMBERS) else str(len(picks))
    noun = "film" if len(picks) == 1 else "films"
    mixed = len(movies) > 1
    return {
        "turn": turn,
        "pick": None if mixed else details(movies[0]),
        "mix": [details(movie) for movie in movies] if mixed else [],
        "names": names,
        "may_grow": may_grow,
        "back": _listed([movie.title for movie in back]),
        "back_to": address_of(movie.movie_id for movie in back),
        "heading": f"Films like {names}",
        "films": [pick_card(pick) for pick in picks],
        "empty": "We have nothing like this yet. Search for another film that you like.",
        "say": f"{number} {noun} like {names}",
    }


def start_view(
    movies: Sequence[Movie],
    *,
    turn: int,
    favourite: Movie | None = None,
    of_genre: Sequence[Movie] = (),
    after_others: bool = False,
) -> dict[str, Any]:
    """Return what the grid shows before the first pick: as many films as *movies*, favourites first.

    Args:
        movies: the films, best known first.
        turn: as for :func:`pick_view`.
        favourite: the visitor's, if they have one.
        of_genre: films of their favourite genre, if they have one.
        after_others: whether the list "For you" stands above.
    """
    favourites = [card(favourite, why=[[["Your favourite film", True]]])] if favourite else []
    genre = [card(movie, why=[[["Your favourite genre", True]]]) for movie in of_genre]
    first: dict[int, dict[str, Any]] = {}
    for film in (*favourites, *genre, *map(card, movies)):
        first.setdefault(film["movie_id"], film)
    films = list(first.values())[: len(movies)]
    return {
        "turn": turn,
        "pick": None,
        "mix": [],
        "back": "",
        "heading": "Or start with one of these" if after_others else "Start with one of these",
        "films": films,
        "empty": "There are no films here yet.",
        "say": "",
    }


def shown_in(*views: Mapping[str, Any] | None) -> set[int]:
    """Return the movie_ids of all films in *views*."""
    films = [film for view in views if view for name in ("films", "mix") for film in view.get(name, ())]
    films += [view["pick"] for view in views if view and view.get("pick")]
    return {film["movie_id"] for film in films}


def rated(movie: Movie, value: int, *, before: int) -> str:
    """Return the sentence that tells what a rating does; *value* and *before*: 1, -1, or 0 for none."""
    if value == 1:
        return f"Liked {movie.title}. For you is updated."
    if value == -1:
        return f"{movie.title} is not for you. We leave it out from now on."
    return f"{movie.title} may come again." if before == -1 else f"{movie.title} is no longer liked."


def _drawing(movie: Movie) -> dict[str, Any]:
    genre = movie.genres[0] if movie.genres else ""
    hue = _HUES.get(genre, zlib.crc32(genre.encode()) % 360)
    # A little to either side, by the film: ten thrillers are a family, not one picture ten times.
    return {
        "genre": _IN_SHORT.get(genre, genre),
        "hue": (hue + movie.movie_id % 43 - 21) % 360,
        "motif": movie.movie_id % _DRAWINGS,
    }


def _duration(minutes: int | None) -> str:
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = (f"{hours}{_NBSP}h" if hours else "", f"{rest}{_NBSP}min" if rest else "")
    return _NBSP.join(part for part in parts if part)


def _parts(reason: Reason) -> list[list[str | bool]]:
    """Take a reason apart: its values are what the two films share, as is belonging to one series."""
    values = reason.shown
    if not values:
        return [[reason.lead, reason.kind == "series"]]
    last = " and " if reason.kind == "likes" and not reason.tail else ", "
    parts: list[list[str | bool]] = [[f"{reason.lead} ", False]]
    for place, value in enumerate(values, start=1):
        parts += [[value, True], [last if place == len(values) - 1 else ", ", False]]
    parts.pop()
    return [*parts, [f" {reason.tail}", False]] if reason.tail else parts


def _listed(names: Sequence[str]) -> str:
    """Write names as people do: ``Heat, Up and Alien``."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
