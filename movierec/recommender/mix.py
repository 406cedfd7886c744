"""Films like several films at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from movierec.recommender.closeness import between

__all__ = ["mix"]

_FIRST = 10  # among so many, every film of the mix has one that is like it
# Famous films are in many lists, and so in all lists of a mix. How much of a film's closeness depends on its
# listing the seed in turn, and how steeply it falls with the number of lists that it is in. Chosen by reading:
# without both, Forrest Gump is most like Notting Hill and Love Actually; with much more, nobody knows the films.
_IN_TURN, _FALL = 0.4, 0.25


def mix(
    rows: NDArray[np.int32],
    scores: NDArray[np.float32],
    listed: NDArray[np.intp],
    seeds: NDArray[np.intp],
    k: int,
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return the films most like all *seeds*, best first.

    Args:
        rows, scores: the table of similar films, (n, K).
        listed: (n,) in how many lists of the table each film is.
        seeds: (s,) rows, different ones.
        k: how many films.
    Returns:
        (c,) rows, their (c,) scores and (s, c) how close each is to each seed; c ≤ k.
    """
    films = np.setdiff1d(rows[seeds], [-1, *seeds]).astype(np.intp)
    forth = between(rows, scores, seeds, films)
    back = np.minimum(between(rows, scores, films, seeds).T, 1)
    fame = (1 + listed[films] / rows.shape[1]) ** _FALL
    close = forth * (1 - _IN_TURN + _IN_TURN * back) / fame
    # Concave: to be close to two films counts for more than to be twice as close to one.
    gain = close / (close + 1)
    like = np.array([np.isin(films, rows[seed]) for seed in seeds])
    order = _taking_turns(gain, like, min(k, len(films)))
    return films[order], gain.sum(axis=0)[order], close[:, order]


def _taking_turns(gain: NDArray[np.float64], like: NDArray[np.bool_], k: int) -> list[int]:
    """Return *k* columns of (s, c) *gain*: each time the one that gives most to the seeds that have least.

    What a seed has is the gain of what was taken before; the more that is, the less more of it counts. When the
    first places run out, only films are taken that are *like* a seed for which there is none yet.
    """
    have = np.zeros(len(gain))
    served = np.zeros(len(gain), bool)
    left = gain.copy()
    order: list[int] = []
    for place in range(k):
        worth = (1 / (1 + have)) @ left
        waiting = served < like.any(axis=1)
        if 0 < min(k, _FIRST) - place <= waiting.sum():
            worth = np.where(like[waiting].any(axis=0), worth, -np.inf)
        best = int(np.argmax(worth))
        order.append(best)
        have += gain[:, best]
        served |= like[:, best]
        left[:, best] = -np.inf
    return order
