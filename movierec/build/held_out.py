"""How good are recommendations from several films? Some of each user's likes are held out, to be found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from movierec.build.bootstrap import Interval, intervals
from movierec.build.metrics import DISCOUNTS, TOP

__all__ = ["HISTORIES", "ForYouFigures", "HeldOut", "hold_out", "measure_for_you", "variety"]

HISTORIES = (3, 5, 10, 0.8)  # how many likes are known, or which share of them
DEPTH = 20  # how many places of a list are looked at for recall
_FEWEST_HELD_OUT = 5
_FEWEST_LIKES = 5  # of a user of whom a share is known
_SEED = 0


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The likes of q users, each cut in two.

    Attributes:
        places: (q,) which users of the ones given they are.
        known: (q, n) sparse booleans: the likes that recommendations are made from.
        relevant: (q, n) sparse booleans: all their other likes, one at least.
    """

    places: NDArray[np.intp]
    known: sparse.csr_array
    relevant: sparse.csr_array

    def histories(self) -> list[NDArray[np.int32]]:
        """Return the rows that each user is known to like, ascending."""
        return np.split(self.known.indices, self.known.indptr[1:-1]) if len(self.places) else []


def hold_out(liked: sparse.csr_array, size: float, *, seed: int = _SEED) -> HeldOut:
    """Draw what is known of each user, at random.

    Args:
        liked: (u, n) booleans.
        size: from 1 on, a number of likes: users who have five more are taken. Below 1, a share of the
            likes, rounded down: users with five likes or more are taken.
        seed: with the same one, 3 likes are among the 5, and they among the 10.
    """
    likes = sparse.csr_array(liked, copy=True)
    likes.sort_indices()
    counts = np.diff(likes.indptr)
    if size >= 1:
        known, enough = np.full(len(counts), int(size)), counts >= size + _FEWEST_HELD_OUT
    else:
        # 0.8 of 5 is 4, whichever way the computer rounds.
        known, enough = np.floor(size * counts + 1e-9).astype(np.intp), counts >= _FEWEST_LIKES
    user_of = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((np.random.RandomState(seed).random_sample(likes.nnz), user_of))
    turn = np.arange(likes.nnz) - likes.indptr[user_of]  # of each like among those of its user
    is_known = np.zeros(likes.nnz, dtype=bool)
    is_known[order] = turn < known[user_of]
    places = np.flatnonzero(enough & (known > 0))
    parts = [
        sparse.csr_array((np.ones(part.sum(), bool), (user_of[part], likes.indices[part])), shape=likes.shape)
        for part in (is_known, ~is_known)
    ]
    return HeldOut(places, parts[0][places], parts[1][places])


@dataclass(frozen=True)
class ForYouFigures:
    """Means over users, from 0 to 1.

    Attributes:
        ndcg: nDCG@10, the ideal being as many hits as the user has relevant films, at most ten.
        recall: share of a user's relevant films that are in the first twenty.
        coverage: share of all films that some user's first ten show.
        users: how many there were.
        intervals: of ndcg and recall: where 95 % of the means over other users would lie.
    """

    ndcg: float
    recall: float
    coverage: float
    users: int
    intervals: Mapping[str, Interval]


def measure_for_you(lists: NDArray[np.integer], relevant: sparse.csr_array) -> ForYouFigures:
    """Measure what was recommended to q users.

    Args:
        lists: (q, L) rows, best first, -1 where there are no more; what is known is not among them. Twenty
            are looked at, and fewer count as that.
        relevant: (q, n) booleans: what each user should find, one film at least.
    """
    q, n = relevant.shape
    shown = np.full((q, DEPTH), -1, dtype=np.int64)
    shown[:, : lists.shape[1]] = lists[:, :DEPTH]
    wanted = np.repeat(np.arange(q), np.diff(relevant.indptr)) * n + relevant.indices
    hits = np.isin(np.arange(q)[:, None] * n + shown, wanted) & (shown >= 0)
    counts = np.diff(relevant.indptr)
    ideals = np.concatenate([[1.0], np.cumsum(DISCOUNTS)])[np.minimum(counts, TOP)]
    figures = np.column_stack([
        hits[:, :TOP] @ DISCOUNTS / ideals,
        hits.sum(axis=1) / np.maximum(counts, 1),
    ])  # fmt: skip
    ndcg, recall = (figures.sum(axis=0) / max(1, q)).tolist()
    top = shown[:, :TOP]
    between = intervals(figures, np.ones(q, dtype=np.int64))
    return ForYouFigures(
        ndcg=ndcg,
        recall=recall,
        coverage=len(np.unique(top[top >= 0])) / max(1, n),
        users=q,
        intervals=dict(zip(("ndcg", "recall"), between, strict=True)),
    )


def variety(lists: NDArray[np.integer], genres: NDArray[np.bool_]) -> float:
    """Return how unlike the films of one first ten are, by their genres, from 0 to 1.

    The unlikeness of two films is 1 - (genres of both) / (genres of either). It is averaged over all pairs
    of a first ten, those left out of which no film has a genre, then over the lists that have such pairs.

    Args:
        lists: (q, L) rows, best first, -1 where there are no more.
        genres: (n, g) which genres each film has.
    """
    tops = np.asarray(lists)[:, :TOP]
    has = np.where((tops >= 0)[:, :, None], genres[tops], False).astype(np.float32)  # (q, 10, g)
    sizes = has.sum(axis=2)
    both = has @ has.transpose(0, 2, 1)
    either = sizes[:, :, None] + sizes[:, None, :] - both
    pair = (tops >= 0)[:, :, None] & (tops >= 0)[:, None, :] & (either > 0)
    pair &= np.triu(np.ones(pair.shape[1:], dtype=bool), 1)
    unlike = np.where(pair, 1 - both / np.maximum(either, 1), 0).sum(axis=(1, 2))
    pairs = pair.sum(axis=(1, 2))
    return float((unlike[pairs > 0] / pairs[pairs > 0]).mean()) if pairs.any() else 0.0
