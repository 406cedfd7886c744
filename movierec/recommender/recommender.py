"""The recommender: what it is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import Movie, open_artifact
from movierec.catalogue import Catalogue
from movierec.errors import InvalidArgument
from movierec.recommender.diversity import DIVERSITY
from movierec.recommender.for_you import for_you, rank
from movierec.recommender.mix import mix
from movierec.recommender.picks import Pick
from movierec.recommender.why import Why

__all__ = ["MAX_MIX", "Recommender", "open_model"]

MAX_MIX = 6
_LEAST_WEIGHT, _LARGEST_WEIGHT = 1e-6, 1e6  # scores of others could be infinite
_ROWS_AT_ONCE = 5000  # of the table: 4 MB as the integers that are counted


class Recommender:
    """Answers from the tables of an open model. Threads may share one."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self._artifact = catalogue.artifact

    def by_id(self, movie_id: int) -> Movie:
        """Return one film: :meth:`Catalogue.by_id`."""
        return self.catalogue.by_id(movie_id)

    def search(self, text: str, *, limit: int = 10, people: bool = True) -> list[Movie]:
        """Return the films that *text* may mean: :meth:`Catalogue.search`."""
        return self.catalogue.search(text, limit=limit, people=people)

    def similar(self, movie_ids: int | Sequence[int], k: int = 10) -> list[Pick]:
        """Return the *k* films most similar to one film, or to all of several, best first, and why.

        Args:
            movie_ids: an id, not an array row; or up to :data:`MAX_MIX` different ones, a mix.
            k: 1 or more; above what the tables hold, as many as they do.
        Returns:
            At most *k* picks, never one of *movie_ids*; ``score`` is unitless, comparable only within one call.
            Of a mix, the films that are like all of it come first, and then each film of it has its turn, so that
            none is forgotten; the order is not that of the scores alone. Always the same ones in the same order.
        Raises:
            UnknownMovie: one of *movie_ids* is not in the model.
            InvalidArgument: *k* is not a whole number of 1 or more; no film, or more than MAX_MIX.

        Reads, of one film, one row of (n, K) int32 rows and (n, K) float32 scores; of a mix, the rows of its
        films and of those that they list.
        """
        _check_count(k)
        rows = list(dict.fromkeys(self.catalogue.rows_of(_each_of(movie_ids))))
        if not 1 <= len(rows) <= MAX_MIX:
            raise InvalidArgument(f"a mix is of 1 to {MAX_MIX} different films, not of {len(rows)}")
        if len(rows) > 1:
            return self._mix(rows, k)
        found = self._artifact.similar_rows[rows[0], :k]
        found = found[found >= 0].tolist()
        scores = self._artifact.similar_scores[rows[0], : len(found)]
        why = Why(self.catalogue, rows, found, {})  # reasons beside one film need not name it
        return [
            Pick(movie, score, why.facts(movie, row, rows))
            for movie, row, score in zip(why.found, found, scores.tolist(), strict=True)
        ]

    def for_you(
        self,
        weights: Mapping[int, float],
        k: int = 10,
        *,
        exclude: Collection[int] = (),
        diversity: float = DIVERSITY,
    ) -> list[Pick]:
        """Return *k* films for somebody, best first, and why.

        Args:
            weights: how much each film was liked; negative: disliked, which pushes away what is like it; 0: merely
                seen. None of them comes back. Each is 0, or from 1e-6 to 1e6 in size. Those of likes are relative
                to one another, twice of all is the same; those of dislikes are absolute: -1 takes from the films
                most like it about what the best ones have.
            k: 1 or more.
            exclude: ids of other films that are to be left out; those that the model lacks are no error.
            diversity: from 0, by score alone, to 1: a film just like one before it counts half, like two a third.
                It is for the best hundred; those that follow them do so by score.
        Returns:
            At most *k* picks. With diversity 0 in order of scores, equal ones in order of renown. Of a film that
            likes speak for, the first reason is of kind "likes": it names the fewest likes that carry half of
            the score. Without any like, the best-known films. Of others it is said that they are of the
            best-known tenth, or else only that they are left.
        Raises:
            UnknownMovie: a key of *weights* is not in the model.
            InvalidArgument: *k* or *diversity* is out of range, or a weight is no such number.
        """
        rows, amounts, seen = self._asked(weights, k, exclude, diversity)
        return for_you(self.catalogue, rows, amounts, k, seen=seen, diversity=diversity)

    def rank(
        self,
        weights: Mapping[int, float],
        k: int = 10,
        *,
        exclude: Collection[int] = (),
        diversity: float = DIVERSITY,
    ) -> list[tuple[int, float]]:
        """Return movie_id and score of the films of :meth:`for_you`, in its order, without films and reasons.

        For measurements over many people; arguments and errors are those of :meth:`for_you`.
        """
        rows, amounts, seen = self._asked(weights, k, exclude, diversity)
        films, totals, _ = rank(self._artifact, rows, amounts, k, seen=seen, diversity=diversity)
        return list(zip(self._artifact.ids[films].tolist(), totals.tolist(), strict=True))

    def _asked(
        self, weights: Mapping[int, float], k: int, exclude: Collection[int], diversity: float
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.intp]]:
        """Return the rows and weights of films, and the rows of others that are left out."""
        _check_count(k)
        if not _is_number(diversity) or not 0 <= diversity <= 1:
            raise InvalidArgument(f"diversity must be a number from 0 to 1, not {diversity!r:.40}")
        for weight in weights.values():
            if not _is_number(weight) or not (weight == 0 or _LEAST_WEIGHT <= abs(weight) <= _LARGEST_WEIGHT):
                raise InvalidArgument(f"a weight must be 0 or from 1e-6 to 1e6 in size, not {weight!r:.40}")
        rows = np.array(self.catalogue.rows_of(weights), np.intp)
        seen = np.array(self.catalogue.rows_of(self.catalogue.known(exclude)), np.intp)
        amounts = np.array(list(weights.values()), np.float64)
        return rows, amounts, seen

    def _mix(self, rows: list[int], k: int) -> list[Pick]:
        seeds = np.array(rows, np.intp)
        table = self._artifact
        films, scores, close = mix(table.similar_rows, table.similar_scores, self._listed, seeds, k)
        nearest = seeds[np.argsort(-close, axis=0, kind="stable").T].tolist()
        why = Why(self.catalogue, rows, films.tolist(), self.catalogue.names(rows))
        return [
            Pick(movie, score, why.facts(movie, row, order))
            for movie, row, score, order in zip(why.found, films.tolist(), scores.tolist(), nearest, strict=True)
        ]

    @cached_property
    def _listed(self) -> NDArray[np.intp]:
        """(n,) in how many lists each film is: counted once, where a mix is asked for."""
        n = len(self._artifact.ids)
        listed = np.zeros(n + 1, np.intp)  # with one place more, at the head, for the padding
        for start in range(0, n, _ROWS_AT_ONCE):
            listed += np.bincount(
                self._artifact.similar_rows[start : start + _ROWS_AT_ONCE].ravel() + 1, minlength=n + 1
            )
        return listed[1:]


def open_model(path: Path | str) -> Recommender:
    """Open the model at *path*, read-only and memory-mapped.

    Raises:
        ArtifactMissing, ArtifactMismatch: there is none, or it cannot be used.
    """
    return Recommender(Catalogue(open_artifact(Path(path))))


def _each_of(asked: int | Sequence[int]) -> Sequence[int]:
    # A text is not a list of ids: it is looked up whole, and is unknown.
    if isinstance(asked, Sequence) and not isinstance(asked, str | bytes):
        return asked
    return [cast(int, asked)]


def _check_count(k: object) -> None:
    if type(k) is not int or k < 1:
        raise InvalidArgument(f"k must be a whole number of 1 or more, not {k!r:.40}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
