"""What operators do with accounts; they never see or choose a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from movierec.auth.events import record
from movierec.auth.logins import Logins
from movierec.auth.people import COLUMNS, User, find, user_of
from movierec.auth.throttle import utc_now
from movierec.db import Database
from movierec.errors import UnknownUser
from movierec.tables import logins, ratings, users

__all__ = ["AccountSummary", "Administration"]


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """An account as an operator sees it; times are in UTC."""

    user: User
    disabled_at: datetime | None
    logins: int
    ratings: int


class Administration:
    """The accounts in *db*, for those who run the app."""

    def __init__(self, db: Database, logins: Logins):
        self._db, self._logins = db, logins

    def summaries(self) -> list[AccountSummary]:
        """Return all accounts, the oldest first.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        return self._read()

    def summary(self, username: str) -> AccountSummary:
        """Return one account.

        Raises:
            UnknownUser: nobody has this name, or several have it in different case.
            StorageError: the database cannot be reached or refuses.
        """
        row = find(self._db, username)
        found = self._read(users.c.id == row.id) if row is not None else []
        if not found:
            raise UnknownUser(username)
        return found[0]

    def disable(self, username: str) -> User:
        """Let nobody log in as this user, and end all their logins; raises as :meth:`summary`."""
        user = self._set(username, disabled_at=utc_now())
        self._logins.end_all(user.user_id)
        record("account disabled", user_id=user.user_id)
        return user

    def enable(self, username: str) -> User:
        """Let the user log in again; raises as :meth:`summary`."""
        user = self._set(username, disabled_at=None)
        record("account enabled", user_id=user.user_id)
        return user

    def _set(self, username: str, *, disabled_at: datetime | None) -> User:
        user = self.summary(username).user
        change = update(users).where(users.c.id == user.user_id).values(disabled_at=disabled_at)
        self._db.write(lambda conn: conn.execute(change), idempotent=True)
        return user

    def _read(self, *conditions: Any) -> list[AccountSummary]:
        def count(table: Any) -> Any:
            return select(func.count()).where(table.c.user_id == users.c.id).scalar_subquery()

        query = select(*COLUMNS, count(logins).label("logins"), count(ratings).label("ratings"))
        with self._db.read() as conn:
            rows = conn.execute(query.where(*conditions).order_by(users.c.id)).all()
        return [AccountSummary(user_of(row), row.disabled_at, row.logins, row.ratings) for row in rows]
