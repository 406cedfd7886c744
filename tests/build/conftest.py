"""The real data, where this machine has it, and the model of it, built once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from movierec.build.pipeline import build


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder that MOVIEREC_DATA_DIR names; skipped where there is none, a failure under CI=true."""
    named = os.environ.get("MOVIEREC_DATA_DIR", "")
    if named and Path(named).is_dir():
        return Path(named)
    reason = "no real data: MOVIEREC_DATA_DIR should name a folder with tmdb-5000/ and ml-latest-small/"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def tmdb5000_dir(data_dir: Path) -> Path:
    """The two Kaggle files."""
    return data_dir / "tmdb-5000"


@pytest.fixture(scope="session")
def movielens_dir(data_dir: Path) -> Path:
    """ml-latest-small."""
    return data_dir / "ml-latest-small"


@pytest.fixture(scope="session")
def tmdb5000_model(tmdb5000_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of TMDB-5000, built once; nothing may change it."""
    return build("tmdb5000", tmdb5000_dir, tmp_path_factory.mktemp("models") / "tmdb5000").path
