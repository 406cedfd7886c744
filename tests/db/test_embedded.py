"""The embedded SQLite file: made when missing, and what is told when it cannot be used."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from movierec.db import Database, target
from movierec.errors import StorageError
from movierec.settings import Settings
from movierec.tables import users
from tests.db.helpers import add, names
from tests.faults import in_child


@pytest.fixture
def embedded(settings: Settings) -> Iterator[Settings]:
    """Settings of a made SQLite file in a folder that others may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        somewhere = settings.replace(db_sqlite_file=Path(folder) / "films.sqlite3")
        Database(somewhere).create()
        yield somewhere


def test_a_missing_file_is_made_by_whoever_comes_first(settings: Settings) -> None:
    """Nothing has to be set up: the first reader or writer makes file and tables."""
    assert names(Database(settings)) == []
    settings.db_sqlite_file.unlink()
    Database(settings).write(add("bob"))
    assert names(Database(settings)) == ["bob"]


def test_a_file_that_vanished_is_told(settings: Settings) -> None:
    """It does not come back empty under the eyes of those who had accounts in it."""
    database = Database(settings)
    database.check()
    settings.db_sqlite_file.unlink()
    for call in (lambda: names(database), lambda: database.write(add("bob"))):
        with pytest.raises(StorageError, match="cannot be opened"):
            call()
    assert not settings.db_sqlite_file.exists()


def test_a_file_in_a_folder_that_does_not_exist_yet(settings: Settings) -> None:
    """The folder is made, too."""
    elsewhere = settings.replace(db_sqlite_file=settings.home / "new" / "folder" / "100% #?.sqlite3")
    Database(elsewhere).check()
    assert elsewhere.db_sqlite_file.exists()
    assert names(Database(elsewhere)) == []


def test_a_file_that_is_no_database_is_told(settings: Settings) -> None:
    """And is not touched."""
    settings.db_sqlite_file.write_text("a letter to my aunt " * 100)
    for call in (Database(settings).check, Database(settings).create):
        with pytest.raises(StorageError, match="not a database") as caught:
            call()
        assert "DB_SQLITE_FILE" in caught.value.hint
    assert settings.db_sqlite_file.read_text().startswith("a letter")


def test_readers_and_a_writer_do_not_wait_for_each_other(embedded: Settings) -> None:
    """Write-ahead logging is on: who reads sees one moment, and stops nobody from writing."""
    database = Database(embedded)
    with database.read() as conn:
        assert conn.scalar(select(func.count()).select_from(users)) == 0
        Database(embedded).write(add("bob"))
        assert conn.scalar(select(func.count()).select_from(users)) == 0
    assert names(database) == ["bob"]


def test_a_locked_file_is_waited_for_and_then_told(embedded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for ever, and with what to do."""
    monkeypatch.setattr(target, "_SQLITE_LOCK_WAIT_S", 0.2)
    with sqlite3.connect(embedded.db_sqlite_file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked") as caught:
            Database(embedded).write(add("bob"))
        assert "try again" in caught.value.hint
        other.execute("ROLLBACK")
    Database(embedded).write(add("bob"))


def test_a_read_only_file_is_told(embedded: Settings) -> None:
    """To whoever may not write to it, root or not."""
    Database(embedded).write(add("bob"))
    embedded.db_sqlite_file.chmod(0o444)
    embedded.db_sqlite_file.parent.chmod(0o555)
    told = in_child(lambda: Database(embedded).write(add("carl")), as_nobody=True)
    embedded.db_sqlite_file.parent.chmod(0o755)
    assert told.startswith("StorageError: SQLite file ")
    assert "read-only" in told or "cannot be opened" in told
    assert "may be written to" in told or "be written to by this user" in told


def test_a_read_only_file_that_is_to_be_upgraded_is_told(embedded: Settings) -> None:
    """It is there: nobody is to look for why it could not be made."""
    embedded.db_sqlite_file.chmod(0o444)
    told = in_child(Database(embedded).create, as_nobody=True)
    assert told.startswith(f"StorageError: SQLite file {embedded.db_sqlite_file}: it exists, but is read-only")
    assert "write to the file" in told
    assert "cannot be made" not in told


def test_a_folder_that_may_not_be_written_to_is_told(embedded: Settings) -> None:
    """When the file is to be made there."""
    elsewhere = embedded.replace(db_sqlite_file=embedded.db_sqlite_file.with_name("other.sqlite3"))
    embedded.db_sqlite_file.parent.chmod(0o555)
    told = in_child(Database(elsewhere).check, as_nobody=True)
    embedded.db_sqlite_file.parent.chmod(0o755)
    assert told.startswith("StorageError: SQLite file ")
    assert "cannot be made: Permission denied" in told
    assert "DB_SQLITE_FILE" in told


def test_a_full_disk_is_told_and_leaves_what_was_there(embedded: Settings) -> None:
    """The transaction is undone; the file is whole."""
    database = Database(embedded)
    database.write(add("bob"))

    def fill(conn) -> None:
        size = embedded.db_sqlite_file.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, size + 100_000))
        for number in range(2000):
            conn.execute(insert(users).values(username="x" * 200 + str(number), email=str(number), password="-"))

    told = in_child(lambda: database.write(fill))
    assert told.startswith("StorageError: SQLite file ")
    assert "disk" in told
    assert names(database) == ["bob"]
    with sqlite3.connect(embedded.db_sqlite_file) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_damaged_file_is_told(embedded: Settings) -> None:
    """Not as an empty list of users."""
    database = Database(embedded)
    for number in range(50):
        database.write(add(f"user{number}"))
    shutil.copy(embedded.db_sqlite_file, damaged := embedded.db_sqlite_file.with_name("damaged.sqlite3"))
    content = bytearray(damaged.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    damaged.write_bytes(content)
    with pytest.raises(StorageError, match="damaged") as caught:
        names(Database(embedded.replace(db_sqlite_file=damaged)))
    assert "backup" in caught.value.hint


def test_nothing_is_loaded_that_the_embedded_file_does_not_need(settings: Settings) -> None:
    """Each visitor's kernel pays for what it uses, and so does a launcher that finds all up to date."""
    program = (
        "import sys; from movierec.db import Database; from movierec.settings import load_settings;"
        "Database(load_settings()).check(); Database(load_settings()).prepare();"
        "print([m for m in ('pymysql', 'sqlalchemy.orm', 'alembic', 'mako') if m in sys.modules])"
    )
    environ = settings.kernel_environment() | {"PATH": os.environ["PATH"]}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, timeout=60
    )
    assert result.stdout == "[]\n", result.stderr
