"""What an operator is told when there is no way to the server."""

from __future__ import annotations

import socket
import threading
import traceback

import pymysql
import pytest

from movierec.db import Database
from movierec.db.faults import _SERVER, translate
from movierec.errors import StorageError
from movierec.settings import Settings
from tests import classic
from tests.db.helpers import add, names, on_mariadb
from tests.mariadb import free_port


def test_a_server_that_is_down_is_told_at_once(settings: Settings) -> None:
    """With what to look at, and without a password."""
    database = Database(
        settings.replace(db_host="127.0.0.1", db_port=free_port(), db_user="me", db_password="pa55word")
    )
    for call in (lambda: names(database), lambda: database.write(add("bob")), database.check, database.create):
        with pytest.raises(StorageError, match="nothing answers there") as caught:
            call()
        assert "DB_HOST" in caught.value.hint
        assert caught.value.public == StorageError.public
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(database))
        assert "pa55word" not in told


def test_an_unknown_host_is_told(settings: Settings) -> None:
    """Also a name that is none at all."""
    for host in ("no-such-host.invalid", "a..b", "x" * 100):
        with pytest.raises(StorageError, match="no machine of this name") as caught:
            names(Database(settings.replace(db_host=host, db_user="me")))
        assert "DB_HOST" in caught.value.hint


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05\x00\x00\x00hello", b"\x00\x00\x00\x00"]
)
def test_another_kind_of_server_is_told(settings: Settings, greeting: bytes) -> None:
    """Whatever it says, it ends as one of our errors."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            client, _ = server.accept()
            with client:
                client.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(StorageError) as caught:
            names(Database(settings.replace(db_host="127.0.0.1", db_port=server.getsockname()[1], db_user="me")))
    assert "DB_HOST" in caught.value.hint or "server" in caught.value.hint


@on_mariadb
def test_a_wrong_password_is_told_and_not_repeated(database_settings: Settings) -> None:
    """The operator reads which settings to check."""
    wrong = database_settings.replace(db_user="nobody_of_this_name", db_password="pa55word")
    for call in (lambda: names(Database(wrong)), Database(wrong).create):
        with pytest.raises(StorageError, match="refuses this user and password") as caught:
            call()
        assert "DB_PASSWORD" in caught.value.hint
        assert "pa55word" not in "".join(traceback.format_exception(caught.value))


@on_mariadb
def test_a_user_without_rights_is_told_what_to_grant(database_settings: Settings, database: Database) -> None:
    """For the whole database, and for a table of it."""
    name = database_settings.db_name
    limited = database_settings.replace(db_user=name[-20:])
    with classic.connect(database_settings) as conn, conn.cursor() as cursor:
        cursor.execute("CREATE USER %s@'%%'", (limited.db_user,))
        try:
            with pytest.raises(StorageError, match="may not use this database") as caught:
                Database(limited).create()
            assert "GRANT" in caught.value.hint
            cursor.execute(f"GRANT SELECT ON `{name}`.* TO %s@'%%'", (limited.db_user,))
            with pytest.raises(StorageError, match="may not do this") as caught:
                Database(limited).write(add("bob"))
            assert "GRANT" in caught.value.hint
        finally:
            cursor.execute("DROP USER %s@'%%'", (limited.db_user,))


def test_every_error_number_has_a_hint_and_keeps_the_drivers_words_to_itself() -> None:
    """The driver's text may quote values; ours never does."""
    for code in [*_SERVER, 9999]:
        told = translate(pymysql.OperationalError(code, "near 'secret value'"), "the target")
        assert str(told).startswith("the target: ")
        assert told.hint
        assert "secret" not in str(told) + told.hint
