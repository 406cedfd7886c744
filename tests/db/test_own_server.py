"""Faults that only a server of the tests' own may have: TLS, no connections left, read-only, killed."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import text

from movierec.db import Database
from movierec.errors import StorageError
from movierec.settings import Settings
from tests.db.helpers import add, names, wait_until
from tests.mariadb import Server, make_authority, make_datadir, running


@pytest.fixture(scope="module")
def datadir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_datadir(tmp_path_factory.mktemp("mariadb"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority that signed the server's certificate, which is for localhost."""
    return make_authority(tmp_path_factory.mktemp("tls"), "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another authority, of the same trade."""
    return make_authority(tmp_path_factory.mktemp("tls"), "stranger")


@pytest.fixture(scope="module")
def server(datadir: Path, authority: Path) -> Iterator[Server]:
    """A server with TLS, ten connections and a user without special rights."""
    options = [f"--ssl-cert={authority}/server.pem", f"--ssl-key={authority}/key.pem", "--max-connections=10"]
    with running(datadir, *options) as server:
        server.sql("CREATE OR REPLACE USER app@'%' IDENTIFIED BY 'pa55word'")
        server.sql("GRANT ALL ON movierec_test.* TO app@'%'")
        yield server


@pytest.fixture
def app(settings: Settings, server: Server) -> Iterator[Settings]:
    """Settings of that user, with a fresh database, over TLS."""
    server.sql("CREATE DATABASE movierec_test")
    app = settings.replace(
        db_host="localhost", db_port=server.port, db_user="app", db_password="pa55word", db_name="movierec_test"
    )
    Database(app).create()
    yield app
    server.sql("DROP DATABASE movierec_test")


def test_tls_is_used_and_verified(app: Settings, authority: Path) -> None:
    """With the right authority and the right name, the connection is encrypted."""
    database = Database(app.replace(db_ssl_ca=authority / "ca.pem"))
    with database.read() as conn:
        assert conn.execute(text("SHOW STATUS LIKE 'Ssl_cipher'")).one()[1]
    assert database.describe().endswith("TLS verified")
    assert database.create() == []
    database.write(add("bob"))


def test_another_authority_is_refused(app: Settings, stranger: Path) -> None:
    """A certificate that DB_SSL_CA did not sign is worth nothing."""
    with pytest.raises(StorageError, match="not one that DB_SSL_CA vouches for") as caught:
        names(Database(app.replace(db_ssl_ca=stranger / "ca.pem")))
    assert "authority that signed it" in caught.value.hint


def test_a_certificate_of_another_host_is_refused(app: Settings, authority: Path) -> None:
    """The server's certificate says localhost, and 127.0.0.1 is another name."""
    with pytest.raises(StorageError, match="for another host") as caught:
        names(Database(app.replace(db_ssl_ca=authority / "ca.pem", db_host="127.0.0.1")))
    assert "DB_HOST" in caught.value.hint


def test_a_server_without_tls_is_refused_when_tls_is_asked_for(
    settings: Settings, tmp_path: Path, authority: Path
) -> None:
    """Nothing is sent in the clear instead, the user's name included."""
    with running(make_datadir(tmp_path), "--skip-ssl") as plain:
        app = settings.replace(db_host="localhost", db_port=plain.port, db_user="root", db_name="movierec_test")
        Database(app).create()
        with pytest.raises(StorageError, match="no TLS") as caught:
            names(Database(app.replace(db_ssl_ca=authority / "ca.pem")))
    assert "ssl_cert" in caught.value.hint


def test_a_server_that_insists_on_tls_is_told(app: Settings, server: Server) -> None:
    """Without DB_SSL_CA, the operator reads that it is wanted."""
    server.sql("SET GLOBAL require_secure_transport = 1")
    try:
        with pytest.raises(StorageError) as caught:
            names(Database(app))
    finally:
        over_tls = ssl.create_default_context()
        over_tls.check_hostname, over_tls.verify_mode = False, ssl.CERT_NONE
        with (
            pymysql.connect(host="127.0.0.1", port=server.port, user="root", ssl=over_tls) as conn,
            conn.cursor() as cursor,
        ):
            cursor.execute("SET GLOBAL require_secure_transport = 0")
    assert "DB_SSL_CA" in caught.value.hint


@pytest.fixture
def crowd(server: Server, app: Settings) -> Iterator[list[pymysql.Connection]]:
    """All the connections that the user may have, taken."""
    taken: list[pymysql.Connection] = []
    login = {"host": "127.0.0.1", "port": server.port, "user": "app", "password": app.db_password}
    with pytest.raises(pymysql.OperationalError, match="Too many connections"):
        taken.extend(pymysql.connect(**login, ssl_disabled=True) for _ in range(20))
    yield taken
    leave(taken)
    # The server takes a moment to notice.
    wait_until(
        lambda: server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE user='app'") == ((0,),)
    )


def leave(crowd: list[pymysql.Connection]) -> None:
    while crowd:
        crowd.pop().close()


def test_no_connection_left_is_told(app: Settings, crowd: list[pymysql.Connection]) -> None:
    """After trying for a second or so."""
    with pytest.raises(StorageError, match="no connection left") as caught:
        names(Database(app))
    assert "max_connections" in caught.value.hint


def test_a_connection_that_becomes_free_is_waited_for(
    app: Settings, crowd: list[pymysql.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    """Visitors come and go; a crowd of a moment is nobody's error."""

    def leave_when_somebody_waits() -> None:
        wait_until(lambda: "trying again" in caplog.text)
        leave(crowd)

    leaving = threading.Thread(target=leave_when_somebody_waits)
    leaving.start()
    assert names(Database(app)) == []
    leaving.join(timeout=10)
    assert "trying again" in caplog.text


def test_a_read_only_server_is_told(app: Settings, server: Server) -> None:
    """Reading goes on; writing says why not."""
    server.sql("SET GLOBAL read_only = 1")
    try:
        assert names(Database(app)) == []
        with pytest.raises(StorageError, match="read-only") as caught:
            Database(app).write(add("bob"))
    finally:
        server.sql("SET GLOBAL read_only = 0")
    assert "primary" in caught.value.hint


def test_a_server_killed_in_the_middle_leaves_nothing_half_written(settings: Settings, tmp_path: Path) -> None:
    """The caller is told; when the server is back, the transaction is not there, and goes through anew."""
    datadir = make_datadir(tmp_path)
    with running(datadir, "--innodb-flush-log-at-trx-commit=1") as server:  # what is committed is kept
        app = settings.replace(db_host="127.0.0.1", db_port=server.port, db_user="root", db_name="movierec_test")
        database = Database(app)
        database.create()

        def change(conn) -> None:
            add("bob")(conn)
            server.process.kill()
            server.process.wait(timeout=30)
            add("carl")(conn)

        with pytest.raises(StorageError, match=r"nothing answers there|connection was lost"):
            database.write(change)
    with running(datadir) as server:
        database = Database(app.replace(db_port=server.port))
        assert names(database) == []
        database.write(add("bob"))
        assert names(database) == ["bob"]
