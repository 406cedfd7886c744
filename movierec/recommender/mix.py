"""Films like several films at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from movierec.recommender.closeness import between

__all__ = ["mix"]


def mix(
    rows: NDArray[np.int32], scores: NDArray[np.float32], seeds: NDArray[np.intp], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return the films most like all *seeds*, best first.

    Args:
        rows, scores: the table of similar films, (n, K).
        seeds: (s,) rows, different ones.
        k: how many films.
    Returns:
        (c,) rows, their (c,) scores and (s, c) how close each is to each seed; c ≤ k.
    """
    listed = np.unique(rows[seeds])
    films = np.setdiff1d(listed[listed >= 0], seeds).astype(np.intp)
    close = between(rows, scores, seeds, films)
    # Concave: to be close to two films counts for more than to be twice as close to one.
    gain = close / (close + 1)
    order = _taking_turns(gain, min(k, len(films)))
    return films[order], gain.sum(axis=0)[order], close[:, order]


def _taking_turns(gain: NDArray[np.float64], k: int) -> list[int]:
    """Return *k* columns of (s, c) *gain*: each time the one that gives most to the seeds that have least.

    What a seed has is the gain of what was taken before; the more that is, the less more of it counts.
    """
    have = np.zeros(len(gain))
    left = gain.copy()
    order: list[int] = []
    for _ in range(k):
        best = int(np.argmax((1 / (1 + have)) @ left))
        order.append(best)
        have += gain[:, best]
        left[:, best] = -1
    return order
