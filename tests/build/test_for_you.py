"""The tables for recommendations from several films are whole, fit a model, and are those of their formulas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from movierec import artifact
from movierec.build.edlae import edlae
from movierec.build.features import describe
from movierec.build.for_you import for_you_tables
from movierec.build.neighbours import nearest
from movierec.build.pipeline import with_series
from movierec.build.ratings import Likes
from tests.build import slow_model
from tests.build.worlds import random_movies

MOVIES = list(with_series(random_movies(36)))  # forty of them
N = len(MOVIES)


def likes_at_random(users: int, *, without: int = 5) -> Likes:
    """Return *users* who each like about a quarter of the films, nobody any of the last *without*."""
    liked = np.random.default_rng(1).random((users, N)) < 0.25
    liked[:, N - without :] = False
    return Likes(np.arange(1, users + 1), sparse.csr_array(liked))


def test_similar_films_are_those_of_the_formula() -> None:
    """λ·z(cos) + (1-λ)·z(C + prior) with λ = d/(d + 34), film by film from who likes what."""
    likes = likes_at_random(90)
    tables = for_you_tables(likes, describe(MOVIES), width=10)
    together = likes.liked.toarray().astype(float).T @ likes.liked.toarray()
    d = np.diag(together)
    content = np.array(slow_model.likeness(MOVIES)) + np.array(slow_model.prior(MOVIES))
    for row in range(N):
        others = np.delete(np.arange(N), row)
        cosines = together[row, others] / (np.sqrt(d[row] * d[others]) + 20)
        weight = d[row] / (d[row] + 34)
        scores = (1 - weight) * _z(content[row, others])
        if d[row]:
            scores += weight * _z(cosines)
        assert tables.similar_scores[row] == pytest.approx(np.sort(scores)[::-1][:10], abs=1e-3)
        found = [scores[others.tolist().index(other)] for other in tables.similar_rows[row]]
        assert found == pytest.approx(tables.similar_scores[row].tolist(), abs=1e-3)


def _z(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def test_weights_are_those_of_edlae() -> None:
    """For the films that have likes, at most as many as asked for."""
    likes = likes_at_random(90)
    tables = for_you_tables(likes, describe(MOVIES), max_films=20)
    rows, weights = edlae(likes.liked, max_films=20)
    assert tables.rows.tolist() == rows.tolist()
    assert np.array_equal(tables.weights, weights)
    assert len(for_you_tables(likes, describe(MOVIES)).rows) == N - 5


def test_nobody_likes_anything() -> None:
    """No weights, and films are similar by their facts alone."""
    nobody = Likes(np.empty(0, np.int64), sparse.csr_array((0, N), dtype=bool))
    features = describe(MOVIES)
    tables = for_you_tables(nobody, features, width=N - 1)
    assert tables.weights.shape == (0, 0)
    assert tables.similar_rows.tolist() == nearest(features, N - 1)[0].tolist()


def test_a_model_takes_them(tmp_path: Path) -> None:
    """They are written, verified and read again as they were; wider than the catalogue they cannot be."""
    tables = for_you_tables(likes_at_random(30), describe(MOVIES), width=500)
    rows, scores = nearest(describe(MOVIES), 5)
    artifact.write(tmp_path / "model", MOVIES, rows, scores, about={}, for_you=tables)
    read = artifact.open_artifact(tmp_path / "model").for_you
    assert read is not None
    assert read.similar_rows.shape == (N, N - 1)
    for name in ("rows", "weights", "similar_rows", "similar_scores"):
        assert np.array_equal(getattr(read, name), getattr(tables, name))
