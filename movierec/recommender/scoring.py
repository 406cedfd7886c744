"""What each like and dislike adds to each film: tables and weights in, contributions out.

The score of film j is a sum over the films i that were rated, so that it can be said which of them speak for it.
A like adds::

    weight_i · (w · learned_ij / a + (1 - w) · similar_ij / b),    w = n / (n + h)

``learned`` are the weights that were learned from people's likes, ``similar`` the wide table; n is the number of
likes and h, ``half_likes`` of the manifest, how many make the two count alike. a and b bring the two to one
scale: of the sums over this visitor's likes, how far the best 50 are above the median; so the best films have
about 1. Without ratings there is only the table of similar films, row by row on one scale.

A dislike takes away what :mod:`movierec.recommender.closeness` says, about 1 from the films most like it, and
from no other film anything: that people who like the one rarely like the other is no reason to show it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import Artifact
from movierec.recommender.closeness import closeness, places

__all__ = ["Scores", "score"]

_HALF_LIKES = 16.0  # where the manifest tells none
_BEST = 50


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of all n films for one visitor, and what they are made of.

    Attributes:
        total: (n,) float64.
    """

    total: NDArray[np.float64]
    _parts: tuple[_Part, ...]
    _rated: int

    def contributions(self, films: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return (l, c): what each of l rated films adds to each of the c *films*; the sums are their scores."""
        found, place = np.zeros((self._rated, len(films))), places(films, len(self.total))
        for part in self._parts:
            part.add_to(found, place)
        return found


@dataclass(frozen=True, eq=False)
class _Part:
    """What p of the rated films add by one table: values (p, W) for those at targets, (p, W) or, for all, (W,)."""

    films: NDArray[np.intp]
    targets: NDArray[np.int32]
    values: NDArray[np.float64]

    def total(self, n: int) -> NDArray[np.float64]:
        if self.targets.ndim == 1:
            total = np.zeros(n)
            total[self.targets] = self.values.sum(axis=0)
            return total
        used = self.targets >= 0
        return np.bincount(self.targets[used], weights=self.values[used], minlength=n).astype(np.float64)

    def add_to(self, found: NDArray[np.float64], place: NDArray[np.intp]) -> None:
        at = np.broadcast_to(place[self.targets], self.values.shape)
        row, column = np.nonzero(at >= 0)
        found[self.films[row], at[row, column]] += self.values[row, column]

    def times(self, factors: NDArray[np.float64]) -> _Part:
        """Return the part with what each film adds multiplied by its one of the (l,) *factors*."""
        return _Part(self.films, self.targets, self.values * factors[self.films, None])


def score(artifact: Artifact, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> Scores:
    """Return the scores of all films for somebody's likes.

    Args:
        rows: (l,) the rows of the films, different ones, l ≥ 1.
        weights: (l,) how much each is liked; negative: disliked.

    Reads l rows of each table.
    """
    n = len(artifact.ids)
    likes, dislikes = np.flatnonzero(weights > 0), np.flatnonzero(weights < 0)
    learned_share = len(likes) / (len(likes) + _half_likes(artifact))
    parts = [_close(artifact, rows, dislikes).times(weights)]
    for table, share in (
        (_learned(artifact, rows, likes), learned_share),
        (_similar(artifact, rows, likes), 1 - learned_share),
    ):
        part = table.times(weights)
        scale = _scale(part.total(n))
        if share and scale > 0:
            parts.append(part.times(np.full(len(rows), share / scale)))
    total = np.sum([part.total(n) for part in parts], axis=0)
    return Scores(total, tuple(parts), len(rows))


def _half_likes(artifact: Artifact) -> float:
    return float(artifact.manifest.get("recipe", {}).get("for_you", {}).get("half_likes", _HALF_LIKES))


def _learned(artifact: Artifact, rows: NDArray[np.intp], likes: NDArray[np.intp]) -> _Part:
    """Return what was learned of those *likes* for which anything was."""
    if artifact.for_you is None:
        return _Part(np.zeros(0, np.intp), np.zeros(0, np.int32), np.zeros((0, 0)))
    targets = np.asarray(artifact.for_you.rows)
    place = np.minimum(np.searchsorted(targets, rows[likes]), len(targets) - 1)
    known = targets[place] == rows[likes]
    return _Part(likes[known], targets, artifact.for_you.weights[place[known]].astype(np.float64))


def _similar(artifact: Artifact, rows: NDArray[np.intp], likes: NDArray[np.intp]) -> _Part:
    tables = artifact.for_you
    if tables is None:
        return _close(artifact, rows, likes)
    chosen = rows[likes]
    return _Part(likes, tables.similar_rows[chosen], tables.similar_scores[chosen].astype(np.float64))


def _close(artifact: Artifact, rows: NDArray[np.intp], films: NDArray[np.intp]) -> _Part:
    targets, scores = artifact.similar_rows[rows[films]], artifact.similar_scores[rows[films]]
    return _Part(films, targets, closeness(targets, scores))


def _scale(total: NDArray[np.float64]) -> float:
    """Return how far the best of *total* are above its median: 50 of them, of few films a tenth."""
    best = max(1, min(_BEST, len(total) // 10))
    return float(np.partition(total, -best)[-best:].mean() - np.median(total))
