"""What a visitor says of films, and what is kept from them or found for them because of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from movierec.errors import MovierecError
from movierec.ui import cards

if TYPE_CHECKING:
    from movierec.app import App
    from movierec.recommender import Pick

__all__ = ["Taste", "for_you_view"]

_log = logging.getLogger(__name__)

_FOR_YOU = 10  # films in the list "For you"
_DIMMED = 3  # of which at most so many are not for the visitor: what was waved away just now, to be taken back

Film = TypeVar("Film")


class Taste:
    """The ratings of one user, of films that the model knows, as they were read last.

    Another page of the same user may rate as well; what was said there is known after :meth:`read`.

    Attributes:
        unread: whether reading failed last time, so that there may be ratings that are not known here.
    """

    def __init__(self, app: App, user_id: int) -> None:
        self._app, self._user_id = app, user_id
        self._ratings: dict[int, int] = {}  # movie_id -> 1 or -1, the oldest first
        self._because: dict[int, set[int]] = {}  # movie_id in "For you" -> the likes when its reasons were written
        self.unread = False
        self._stamp: object | None = None  # of the database when they were read

    def read(self) -> bool:
        """Read all ratings, unless nothing has been changed; return whether they are others than before.

        When that fails what is known stays: the films are worth seeing without.
        """
        stamp = self._app.db.stamp()
        if stamp is not None and stamp == self._stamp:
            return False
        before = self._ratings
        try:
            ratings = self._app.library.ratings(self._user_id)
            known = set(self._app.catalogue.known(ratings))
        except MovierecError as error:
            self.unread = True
            _log.warning("ratings left out: %s. %s", error, error.hint)
        else:
            self.unread, self._stamp = False, stamp
            self._ratings = {movie_id: value for movie_id, value in ratings.items() if movie_id in known}
        return self._ratings != before

    def rate(self, movie_id: int, value: int) -> int:
        """Save a rating, as :meth:`Library.rate <movierec.library.Library.rate>` does; return the one before."""
        before = self._app.library.rate(self._user_id, movie_id, value)
        if value != self._ratings.get(movie_id, 0):
            self._ratings.pop(movie_id, None)
            if value:
                self._ratings[movie_id] = value
        return before

    @property
    def has_likes(self) -> bool:
        """Whether there is a film that they like."""
        return 1 in self._ratings.values()

    def dislikes(self, movie_id: int) -> bool:
        """Whether a film is not for them."""
        return self._ratings.get(movie_id) == -1

    def rated(self) -> dict[str, Any]:
        """Return what the lists of rated films show; in each, what was said last comes first."""
        movies = self._app.catalogue.movies(list(self._ratings)[::-1])
        return {
            "liked": [cards.card(movie) for movie in movies if not self.dislikes(movie.movie_id)],
            "disliked": [cards.card(movie) for movie in movies if self.dislikes(movie.movie_id)],
            "ratings": self.of(self._ratings),
        }

    def of(self, movie_ids: Iterable[int]) -> dict[str, int]:
        """Return the ratings of some films, by movie_id, which in JSON is a text."""
        return {str(movie_id): self._ratings[movie_id] for movie_id in movie_ids if movie_id in self._ratings}

    def keep(
        self, offer: Callable[[int], Sequence[Film]], count: int, *, movie_id: Callable[[Film], int]
    ) -> list[Film]:
        """Return the first *count* films on offer without those that are not for this visitor.

        Args:
            offer: returns the first k films; fewer when there are no more.
            count: how many are wanted; there are fewer only when nothing else is on offer.
            movie_id: returns a film's id.
        """
        wanted = count
        while True:
            offered = offer(wanted)
            kept = [film for film in offered if not self.dislikes(movie_id(film))]
            if len(kept) >= count or len(offered) < wanted:
                return kept[:count]
            wanted *= 2  # not by so many more: each time all are made anew

    def for_you(self, before: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Return the view of the list "For you"; ``None`` for a visitor who likes nothing yet.

        Args:
            before: the view that the page shows now, when films in it are to keep their places.
        """
        if not self.has_likes:
            return None
        weights = {movie_id: float(value) for movie_id, value in self._ratings.items()}
        try:
            picks = self._app.recommender.for_you(weights, _FOR_YOU)
        except MovierecError as error:
            _log.warning("“For you” left as it was: %s. %s", error, error.hint)
            return before
        likes = {movie_id for movie_id, value in self._ratings.items() if value == 1}
        view = for_you_view(
            picks,
            shown=before["films"] if before else (),
            as_before={movie_id for movie_id, because in self._because.items() if because == likes},
            disliked=filter(self.dislikes, self._ratings),
            empty="You have rated every film that we have. Pick one to see what it is like.",
        )
        movie_ids = cards.shown_in(view)
        self._because |= {movie_id: likes for movie_id in movie_ids if not self.dislikes(movie_id)}
        return view


def for_you_view(
    picks: Sequence[Pick],
    *,
    shown: Sequence[dict[str, Any]] = (),
    disliked: Iterable[int] = (),
    as_before: Collection[int] = (),
    empty: str,
) -> dict[str, Any]:
    """Return what the list "For you" shows.

    What was *shown* and still belongs stays where it is: nothing moves that nobody has touched. So do
    the last few that are *disliked* by now, to be seen and taken back. New films take the places that
    are free.

    Args:
        picks: the films for the visitor, best first.
        shown: the cards that the list shows now.
        disliked: movie_ids, the one said last at the end.
        as_before: movie_ids whose reasons still hold, and stay: others of another length would move the
            rows below.
        empty: what to say when there is no film.
    """
    before = {film["movie_id"]: film for film in shown}
    away = [movie_id for movie_id in disliked if movie_id in before][-_DIMMED:]
    dimmed = {movie_id: before[movie_id] for movie_id in away}
    new = {pick.movie.movie_id: cards.pick_card(pick) for pick in picks[: _FOR_YOU - len(dimmed)]}
    held = {movie_id: before[movie_id] for movie_id in new if movie_id in before and movie_id in as_before}
    left = dimmed | new | held
    places = [left.pop(film["movie_id"], None) for film in shown]
    rest = list(left.values())
    films = [film or (rest.pop(0) if rest else None) for film in places]
    return {"films": [film for film in (*films, *rest) if film], "empty": empty}
