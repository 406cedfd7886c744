"""Models of every kind, open, and somebody's likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from movierec.recommender import Recommender, open_model

MODELS = {
    "toy": "toy_model",
    "toy with ratings": "rated_toy_model",
    "built-in": "builtin_model",
    "TMDB-5000": "tmdb5000_model",
    "TMDB-5000 with ratings": "rated_tmdb5000_model",
}


@pytest.fixture(scope="session")
def rated_tmdb5000_model(
    tmdb5000_dir: Path, movielens_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A model of TMDB-5000 and the ratings of ml-latest-small, built once; nothing may change it."""
    from movierec.build.pipeline import build

    out = tmp_path_factory.mktemp("models") / "rated"
    return build("tmdb5000", tmdb5000_dir, out, ratings_dir=movielens_dir).path


@pytest.fixture(scope="module", params=MODELS)
def any_recommender(request: pytest.FixtureRequest) -> Recommender:
    """One after the other, a recommender of every kind of model; those of real data where there is any."""
    return open_model(request.getfixturevalue(MODELS[request.param]))


@pytest.fixture(scope="module")
def toy_recommender(toy_model: Path) -> Recommender:
    return open_model(toy_model)


@pytest.fixture(scope="module")
def rated_recommender(rated_toy_model: Path) -> Recommender:
    return open_model(rated_toy_model)
