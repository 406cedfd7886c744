"""Making the embedded file: whether this user may, and for whose eyes it is."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3

from movierec.db.faults import code_of, translate
from movierec.db.retry import TRIES, pause
from movierec.db.target import SqliteTarget
from movierec.errors import StorageError

__all__ = ["check_rights", "make_file"]


def check_rights(target: SqliteTarget) -> None:
    """See whether this user may write to the file, or make it, without trying.

    Raises:
        StorageError: they may not.
    """
    if target.exists():
        allowed = os.access(target.path, os.W_OK)
    else:
        folder = next(folder for folder in target.path.parents if os.access(folder, os.F_OK))
        allowed = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    if not allowed:
        raise _not_made(target, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def make_file(target: SqliteTarget) -> None:
    """Make the file and its folder where they are missing, and turn on write-ahead logging; no tables yet.

    Raises:
        StorageError: it cannot be made, or what is there is no database.
    """
    try:
        target.path.parent.mkdir(parents=True, exist_ok=True)
        # Passwords' hashes live here: for the owner only, and -wal and -shm take after it.
        os.close(os.open(target.path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _not_made(target, error) from error
    for attempt in range(1, TRIES + 1):
        try:
            with contextlib.closing(target.connect()) as conn:
                conn.execute("PRAGMA journal_mode = WAL")  # stays with the file
            return
        except sqlite3.Error as error:
            # SQLite does not wait for this lock by itself.
            if code_of(error) & 0xFF != sqlite3.SQLITE_BUSY or attempt == TRIES:
                raise translate(error, target) from error
            pause(attempt)


def _not_made(target: SqliteTarget, error: OSError) -> StorageError:
    if target.exists() and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"{target}: it exists, but is read-only for this user",
            hint="Let this user write to the file and to its folder.",
        )
    return StorageError(
        f"{target}: cannot be made: {error.strerror}",
        hint="Let this user write to the folder, or set DB_SQLITE_FILE to a place where it may.",
    )
