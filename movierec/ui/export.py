"""All that is stored about a visitor, for themselves: with the titles of the films that they have rated."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from movierec.errors import MovierecError

if TYPE_CHECKING:
    from movierec.app import App

__all__ = ["export"]

_log = logging.getLogger(__name__)


def export(app: App, user_id: int) -> dict[str, Any]:
    """Return what is stored about a user, as JSON has it; each rating with ``title`` and ``year``.

    A film that the model does not know has neither, and so has every film when the model cannot be read: they are
    a nicety that never stands in the way.

    Raises:
        LoginExpired: there is no such user any more.
        StorageError: the database cannot be reached or refuses.
    """
    data: dict[str, Any] = app.personal.export(user_id)
    try:
        known = app.catalogue.known(rating["movie_id"] for rating in data["ratings"])
        films = {movie.movie_id: movie for movie in app.catalogue.movies(known)}
    except MovierecError as error:
        _log.warning("titles of rated films left out: %s", error)
        return data
    for rating in data["ratings"]:
        film = films.get(rating["movie_id"])
        rating |= {"title": film.title, "year": film.year} if film else {}
    return data
