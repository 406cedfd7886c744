"""Connections and transactions: short, explicit about reading or writing, tried again where that is safe."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from movierec.db import embedded, schema
from movierec.db.faults import FULL, GONE, NO_DATABASE, ROLLED_BACK, code_of, translate
from movierec.db.retry import PATIENCE_S, TRIES, pause
from movierec.db.target import WRITING, ServerTarget, SqliteTarget, find_target
from movierec.errors import StorageError
from movierec.settings import Settings

__all__ = ["Database"]

Result = TypeVar("Result")
_log = logging.getLogger(__name__)

_UPGRADE_PATIENCE_S = 600  # changing a large table takes its time


class Database:
    """The configured database. Making one connects to nothing.

    Args:
        settings: which database.
    Raises:
        SettingsError: they name none that could be used.
    """

    def __init__(self, settings: Settings):
        self._target = find_target(settings)
        self._engine = self._target.engine()
        self._seen = False  # whether the tables are known to be of this program's version

    def describe(self) -> str:
        """Return which database this is; safe to log."""
        return str(self._target)

    @property
    def unverified_host(self) -> str:
        """The server on another machine that could be anybody, because DB_SSL_CA is not set; else empty."""
        target = self._target
        if isinstance(target, SqliteTarget) or target.ssl_ca or target.is_loopback:
            return ""
        return target.host

    def is_new(self) -> bool:
        """Return whether this is an embedded file, missing or empty, that the first use will make.

        Raises:
            StorageError: it cannot be read, or this user may not make it or not write to it.
        """
        if not isinstance(self._target, SqliteTarget):
            return False
        embedded.check_rights(self._target)
        return self._is_new(self._target)

    def stamp(self) -> object | None:
        """Return what stays the same as long as nothing has been changed, by whomever, where that can be told so.

        None tells nothing: a server is always None, an embedded file right after a change. Take it before reading.
        """
        return self._target.stamp()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a connection for reading; what the block reads is of one moment.

        Raises:
            StorageError: the database cannot be reached or refuses.
            SchemaError: its tables are older or newer than this program.
        """
        self._see()
        with self._read() as conn:
            yield conn

    @contextlib.contextmanager
    def _read(self) -> Iterator[Connection]:
        try:
            with self._connect(self._engine) as conn:
                yield conn
        except (DBAPIError, UnicodeEncodeError) as error:
            raise self._translated(error) from _cause(error)

    def write(self, fn: Callable[[Connection], Result], *, idempotent: bool = False) -> Result:
        """Run ``fn(conn)`` in one transaction and return what it returned.

        The whole of it runs again when the database has rolled it back (deadlock, lock wait) or the
        connection was lost before COMMIT was sent, since nothing was saved then. When the answer to
        COMMIT is lost, nobody knows: it runs again only if *idempotent*, else the caller is told.

        Args:
            fn: does nothing but work on *conn*; may be called several times.
            idempotent: calling *fn* again after it was saved does no harm and returns the same.
        Raises:
            StorageError: not saved; or, if its text says so, perhaps saved.
            DuplicateKey: another row has a unique key of this one.
            Unstorable: a text does not fit its column.
            SchemaError: the tables are older or newer than this program.
        """
        self._see()
        return self._write(self._engine, fn, idempotent=idempotent)

    def check(self) -> None:
        """See that the tables are there; an embedded file that is missing or empty is made.

        Raises:
            SchemaError: the database is missing, or older or newer than this program, and the hint says what to
                do; or a table or a column is missing that its version has.
        """
        self._see()
        with self._read() as conn:
            schema.check(conn, self._target)

    def create(self) -> list[str]:
        """Make the database and its tables, adopt those of the classic app, or upgrade older ones.

        Safe at any time; several callers at once wait for each other.

        Returns:
            What was done, for people; empty when all was there.
        Raises:
            SchemaError: the database holds another program's tables, or is newer than this one.
        """
        return self._make(migrating=True)

    def prepare(self) -> list[str]:
        """Do what :meth:`create` does, but leave a server's older tables to whoever looks after the server.

        Returns:
            What was done, for people.
        Raises:
            SchemaError: as :meth:`create`; and a server's tables are older: the hint has the command.
        """
        return self._make(migrating=isinstance(self._target, SqliteTarget))

    def _make(self, *, migrating: bool) -> list[str]:
        done = self._upgrade(migrating=migrating)
        self.check()
        return done

    def _upgrade(self, *, migrating: bool) -> list[str]:
        if isinstance(self._target, SqliteTarget):
            embedded.make_file(self._target)
            return self._write(
                self._engine,
                lambda conn: schema.upgrade(conn, self._target, migrating=migrating),
                idempotent=True,
            )
        engine = self._target.engine(patience_s=_UPGRADE_PATIENCE_S)
        done = self._make_database(self._target, engine)
        lock_name = f"movierec:{self._target.name}"[:64]

        def upgrade(conn: Connection) -> list[str]:
            # The server gives the lock back when the connection closes, whatever happens.
            if conn.scalar(select(func.get_lock(lock_name, _UPGRADE_PATIENCE_S // 10))) != 1:
                raise StorageError(
                    f"{self._target}: somebody else has been changing the tables for a minute",
                    hint="Wait for the other movierec to finish, then try again.",
                )
            return schema.upgrade(conn, self._target, migrating=migrating)

        return done + self._write(engine, upgrade, idempotent=True)

    def _write(self, engine: Engine, fn: Callable[[Connection], Result], *, idempotent: bool) -> Result:
        give_up_at = time.monotonic() + PATIENCE_S
        attempt = 0
        while True:
            attempt += 1
            committing = False
            try:
                with self._connect(engine, writing=True) as conn, conn.begin():
                    result = fn(conn)
                    committing = True
                return result
            except (DBAPIError, UnicodeEncodeError) as error:
                code = code_of(error)
                lost = code in GONE or (isinstance(error, DBAPIError) and error.connection_invalidated)
                if lost and committing and not idempotent:
                    raise StorageError(
                        f"{self._target}: the connection was lost while saving; it may or may not be saved",
                        hint="Look before doing it again.",
                    ) from error
                again = code in ROLLED_BACK or lost
                if not again or attempt == TRIES or time.monotonic() > give_up_at:
                    raise self._translated(error) from _cause(error)
                _log.warning("%s: transaction tried again after error %s", self._target, code)
                pause(attempt)

    @contextlib.contextmanager
    def _connect(self, engine: Engine, *, writing: bool = False) -> Iterator[Connection]:
        conn = self._open(engine)
        with conn:
            yield conn.execution_options(**{WRITING: writing})

    def _open(self, engine: Engine) -> Connection:
        attempt = 0
        while True:
            attempt += 1
            try:
                return engine.connect()
            # Whatever answers on that port, or does not, may make the driver raise anything.
            except Exception as error:
                if code_of(error) not in FULL or attempt == TRIES:
                    raise self._translated(error) from _cause(error)
                _log.warning("%s: no connection left, trying again", self._target)
                pause(attempt)

    def _translated(self, error: BaseException) -> StorageError:
        return translate(error, self._target)

    def _see(self) -> None:
        """Before the first use: make an embedded file that is missing or empty, and look at the version."""
        if self._seen:
            return
        if isinstance(self._target, SqliteTarget) and self._is_new(self._target):
            self._upgrade(migrating=False)
        with self._read() as conn:
            schema.check_version(conn, self._target)
        self._seen = True

    def _is_new(self, target: SqliteTarget) -> bool:
        if not target.exists():
            return True
        with self._read() as conn:
            return schema.is_empty(conn)

    def _make_database(self, target: ServerTarget, engine: Engine) -> list[str]:
        try:
            self._open(engine).close()
        except StorageError as error:
            if error.__cause__ is None or code_of(error.__cause__) != NO_DATABASE:
                raise
        else:
            return []
        server = replace(target, name="").engine()
        name = server.dialect.identifier_preparer.quote_identifier(target.name)
        # A collation that both MySQL and MariaDB have.
        statement = f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        self._write(server, lambda conn: conn.exec_driver_sql(statement), idempotent=True)
        return [f"made database {target.name}"]


def _cause(error: BaseException) -> BaseException | None:
    """Return what to keep behind our own error; a UnicodeEncodeError holds the whole statement."""
    return None if isinstance(error, UnicodeEncodeError) else error
