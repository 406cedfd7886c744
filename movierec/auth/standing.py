"""Whether a login still holds, as stored now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from movierec.auth.lifetimes import Lifetimes
from movierec.auth.people import COLUMNS, User, user_of
from movierec.auth.tokens import digest
from movierec.db import Database
from movierec.errors import LoginExpired, StorageError
from movierec.tables import logins, users

__all__ = ["Login", "Standing"]

_log = logging.getLogger(__name__)

_SEEN_EVERY_S = 60  # a login that is used is written down no more often
# Made once: each click asks, and making a query takes as long as answering it.
_FOUND = select(
    *COLUMNS, logins.c.id.label("login_id"), logins.c.kept, logins.c.password_digest,
    logins.c.created_at.label("begun_at"), logins.c.seen_at,
).join(logins, logins.c.user_id == users.c.id)  # fmt: skip
_BY_ID = _FOUND.where(logins.c.id == bindparam("key"))
_BY_TOKEN = _FOUND.where(logins.c.token_digest == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Login:
    """Proof that *user* is logged in; kept in plain attributes, never in a widget's state."""

    login_id: int
    user: User
    kept: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """What is stored of a login that holds, but for its lifetime; times are in UTC."""

    login: Login
    begun_at: datetime
    seen_at: datetime


class Standing:
    """Looks logins up in *db*; each method raises LoginExpired or StorageError.

    Args:
        db: where they are.
        lifetimes: how long they last.
        now: the time in UTC, without a zone.
    """

    def __init__(self, db: Database, lifetimes: Lifetimes, *, now: Callable[[], datetime]):
        self._db, self._lifetimes, self._now = db, lifetimes, now
        self._last: tuple[object | None, _Held | None] = None, None  # found by check(), and as of when
        self._refused_at: datetime | None = None  # when the use of a login could not be written down last

    def check(self, login: Login) -> User:
        """Return who is logged in; what has not changed since the last check is not read again."""
        stamp = self._db.stamp()
        before, held = self._last
        if stamp is None or stamp != before or held is None or held.login.login_id != login.login_id:
            held = self._find(_BY_ID, login.login_id)
            self._last = stamp, held
        return self._still(held).user

    def by_token(self, token: str) -> Login:
        """Return the login of a token."""
        return self._still(self._find(_BY_TOKEN, digest(token)))

    def by_id(self, login_id: int) -> Login:
        """Return the login with that number."""
        return self._still(self._find(_BY_ID, login_id))

    def _find(self, query: Select[Any], key: object) -> _Held:
        with self._db.read() as conn:
            found = conn.execute(query, {"key": key}).one_or_none()
        if found is None or found.disabled_at is not None or digest(found.password) != found.password_digest:
            raise LoginExpired
        return _Held(Login(found.login_id, user_of(found), found.kept), found.begun_at, found.seen_at)

    def _still(self, held: _Held) -> Login:
        login, now = held.login, self._now()
        if self._lifetimes.is_over(kept=login.kept, begun_at=held.begun_at, seen_at=held.seen_at, now=now):
            raise LoginExpired
        if _is_due(held.seen_at, now) and _is_due(self._refused_at, now):
            self._see(login.login_id, now)
        return login

    def _see(self, login_id: int, now: datetime) -> None:
        seen = update(logins).where(logins.c.id == login_id).values(seen_at=now)
        try:
            self._db.write(lambda conn: conn.execute(seen), idempotent=True)
        except StorageError as error:
            # What is asked for can be read all the same; and the try may have waited for a lock, for seconds.
            self._refused_at = now
            _log.warning("the use of a login is not written down: %s", error)


def _is_due(last: datetime | None, now: datetime) -> bool:
    return last is None or (now - last).total_seconds() >= _SEEN_EVERY_S
