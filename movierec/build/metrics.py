"""How good are lists of similar films? Figures by the protocol that every model here is measured with.

A user likes a film when they gave it four stars or more. Each of up to twenty films that a user likes is
a query; what should come is the other films that they like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from movierec.build.bootstrap import Interval, intervals

__all__ = ["DISCOUNTS", "TOP", "Figures", "head_of", "measure", "share_of_siblings"]

TOP = 10  # places of a list that are looked at
DISCOUNTS = 1 / np.log2(np.arange(2, TOP + 2))  # what a hit in each of them is worth
_SEEDS_PER_USER = 20
_HEAD_SHARE = 0.02


@dataclass(frozen=True)
class Figures:
    """Means over queries, from 0 to 1.

    Attributes:
        ndcg: nDCG@10, the ideal being as many hits as the user has other likes, at most ten.
        hit: share of queries with at least one hit in the first ten.
        weighted_ndcg: nDCG@10 where a hit counts (likes of the film)^-0.5: popular films count less.
        coverage: share of all films that some query's first ten show.
        queries: how many there were.
        intervals: of ndcg, hit and weighted_ndcg: where 95 % of the means over other users would lie.
    """

    ndcg: float
    hit: float
    weighted_ndcg: float
    coverage: float
    queries: int
    intervals: Mapping[str, Interval]


def measure(
    lists: NDArray[np.int32], liked: sparse.csr_array, *, without: NDArray[np.intp] | None = None
) -> Figures:
    """Measure lists of similar films on what users like.

    Args:
        lists: (n, L) rows of films similar to each of n films, best first, -1 where there are no more.
        liked: (u, n) booleans.
        without: rows that are taken out of lists, likes and queries alike.
    Returns:
        Figures over all queries of the users with two likes or more; the queries are the same for all
        *lists* (they are drawn with one fixed seed).
    """
    n = len(lists)
    out = np.zeros(n, dtype=bool)
    out[[] if without is None else without] = True
    tops = _first_ten(lists, out)
    # One place more than there are films, never liked, never worth anything: that is where -1 points.
    likes_per_film = np.bincount(liked.indices, minlength=n + 1)
    gains = np.where(likes_per_film > 0, np.maximum(likes_per_film, 1) ** -0.5, 0.0)
    random = np.random.RandomState(0)
    sums: list[NDArray[np.float64]] = []
    queries: list[int] = []
    shown = np.zeros(n + 1, dtype=bool)
    for user in range(liked.shape[0]):
        films = np.sort(liked.indices[liked.indptr[user] : liked.indptr[user + 1]])
        films = films[~out[films]]
        if len(films) >= 2:
            seeds = _seeds(films, random)
            shown[tops[seeds]] = True
            sums.append(_of_user(films, tops[seeds], seeds, gains).sum(axis=0))
            queries.append(len(seeds))
    of_users, counts = np.reshape(sums, (-1, 3)), np.array(queries, dtype=np.int64)
    ndcg, hit, weighted = (of_users.sum(axis=0) / max(1, counts.sum())).tolist()
    between = dict(zip(("ndcg", "hit", "weighted_ndcg"), intervals(of_users, counts), strict=True))
    return Figures(ndcg, hit, weighted, float(shown[:n].mean()), int(counts.sum()), between)


def _first_ten(lists: NDArray[np.int32], out: NDArray[np.bool_]) -> NDArray[np.int32]:
    gone = (lists < 0) | out[lists]
    order = np.argsort(gone, axis=1, kind="stable")[:, :TOP]
    tops = np.take_along_axis(np.where(gone, -1, lists), order, axis=1)
    return np.pad(tops, ((0, 0), (0, TOP - tops.shape[1])), constant_values=-1)


def _seeds(films: NDArray[np.int32], random: np.random.RandomState) -> NDArray[np.int32]:
    if len(films) <= _SEEDS_PER_USER:
        return films
    return random.choice(films, _SEEDS_PER_USER, replace=False)


def _of_user(
    films: NDArray[np.int32], shown: NDArray[np.int32], seeds: NDArray[np.int32], gains: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (queries, 3): nDCG, hit and weighted nDCG of each query of one user."""
    liked = np.zeros(len(gains), dtype=bool)
    liked[films] = True
    hits = liked[shown]
    ideal = DISCOUNTS[: len(films) - 1].sum()
    by_gain = films[np.argsort(-gains[films], kind="stable")]
    weighted_ideal = np.array([_ideal(gains[by_gain[by_gain != seed]]) for seed in seeds])
    return np.column_stack([
        hits @ DISCOUNTS / ideal,
        hits.any(axis=1),
        (hits * gains[shown]) @ DISCOUNTS / weighted_ideal,
    ])  # fmt: skip


def _ideal(gains: NDArray[np.float64]) -> float:
    best = gains[:TOP]
    return float(best @ DISCOUNTS[: len(best)])


def head_of(likes: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the rows of the 2 % most-liked films."""
    return np.argsort(-likes, kind="stable")[: round(_HEAD_SHARE * len(likes))]


def share_of_siblings(lists: NDArray[np.int32], families: Iterable[Sequence[int]]) -> tuple[float, int]:
    """Return how many of their siblings films have in their first ten, and how many films that is about.

    Args:
        families: rows that belong together; those of one film count nothing.
    Returns:
        The mean over films of (siblings found) / (siblings, at most ten), and the number of films.
    """
    shares = [
        len(set(family) & set(lists[row, :TOP].tolist()) - {row}) / min(len(family) - 1, TOP)
        for family in families
        if len(family) > 1
        for row in family
    ]
    return (float(np.mean(shares)), len(shares)) if shares else (0.0, 0)
