"""What a model has to beat: the classic one-bag system, and recommending the same popular films to all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from movierec.artifact import Movie
from movierec.build.features import Features
from movierec.build.neighbours import nearest

__all__ = ["classic_lists", "popularity_lists"]


def classic_lists(movies: Sequence[Movie], length: int) -> NDArray[np.int32]:
    """Return (n, length) rows, best first, by cosine over one bag of words.

    The bag holds the overview's words, genres, keywords, the first three actors and the directors, names
    written without spaces; the 5,000 most frequent words are counted.
    """
    bags = [" ".join([film.overview, *(name.replace(" ", "") for name in _names(film))]) for film in movies]
    counts = CountVectorizer(max_features=5000, stop_words="english").fit_transform(bags)
    bare = Features(
        matrix=sparse.csr_array(normalize(counts).astype(np.float32)),
        years=np.zeros(len(movies), np.int32),
        prior=np.zeros(len(movies), np.float32),
    )
    return nearest(bare, length)[0]


def _names(film: Movie) -> tuple[str, ...]:
    return film.genres + film.keywords + film.cast[:3] + film.directors


def popularity_lists(likes: NDArray[np.int64], length: int) -> NDArray[np.int32]:
    """Return (n, length) rows: for every film the films with the most *likes*, itself left out."""
    order = np.argsort(-likes, kind="stable")[: length + 1].astype(np.int32)
    lists = np.repeat(order[None, :], len(likes), axis=0)
    others = lists != np.arange(len(likes))[:, None]
    others[others.all(axis=1), -1] = False  # not among them itself: the last is one too many
    return np.asarray(lists[others].reshape(len(likes), -1), dtype=np.int32)
