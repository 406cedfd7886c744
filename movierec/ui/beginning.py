"""What a visitor sees before they pick anything: films for them, their favourites, the best known."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from movierec.errors import MovierecError
from movierec.ui import cards
from movierec.ui.favourite import find_favourite

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.catalogue import Movie
    from movierec.ui.taste import Taste

__all__ = ["beginning"]

_log = logging.getLogger(__name__)

_STARTERS = 10  # films to start with
_OF_GENRE = 4  # of which at most so many come first because of a favourite genre


def beginning(app: App, taste: Taste, user_id: int, *, turn: int) -> dict[str, Any]:
    """Read again what somebody thinks of films, and return what the films' widget shows at first.

    Args:
        app: the rooms that do the work.
        taste: what they think of films.
        user_id: whose favourites are asked for.
        turn: as for :func:`movierec.ui.cards.pick_view`.
    Raises:
        ArtifactError: the catalogue cannot be read. Likes and favourites that cannot be read are left out.
    """
    taste.read()
    for_you = taste.for_you()
    above = cards.shown_in(for_you)
    favourite, genre = _favourites(app, user_id)
    if favourite and (favourite.movie_id in above or taste.dislikes(favourite.movie_id)):
        favourite = None
    view = cards.start_view(
        _best_known(app, taste, _STARTERS, besides=above),
        turn=turn,
        favourite=favourite,
        of_genre=_best_known(app, taste, _OF_GENRE, besides=above, genre=genre) if genre else [],
        after_others=bool(above),
    )
    return {"view": view, "for_you": for_you, "ratings": taste.of(cards.shown_in(view, for_you))}


def _best_known(app: App, taste: Taste, count: int, *, besides: Collection[int], genre: str = "") -> list[Movie]:
    """Return the best-known films that may be for this visitor."""

    def offer(k: int) -> list[Movie]:
        movies = app.catalogue.best_known(k + len(besides), genre=genre)
        return [movie for movie in movies if movie.movie_id not in besides][:k]

    return taste.keep(offer, count, movie_id=lambda movie: movie.movie_id)


def _favourites(app: App, user_id: int) -> tuple[Movie | None, str]:
    """Return film and genre of the profile; niceties that never stand in the way."""
    try:
        chosen = app.library.preferences(user_id)
        return find_favourite(app.catalogue, chosen.favorite_movie), chosen.favorite_genre
    except MovierecError as error:
        _log.warning("favourites left out: %s", error)
        return None, ""
