"""Logins: beginning and ending one, where one is logged in, the tickets that bring it to a kernel."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from movierec.auth.events import record
from movierec.auth.housekeeping import forget_what_is_over
from movierec.auth.lifetimes import Lifetimes
from movierec.auth.people import User
from movierec.auth.proof import Proven
from movierec.auth.standing import Login, Standing
from movierec.auth.throttle import utc_now
from movierec.auth.tickets import put, take
from movierec.auth.tokens import digest, new_token
from movierec.db import Database
from movierec.errors import LoginExpired, StorageError
from movierec.settings import Settings
from movierec.tables import LABEL_CHARS, logins, tickets

__all__ = ["TICKET_S", "ActiveLogin", "Logins"]

TICKET_S = 30  # from the page's beginning until its kernel has it; on a slow line the page asks for another
_AT_ONCE = 20  # logins of one account; of more, those not used for longest end
_SWEEP_EVERY = timedelta(hours=1)
_NEWEST_FIRST = logins.c.seen_at.desc(), logins.c.id.desc()


@dataclass(frozen=True, slots=True)
class ActiveLogin:
    """A place where somebody is logged in, for its owner to recognise; times are in UTC."""

    login_id: int
    label: str
    created_at: datetime
    seen_at: datetime
    kept: bool


class Logins:
    """The logins in *db*.

    Args:
        db: where they are.
        settings: how long they last.
        now: the time in UTC, without a zone.
    """

    def __init__(self, db: Database, settings: Settings, *, now: Callable[[], datetime] = utc_now):
        self._db, self._now = db, now
        self._lifetimes = Lifetimes(settings)
        self._standing = Standing(db, self._lifetimes, now=now)
        self._swept_at: datetime | None = None

    # ------------------------------------------------------------------ one login

    def begin(self, proven: Proven, *, kept: bool = False, label: str = "") -> tuple[Login, str]:
        """Log somebody in.

        Args:
            proven: who it is, just proved.
            kept: for the longer of the two lifetimes.
            label: of the browser, for its owner to recognise.
        Returns:
            The login, and its token, which is stored nowhere.
        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        token, now, user = new_token(), self._now(), proven.user
        values = {
            "user_id": user.user_id,
            "token_digest": digest(token),
            "password_digest": digest(proven.stored),
            "kept": kept,
            "label": label[:LABEL_CHARS] or "A notebook",
            "created_at": now,
            "seen_at": now,
        }

        def save(conn: Connection) -> Any:
            mine = logins.c.token_digest == values["token_digest"]
            found = conn.scalar(select(logins.c.id).where(mine))
            if found is not None:  # saved by a try whose answer was lost
                return found
            conn.execute(insert(logins).values(**values))
            query = select(logins.c.id).where(logins.c.user_id == user.user_id)
            surplus = conn.scalars(query.order_by(*_NEWEST_FIRST).offset(_AT_ONCE)).all()
            _remove(conn, logins.c.id.in_(surplus))
            return conn.scalars(select(logins.c.id).where(mine)).one()

        login = Login(int(self._db.write(save, idempotent=True)), user, kept)
        self._sweep_now_and_then()
        return login, token

    def check(self, login: Login) -> User:
        """Return who is logged in, as stored now.

        Raises:
            LoginExpired: logged out, too old, or the account is gone, disabled or has another password.
            StorageError: the database cannot be reached or refuses.
        """
        return self._standing.check(login)

    def by_token(self, token: str) -> Login:
        """Return the login of a token; raises as :meth:`check`."""
        return self._standing.by_token(token)

    def renew_token(self, login: Login, stored: str) -> str:
        """Return a new token for a login that goes on; the one before is worth nothing any more.

        Args:
            login: whose.
            stored: the hash of the password that was just given.
        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        token = new_token()
        values = {"token_digest": digest(token), "password_digest": digest(stored)}
        self._db.write(
            lambda conn: conn.execute(update(logins).where(logins.c.id == login.login_id).values(**values)),
            idempotent=True,
        )
        return token

    # ------------------------------------------------------------------ ending

    def end(self, login: Login) -> None:
        """Log out; do nothing when that login has ended.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        if self._end(logins.c.id == login.login_id):
            record("log-out", user_id=login.user.user_id)

    def end_token(self, token: str) -> None:
        """End the login of a token, if there is one.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        mine = logins.c.token_digest == digest(token)
        with self._db.read() as conn:
            user_id = conn.scalar(select(logins.c.user_id).where(mine))
        if self._end(mine):
            record("log-out", user_id=user_id)

    def end_all(self, user_id: int) -> int:
        """End all logins of an account; return how many.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        count = self._end(logins.c.user_id == user_id)
        record("log-out everywhere", user_id=user_id, detail=f"{count} logins")
        return count

    def end_one(self, user_id: int, login_id: int) -> bool:
        """End one login of an account; return whether there was one of that account.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        ended = bool(self._end(and_(logins.c.user_id == user_id, logins.c.id == login_id)))
        if ended:
            record("log-out elsewhere", user_id=user_id)
        return ended

    def _end(self, condition: ColumnElement[bool]) -> int:
        return self._db.write(lambda conn: _remove(conn, condition), idempotent=True)

    def active(self, user_id: int) -> list[ActiveLogin]:
        """Return where somebody is logged in now, the place used last first.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        columns = (logins.c.id, logins.c.label, logins.c.created_at, logins.c.seen_at, logins.c.kept)
        query = select(*columns).where(logins.c.user_id == user_id, ~self._lifetimes.are_over(self._now()))
        with self._db.read() as conn:
            rows = conn.execute(query.order_by(*_NEWEST_FIRST)).all()
        return [
            ActiveLogin(row.id, row.label, row.created_at.replace(tzinfo=UTC), row.seen_at.replace(tzinfo=UTC),
                        row.kept)
            for row in rows
        ]  # fmt: skip

    # ------------------------------------------------------------------ tickets

    def issue_ticket(self, login: Login, *, kernel_id: str) -> str:
        """Return the one ticket that brings a login to a kernel, once, within :data:`TICKET_S` seconds.

        Raises:
            LoginExpired: the login has just ended.
            StorageError: the database cannot be reached or refuses.
        """
        ticket, until = new_token(), self._now() + timedelta(seconds=TICKET_S)

        def save(conn: Connection) -> bool:
            return put(conn, ticket, login_id=login.login_id, kernel_id=kernel_id, until=until)

        if not self._db.write(save, idempotent=True):
            raise LoginExpired
        return ticket

    def redeem_ticket(self, ticket: str, *, kernel_id: str) -> Login:
        """Return the login that a ticket brings; it is used up by that.

        Raises:
            LoginExpired: there is no such ticket for this kernel, it is used or too old, or its login is over.
            StorageError: the database cannot be reached or refuses.
        """
        row = self._db.write(lambda conn: take(conn, ticket, kernel_id=kernel_id))
        if row is None or row.expires_at <= self._now():
            raise LoginExpired
        return self._standing.by_id(row.login_id)

    # ------------------------------------------------------------------ housekeeping

    def _sweep_now_and_then(self) -> None:
        now = self._now()
        if self._swept_at is not None and now - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = now
        with contextlib.suppress(StorageError):  # it is for later anyway
            self.sweep()

    def sweep(self) -> None:
        """Remove what is over: logins, tickets, codes, devices, attempts.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        now = self._now()

        def clean(conn: Connection) -> None:
            _remove(conn, self._lifetimes.are_over(now))
            forget_what_is_over(conn, now)

        self._db.write(clean, idempotent=True)


def _remove(conn: Connection, condition: ColumnElement[bool]) -> int:
    """Remove logins, their tickets first: a table made by another program may not know of foreign keys."""
    ids = conn.scalars(select(logins.c.id).where(condition)).all()
    if not ids:
        return 0
    conn.execute(delete(tickets).where(tickets.c.login_id.in_(ids)))
    return conn.execute(delete(logins).where(logins.c.id.in_(ids))).rowcount
