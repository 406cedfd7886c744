"""Films for somebody: from what they like and dislike, to picks with the likes that speak for each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from movierec.artifact import Artifact, Movie
from movierec.catalogue import Catalogue
from movierec.recommender.closeness import between
from movierec.recommender.diversity import CANDIDATES, diversify
from movierec.recommender.picks import Pick, Reason
from movierec.recommender.scoring import Scores, score
from movierec.recommender.why import Why

__all__ = ["for_you", "rank"]

_BEST_KNOWN = 5000  # films; rows are in order of renown


def for_you(
    catalogue: Catalogue,
    rows: NDArray[np.intp],
    weights: NDArray[np.float64],
    k: int,
    *,
    seen: NDArray[np.intp],
    diversity: float,
) -> list[Pick]:
    """Return at most *k* films for somebody.

    Args:
        rows, weights: (l,) the rows of different films and how much each is liked.
        seen: rows of other films to be left out.
    """
    films, totals, scores = rank(catalogue.artifact, rows, weights, k, seen=seen, diversity=diversity)
    added = scores.contributions(films)
    added[weights <= 0] = 0
    carrying = _carrying(rows, added, totals)
    names = catalogue.names(row for likes in carrying for row in likes)
    why = Why(catalogue, sorted({likes[0] for likes in carrying if likes}), films.tolist(), names)
    return [
        Pick(movie, total, _reasons(why, names, movie, row, likes))
        for movie, row, total, likes in zip(why.found, films.tolist(), totals.tolist(), carrying, strict=True)
    ]


def rank(
    artifact: Artifact,
    rows: NDArray[np.intp],
    weights: NDArray[np.float64],
    k: int,
    *,
    seen: NDArray[np.intp],
    diversity: float,
) -> tuple[NDArray[np.intp], NDArray[np.float64], Scores]:
    """Return (c,) rows of the films of :func:`for_you`, in its order, (c,) scores, and what these are made of.

    Only the best :data:`CANDIDATES` are compared with each other: of all films that would be tens of gigabytes.
    """
    scores = score(artifact, rows, weights)
    total = scores.total
    if not (weights > 0).any():
        total = total + _renown(len(total))
    unseen = np.ones(len(total), bool)
    unseen[rows] = unseen[seen] = False
    films = _best(total, unseen, max(k, CANDIDATES) if diversity else k)
    if diversity:
        head, tail = films[:CANDIDATES], films[CANDIDATES:]
        films = np.concatenate([_reordered(artifact, head, total[head], k, diversity), tail])
    return films, total[films], scores


def _renown(n: int) -> NDArray[np.float64]:
    """Return (n,) from 1, for the best known, to 0: what films are scored by where nothing is liked."""
    renown: NDArray[np.float64] = 1 - np.log1p(np.arange(n)) / np.log1p(n)
    return renown


def _best(total: NDArray[np.float64], unseen: NDArray[np.bool_], k: int) -> NDArray[np.intp]:
    """Return at most *k* rows of those *unseen*, (n,), best first; equal ones in order of rows."""
    looked_at = unseen & (total > 0)  # most films of a large catalogue have 0
    if np.count_nonzero(looked_at) < k:
        looked_at = unseen
    # The k-th best of all is not worse than that of the best known: after these few are left to be put in order.
    for some in (slice(_BEST_KNOWN), slice(None)):
        negative = -total[some][looked_at[some]]  # of many zeros, the lowest are found sooner than the highest
        if k < len(negative):
            negative.partition(k - 1)
            # All that equal the k-th are looked at: partitioning alone would pick among them as it pleases.
            looked_at = looked_at & (total >= -negative[k - 1])
    among = np.flatnonzero(looked_at)
    return among[np.argsort(-total[among], kind="stable")][:k]


def _reordered(
    artifact: Artifact, films: NDArray[np.intp], scores: NDArray[np.float64], k: int, diversity: float
) -> NDArray[np.intp]:
    close = between(artifact.similar_rows, artifact.similar_scores, films, films)
    alike = np.minimum(np.minimum(close, close.T), 1.0)  # a famous film is in many lists: both have to agree
    return films[diversify(scores, alike, k, diversity)]


def _carrying(rows: NDArray[np.intp], added: NDArray[np.float64], totals: NDArray[np.float64]) -> list[list[int]]:
    """Return for each of c films the rows of the fewest likes that carry at least half of its score.

    Args:
        rows: (l,) of the rated films.
        added: (l, c) what each of them adds; of those that are not liked, 0.
        totals: (c,) the scores; of one of 0 or less nothing carries half.
    Returns:
        Most telling first; equal ones in order of *rows*.
    """
    order = np.argsort(-added, axis=0, kind="stable")
    short = np.cumsum(np.take_along_axis(added, order, axis=0), axis=0) < totals / 2
    needed = np.where((totals > 0) & (added > 0).any(axis=0), short.sum(axis=0) + 1, 0)
    return [likes[:count] for likes, count in zip(rows[order].T.tolist(), needed.tolist(), strict=True)]


def _reasons(why: Why, names: Mapping[int, str], movie: Movie, row: int, likes: list[int]) -> tuple[Reason, ...]:
    """Return the likes at rows *likes*, which speak for *movie*, and a fact that it shares with the first."""
    if not likes:
        return (why.renown(row, "left"),)
    return (Reason("likes", tuple(names[like] for like in likes)), *why.fact(movie, likes[0]))
