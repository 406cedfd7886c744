"""Proving who one is by a password: equal work and equal words whatever is wrong, and a limit to guessing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, update

from movierec.auth.devices import Devices
from movierec.auth.events import record
from movierec.auth.passwords import Passwords
from movierec.auth.people import User, find, user_of
from movierec.auth.throttle import Budget, Throttle
from movierec.auth.tokens import digest
from movierec.db import Database
from movierec.errors import BadCredentials, LoginExpired, StorageError, TooManyAttempts
from movierec.tables import NAME_CHARS, logins, username_key, users

__all__ = ["Proofs", "Proven"]

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody has just proved to be *user*; what is ``stored`` is the hash of the password that they gave."""

    user: User
    stored: str = field(repr=False)


class Proofs:
    """Who can prove to be whom in *db*.

    Attributes:
        devices: those that are known to be their owners'.

    Args:
        db: where the accounts are.
        throttle: what holds off those who guess.
        passwords: how passwords are hashed.
    """

    def __init__(self, db: Database, throttle: Throttle, passwords: Passwords):
        self._db, self._throttle, self._passwords = db, throttle, passwords
        self.devices = Devices(db)

    def authenticate(self, username: object, password: object, *, peer: str = "", device: str = "") -> Proven:
        """See whether *password* is the one of *username*; an outdated hash is replaced by a current one.

        An unknown name, a wrong password, a damaged hash and a disabled account look alike and cost the same: one
        Argon2 verification. No sign-up rule is applied: classic names and passwords may break them.

        Args:
            username: as registered; another case will do where that leaves no doubt.
            password: exactly as received.
            peer: the visitor's address, where it is known.
            device: the token of their device, where there is one.
        Raises:
            BadCredentials: they do not match.
            TooManyAttempts: too many have not matched; this one was not looked at.
            StorageError: the database cannot be reached or refuses.
        """
        row = find(self._db, username)
        budgets = self.budgets(row, username, peer=peer, device=device)
        return self.guard(lambda: self._match(row, username, password), *budgets, row=row, peer=peer)

    def confirm(self, user: User, password: object) -> Proven:
        """See whether *password* is the one of *user*, who is logged in.

        Raises:
            LoginExpired: there is no such account any more.
            BadCredentials, TooManyAttempts, StorageError: as :meth:`authenticate`.
        """
        row = find(self._db, user.username)
        if row is None or row.id != user.user_id:
            raise LoginExpired
        budget = self._throttle.budgets.confirmation(user.user_id)
        return self.guard(lambda: self._match(row, user.username, password), budget, row=row, peer="")

    def budgets(self, row: Any, username: object, *, peer: str, device: str) -> list[Budget]:
        """Return what an attempt on an account counts against.

        From a device where the owner has been it is the device's own budget alone: whoever keeps the account
        throttled, or the address that both come from, does not lock the owner out.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        budgets, user_id = self._throttle.budgets, None if row is None else int(row.id)
        known = self.devices.know(user_id, device)  # asked for unknown names as well
        if known and user_id is not None:
            return [budgets.device(user_id, digest(device))]
        return [budgets.account(user_id, _name(username)), *([budgets.peer(peer)] if peer else ())]

    def code_budget(self, row: Any, username: object, *, peer: str) -> Budget:
        """Return what an attempt to use a reset code counts against."""
        user_id = None if row is None else int(row.id)
        return self._throttle.budgets.code(user_id, _name(username), peer)

    def _match(self, row: Any, username: object, password: object) -> Proven:
        while True:
            stored = None if row is None else row.password
            if not self._passwords.verify(stored, password) or row is None or row.disabled_at is not None:
                raise BadCredentials
            if not self._passwords.needs_rehash(row.password):
                return Proven(user_of(row), row.password)
            rehashed = self._rehash(row, str(password))
            if rehashed:
                return Proven(user_of(row), rehashed)
            # Changed at this very moment, by another login or by its owner: look again.
            row = find(self._db, username)

    def guard(
        self, look: Callable[[], Result], *budgets: Budget, row: Any, peer: str, what: str = "password"
    ) -> Result:
        """Count an attempt against *budgets*, make it, and give it back when it raises nothing.

        Raises:
            TooManyAttempts: one of them has to wait; *look* was not called.
            StorageError: the database cannot be reached or refuses.
            MovierecError: whatever *look* raises.
        """
        user_id = None if row is None else int(row.id)
        counted = self.reserve(*budgets, user_id=user_id, peer=peer)
        try:
            result = look()
        except BadCredentials:
            record(f"wrong {what}", user_id=user_id, peer=peer, detail="" if row else "unknown name")
            raise
        self._throttle.give_back(counted, *budgets)
        return result

    def reserve(self, *budgets: Budget, user_id: int | None = None, peer: str) -> dict[str, int]:
        """Count an attempt, and log it when it has to wait; returns and raises as :meth:`Throttle.reserve`."""
        try:
            return self._throttle.reserve(*budgets)
        except TooManyAttempts as error:
            kinds = ", ".join(sorted(budget.key.split()[0] for budget in budgets))
            record("throttled", user_id=user_id, peer=peer, detail=f"{kinds}, {error.retry_after_s:.0f} s")
            raise

    def _rehash(self, row: Any, password: str) -> str | None:
        """Store a current hash unless the old one has changed meanwhile; return the one that is stored now."""
        rehashed = self._passwords.hash(password)
        before, after = digest(row.password), digest(rehashed)

        def save(conn: Connection) -> int:
            unchanged = and_(users.c.id == row.id, users.c.password == row.password)
            changed = conn.execute(update(users).where(unchanged).values(password=rehashed)).rowcount
            if changed:  # it is the same password, so its logins go on
                mine = and_(logins.c.user_id == row.id, logins.c.password_digest == before)
                conn.execute(update(logins).where(mine).values(password_digest=after))
            return changed

        try:
            changed = self._db.write(save, idempotent=True)
        except StorageError as error:
            # The password was right: a database that is read-only for now must not lock people out.
            _log.warning("user %s keeps an outdated password hash: %s", row.id, error)
            return str(row.password)
        return rehashed if changed else None


def _name(username: object) -> str:
    return username_key(username[:NAME_CHARS]) if isinstance(username, str) else ""
