"""The tables for recommendations from several films are whole, fit a model, and are those of their formulas."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from movierec import artifact
from movierec.build.edlae import edlae
from movierec.build.evidence import evidence
from movierec.build.features import describe
from movierec.build.for_you import for_you_tables
from movierec.build.neighbours import nearest
from movierec.build.pipeline import with_series
from movierec.build.ratings import Likes
from tests.build import slow_model
from tests.build.worlds import random_movies

MOVIES = list(with_series(random_movies(36)))  # forty of them
N = len(MOVIES)


def ratings_at_random(users: int, *, without: int = 5) -> Likes:
    """Return *users* who each rate about half of the films, nobody any of the last *without*."""
    random = np.random.default_rng(1)
    stars = random.choice([2, 3.5, 4, 5], (users, N)) * (random.random((users, N)) < 0.5)
    stars[:, N - without :] = 0
    return Likes(np.arange(1, users + 1), sparse.csr_array(stars >= 4), stars=sparse.csr_array(stars))


def test_similar_films_are_those_of_the_formula() -> None:
    """λ·z(cos) + (1-λ)·z(C + prior/2) with λ = d/(d + 34), film by film from what ratings count."""
    likes = ratings_at_random(90)
    tables = for_you_tables(likes, describe(MOVIES), width=10)
    assert likes.stars is not None
    counted = np.vectorize({0: 0, 2: 0.3, 3.5: 0.6, 4: 1, 5: 1.2}.get, otypes=[float])(likes.stars.toarray())
    together = counted.T @ counted
    d = np.diag(together)
    content = np.array(slow_model.likeness(MOVIES)) + np.array(slow_model.prior(MOVIES)) / 2
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


def test_weights_are_learned_from_all_ratings_and_facts() -> None:
    """For the films that were rated, at most as many as asked for."""
    likes, features = ratings_at_random(90), describe(MOVIES)
    tables = for_you_tables(likes, features, max_films=20)
    rows, weights = edlae(evidence(likes), features.matrix, max_films=20)
    assert tables.rows.tolist() == rows.tolist()
    assert np.array_equal(tables.weights, weights)
    assert len(for_you_tables(likes, features).rows) == N - 5


def test_nobody_likes_anything() -> None:
    """No weights, and films are similar by their facts alone."""
    nobody = Likes(np.empty(0, np.int64), sparse.csr_array((0, N), dtype=bool))
    features = describe(MOVIES)
    tables = for_you_tables(nobody, features, width=N - 1)
    assert tables.weights.shape == (0, 0)
    less_renown = dataclasses.replace(features, prior=features.prior / 2)
    assert tables.similar_rows.tolist() == nearest(less_renown, N - 1)[0].tolist()


def test_a_model_takes_them(tmp_path: Path) -> None:
    """They are written, verified and read again as they were; wider than the catalogue they cannot be."""
    tables = for_you_tables(ratings_at_random(30), describe(MOVIES), width=500)
    rows, scores = nearest(describe(MOVIES), 5)
    artifact.write(tmp_path / "model", MOVIES, rows, scores, about={}, for_you=tables)
    read = artifact.open_artifact(tmp_path / "model").for_you
    assert read is not None
    assert read.similar_rows.shape == (N, N - 1)
    assert len(set(tables.kinds.tolist())) > 2
    for name in ("rows", "weights", "similar_rows", "similar_scores", "kinds"):
        assert np.array_equal(getattr(read, name), getattr(tables, name))
