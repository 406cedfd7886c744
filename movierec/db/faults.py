"""What the drivers say when something is wrong, told to the operator: what it is and what to do.

The drivers' own texts may quote values (a name, an address), so none of them is passed on; the
original exception stays behind ours as its cause, with its parameters hidden.
"""

from __future__ import annotations

import socket
import sqlite3
import ssl
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from movierec.errors import DuplicateKey, SchemaError, StorageError, Unstorable

__all__ = ["FULL", "GONE", "NO_DATABASE", "ROLLED_BACK", "code_of", "translate"]

# Numbers of MySQL's and MariaDB's errors, and of PyMySQL's own (2000 and above).
ROLLED_BACK = frozenset({1205, 1213})  # lock wait, deadlock: trying again is what the server asks for
FULL = frozenset({1040, 1203, 1226})  # no connection was opened
GONE = frozenset({0, 1053, 1927, 2006, 2013, 2014, 2055, 4031})  # 0: PyMySQL's "already closed"
NO_DATABASE = 1049
_NONE = -1
_NO_CONNECTION = frozenset({2002, 2003})

_READ_ONLY = "Point the settings at the primary, or let the server be written to (read_only, super_read_only)."
_PRIVILEGES = "As an administrator: GRANT ALL PRIVILEGES ON the database TO the user that DB_USER names."
_LOG_IN = (
    "Check DB_USER and DB_PASSWORD (or DB_URL), from which hosts that user may connect,"
    " and whether the server insists on TLS (DB_SSL_CA)."
)
_ROOM = "Make room on the disk that holds it."

_SERVER: dict[int, tuple[str, str]] = {
    1021: ("the server's disk is full", _ROOM),
    1040: ("the server has no connection left", "Raise max_connections, or end programs that hold many."),
    1044: ("this user may not use this database, or it does not exist", _PRIVILEGES),
    1045: ("the server refuses this user and password", _LOG_IN),
    1114: ("a table is full", _ROOM),
    1129: ("the server has blocked this machine after too many errors", "As an administrator: FLUSH HOSTS."),
    1130: ("the server does not let this machine connect", _LOG_IN),
    1142: ("this user may not do this", _PRIVILEGES),
    1143: ("this user may not do this", _PRIVILEGES),
    1203: ("this user has no connection left", "Raise max_user_connections."),
    1205: ("somebody else held a lock for too long", "SHOW PROCESSLIST shows who; try again."),
    1213: ("deadlocked with somebody else, again and again", "Try again; see SHOW ENGINE INNODB STATUS."),
    1226: ("this user has used up what it is allowed", "Raise max_user_connections or the hourly limits."),
    1227: ("this user may not do this", _PRIVILEGES),
    1290: ("the server is read-only", _READ_ONLY),
    1698: ("the server refuses this user and password", _LOG_IN),
    1792: ("the server is read-only", _READ_ONLY),
    1836: ("the server is read-only", _READ_ONLY),
    3159: ("the server wants TLS", "Set DB_SSL_CA to the file of the authority that signed its certificate."),
    2026: (
        "the server offers no TLS, but DB_SSL_CA asks for it",
        "Turn on TLS at the server (ssl_cert, ssl_key).",
    ),
}
_MISSING = {
    NO_DATABASE: "the database does not exist",
    1054: "a column is missing",
    1146: "a table is missing",
}
_UNSTORABLE = {1267, 1366, 1406, 3988}  # mixed collations, character not in the set, too long, not convertible

# Primary result codes of SQLite; sqlite3 reports extended ones, whose low byte is this.
_SQLITE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_PERM: ("it may not be used", "Check the rights of the file and of its folder."),
    sqlite3.SQLITE_BUSY: (
        "another program has locked it",
        "End the program that locks it, then try again.",
    ),
    sqlite3.SQLITE_LOCKED: ("it is locked", "Try again."),
    sqlite3.SQLITE_READONLY: ("it is read-only", "Let the file and its folder be written to by this user."),
    sqlite3.SQLITE_IOERR: ("the disk cannot be read or written", "Check the disk: is it full, is it failing?"),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "Restore it from a backup."),
    sqlite3.SQLITE_FULL: ("the disk is full", _ROOM),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "Check that file and folder exist and may be written to."),
    sqlite3.SQLITE_NOTADB: ("it is not a database", "Point DB_SQLITE_FILE (or DB_URL) at another file."),
}
_DUPLICATES = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


