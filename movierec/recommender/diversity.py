"""Recommend different films: of two that are alike, the second one counts for less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CANDIDATES", "DIVERSITY", "diversify"]

CANDIDATES = 100  # how many of the best are looked at, whatever is asked for
DIVERSITY = 0.04


def diversify(scores: NDArray[np.float64], alike: NDArray[np.float64], k: int, diversity: float) -> list[int]:
    """Return the places of *k* films, each time the best of those left once what was taken has been counted.

    Args:
        scores: (c,) descending.
        alike: (c, c) from 0, nothing in common, to 1.
        diversity: from 0, by score alone, to 1: a film just like one that was taken counts half, like two a third.

    A film counts for ``score / (1 + diversity · Σ alike)``, the sum over the films taken: the third sequel counts
    for less than the second.
    """
    redundant = np.zeros(len(scores))
    left = np.maximum(scores, 0.0)
    order: list[int] = []
    for _ in range(min(k, len(scores))):
        best = int(np.argmax(left / (1 + diversity * redundant)))
        order.append(best)
        left[best] = -np.inf
        redundant += alike[best]
    return order
