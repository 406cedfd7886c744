"""From one version of the tables to the next: nothing lost, one at a time, and again when it stopped half-way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, event, inspect, text

from movierec.db import Database
from movierec.db.migrations.runner import migrate, steps
from movierec.db.schema import HEAD, VERSIONS
from movierec.errors import SchemaError
from movierec.settings import Settings
from movierec.tables import metadata
from tests import classic
from tests.db import first
from tests.db.helpers import add, names, on_mariadb, on_sqlite, run_together

NEW = ["attempts", "devices", "logins", "reset_codes", "server_keys", "tickets"]


def layout(settings: Settings) -> dict[str, object]:
    """Return what tells one table from another, as the database itself tells it; names of indexes do not."""
    database = Database(settings)
    with database._read() as conn:
        return {name: table_layout(conn, name) for name in inspect(conn).get_table_names()}


def table_layout(conn: Connection, name: str) -> dict[str, object]:
    inspector = inspect(conn)
    uniques = [(tuple(key["column_names"]), True) for key in inspector.get_unique_constraints(name)]
    indexes = [(tuple(index["column_names"]), bool(index["unique"])) for index in inspector.get_indexes(name)]
    references = [
        (*key["constrained_columns"], key["referred_table"], *key["referred_columns"], str(key["options"]))
        for key in inspector.get_foreign_keys(name)
    ]
    numbered = "autoincrement"
    if conn.dialect.name == "sqlite":
        made = str(conn.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}))
        numbered = str("AUTOINCREMENT" in made)
    return {
        "columns": [
            (
                column["name"],
                column["type"].compile(dialect=conn.dialect),
                column["nullable"],
                column["default"],
                column.get(numbered),
            )
            for column in inspector.get_columns(name)
        ],
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "indexes": sorted({*uniques, *indexes}),
        "references": sorted(references),
        "numbered": numbered,
    }


@pytest.fixture
def made(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """The layout of a database of the same kind that was made at the newest version."""
    fresh = database_settings.replace(
        db_name=f"{database_settings.db_name}_made", db_sqlite_file=tmp_path_factory.mktemp("made") / "a.sqlite3"
    )
    Database(fresh).create()
    yield layout(fresh)
    drop(fresh)


def drop(settings: Settings) -> None:
    if settings.db_host:
        with classic.connect(settings, database=False) as conn, conn.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{settings.db_name}`")
    else:
        for file in settings.db_sqlite_file.parent.glob(f"{settings.db_sqlite_file.name}*"):
            file.unlink()


def version_of(settings: Settings) -> object:
    return first.run(settings, "SELECT version_num FROM alembic_version")


def make_stamped(settings: Settings) -> None:
    first.make_database(settings)
    first.stamp(settings, "0001")


def make_plain(settings: Settings) -> None:
    classic.make_database(settings, classic.VARIANTS[0])
    classic.add_user(settings, "Bob", "hunter2")


def test_the_program_knows_all_steps_without_alembic() -> None:
    """Its list of versions is that of the steps, oldest first."""
    assert [step.revision for step in steps().walk_revisions()] == list(reversed(VERSIONS))
    assert steps().get_current_head() == HEAD


# ------------------------------------------------------------ the way is the goal


def test_the_steps_lead_from_nothing_to_what_is_made_today(
    database_settings: Settings, made: dict[str, object]
) -> None:
    """One and the same layout is written down twice: frozen, and as the program sees it."""
    database = Database(database_settings)
    database.create()
    for table in (*reversed(metadata.sorted_tables), "alembic_version"):
        database.write(lambda conn, table=table: conn.execute(text(f"DROP TABLE {table}")))
    assert database._write(database._engine, lambda conn: migrate(conn, None), idempotent=False)
    assert layout(database_settings) == made
    assert version_of(database_settings) == ((HEAD,),)


@pytest.mark.parametrize("make", [first.make_database, make_stamped], ids=["without a version", "0001"])
def test_an_older_database_loses_nothing(
    database_settings: Settings, made: dict[str, object], make: Callable[[Settings], None]
) -> None:
    """What movierec 0.1.0 had written is there, and the layout is today's."""
    make(database_settings)
    before = first.kept(database_settings)
    done = Database(database_settings).create()
    new = [f"made table {name}" for name in NEW]
    assert sorted(done) == ["added column users.disabled_at", "filled 2 keys", *new]
    assert first.kept(database_settings) == before
    assert layout(database_settings) == made
    assert version_of(database_settings) == ((HEAD,),)
    assert Database(database_settings).create() == []


