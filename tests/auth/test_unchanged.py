"""A login that was checked before is not looked up again in an embedded file that nobody has changed since."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from movierec.auth import Login, Logins
from movierec.db import Database, target
from movierec.errors import LoginExpired, StorageError
from movierec.settings import Settings
from tests.auth.clock import Clock
from tests.auth.helpers import CHEAP, PASSWORD, Door, sign_up

TICK_S = 0.05  # more than that of this machine's file system


def settle() -> None:
    """Wait until a change can be told apart from the next."""
    time.sleep(2 * TICK_S)


def expect_over(door: Door, login: Login) -> None:
    with pytest.raises(LoginExpired):
        door.check(login)


class Opened:
    """How often a database is opened for reading."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, self._read = 0, database.read
        monkeypatch.setattr(database, "read", self)

    def __call__(self) -> contextlib.AbstractContextManager[object]:
        self.times += 1
        return self._read()


@pytest.fixture
def database(settings: Settings) -> Database:
    database = Database(settings)
    database.create()
    return database


@pytest.fixture
def login(door: Door) -> Login:
    sign_up(door)
    login = door.login("bob", PASSWORD)
    settle()
    return login


@pytest.fixture
def opened(database: Database, monkeypatch: pytest.MonkeyPatch, login: Login) -> Opened:
    """Count from now on, where a change is told apart from another after ``TICK_S``."""
    monkeypatch.setattr(target, "_TICK_S", TICK_S)
    return Opened(database, monkeypatch)


@pytest.fixture
def elsewhere(settings: Settings, opened: Opened) -> Iterator[sqlite3.Connection]:
    """Another program's connection, which stays open, so that the log of changes stays too."""
    with contextlib.closing(sqlite3.connect(settings.db_sqlite_file, isolation_level=None)) as connection:
        connection.execute("SELECT * FROM users").fetchall()
        settle()
        yield connection


def test_an_unchanged_file_is_opened_once(door: Door, login: Login, opened: Opened) -> None:
    """However often is asked."""
    assert [door.check(login).username for _ in range(5)] == ["bob"] * 5
    assert opened.times == 1


def test_right_after_a_change_each_check_looks(
    door: Door, login: Login, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes at one time, for the file system's clock, would look like one."""
    monkeypatch.setattr(target, "_TICK_S", 3600.0)
    door.check(login)
    door.check(login)
    assert opened.times == 2


def test_a_change_that_no_file_tells_of_is_found_in_time(
    door: Door, login: Login, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is looked into from time to time."""
    monkeypatch.setattr(target, "_UNTOLD_S", 1e-6)
    door.check(login)
    door.check(login)
    assert opened.times == 2


def test_each_login_is_looked_up(door: Door, login: Login, opened: Opened) -> None:
    """What was found of one says nothing of another."""
    sign_up(door, "carl")
    other = door.login("carl", PASSWORD)
    settle()
    for _ in range(2):
        assert (door.check(login).username, door.check(other).username) == ("bob", "carl")


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM users",
        "DELETE FROM logins",
        "UPDATE users SET disabled_at = '2026-01-01 00:00:00.000000'",
        f"UPDATE users SET password = '{CHEAP.hash(PASSWORD)}'",
    ],
)
@pytest.mark.parametrize("pause_s", [0, 2 * TICK_S], ids=["at once", "later"])
def test_whatever_ends_a_login_is_seen(
    door: Door, login: Login, elsewhere: sqlite3.Connection, change: str, pause_s: float
) -> None:
    """By the next check, also while it is in the log alone."""
    door.check(login)
    elsewhere.execute(change)
    time.sleep(pause_s)
    expect_over(door, login)


def test_logging_out_elsewhere_is_seen(door: Door, login: Login, opened: Opened, settings: Settings) -> None:
    """By another program, which closes the file again."""
    door.check(login)
    Logins(Database(settings), settings).end(login)
    settle()
    expect_over(door, login)


def test_what_was_changed_is_told(door: Door, login: Login, elsewhere: sqlite3.Connection) -> None:
    """A check returns the account as it is stored."""
    door.check(login)
    elsewhere.execute("UPDATE users SET email = 'new@example.com'")
    settle()
    assert door.check(login).email == "new@example.com"


def overwrite(backup: Path, file: Path) -> None:
    shutil.copyfile(backup, file)


def replace(backup: Path, file: Path) -> None:
    backup.replace(file)


@pytest.mark.parametrize("restore", [overwrite, replace])
def test_a_backup_put_back_is_seen(
    door: Door, settings: Settings, tmp_path: Path, restore: Callable[[Path, Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Though it claims to be as old as the file that it takes the place of."""
    monkeypatch.setattr(target, "_TICK_S", TICK_S)
    sign_up(door)
    file, backup = Path(settings.db_sqlite_file), tmp_path / "backup"
    shutil.copyfile(file, backup)
    login = door.login("bob", PASSWORD)
    settle()
    door.check(login)
    before = file.stat()
    restore(backup, file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    settle()
    expect_over(door, login)


def test_time_passes_in_an_unchanged_file(
    database: Database, settings: Settings, clock: Clock, door: Door, opened: Opened
) -> None:
    """A login grows too old though nothing is written."""
    logins = Logins(database, settings, now=clock)
    login, _ = logins.begin(door.accounts.proofs.authenticate("bob", PASSWORD))
    settle()
    logins.check(login)
    clock.forward(days=400)
    with pytest.raises(LoginExpired):
        logins.check(login)


def test_a_file_that_is_gone_is_an_error(
    door: Door, login: Login, opened: Opened, settings: Settings, database: Database
) -> None:
    """What was known of it is not trusted any more."""
    door.check(login)
    Path(settings.db_sqlite_file).unlink()
    assert database.stamp() is None
    with pytest.raises(StorageError, match="SQLite file"):
        door.check(login)
