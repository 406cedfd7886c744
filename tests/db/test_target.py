"""Which database the settings name, and when it is connected to."""

from __future__ import annotations

import socket
import traceback
from pathlib import Path

import pytest

from movierec.db import Database
from movierec.errors import SettingsError
from movierec.settings import Settings
from tests import classic
from tests.db.helpers import add, names, on_mariadb, wait_until


@pytest.mark.parametrize(
    ("url", "described"),
    [
        ("sqlite:///some/file.db", "SQLite file {home}/some/file.db"),
        ("sqlite:////tmp/a%20b.db", "SQLite file /tmp/a b.db"),
        (
            "mysql://me:pa55%40word@db.example:3307/films",
            "MySQL/MariaDB at db.example:3307, database films, user me",
        ),
        ("mariadb://me@db.example/films", "MySQL/MariaDB at db.example:3306, database films, user me"),
        ("mysql+pymysql://me:pa55@db.example", "MySQL/MariaDB at db.example:3306, database movierec, user me"),
        ("mariadb+pymysql://me@[::1]/films?charset=utf8", "MySQL/MariaDB at ::1:3306, database films, user me"),
    ],
)
def test_one_url_names_the_database(settings: Settings, url: str, described: str) -> None:
    """Each kind of address is understood, relative files start at home, and no password is in the description."""
    described = described.format(home=settings.home)
    assert Database(settings.replace(db_url=url)).describe() == described


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:pa55word@host:port/films",
        "mysql://me:pa55word@/films",
        "mysql://:pa55word@host/films",
        "mysql://me:pa55word@host/films?ssl_ca=/ca.pem",
        "mysql:pa55word",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_repeating_it(settings: Settings, url: str) -> None:
    """The variable is named; the password in it is nowhere, not even in the traceback."""
    with pytest.raises(SettingsError, match="DB_URL") as caught:
        Database(settings.replace(db_url=url))
    assert "pa55word" not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_authority_file_is_told_at_once(settings: Settings, tmp_path: Path) -> None:
    """DB_SSL_CA that is missing, or no certificate, is a settings error, not a connection that fails later."""
    for file in (tmp_path / "missing.pem", tmp_path):
        with pytest.raises(SettingsError, match="DB_SSL_CA"):
            Database(settings.replace(db_host="localhost", db_user="me", db_ssl_ca=file))
    (tmp_path / "text.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match="DB_SSL_CA"):
        Database(settings.replace(db_host="localhost", db_user="me", db_ssl_ca=tmp_path / "text.pem"))


@on_mariadb
def test_a_password_of_any_letters_reaches_the_server(database_settings: Settings, database: Database) -> None:
    """Also letters outside Latin-1, from DB_PASSWORD as well as from DB_URL."""
    name = database_settings.db_name
    with classic.connect(database_settings) as conn, conn.cursor() as cursor:
        cursor.execute("CREATE USER %s@'%%' IDENTIFIED BY 'пароль@/:é'", (name[-20:],))
        try:
            cursor.execute(f"GRANT ALL ON `{name}`.* TO %s@'%%'", (name[-20:],))
            by_parts = database_settings.replace(db_user=name[-20:], db_password="пароль@/:é")
            assert names(Database(by_parts)) == []
            url = f"mysql://{name[-20:]}:%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%40%2F%3A%C3%A9@127.0.0.1/{name}"
            assert names(Database(database_settings.replace(db_url=url))) == []
        finally:
            cursor.execute("DROP USER %s@'%%'", (name[-20:],))


def test_nothing_is_connected_before_it_is_needed(settings: Settings) -> None:
    """Making a Database speaks to nobody: kernels are started in advance."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Database(settings.replace(db_host="127.0.0.1", db_port=server.getsockname()[1], db_user="me"))
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    Database(settings)
    assert not settings.db_sqlite_file.exists()


@on_mariadb
def test_no_connection_is_kept(database_settings: Settings, database: Database) -> None:
    """After reading and writing the server has no connection to this database left."""
    database.write(add("bob"))
    assert names(database) == ["bob"]
    statement = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = %s AND id != CONNECTION_ID()"

    def count() -> object:
        return classic.rows(database_settings, statement, database_settings.db_name)[0][0]

    wait_until(lambda: count() == 0)
