"""Transactions: all or nothing, and what is tried again."""

from __future__ import annotations

import threading
import traceback

import pytest
from sqlalchemy import insert, select, text, update

from movierec.db import Database, target
from movierec.errors import DuplicateKey, StorageError, Unstorable
from movierec.settings import Settings
from movierec.tables import user_preferences, users
from tests import classic
from tests.db.helpers import COMMIT, add, in_threads, names, on_mariadb
from tests.proxy import LossyProxy


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    """Not a row of it, whatever went wrong, and our own errors pass through as they are."""

    def half(conn) -> None:
        add("bob")(conn)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(half)

    def twice(conn) -> None:
        add("bob")(conn)
        add("bob")(conn)

    with pytest.raises(DuplicateKey):
        database.write(twice)
    assert names(database) == []


def test_text_that_is_not_unicode_is_refused_cleanly(database: Database) -> None:
    """A lone surrogate cannot be sent to a database; the statement with its values is not kept around."""
    with pytest.raises(Unstorable) as caught:
        database.write(add("\ud800"))
    assert caught.value.__cause__ is None
    with pytest.raises(Unstorable), database.read() as conn:
        conn.execute(select(users).where(users.c.username == "\udfff"))


def test_values_are_in_no_error(database: Database) -> None:
    """Neither hash nor address are in the message, its cause or the traceback."""
    row = {"username": "bob", "email": "b@x.com", "password": "$argon2id$secret"}
    database.write(lambda conn: conn.execute(insert(users).values(**row)))
    with pytest.raises(DuplicateKey) as caught:
        database.write(lambda conn: conn.execute(insert(users).values(**row | {"username": "carl"})))
    told = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert "secret" not in told


def test_many_writers_at_once_all_get_through(database_settings: Settings, database: Database) -> None:
    """Twelve threads read and then write the same row; no increment is lost."""
    database.write(add("bob"))
    counting = select(user_preferences.c.favorite_genre).where(user_preferences.c.user_id == 1).with_for_update()
    database.write(lambda conn: conn.execute(insert(user_preferences).values(user_id=1, favorite_genre="0")))

    def increment(conn) -> None:
        value = int(conn.scalar(counting))
        conn.execute(update(user_preferences).values(favorite_genre=str(value + 1)))

    failures = in_threads(12, lambda: Database(database_settings).write(increment))
    assert failures == []
    with database.read() as conn:
        assert conn.scalar(counting) == "12"


@on_mariadb
def test_a_deadlock_is_tried_again(database: Database) -> None:
    """Two transactions that lock two rows in opposite order both end well."""
    database.write(add("a"))
    database.write(add("b"))
    both_hold_one = threading.Barrier(2)
    runs = []

    def lock(first: str, second: str):
        def change(conn) -> None:
            runs.append(first)
            conn.execute(update(users).where(users.c.username == first).values(password=first))
            if len(runs) <= 2:
                both_hold_one.wait(timeout=10)
            conn.execute(update(users).where(users.c.username == second).values(password=first))

        return change

    orders = [("a", "b"), ("b", "a")]
    assert in_threads(2, lambda: database.write(lock(*orders.pop()))) == []
    assert len(runs) == 3


@on_mariadb
def test_a_lock_that_is_held_for_long_is_waited_for_again(
    database_settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server gives up waiting; the whole transaction runs again and gets through."""
    monkeypatch.setattr(target, "_LOCK_WAIT_S", 1)
    database = Database(database_settings)
    database.write(add("bob"))
    with classic.connect(database_settings) as other:
        other.begin()
        other.query("UPDATE users SET password = 'other'")
        runs = []

        def change(conn) -> None:
            runs.append(1)
            if len(runs) == 2:
                other.commit()
            conn.execute(update(users).values(password="ours"))

        database.write(change)
    assert len(runs) == 2
    with database.read() as conn:
        assert conn.scalar(select(users.c.password)) == "ours"


@on_mariadb
def test_killed_while_idle(database_settings: Settings, database: Database) -> None:
    """Whoever was reading is told; the next one notices nothing."""

    def read_too_long() -> None:
        with database.read() as conn:
            kill(database_settings, conn.scalar(text("SELECT CONNECTION_ID()")))
            conn.execute(select(users))

    with pytest.raises(StorageError, match="connection was lost"):
        read_too_long()
    assert names(database) == []


@on_mariadb
def test_killed_in_the_middle_of_a_transaction(database_settings: Settings, database: Database) -> None:
    """The transaction runs again from its beginning; nothing is there twice, or half."""
    runs = []

    def change(conn) -> None:
        runs.append(1)
        add("bob")(conn)
        if len(runs) == 1:
            kill(database_settings, conn.scalar(text("SELECT CONNECTION_ID()")))
        add("carl")(conn)

    database.write(change)
    assert len(runs) == 2
    assert names(database) == ["bob", "carl"]


@on_mariadb
def test_killed_every_time(database_settings: Settings, database: Database) -> None:
    """After some tries the caller is told, and nothing is there."""

    def change(conn) -> None:
        add("bob")(conn)
        kill(database_settings, conn.scalar(text("SELECT CONNECTION_ID()")))
        add("carl")(conn)

    with pytest.raises(StorageError, match="connection was lost"):
        database.write(change)
    assert names(database) == []


def kill(settings: Settings, connection_id: object) -> None:
    classic.rows(settings, "KILL CONNECTION %s", connection_id)


@on_mariadb
def test_lost_before_commit_arrived(database_settings: Settings, database: Database) -> None:
    """COMMIT never reached the server: nobody can know, so the caller is told, and is told the truth."""
    with LossyProxy(3306, COMMIT, "before") as proxy:
        through = Database(database_settings.replace(db_port=proxy.port))
        with pytest.raises(StorageError, match="may or may not"):
            through.write(add("bob"))
        assert names(database) == []
        proxy.lost = 0
        through.write(add("bob"), idempotent=True)
    assert names(database) == ["bob"]


@on_mariadb
def test_lost_after_commit_was_done(database_settings: Settings, database: Database) -> None:
    """It is saved though no answer came: told as unknown; what is idempotent runs again."""
    with LossyProxy(3306, COMMIT, "after") as proxy:
        through = Database(database_settings.replace(db_port=proxy.port))
        with pytest.raises(StorageError, match="may or may not"):
            through.write(add("bob"))
        assert names(database) == ["bob"]
        proxy.lost = 0
        change = update(users).values(password="changed")
        assert through.write(lambda conn: conn.execute(change).rowcount, idempotent=True) == 1
        assert proxy.lost == 1
