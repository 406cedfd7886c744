"""Why a film is recommended: facts that it shares with the films asked for, or the likes that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest

from movierec.artifact import Movie
from movierec.catalogue import Catalogue
from movierec.recommender.facts import in_common, shared_facts
from movierec.recommender.picks import Kind, Reason

__all__ = ["Why"]

_WEAK = ("genres", "studio", "decade")  # facts about half of all films
_VAGUE = ("studio", "decade")
_MOST_FACTS = 4  # about a mix


class Why:
    """Reasons for recommending films beside some that are known already.

    Args:
        asked: rows of the films asked for. Of several, reasons name the one that they are about.
        found: rows of the films that are recommended.
        names: of the films asked for and of others, by row: what reasons call them.
    Attributes:
        found: the films that are recommended.
    """

    def __init__(self, catalogue: Catalogue, asked: Sequence[int], found: Sequence[int], names: Mapping[int, str]):
        movies = catalogue.at_rows([*asked, *found])  # in one question: two take longer
        self._movies = dict(zip(asked, movies, strict=False))
        self.found = movies[len(asked) :]
        self._names = names
        words = _keywords(self._movies.values()) & _keywords(self.found)  # a tenth of all; no others are shared
        self._rarity = catalogue.films_with("keywords", sorted(words))
        self._well_known = len(catalogue) / 10

    @cached_property
    def _common(self) -> Movie:
        return in_common(list(self._movies.values()))

    def facts(self, movie: Movie, row: int, rows: Sequence[int]) -> tuple[Reason, ...]:
        """Return the facts that *movie*, at *row*, shares with those at *rows*, which are asked for in this order.

        Of several films: what all of them share with it, which names no film, then what each of them does, in
        turn; nothing twice. There is always one.
        """
        if len(rows) == 1:
            reasons = shared_facts(self._movies[rows[0]], movie, self._rarity)
        else:
            each = [
                shared_facts(self._movies[other], movie, self._rarity, film=self._names[other]) for other in rows
            ]
            in_turn = [fact for nth in zip_longest(*each) for fact in nth if fact]
            reasons = _best(_once([*shared_facts(self._common, movie, self._rarity), *in_turn]))
        # Films about which nothing is known get neighbours too: the best-known ones, by the model's prior.
        return reasons or (self.renown(row, "unknown"),)

    def renown(self, row: int, otherwise: Kind) -> Reason:
        """Return that the film at *row* is of the best-known tenth; of one that is not, *otherwise*."""
        return Reason("renown" if row < self._well_known else otherwise)

    def fact(self, movie: Movie, row: int) -> tuple[Reason, ...]:
        """Return the most telling fact that *movie* shares with the film at *row*; none that says little."""
        facts = shared_facts(self._movies[row], movie, self._rarity, film=self._names[row])
        # One genre in common is hardly a fact, two are.
        return tuple(fact for fact in facts[:1] if fact.kind not in _WEAK or len(fact.values) > 1)


def _keywords(movies: Iterable[Movie]) -> set[str]:
    return {word for movie in movies for word in movie.keywords}


def _once(facts: Iterable[Reason]) -> list[Reason]:
    """Return *facts* without what one before them has said already."""
    said: set[tuple[str, str]] = set()
    left = []
    for fact in facts:
        new = tuple(value for value in fact.values if (fact.kind, value) not in said)
        if new or (not fact.values and (fact.kind, "") not in said):
            left.append(Reason(fact.kind, new, fact.film))
        said.update((fact.kind, value) for value in fact.values or [""])
    return left


def _best(facts: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return those that tell something, a series first; where there are few, what tells little, too."""
    telling = [fact for fact in facts if fact.kind not in _WEAK]
    telling.sort(key=lambda fact: fact.kind not in ("series", "title"))
    # Of the same decade as one film of several is no fact worth telling, unless there is no other.
    weak = [fact for fact in facts if fact.kind == "genres" or (fact.kind in _VAGUE and not fact.film)]
    few = telling[:_MOST_FACTS] + weak[: max(0, 2 - len(telling))]
    return tuple(few or facts[:1])
