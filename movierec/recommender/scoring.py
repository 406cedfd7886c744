"""What each like and dislike adds to each film: tables and weights in, contributions out.

The score of film j is a sum over the films i that were rated, so that it can be said which of them speak for it.
A like adds::

    weight_i · (w · learned_ij / a + (1 - w) · similar_ij / b),    w = n² / (n² + h²)

``learned`` are the weights that were learned from people's likes, ``similar`` the wide table; n is the number of
likes and h, ``half_likes`` of the manifest, how many make the two count alike. a and b bring the two to one
scale: of the sums over this visitor's likes, how far the best 50 are above the median; so the best films have
about 1. What the likes have in common as a kind comes on top: :mod:`movierec.recommender.kinds`. Without ratings
there is only the table of similar films, row by row on one scale, which is made of facts alone already.

A dislike takes away what :mod:`movierec.recommender.closeness` says, about 1 from the films most like it; where
that is half or less, and from all other films, nothing: famous films are at the end of many lists, and that people
who like the one rarely like the other is no reason to show it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import Artifact, ForYouTables
from movierec.recommender.closeness import closeness, places
from movierec.recommender.kinds import KindPart, kind_part

__all__ = ["Scores", "score"]

_Rows: TypeAlias = NDArray[np.intp]

_HALF_LIKES = 14.0  # where the manifest tells none
_BEST = 50
_AT_ONCE = 64  # likes
_LIKE_THE_DISLIKED = 0.5  # closeness; about twenty films of a list have more


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of all n films for one visitor, and what they are made of.

    Attributes:
        total: (n,) float64.
    """

    total: NDArray[np.float64]
    _parts: tuple[_AnyPart, ...]
    _rated: int

    def contributions(self, films: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return (l, c): what each of l rated films adds to each of the c *films*; the sums are their scores."""
        found, place = np.zeros((self._rated, len(films))), places(films, len(self.total))
        for part in self._parts:
            part.add_to(found, place)
        return found


@dataclass(frozen=True, eq=False)
class _Part:
    """What p of the rated films add by a table of similar films.

    Attributes:
        films: (p,) which of the rated films.
        targets: (p, W) the rows that they add to; -1 pads.
        values: (p, W) of the table.
        factors: (p,) what the values of each are multiplied by.
    """

    films: NDArray[np.intp]
    targets: NDArray[np.int32]
    values: NDArray[np.floating]
    factors: NDArray[np.float64]

    def total(self, n: int) -> NDArray[np.float64]:
        """Return (n,) what is added to all films."""
        added = (self.values * self.factors[:, None]).ravel()
        # One place more, at the head, for the padding.
        return np.bincount(self.targets.ravel() + 1, added, minlength=n + 1)[1:].astype(np.float64, copy=False)

    def add_to(self, found: NDArray[np.float64], place: NDArray[np.intp]) -> None:
        """Add to *found* (l, c) what is added to the films whose (n + 1,) *place* is a column of it."""
        at = place[self.targets]
        row, column = np.nonzero(at >= 0)
        found[self.films[row], at[row, column]] += self.values[row, column] * self.factors[row]


@dataclass(frozen=True, eq=False)
class _LearnedPart:
    """What p of the rated films add by the weights that were learned.

    Attributes:
        films: (p,) which of the rated films.
        places: (p,) where they are in ``tables.rows``.
        tables: the weights.
        factors: (p,) what the weights of each are multiplied by.
    """

    films: NDArray[np.intp]
    places: NDArray[np.intp]
    tables: ForYouTables
    factors: NDArray[np.float64]

    def total(self, n: int) -> NDArray[np.float64]:
        """Return (n,) what is added to all films."""
        learned = np.zeros(len(self.tables.rows))
        # einsum adds up in double precision without a copy in it, and in order; some at a time, for the weights of
        # 500 likes are 16 MB.
        for start in range(0, len(self.places), _AT_ONCE):
            few = slice(start, start + _AT_ONCE)
            learned += np.einsum("i,ij->j", self.factors[few], self.tables.weights[self.places[few]])
        total = np.zeros(n)
        total[self.tables.rows] = learned
        return total

    def add_to(self, found: NDArray[np.float64], place: NDArray[np.intp]) -> None:
        """Add to *found* (l, c) what is added to the films whose (n + 1,) *place* is a column of it."""
        at = place[self.tables.rows]
        columns = np.flatnonzero(at >= 0)
        weights = self.tables.weights[np.ix_(self.places, columns)]
        found[np.ix_(self.films, at[columns])] += weights * self.factors[:, None]


_AnyPart: TypeAlias = _Part | _LearnedPart | KindPart


def score(artifact: Artifact, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> Scores:
    """Return the scores of all films for somebody's likes.

    Args:
        rows: (l,) the rows of the films, different ones, l ≥ 1.
        weights: (l,) how much each is liked; negative: disliked.

    Reads l rows of each table.
    """
    n = len(artifact.ids)
    likes, dislikes = np.flatnonzero(weights > 0), np.flatnonzero(weights < 0)
    learned_share = len(likes) ** 2 / (len(likes) ** 2 + _half_likes(artifact) ** 2)
    parts: list[_AnyPart] = []
    total = np.zeros(n)
    if len(dislikes):
        parts.append(_disliked(artifact, rows, weights, dislikes))
        total += parts[-1].total(n)
    learned = _learned(artifact, rows, weights, likes)
    if learned is None:  # the other table speaks for all
        learned_share = 0.0
    for part, share in (
        (learned, learned_share),
        (_similar(artifact, rows, weights, likes), 1 - learned_share),
    ):
        if part is None:
            continue
        added = part.total(n)
        scale = _scale(added)
        if share and scale > 0:
            parts.append(replace(part, factors=part.factors * (share / scale)))
            added *= share / scale
            total += added
    if artifact.for_you is not None:
        parts.append(kind_part(artifact.for_you.kind_sets, rows, likes, share=1 - learned_share))
        total += parts[-1].total(n)
    return Scores(total, tuple(parts), len(rows))


def _half_likes(artifact: Artifact) -> float:
    return float(artifact.manifest.get("recipe", {}).get("for_you", {}).get("half_likes", _HALF_LIKES))


def _learned(artifact: Artifact, rows: _Rows, weights: NDArray[np.float64], likes: _Rows) -> _LearnedPart | None:
    """Return what was learned of those *likes* for which anything was; None where there are none."""
    tables = artifact.for_you
    if tables is None:
        return None
    place = np.minimum(np.searchsorted(tables.rows, rows[likes]), len(tables.rows) - 1)
    known = tables.rows[place] == rows[likes]
    if not known.any():
        return None
    return _LearnedPart(likes[known], place[known], tables, weights[likes[known]])


def _similar(artifact: Artifact, rows: _Rows, weights: NDArray[np.float64], likes: _Rows) -> _Part:
    tables, chosen = artifact.for_you, rows[likes]
    if tables is None:
        return _close(artifact, rows, weights, likes)
    return _Part(likes, tables.similar_rows[chosen], tables.similar_scores[chosen], weights[likes])


def _close(artifact: Artifact, rows: _Rows, weights: NDArray[np.float64], films: _Rows) -> _Part:
    targets, scores = artifact.similar_rows[rows[films]], artifact.similar_scores[rows[films]]
    return _Part(films, targets, closeness(targets, scores), weights[films])


def _disliked(artifact: Artifact, rows: _Rows, weights: NDArray[np.float64], films: _Rows) -> _Part:
    part = _close(artifact, rows, weights, films)
    # The tail of a list is made of films that everybody likes: they are not what was waved away.
    return replace(part, values=np.where(part.values > _LIKE_THE_DISLIKED, part.values, 0.0))


def _scale(total: NDArray[np.float64]) -> float:
    """Return how far the best of *total* are above its median: 50 of them, of few films a tenth."""
    best = max(1, min(_BEST, len(total) // 10))
    # Most films of a large catalogue have 0; to order 50,000 scores, most of them equal, takes a millisecond.
    above, below = total[total > 0], int(np.count_nonzero(total < 0))
    median = 0.0 if max(len(above), below) < len(total) / 2 else float(np.median(total))
    high = above if len(above) >= best else total.copy()
    high.partition(len(high) - best)
    return float(high[-best:].mean()) - median
