"""What a model has to beat: the classic one-bag system, and recommending the same popular films to all.

Both are asked for films like one, a list for every film, and for films like several: some users' likes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from movierec.artifact import Movie
from movierec.build.features import Features
from movierec.build.neighbours import best, nearest, rows_per_block

__all__ = ["bags", "classic_for_you", "classic_lists", "popularity_for_you", "popularity_lists"]


def bags(movies: Sequence[Movie]) -> sparse.csr_array:
    """Return (n, at most 5000) float32, rows of length 1 or 0: each film as one bag of words.

    The bag holds the overview's words, genres, keywords, the first three actors and the directors, names
    written without spaces; the 5,000 most frequent words are counted.
    """
    texts = [" ".join([film.overview, *(name.replace(" ", "") for name in _names(film))]) for film in movies]
    words = CountVectorizer(max_features=5000, stop_words="english")
    if not any(map(words.build_analyzer(), texts)):  # it would raise; such films are all alike
        return sparse.csr_array((len(movies), 1), dtype=np.float32)
    counts = words.fit_transform(texts)
    return sparse.csr_array(normalize(counts).astype(np.float32))


def classic_lists(movies: Sequence[Movie], length: int) -> NDArray[np.int32]:
    """Return (n, length) rows, best first, by the cosine of :func:`bags`."""
    n = len(movies)
    bare = Features(
        matrix=bags(movies),
        years=np.zeros(n, np.int32),
        prior=np.zeros(n, np.float32),
        kinds=np.zeros(n, np.uint64),
    )
    return nearest(bare, length)[0]


def classic_for_you(bags: sparse.csr_array, known: sparse.csr_array, length: int) -> NDArray[np.int32]:
    """Return (q, length) rows, best first, by the mean cosine to the films that each user is known to like.

    Args:
        known: (q, n) booleans: these are left out. -1 pads where no other films are left.
    """
    q, n = known.shape
    lists = np.full((q, length), -1, dtype=np.int32)
    step = rows_per_block(n)
    for start in range(0, q, step):
        likes = known[start : start + step].astype(np.float32)
        # The sum of a film's cosines is its product with the sum of the bags; a mean has the same order.
        scores = ((likes @ bags) @ bags.T).toarray()
        scores[likes.nonzero()] = -np.inf
        for offset, (of_user, count) in enumerate(zip(scores, np.diff(likes.indptr), strict=True)):
            found = best(of_user, min(length, n - int(count)))
            lists[start + offset, : len(found)] = found
    return lists


def _names(film: Movie) -> tuple[str, ...]:
    return film.genres + film.keywords + film.cast[:3] + film.directors


def popularity_lists(likes: NDArray[np.int64], length: int) -> NDArray[np.int32]:
    """Return (n, length) rows: for every film the films with the most *likes*, itself left out."""
    order = np.argsort(-likes, kind="stable")[: length + 1].astype(np.int32)
    lists = np.repeat(order[None, :], len(likes), axis=0)
    others = lists != np.arange(len(likes))[:, None]
    others[others.all(axis=1), -1] = False  # not among them itself: the last is one too many
    return np.asarray(lists[others].reshape(len(likes), -1), dtype=np.int32)


def popularity_for_you(likes: NDArray[np.int64], known: sparse.csr_array, length: int) -> NDArray[np.int32]:
    """Return (q, length) rows: for every user the films with the most *likes*, the *known* ones left out.

    Args:
        known: (q, n) booleans. -1 pads where no other films are left.
    """
    q = known.shape[0]
    order = np.argsort(-likes, kind="stable")
    lists = np.full((q, length), -1, dtype=np.int32)
    for user in range(q):
        own = known.indices[known.indptr[user] : known.indptr[user + 1]]
        first = order[: length + len(own)]
        found = first[~np.isin(first, own)][:length]
        lists[user, : len(found)] = found
    return lists
