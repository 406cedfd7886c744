"""A database that is older or newer than the program: told, with what to do, and left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, event

from movierec.db import Database
from movierec.errors import SchemaError
from movierec.settings import Settings
from tests import classic
from tests.db import first
from tests.db.helpers import add, names, on_mariadb, on_sqlite
from tests.db.layout import drop, layout


def uses(database: Database) -> list[Callable[[], object]]:
    """Return all ways in which a kernel comes to the database first."""
    return [database.check, lambda: names(database), lambda: database.write(add("carl"))]


@pytest.mark.parametrize("make", [first.make_database, first.make_stamped], ids=["without a version", "0001"])
def test_kernels_do_not_upgrade_but_tell_the_command(
    database_settings: Settings, make: Callable[[Settings], None]
) -> None:
    """Nothing is changed, and once the command has run, they go on."""
    make(database_settings)
    before = layout(database_settings)
    database = Database(database_settings)
    for use in uses(database):
        with pytest.raises(SchemaError, match="older than this program") as caught:
            use()
        assert caught.value.hint == "Run: movierec db upgrade"
    assert layout(database_settings) == before
    assert not database.is_new()
    Database(database_settings).create()
    assert names(database) == ["Bob", "Late"]


@pytest.mark.parametrize("rows", [["0003"], ["0001", "0002"]], ids=["0003", "two at once"])
def test_a_newer_database_is_refused_everywhere(
    database_settings: Settings, database: Database, rows: list[str]
) -> None:
    """Who does not know what it means leaves it alone, and says what to update."""
    first.run(database_settings, "DELETE FROM alembic_version")
    for row in rows:
        first.run(database_settings, f"INSERT INTO alembic_version VALUES ('{row}')")
    newer = Database(database_settings)
    for use in (*uses(newer), newer.create, newer.prepare):
        with pytest.raises(SchemaError, match="newer than this program") as caught:
            use()
        assert ", ".join(rows) in str(caught.value)
        assert "Update movierec" in caught.value.hint
    assert first.run(database_settings, "SELECT COUNT(*) FROM users") == ((0,),)


@on_sqlite
def test_the_launcher_upgrades_an_embedded_file(database_settings: Settings) -> None:
    """Whoever serves it need do nothing."""
    first.make_database(database_settings)
    assert "added column users.disabled_at" in Database(database_settings).prepare()
    assert names(Database(database_settings)) == ["Bob", "Late"]
    assert Database(database_settings).prepare() == []


@on_mariadb
def test_the_launcher_leaves_a_servers_older_tables_alone(database_settings: Settings) -> None:
    """It tells the command: other programs may use them at this moment."""
    first.make_database(database_settings)
    before = layout(database_settings)
    with pytest.raises(SchemaError, match="older than this program") as caught:
        Database(database_settings).prepare()
    assert caught.value.hint == "Run: movierec db upgrade"
    assert layout(database_settings) == before
    Database(database_settings).create()
    assert Database(database_settings).prepare() == []


@on_mariadb
def test_the_launcher_makes_a_servers_database_and_tables(database_settings: Settings) -> None:
    """Where there is none, and where it is empty or has only tables of other names."""
    assert f"made database {database_settings.db_name}" in Database(database_settings).prepare()
    drop(database_settings)
    with classic.connect(database_settings, database=False) as conn, conn.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{database_settings.db_name}`")
    classic.rows(database_settings, "CREATE TABLE recipes (name TEXT)")
    assert "made table users" in Database(database_settings).prepare()
    assert names(Database(database_settings)) == []


def test_the_version_is_looked_at_once(database_settings: Settings, database: Database) -> None:
    """By the first use in a process; a click never pays for it."""
    asked = []

    def count(conn: Connection, cursor: object, statement: str, *_: object) -> None:
        asked.append("alembic_version" in statement)

    again = Database(database_settings)
    event.listen(Engine, "before_cursor_execute", count)
    try:
        for use in (*uses(again), lambda: names(again)):
            use()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert asked.count(True) == 1
