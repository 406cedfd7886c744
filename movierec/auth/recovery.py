"""A forgotten password: an operator makes a one-time code, with which its owner chooses a new one."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from movierec.auth.accounts import Accounts
from movierec.auth.events import record
from movierec.auth.people import User, find, user_of
from movierec.auth.proof import Proven
from movierec.auth.throttle import utc_now
from movierec.auth.tokens import as_code, digest, new_code
from movierec.db import Database
from movierec.errors import BadCredentials, BadResetCode, LoginExpired
from movierec.tables import reset_codes

__all__ = ["CODE_MIN", "Recovery"]

CODE_MIN = 60  # a code travels by telephone or messenger: longer than a text message, shorter than a lost note


class Recovery:
    """The reset codes in *db*."""

    def __init__(self, db: Database, accounts: Accounts, *, now: Callable[[], datetime] = utc_now):
        self._db, self._accounts, self._now = db, accounts, now

    def make_code(self, user: User) -> str:
        """Return a new code, good once within :data:`CODE_MIN` minutes; one made before is worth nothing any more.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        code = new_code()
        expires_at = self._now() + timedelta(minutes=CODE_MIN)
        values = {"user_id": user.user_id, "code_digest": digest(as_code(code)), "expires_at": expires_at}

        def save(conn: Connection) -> None:
            conn.execute(delete(reset_codes).where(reset_codes.c.user_id == user.user_id))
            conn.execute(insert(reset_codes).values(**values))

        self._db.write(save, idempotent=True)
        record("reset code made", user_id=user.user_id)
        return code

    def reset(
        self,
        username: object,
        code: object,
        *,
        password: object,
        confirm: object,
        peer: str = "",
    ) -> User:
        """Give an account a new password by its code; all its logins end, and no device of it is known any more.

        Raises:
            BadResetCode: the code is not this name's, used or too old; or there is no such name.
            InvalidRegistration: the new password breaks a rule; the code can still be used.
            TooManyAttempts: too many codes or passwords were wrong; this one was not looked at.
            StorageError: the database cannot be reached or refuses.
        """
        row = find(self._db, username)
        proofs = self._accounts.proofs
        budget = proofs.code_budget(row, username, peer=peer)
        try:
            proofs.guard(lambda: self._match(row, code), budget, row=row, peer=peer, what="reset code")
            user = user_of(row)
            self._accounts.change_password(Proven(user, row.password), password, confirm=confirm)
        except (BadCredentials, LoginExpired):  # the latter: the code has just been used
            raise BadResetCode from None
        proofs.devices.forget(user.user_id)
        return user

    def _match(self, row: object, code: object) -> None:
        user_id = getattr(row, "id", None)
        with self._db.read() as conn:
            found = conn.execute(select(reset_codes).where(reset_codes.c.user_id == user_id)).one_or_none()
        stored = found.code_digest if found is not None else ""
        given = digest(as_code(code)) if isinstance(code, str) else ""
        matches = hmac.compare_digest(stored, given)
        if not matches or found is None or found.expires_at <= self._now() or getattr(row, "disabled_at", None):
            raise BadCredentials
