"""What many tests need: the toy model, settings of a fresh home, a fresh database of either kind."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from movierec.db import Database
from movierec.settings import Settings, load_settings
from tests.toy import write_toy_model

MARIADB = {"host": "127.0.0.1", "port": 3306, "user": "root", "password": ""}


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy model, written once; nothing may change it."""
    return write_toy_model(tmp_path_factory.mktemp("models") / "toy")


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
