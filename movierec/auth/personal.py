"""All that is stored about a person: to hand it to them, and to remove it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select

from movierec.auth.events import record
from movierec.auth.throttle import LONG_AGO
from movierec.db import Database
from movierec.errors import LoginExpired
from movierec.tables import attempts, devices, logins, ratings, reset_codes, tickets, user_preferences, users

__all__ = ["PersonalData"]

# What is handed out, by table; what lets somebody in is told of, but not handed out.
_TOLD = {
    user_preferences: ("favorite_genre", "favorite_movie", "created_at"),
    ratings: ("movie_id", "value", "rated_at"),
    logins: ("label", "kept", "created_at", "seen_at"),
    devices: ("seen_at",),
    reset_codes: ("expires_at",),
}


class PersonalData:
    """What *db* knows about people."""

    def __init__(self, db: Database):
        self._db = db

    def export(self, user_id: int) -> dict[str, Any]:
        """Return all that is stored about a person, as JSON can hold it; times are in UTC.

        Raises:
            LoginExpired: there is no such person any more.
            StorageError: the database cannot be reached or refuses.
        """
        with self._db.read() as conn:
            person = conn.execute(select(users).where(users.c.id == user_id)).one_or_none()
            if person is None:
                raise LoginExpired
            rows = {table: _rows(conn, table, user_id) for table in _TOLD}
            failures, changes = (
                conn.execute(select(attempts).where(attempts.c.budget.in_(keys))).all()
                for keys in (_failures(user_id), _changes(user_id))
            )
        record("data exported", user_id=user_id)
        profile = ("username", "email", "created_at", "disabled_at")
        return {
            "profile": {"user_id": person.id, **{name: _plain(getattr(person, name)) for name in profile}},
            "password": "stored only as a hash, which is not handed out",
            **{table.name: [_told(row, _TOLD[table]) for row in found] for table, found in rows.items()},
            "failed_attempts": [_counted(row, "failures") for row in failures],
            "email_changes": [_counted(row, "tries") for row in changes],
        }

    def delete(self, user_id: int) -> bool:
        """Remove every row about a person, in one transaction; return whether there was one.

        Children go first, whatever the foreign keys of an adopted database say or do not say.

        Raises:
            StorageError: the database cannot be reached or refuses; nothing was removed.
        """

        def remove(conn: Connection) -> bool:
            mine = select(logins.c.id).where(logins.c.user_id == user_id)
            conn.execute(delete(tickets).where(tickets.c.login_id.in_(conn.scalars(mine).all())))
            for table in _TOLD:
                conn.execute(delete(table).where(table.c.user_id == user_id))
            keys = *_failures(user_id), *_changes(user_id)
            conn.execute(delete(attempts).where(attempts.c.budget.in_(keys)))
            return bool(conn.execute(delete(users).where(users.c.id == user_id)).rowcount)

        removed = self._db.write(remove)
        if removed:
            record("account deleted", user_id=user_id)
        return removed


def _rows(conn: Connection, table: Table, user_id: int) -> list[Row[Any]]:
    return list(conn.execute(select(table).where(table.c.user_id == user_id)).all())


def _failures(user_id: int) -> tuple[str, ...]:
    # Those of devices and addresses are keyed hashes, which lead to nobody.
    return f"user {user_id}", f"confirm {user_id}"


def _changes(user_id: int) -> tuple[str, ...]:
    # No failures: new addresses are counted, also those that were taken (Budgets.new_email).
    return (f"email {user_id}",)


def _counted(row: Row[Any], what: str) -> dict[str, Any]:
    """Return what is counted in a row of ``attempts``; ``not_before`` is None where nobody has to wait."""
    not_before = None if row.not_before == LONG_AGO else _plain(row.not_before)
    return {what: row.failures, "not_before": not_before, "forgotten_at": _plain(row.forgotten_at)}


def _told(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else value
