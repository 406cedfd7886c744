"""Databases as movierec 0.1.0 made them, before tables had versions, with a row in every table."""

from __future__ import annotations

import contextlib
import sqlite3

from movierec.settings import Settings
from tests import classic

# What differs between the two kinds of database.
_SQLITE = {
    "id": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "plain_id": "INTEGER NOT NULL PRIMARY KEY",
    "exact": "VARCHAR(255)",
    "moment": "DATETIME",
    "options": "",
}
_MARIADB = {
    "id": "INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "plain_id": "INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "exact": "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "moment": "DATETIME(6)",
    "options": "ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_unicode_ci",
}
_TABLES = (
    """CREATE TABLE users (
        id {id},
        username VARCHAR(255) NOT NULL,
        email {exact} NOT NULL,
        password VARCHAR(255) NOT NULL,
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        username_key {exact},
        email_key {exact},
        UNIQUE (username),
        UNIQUE (email)
    ) {options}""",
    "CREATE UNIQUE INDEX movierec_email_key ON users (email_key)",
    "CREATE UNIQUE INDEX movierec_username_key ON users (username_key)",
    """CREATE TABLE ratings (
        user_id INTEGER NOT NULL,
        movie_id BIGINT NOT NULL,
        value SMALLINT NOT NULL,
        rated_at {moment} NOT NULL,
        PRIMARY KEY (user_id, movie_id),
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
    ) {options}""",
    """CREATE TABLE user_preferences (
        id {plain_id},
        user_id INTEGER NOT NULL,
        favorite_genre VARCHAR(100),
        favorite_movie VARCHAR(255),
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
    ) {options}""",
    "CREATE INDEX ix_user_preferences_user_id ON user_preferences (user_id)",
)
_ROWS = (
    """INSERT INTO users VALUES
        (1, 'Bob', 'Bob@x.com', '$argon2id$1', '2025-05-05 05:05:05', 'bob', 'bob@x.com'),
        (2, 'Late', 'late@x.com', 'from the classic app', '2025-06-06 06:06:06', NULL, NULL)""",
    "INSERT INTO user_preferences VALUES (1, 1, 'Drama', 'Heat (1995)', '2025-05-05 05:05:06')",
    "INSERT INTO ratings VALUES (1, 949, 1, '2025-05-05 05:05:07.000008'), (1, -1, -1, '2025-05-05 05:05:09')",
)
_KEPT = (
    "SELECT id, username, email, password, created_at FROM users ORDER BY id",
    "SELECT username_key, email_key FROM users WHERE id = 1",
    "SELECT id, user_id, favorite_genre, favorite_movie, created_at FROM user_preferences",
    "SELECT user_id, movie_id, value, rated_at FROM ratings ORDER BY movie_id",
)


def make_database(settings: Settings) -> None:
    """Make the database that *settings* name."""
    kind = _MARIADB if settings.db_host else _SQLITE
    if settings.db_host:
        with classic.connect(settings, database=False) as conn, conn.cursor() as cursor:
            cursor.execute(
                f"CREATE DATABASE `{settings.db_name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
            )
    for statement in (*(table.format(**kind) for table in _TABLES), *_ROWS):
        run(settings, statement)


def kept(settings: Settings) -> list[object]:
    """Return all that 0.1.0 had written."""
    return [run(settings, query) for query in _KEPT]


def run(settings: Settings, statement: str) -> tuple[tuple[object, ...], ...]:
    """Run one statement as another program would, and return its rows."""
    if settings.db_host:
        return classic.rows(settings, statement)
    with contextlib.closing(sqlite3.connect(settings.db_sqlite_file, isolation_level=None)) as conn:
        return tuple(conn.execute(statement).fetchall())


def stamp(settings: Settings, version: str) -> None:
    """Write down which version the tables have."""
    run(settings, "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    run(settings, "DELETE FROM alembic_version")
    run(settings, f"INSERT INTO alembic_version VALUES ('{version}')")


def make_stamped(settings: Settings) -> None:
    """Make the database as an upgrade leaves it that stopped after the first step."""
    make_database(settings)
    stamp(settings, "0001")
