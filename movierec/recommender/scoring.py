"""What each like adds to each film: tables and weights in, contributions out.

The score of film j is a sum over likes, so that it can be said which of them speak for it::

    score_j = Σ_i weight_i · c_ij,    c_ij = w · learned_ij / a + (1 - w) · similar_ij / b,    w = n / (n + h)

``learned`` are the weights that were learned from people's likes, ``similar`` the wide table; n is the number
of likes and h, ``half_likes`` of the manifest, how many make the two count alike. a and b bring the two to one
scale: of this visitor's sums, how far the best 50 are above the median. A dislike counts with a negative weight,
and only where it pushes away. Without ratings there is only the table of similar films, row by row on one scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    _likes: int

    def contributions(self, films: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return (l, c): what each of l likes adds to each of the c *films*; summed over likes, their scores."""
        found = np.zeros((self._likes, len(films)))
        for part in self._parts:
            part.add_to(found, places(films, len(self.total)))
        return found


@dataclass(frozen=True, eq=False)
class _Part:
    """What p of the likes add by one table: values (p, W) for the films at targets, (p, W) or, for all, (W,)."""

    likes: NDArray[np.intp]
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
        found[self.likes[row], at[row, column]] += self.values[row, column]

    def of(self, chosen: NDArray[np.bool_]) -> _Part:
        kept = chosen[self.likes]
        targets = self.targets if self.targets.ndim == 1 else self.targets[kept]
        return _Part(self.likes[kept], targets, self.values[kept])

    def times(self, factor: float) -> _Part:
        return _Part(self.likes, self.targets, self.values * factor)


def score(artifact: Artifact, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> Scores:
    """Return the scores of all films for somebody's likes.

    Args:
        rows: (l,) the rows of the films, different ones, l ≥ 1.
        weights: (l,) how much each is liked; negative: disliked.

    Reads l rows of each table.
    """
    n, likes = len(artifact.ids), int((weights > 0).sum())
    learned_share = likes / (likes + _half_likes(artifact))
    shares = [
        (_learned(artifact, rows, weights), learned_share),
        (_similar(artifact, rows, weights), 1 - learned_share),
    ]
    # Both are brought to the scale of what the likes say; of the dislikes where there are none.
    deciding = weights > 0 if likes else weights < 0
    parts = []
    for part, share in shares:
        scale = _scale(np.abs(part.of(deciding).total(n)))
        if share and scale > 0:
            parts.append(part.times(share / scale))
    total = np.sum([part.total(n) for part in parts], axis=0) if parts else np.zeros(n)
    return Scores(total, tuple(parts), len(rows))


def _half_likes(artifact: Artifact) -> float:
    return float(artifact.manifest.get("recipe", {}).get("for_you", {}).get("half_likes", _HALF_LIKES))


def _learned(artifact: Artifact, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> _Part:
    if artifact.for_you is None:
        return _Part(np.zeros(0, np.intp), np.zeros(0, np.int32), np.zeros((0, 0)))
    targets = np.asarray(artifact.for_you.rows)
    place = np.searchsorted(targets, rows)
    known = np.flatnonzero(targets[np.minimum(place, len(targets) - 1)] == rows)
    return _Part(known, targets, _weighted(artifact.for_you.weights[place[known]], weights[known]))


def _similar(artifact: Artifact, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> _Part:
    tables = artifact.for_you
    if tables is None:
        targets = artifact.similar_rows[rows]
        values = closeness(targets, artifact.similar_scores[rows])
    else:
        targets, values = tables.similar_rows[rows], tables.similar_scores[rows].astype(np.float64)
    return _Part(np.arange(len(rows)), targets, _weighted(values, weights))


def _weighted(values: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    weighted = values * weights[:, None]
    return np.where(weights[:, None] < 0, np.minimum(weighted, 0), weighted)


def _scale(total: NDArray[np.float64]) -> float:
    """Return how far the best of *total* are above its median: 50 of them, of few films a tenth."""
    best = max(1, min(_BEST, len(total) // 10))
    return float(np.partition(total, -best)[-best:].mean() - np.median(total))
