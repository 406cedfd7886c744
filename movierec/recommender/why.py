"""Why a film is recommended: facts that it shares with the films asked for, or the likes that speak for it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from movierec.artifact import Movie
from movierec.catalogue import Catalogue
from movierec.recommender.facts import no_fact, shared_facts
from movierec.recommender.picks import Reason

__all__ = ["Why"]

_WEAK = ("genres", "studio", "decade")  # facts about half of all films
_VAGUE = ("studio", "decade")
_MOST_FACTS = 4  # about a mix


class Why:
    """Reasons for recommending films beside some that are known already.

    Args:
        rows: of the films asked for. Of several, reasons name the one that they are about.
    """

    def __init__(self, catalogue: Catalogue, rows: Sequence[int]):
        movies = catalogue.at_rows(rows)
        titles = [movie.title for movie in movies]
        self._movies = dict(zip(rows, movies, strict=True))
        self._twice = {title for title in titles if titles.count(title) > 1}
        words = sorted({word for movie in movies for word in movie.keywords})
        self._rarity = catalogue.films_with("keywords", words)
        self._well_known = len(catalogue) / 10

    def name(self, row: int) -> str:
        """Return the title of a film asked for; with its year where two have the same."""
        movie = self._movies[row]
        return movie.label if movie.title in self._twice else movie.title

    def facts(self, movie: Movie, row: int, rows: Sequence[int]) -> tuple[Reason, ...]:
        """Return the facts that *movie*, at *row*, shares with those at *rows*, which are asked for in this order.

        Of several films, first the most telling fact of each, then the rest, at most as many as fit on a card.
        """
        if len(rows) == 1:
            reasons = shared_facts(self._movies[rows[0]], movie, self._rarity)
        else:
            found = [
                shared_facts(self._movies[other], movie, self._rarity, film=self.name(other)) for other in rows
            ]
            ordered = [fact for nth in zip_longest(*found) for fact in nth if fact]
            reasons = tuple(sorted(ordered, key=lambda fact: fact.kind in _WEAK)[:_MOST_FACTS])
        return reasons or (no_fact(well_known=row < self._well_known),)

    def fact(self, movie: Movie, row: int) -> tuple[Reason, ...]:
        """Return the most telling fact that *movie* shares with the film at *row*; none that says little."""
        facts = shared_facts(self._movies[row], movie, self._rarity, film=self.name(row))
        return tuple(fact for fact in facts[:1] if fact.kind not in _VAGUE)
