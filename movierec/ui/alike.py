"""What a visitor sees after a pick: the films like it, or like the films of a mix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from movierec.recommender import MAX_MIX
from movierec.ui import cards
from movierec.ui.taste import Taste
from movierec.ui.trail import Trail

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.recommender import Pick

__all__ = ["films_like"]

_LIKE_IT = 10  # films like a pick


def films_like(app: App, taste: Taste, trail: Trail, *, turn: int) -> dict[str, Any]:
    """Return what the films' widget shows at the end of a trail, without what is not for the visitor.

    Args:
        app: the rooms that do the work.
        taste: what they think of films.
        trail: what they have picked, now at the end; not empty.
        turn: as for :func:`movierec.ui.cards.pick_view`.
    Raises:
        UnknownMovie: a film is not in the catalogue.
        ArtifactError: the catalogue cannot be read.
    """
    films, before = trail[-1], trail[-2] if len(trail) > 1 else ()
    movies = app.catalogue.movies((*films, *before))  # in one question
    movies, earlier = movies[: len(films)], movies[len(films) :]

    def offer(k: int) -> list[Pick]:
        return app.recommender.similar(films if len(films) > 1 else films[0], k)

    picks = taste.keep(offer, _LIKE_IT, movie_id=lambda pick: pick.movie.movie_id)
    return cards.pick_view(movies, picks, turn=turn, back=earlier, may_grow=len(films) < MAX_MIX)
