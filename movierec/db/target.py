"""Which database: settings in, an engine out. Nothing is connected here."""

from __future__ import annotations

import os
import sqlite3
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from movierec.errors import SettingsError
from movierec.settings import Settings

__all__ = ["WRITING", "ServerTarget", "SqliteTarget", "find_target"]

WRITING = "movierec_writing"  # execution option: this connection's transaction is going to write

_CONNECT_TIMEOUT_S = 5  # a server that is there answers in milliseconds
_ANSWER_TIMEOUT_S = 10  # for each answer; our queries take milliseconds
_LOCK_WAIT_S = 5  # below the answer timeout, so that the server says what it waited for
_SQLITE_LOCK_WAIT_S = 5.0
_TICK_S = 2.0  # the coarsest that a file system's clock is
_UNTOLD_S = 60  # a change that the file system does not tell of is found within that time


@dataclass(frozen=True)
class SqliteTarget:
    """An embedded database file. ``str()`` is safe to log."""

    path: Path

    def __str__(self) -> str:
        return f"SQLite file {self.path}"

    def engine(self) -> Engine:
        """Return a new engine that opens the file for each use; nothing is opened yet."""
        engine = create_engine("sqlite://", creator=self.connect, poolclass=NullPool, hide_parameters=True)

        @event.listens_for(engine, "begin")
        def begin(conn: Connection) -> None:
            # IMMEDIATE: a transaction that reads first and writes later could fail halfway otherwise.
            writing = conn.get_execution_options().get(WRITING)
            conn.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def exists(self) -> bool:
        """Whether the file is there; not when it cannot be told: opening or making it says why."""
        return os.access(self.path, os.F_OK)

    def stamp(self) -> object | None:
        """Return what is another one after each change; None just after one, or where it cannot be told.

        The file is not opened, which takes fifty times as long.
        """
        files = []
        try:
            with suppress(FileNotFoundError):  # the log, first: what it holds goes from there into the file
                files.append(Path(f"{self.path}-wal").stat())
            files.append(self.path.stat())
        except OSError:
            return None
        # A second change within one tick of the file system's clock would not show.
        if time.time() - max(max(file.st_mtime, file.st_ctime) for file in files) < _TICK_S:
            return None
        told = tuple((file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns) for file in files)
        return time.monotonic() // _UNTOLD_S, told

    def connect(self) -> sqlite3.Connection:
        """Open the file, which must exist: a mistyped path must not become an empty database."""
        conn = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw", uri=True, timeout=_SQLITE_LOCK_WAIT_S, isolation_level=None
        )
        try:
            conn.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            conn.close()
            raise
        return conn


@dataclass(frozen=True, kw_only=True)
class ServerTarget:
    """A database on a MySQL or MariaDB server, or, without a ``name``, the server itself.

    ``str()`` is safe to log.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    name: str
    ssl_ca: Path | None

    def __str__(self) -> str:
        database = f", database {self.name}" if self.name else ""
        tls = ", TLS verified" if self.ssl_ca else ""
        return f"MySQL/MariaDB at {self.host}:{self.port}{database}, user {self.user}{tls}"

    def stamp(self) -> None:
        """A server tells of changes only when it is asked for what is there."""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    def engine(self, *, patience_s: int = 0) -> Engine:
        """Return a new engine that connects for each use and hangs up right after; nothing is connected yet.

        Every visitor is a process: a pool in each would hold the server's connections without using
        them (151 by default).

        Args:
            patience_s: wait at least so long for answers; for changing tables.
        """
        lock_wait_s = max(_LOCK_WAIT_S, patience_s // 10)
        # Times are UTC whatever the server's zone; a value that does not fit is an error, never cut.
        session = (
            "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
            f" innodb_lock_wait_timeout = {lock_wait_s}, lock_wait_timeout = {lock_wait_s}"
        )
        arguments: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password.encode("utf-8"),  # PyMySQL would encode text as Latin-1
            "database": self.name or None,
            "charset": "utf8mb4",
            "init_command": session,
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "read_timeout": max(_ANSWER_TIMEOUT_S, patience_s),
            "write_timeout": max(_ANSWER_TIMEOUT_S, patience_s),
        }
        if self.ssl_ca:
            # A context makes TLS a must; PyMySQL's ssl_ca alone would encrypt to whoever answers.
            arguments["ssl"] = _verifying(self.ssl_ca)
        elif self.is_loopback:
            # What never leaves the machine needs no TLS, and PyMySQL takes 20 ms to get ready for it.
            arguments["ssl_disabled"] = True
        # The address goes in by arguments, so that no password is ever in an engine's URL.
        return create_engine("mysql+pymysql://", connect_args=arguments, poolclass=NullPool, hide_parameters=True)


def find_target(settings: Settings) -> SqliteTarget | ServerTarget:
    """Return the database that the settings name.

    Raises:
        SettingsError: DB_URL or DB_SSL_CA cannot be used; the text holds no part of the URL.
    """
    if settings.db_url:
        return _from_url(settings)
    if settings.db_host:
        return _server(
            settings, settings.db_host, settings.db_port, settings.db_user, settings.db_password, settings.db_name
        )
    return SqliteTarget(settings.db_sqlite_file)


def _from_url(settings: Settings) -> SqliteTarget | ServerTarget:
    try:
        url = make_url(settings.db_url)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "DB_URL: cannot be read; it should look like mysql://user:password@host:3306/name"
            " (special characters in the password as %40 and the like) or sqlite:///file.sqlite3"
        ) from None
    for part in (url.host, url.username, url.database):
        if part and not part.isprintable():  # a NUL, a line's end: drivers fail over them in their own ways
            raise SettingsError("DB_URL: it contains a character that cannot be printed")
    if set(url.query) - {"charset"}:  # a charset is harmless: it is always utf8mb4
        raise SettingsError("DB_URL: nothing may follow a '?'; for TLS set DB_SSL_CA")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise SettingsError("DB_URL: sqlite:/// needs a file; every visitor is a process of its own")
        return SqliteTarget((settings.home / url.database).resolve())
    if not url.host or not (url.username or settings.db_user):
        raise SettingsError("DB_URL: it should name user and host, as in mysql://user:password@host:3306/name")
    port = 3306 if url.port is None else url.port
    if not 1 <= port <= 65_535:
        raise SettingsError("DB_URL: the port is not a whole number from 1 to 65535")
    return _server(
        settings, url.host, port, url.username or settings.db_user, url.password or "",
        url.database or settings.db_name,
    )  # fmt: skip


def _server(settings: Settings, host: str, port: int, user: str, password: str, name: str) -> ServerTarget:
    try:
        password.encode("utf-8")
    except UnicodeEncodeError:
        variable = "DB_URL" if settings.db_url else "DB_PASSWORD"
        raise SettingsError(f"{variable}: the password is not text in UTF-8") from None
    if settings.db_ssl_ca:
        try:
            _verifying(settings.db_ssl_ca)
        except OSError as error:  # an ssl.SSLError is one, too
            raise SettingsError(
                f"DB_SSL_CA: {settings.db_ssl_ca} cannot be read as a PEM file of certificates: {error}"
            ) from error
    return ServerTarget(host=host, port=port, user=user, password=password, name=name, ssl_ca=settings.db_ssl_ca)


def _verifying(ca: Path) -> ssl.SSLContext:
    """Return a context that takes only certificates of *ca*, and only for the host that was asked for."""
    context = ssl.create_default_context(cafile=str(ca))
    # As before Python 3.13: the authority that MySQL makes for itself does not pass the strict check.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
