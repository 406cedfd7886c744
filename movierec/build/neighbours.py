"""Each film's most similar films, a block of rows at a time: no n×n matrix is ever held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from movierec.build.features import YEAR_SCALE, Features
from movierec.build.products import Products

__all__ = ["best", "nearest", "rows_per_block"]

# In one block of rows: 16 MB as float32. With its sparse products and the parts of a blend, which are of the same
# size, up to ten times as much is held at once.
_SCORES_PER_BLOCK = 4_000_000


class Taste(Protocol):
    """What makes scores of content and of what people like."""

    def scores(
        self, block: slice, content: NDArray[np.float32], prior: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return (b, n) float32, the score of every film for each film in *block*.

        Args:
            block: rows, with start and stop.
            content: (b, n) their likeness C; may be changed.
            prior: (n,) float32.
        """


def nearest(
    features: Features,
    k: int = 100,
    *,
    taste: Taste | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the *k* films most similar to each film, best first, never the film itself.

    Args:
        features: n films.
        k: how many; with n ≤ k films the lists are padded with row -1 and score 0.
        taste: knows who likes which of the n films; None where there are no ratings.
        progress: called with the number of films done and n, after every block.
    Returns:
        (n, k) int32 rows and (n, k) float32 scores: ``C + prior``, or those of *taste*. Equal scores are
        in order of rows, so that the same films always give the same lists.

    Source: notebooks/03_neighbours.ipynb, "How many neighbours?".
    """
    n = len(features.years)
    rows = np.full((n, k), -1, dtype=np.int32)
    scores = np.zeros((n, k), dtype=np.float32)
    products = Products(features.matrix)
    years, year_of = np.unique(features.years, return_inverse=True)
    in_time = _closeness_in_time(years, features.years, features.year_weight)
    step = rows_per_block(n)
    for start in range(0, n, step):
        block = slice(start, min(start + step, n))
        likeness = products.of(block)
        likeness += in_time[year_of[block]]
        if taste:
            likeness = taste.scores(block, likeness, features.prior)
        else:
            likeness += features.prior
        likeness[np.arange(block.stop - start), np.arange(start, block.stop)] = -np.inf
        for offset, row_scores in enumerate(likeness):
            found = best(row_scores, min(k, n - 1))
            rows[start + offset, : len(found)] = found
            scores[start + offset, : len(found)] = row_scores[found]
        if progress:
            progress(block.stop, n)
    return rows, scores


def rows_per_block(n: int) -> int:
    """Return how many rows of *n* scores are worked on at once, one at least."""
    return max(1, _SCORES_PER_BLOCK // max(1, n))


def _closeness_in_time(
    years: NDArray[np.int32], film_years: NDArray[np.int32], weight: float
) -> NDArray[np.float32]:
    """Return (distinct years, n) float32: closeness of each year to each film's; 0 where one is unknown."""
    apart = np.abs(years[:, None] - film_years[None, :])
    known = (years[:, None] > 0) & (film_years[None, :] > 0)
    return np.where(known, weight * np.exp(-apart / YEAR_SCALE), 0).astype(np.float32)


def best(scores: NDArray[np.floating], k: int) -> NDArray[np.intp]:
    """Return the places of the *k* highest scores, best first, equal ones in order of place."""
    if k < 1:
        return np.empty(0, dtype=np.intp)
    # Partitioning finds the k-th score, and all that equal it are looked at: argpartition alone would pick
    # among equals as it pleases.
    least = np.partition(scores, -k)[-k]
    candidates = np.flatnonzero(scores >= least)
    return candidates[np.argsort(-scores[candidates], kind="stable")][:k]