def code_of(error: BaseException) -> int:
    """Return the driver's error number: MySQL's, or SQLite's extended one; -1 when there is none."""
    original = _driver_error(error)
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", _NONE)
    if isinstance(original, OSError) or not original.args:
        return _NONE
    code = original.args[0]
    return code if isinstance(code, int) else _NONE


def translate(error: BaseException, target: object) -> StorageError:
    """Return the error to raise in place of a driver's *error*.

    Args:
        error: SQLAlchemy's or the driver's exception, or what else happened while connecting.
        target: the database; its text begins the message.
    """
    original = _driver_error(error)
    if isinstance(original, UnicodeEncodeError):
        return Unstorable(f"{target}: text that is not Unicode (a lone surrogate)")
    code = code_of(error)
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original, code, target)
    if code == 1062:
        return DuplicateKey(f"{target}: this key is taken")
    if code in _MISSING:
        return SchemaError(f"{target}: {_MISSING[code]}")
    if code in _UNSTORABLE:
        return Unstorable(f"{target}: text that a column cannot hold (error {code})")
    if code in _SERVER:
        text, hint = _SERVER[code]
    elif code in GONE:
        text, hint = "the connection was lost", "Is the server running, restarting or overloaded? See its log."
    elif code in _NO_CONNECTION or code == _NONE:
        text, hint = _of_network(original)
    else:
        text, hint = f"error {code}", "See the log: the driver's own message follows there."
    return StorageError(f"{target}: {text}", hint=hint)


def _of_sqlite(original: sqlite3.Error, code: int, target: object) -> StorageError:
    if code in _DUPLICATES:
        return DuplicateKey(f"{target}: this key is taken")
    if str(original).startswith("no such"):  # table, column: code 1, "SQL error", says no more
        return SchemaError(f"{target}: a table or column is missing")
    text, hint = _SQLITE.get(code & 0xFF, (f"SQLite error {code}", "See the log for SQLite's own message."))
    return StorageError(f"{target}: {text}", hint=hint)


def _of_network(original: BaseException) -> tuple[str, str]:
    """Tell why there is no connection from the exceptions behind the driver's own."""
    for cause in _causes(original):
        if isinstance(cause, ssl.SSLCertVerificationError):
            if "match" in cause.verify_message.lower():  # "Hostname mismatch", "IP address mismatch"
                return (
                    "the server's certificate is for another host",
                    "Set DB_HOST to the name that is in it.",
                )
            return (
                "the server's certificate is not one that DB_SSL_CA vouches for",
                "Set DB_SSL_CA to the file of the authority that signed it; see that it has not expired.",
            )
        if isinstance(cause, ssl.SSLError):
            return "TLS failed", "Check the TLS settings of the server (ssl_cert, ssl_key, tls_version)."
        if isinstance(cause, socket.gaierror | UnicodeError):
            return "no machine of this name", "Check DB_HOST (or DB_URL)."
        if isinstance(cause, ConnectionRefusedError):
            return "nothing answers there", "Is the server running? Check DB_HOST and DB_PORT (or DB_URL)."
        if isinstance(cause, TimeoutError):
            return "no answer in time", "Check DB_HOST and DB_PORT (or DB_URL), and the firewalls between."
        if isinstance(cause, OSError):
            return "no connection", "Check DB_HOST and DB_PORT (or DB_URL), and the network between."
    return "what answers there is no MySQL or MariaDB server", "Check DB_HOST and DB_PORT (or DB_URL)."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "original_exception", None) or error.__cause__ or error.__context__


def _driver_error(error: BaseException) -> BaseException:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig
    return error
