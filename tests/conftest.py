"""What many tests need: models, settings of a fresh home, a fresh database of either kind, a browser."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest
from playwright.sync_api import Browser

from movierec.db import Database
from movierec.settings import Settings, load_settings
from tests.chromium import chromium
from tests.toy import write_toy_model

MARIADB = {"host": "127.0.0.1", "port": 3306, "user": "root", "password": ""}


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy model, written once; nothing may change it."""
    return write_toy_model(tmp_path_factory.mktemp("models") / "toy")


@pytest.fixture(scope="session")
def rated_toy_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy model with tables of likes, written once; nothing may change it."""
    return write_toy_model(tmp_path_factory.mktemp("models") / "toy", ratings=True)


@pytest.fixture
def settings(tmp_path: Path, toy_model: Path) -> Settings:
    """Settings of a fresh home: SQLite, the toy model, no keys; untouched by the real environment."""
    home = tmp_path / "home"
    home.mkdir()
    return load_settings({"MOVIEREC_HOME": str(home), "MODEL_DIR": str(toy_model)})


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(params=["sqlite", "mariadb"])
def database_settings(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Settings]:
    """Settings of a database that does not exist yet, embedded or on the server; dropped afterwards."""
    if request.param == "sqlite":
        yield settings
        return
    try:
        pymysql.connect(**MARIADB, connect_timeout=3).close()
    except pymysql.Error as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no MariaDB on 127.0.0.1:3306: {error}")
    name = f"movierec_test_{secrets.token_hex(6)}"
    yield settings.replace(db_host=MARIADB["host"], db_port=MARIADB["port"], db_user="root", db_name=name)
    with pymysql.connect(**MARIADB) as server, server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")


@pytest.fixture
def database(database_settings: Settings) -> Database:
    """A fresh database with its tables."""
    database = Database(database_settings)
    database.create()
    return database


# ------------------------------------------------------------ what this machine may or may not have


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless, once for all tests."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def builtin_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in catalogue's model, as `movierec serve` makes it on a fresh machine."""
    from movierec.build.pipeline import build

    return build("builtin", None, tmp_path_factory.mktemp("models") / "builtin").path


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
    from movierec.build.pipeline import build

    return build("tmdb5000", tmdb5000_dir, tmp_path_factory.mktemp("models") / "tmdb5000").path
