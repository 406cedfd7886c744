"""From one version of the tables to the next: nothing lost, one at a time, and again when it stopped half-way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, event, text

from movierec.db import Database
from movierec.db.migrations.runner import migrate, steps
from movierec.db.schema import HEAD, VERSIONS
from movierec.settings import Settings
from movierec.tables import metadata
from tests import classic
from tests.db import first
from tests.db.helpers import on_mariadb, on_sqlite, run_together
from tests.db.layout import drop, layout

NEW = ["attempts", "devices", "logins", "reset_codes", "server_keys", "tickets"]


@pytest.fixture
def made(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """The layout of a database of the same kind that was made at the newest version."""
    fresh = database_settings.replace(
        db_name=f"{database_settings.db_name}_made", db_sqlite_file=tmp_path_factory.mktemp("made") / "a.sqlite3"
    )
    Database(fresh).create()
    yield layout(fresh)
    drop(fresh)


def version_of(settings: Settings) -> object:
    return first.run(settings, "SELECT version_num FROM alembic_version")


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


@pytest.mark.parametrize("make", [first.make_database, first.make_stamped], ids=["without a version", "0001"])
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


@pytest.mark.parametrize("make", [first.make_database, first.make_stamped], ids=["without a version", "0001"])
def test_of_several_upgrades_at_once_one_does_it(
    database_settings: Settings, made: dict[str, object], make: Callable[[Settings], None]
) -> None:
    """The others wait, find it done, and nobody fails."""
    make(database_settings)
    told = run_together(database_settings, "print(database.create())")
    assert sorted(line == "[]\n" for line in told) == [False, True, True, True]
    assert layout(database_settings) == made
