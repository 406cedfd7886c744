"""The tables: made once, whoever comes first, in the classic layout."""

from __future__ import annotations

import stat

import pytest
from sqlalchemy import insert, select, text

from movierec.db import Database
from movierec.errors import DuplicateKey, SchemaError, StorageError
from movierec.settings import Settings
from movierec.tables import metadata, user_preferences, users
from tests import classic
from tests.db.helpers import add, names, on_mariadb, on_sqlite, run_together


def test_tables_have_the_classic_layout(database: Database) -> None:
    """The classic app's own statements work on a database that we made."""
    with database.read() as conn:
        conn.execute(text("SELECT id, username, email, password, created_at FROM users"))
        conn.execute(text("SELECT id, user_id, favorite_genre, favorite_movie, created_at FROM user_preferences"))

    def as_the_classic_app(conn) -> None:
        conn.execute(text("INSERT INTO users (username, email, password) VALUES ('bob', 'b@x.com', 'hash')"))
        conn.execute(text("INSERT INTO user_preferences (user_id, favorite_genre) VALUES (1, 'Drama')"))

    database.write(as_the_classic_app)
    for username, email in (("bob", "c@x.com"), ("carl", "b@x.com")):
        with pytest.raises(DuplicateKey):
            database.write(
                lambda conn, u=username, e=email: conn.execute(
                    text("INSERT INTO users (username, email, password) VALUES (:u, :e, 'hash')"), {"u": u, "e": e}
                )
            )


def test_preferences_belong_to_a_user_and_go_with_them(database: Database) -> None:
    """Foreign keys are enforced, and cascade, on both kinds of database."""
    with pytest.raises(StorageError):
        database.write(lambda conn: conn.execute(insert(user_preferences).values(user_id=99)))
    database.write(add("bob"))
    database.write(lambda conn: conn.execute(insert(user_preferences).values(user_id=1)))
    database.write(lambda conn: conn.execute(users.delete()))
    with database.read() as conn:
        assert conn.execute(select(user_preferences)).all() == []


def test_the_id_of_a_deleted_account_is_not_given_again(database: Database) -> None:
    """Or an old login could become somebody else's."""
    database.write(add("bob"))
    database.write(lambda conn: conn.execute(users.delete()))
    database.write(add("carl"))
    with database.read() as conn:
        assert conn.scalar(select(users.c.id)) == 2


def test_making_it_twice_does_nothing(database: Database) -> None:
    """What was done is told once."""
    assert database.create() == []


@on_mariadb
def test_the_server_makes_the_database_of_any_name(database_settings: Settings, request) -> None:
    """Quotes and percent signs in the name are part of the name."""
    odd = database_settings.replace(db_name=database_settings.db_name + "`%s é")
    request.addfinalizer(lambda: drop(odd))
    made, *tables = Database(odd).create()
    assert made == f"made database {odd.db_name}"
    assert set(tables) == {f"made table {name}" for name in metadata.tables}
    assert classic.rows(odd, "SELECT DATABASE(), @@collation_database") == ((odd.db_name, "utf8mb4_unicode_ci"),)


def drop(settings: Settings) -> None:
    with classic.connect(settings, database=False) as conn, conn.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS `" + settings.db_name.replace("`", "``") + "`")


@pytest.mark.parametrize("call", ["database.create()", "database.create(); database.check()"])
def test_several_processes_make_it_at_once(database_settings: Settings, call: str) -> None:
    """Launcher and commands started together wait for each other; nobody fails."""
    run_together(database_settings, call)
    assert names(Database(database_settings)) == []


@on_sqlite
def test_whoever_comes_first_makes_the_embedded_file(database_settings: Settings) -> None:
    """Kernels make a missing file, all at once if need be; it is for its owner's eyes only."""
    run_together(database_settings, "database.check()")
    assert names(Database(database_settings)) == []
    assert stat.S_IMODE(database_settings.db_sqlite_file.stat().st_mode) == 0o600


@on_mariadb
def test_a_kernel_does_not_make_a_missing_database(database_settings: Settings) -> None:
    """It says which command does."""
    with pytest.raises(SchemaError, match="does not exist") as caught:
        Database(database_settings).check()
    assert "movierec db upgrade" in caught.value.hint


@pytest.mark.parametrize(
    "change", ["ALTER TABLE user_preferences DROP COLUMN favorite_movie", "DROP TABLE ratings"]
)
def test_a_table_or_column_that_somebody_took_away_is_told(database: Database, change: str) -> None:
    """Tables that lack what their version has are no older version: no command brings back what was in them."""
    database.write(lambda conn: conn.execute(text(change)))
    for call in (database.check, database.create):
        with pytest.raises(SchemaError, match="is missing") as caught:
            call()
        assert "backup" in caught.value.hint