@on_mariadb
@pytest.mark.parametrize("variant", classic.VARIANTS, ids=str)
def test_a_classic_database_gets_what_it_lacks(
    database_settings: Settings, made: dict[str, object], variant: classic.Variant
) -> None:
    """Our tables are today's, whatever the classic ones' collation; those have our columns and keys besides."""
    classic.make_database(database_settings, variant)
    Database(database_settings).create()
    adopted = layout(database_settings)
    for name in (*NEW, "ratings"):
        assert adopted.pop(name) == made.pop(name), name
    assert adopted["users"]["columns"][-3:] == made["users"]["columns"][-3:]
    assert set(made["users"]["indexes"]) <= set(adopted["users"]["indexes"])
    assert made["user_preferences"]["indexes"] == adopted["user_preferences"]["indexes"]
    assert version_of(database_settings) == ((HEAD,),)


# ------------------------------------------------------------ stopped half-way, and at the same time


class Stopped(Exception):
    """The power failed."""


def stops(settings: Settings, at: int) -> bool:
    """Let the power fail before the change of this number, counted from 0; return whether there was one."""
    changes = itertools.count()

    def fail(conn: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.split()[0] in ("CREATE", "ALTER", "INSERT", "UPDATE") and next(changes) == at:
            raise Stopped

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        Database(settings).create()
    except Stopped:
        return True
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    return False


def stop_and_rerun(
    settings: Settings, make: Callable[[Settings], None], layout_made: dict[str, object], keys: set[str]
) -> None:
    for at in itertools.count():
        make(settings)
        stopped = stops(settings, at)
        Database(settings).create()
        after = layout(settings)
        assert {name: after[name] for name in layout_made} == layout_made, at
        assert version_of(settings) == ((HEAD,),)
        assert {key for (key,) in first.run(settings, "SELECT username_key FROM users")} == keys
        drop(settings)
        if not stopped:
            assert at >= 10
            return


def test_a_making_that_stopped_half_way_is_run_again(database_settings: Settings, made: dict[str, object]) -> None:
    """Before every change in turn, the note of the version included: the next run leads to the same."""
    stop_and_rerun(database_settings, lambda _: None, made, set())


@on_mariadb
def test_an_upgrade_that_stopped_half_way_is_run_again(
    database_settings: Settings, made: dict[str, object]
) -> None:
    """Through all steps, from a classic database: before every change in turn, the filling of keys included."""
    ours = {name: made[name] for name in (*NEW, "ratings")}
    stop_and_rerun(database_settings, make_plain, ours, {"bob"})


@on_sqlite
def test_a_file_is_upgraded_in_one_piece(database_settings: Settings, made: dict[str, object]) -> None:
    """Nobody ever sees half of it: stopped before any change, the file is as it was."""
    first.make_database(database_settings)
    before, rows = layout(database_settings), first.kept(database_settings)
    for at in itertools.count():
        if not stops(database_settings, at):
            break
        assert layout(database_settings) == before
    assert at >= 10
    assert layout(database_settings) == made
    assert first.kept(database_settings) == rows


@pytest.mark.parametrize("make", [first.make_database, make_stamped], ids=["without a version", "0001"])
def test_of_several_upgrades_at_once_one_does_it(
    database_settings: Settings, made: dict[str, object], make: Callable[[Settings], None]
) -> None:
    """The others wait, find it done, and nobody fails."""
    make(database_settings)
    told = run_together(database_settings, "print(database.create())")
    assert sorted(line == "[]\n" for line in told) == [False, True, True, True]
    assert layout(database_settings) == made


# ------------------------------------------------------------ older and newer


def uses(database: Database) -> list[Callable[[], object]]:
    """Return all ways in which a kernel comes to the database first."""
    return [database.check, lambda: names(database), lambda: database.write(add("carl"))]


@pytest.mark.parametrize("make", [first.make_database, make_stamped], ids=["without a version", "0001"])
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
