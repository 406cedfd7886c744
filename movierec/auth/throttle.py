"""Holding off those who guess: after some failures there is a wait, twice as long after each further one.

An attempt is counted before it is looked at, in one transaction, and given back when it succeeds: guesses that are
sent at the same time cannot overtake the count. It is in the database, so it holds for all servers and kernels.
Libraries for this (``limits`` and those built on it) count in memory, Redis, Memcached or MongoDB, not in SQL.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import mysql, sqlite

from movierec.db import Database
from movierec.errors import DuplicateKey, TooManyAttempts
from movierec.settings import Settings
from movierec.tables import attempts, server_keys

__all__ = ["LONG_AGO", "Budget", "Budgets", "Throttle", "utc_now"]

_DAY_S, _HOUR_S = 86_400.0, 3_600.0
_LONGEST_S = 900.0
_NEW_EMAILS = 10  # nobody moves house so often
LONG_AGO = datetime(2000, 1, 1)  # ``not_before`` of those who need not wait
_KEY_NAME = "throttle"


def utc_now() -> datetime:
    """Return the present time as the tables hold it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Budget:
    """How many failures somebody has, and what comes after them.

    Attributes:
        key: whose it is, in the table ``attempts``.
        free: failures without a wait; then 1 s, 2 s, 4 s …
        longest_s: no wait is longer, so that nobody is locked out for good.
        forget_s: after so long without a failure all is forgotten.
        owner: a success is the owner's, and wipes out all failures; else it takes back only its own attempt.
    """

    key: str
    free: int
    longest_s: float
    forget_s: float
    owner: bool

    def wait_s(self, failures: int) -> float:
        """Return how long to wait after so many failures."""
        return 0.0 if failures < self.free else min(self.longest_s, 2.0 ** min(failures - self.free, 40))


class Budgets:
    """Whose failures are counted together.

    Args:
        settings: how many are free.
        secret: 256 bits in hex. Names and addresses are stored as their keyed hashes: people type
            passwords where their name should be.
    """

    def __init__(self, settings: Settings, secret: Callable[[], str]):
        self._settings, self._secret = settings, secret

    def account(self, user_id: int | None, name: str) -> Budget:
        """All attempts on one account from devices that it does not know; an unknown name has one, too."""
        key = f"name {self._hash(name)}" if user_id is None else f"user {user_id}"
        return Budget(key, self._settings.login_failures, _LONGEST_S, _DAY_S, owner=True)

    def device(self, user_id: int, device: str) -> Budget:
        """Attempts on one account from one device where its owner has been."""
        key = f"device {self._hash(f'{user_id} {device}')}"
        return Budget(key, self._settings.login_failures, _LONGEST_S, _DAY_S, owner=True)

    def confirmation(self, user_id: int) -> Budget:
        """Attempts to give the password once more by somebody who is logged in."""
        return Budget(f"confirm {user_id}", self._settings.login_failures, _LONGEST_S, _DAY_S, owner=True)

    def code(self, user_id: int | None, name: str, peer: str) -> Budget:
        """Attempts to use a reset code.

        From an address, of that address alone: codes cannot be guessed, and whoever keeps an account throttled
        must not keep its owner from the way back. In a kernel, which knows no address, of the account.
        """
        if peer:
            who, free = _network(peer), self._settings.login_failures_per_address
        else:
            who, free = name if user_id is None else str(user_id), self._settings.login_failures
        return Budget(f"code {self._hash(who)}", free, _LONGEST_S, _DAY_S, owner=False)

    def new_email(self, user_id: int) -> Budget:
        """New addresses for an account: a refusal tells that somebody has that address."""
        return Budget(f"email {user_id}", _NEW_EMAILS, 60.0, _HOUR_S, owner=False)

    def peer(self, address: str) -> Budget:
        """Attempts from one address, on whatever accounts."""
        free = self._settings.login_failures_per_address
        return Budget(f"peer {self._hash(_network(address))}", free, _LONGEST_S, _DAY_S, owner=False)

    def sign_up(self, address: str) -> Budget:
        """Sign-ups from one address, good or bad; a whole class gets in, one a minute in the end."""
        free = self._settings.sign_ups_per_address
        return Budget(f"sign-up {self._hash(_network(address))}", free, 60.0, _HOUR_S, owner=False)

    def _hash(self, text: str) -> str:
        key = bytes.fromhex(self._secret())
        return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """Return an address, or the /64 of an IPv6 one: that is what one customer has."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class Throttle:
    """The attempts counted in *db*.

    Attributes:
        budgets: whose can be counted.

    Args:
        db: where they are counted.
        settings: how many are free.
        now: the time in UTC, without a zone.
    """

    def __init__(self, db: Database, settings: Settings, *, now: Callable[[], datetime] = utc_now):
        self._db, self._now = db, now
        self._key = ""
        self.budgets = Budgets(settings, self._secret)

    def reserve(self, *budgets: Budget) -> dict[str, int]:
        """Count an attempt before it is looked at.

        Returns:
            What :meth:`give_back` wants to see: the failures of each budget, this attempt among them.
        Raises:
            TooManyAttempts: one of them has to wait; nothing was counted.
            StorageError: the database cannot be reached or refuses.
        """
        by_key = {budget.key: budget for budget in budgets}

        def count(conn: Connection) -> dict[str, int]:
            # In one order, or two could wait for each other.
            rows = {key: self._lock(conn, key) for key in sorted(by_key)}
            now = self._now()
            wait_s = max((row.not_before - now).total_seconds() for row in rows.values())
            if wait_s > 0:
                raise TooManyAttempts(wait_s)
            counted = {}
            for key, row in rows.items():
                budget = by_key[key]
                failures = 1 + (row.failures if row.forgotten_at > now else 0)
                counted[key] = failures
                values = {
                    "failures": failures,
                    "not_before": now + timedelta(seconds=wait) if (wait := budget.wait_s(failures)) else LONG_AGO,
                    "forgotten_at": now + timedelta(seconds=budget.forget_s),
                }
                conn.execute(update(attempts).where(attempts.c.budget == key).values(**values))
            return counted

        return self._db.write(count)

    def give_back(self, counted: dict[str, int], *budgets: Budget) -> None:
        """Take an attempt back that has succeeded.

        Args:
            counted: what :meth:`reserve` returned.
            budgets: the same as there.
        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        by_key = {budget.key: budget for budget in budgets}

        def uncount(conn: Connection) -> None:
            for key in sorted(by_key):
                if by_key[key].owner:
                    conn.execute(delete(attempts).where(attempts.c.budget == key))
                    continue
                failures = conn.scalar(_row(key).with_only_columns(attempts.c.failures).with_for_update()) or 0
                values: dict[str, Any] = {"failures": max(0, failures - 1)}
                # The wait is this attempt's own, unless others have failed since.
                if failures == counted[key] or not by_key[key].wait_s(failures - 1):
                    values["not_before"] = LONG_AGO
                conn.execute(update(attempts).where(attempts.c.budget == key).values(**values))

        self._db.write(uncount)

    def _lock(self, conn: Connection, key: str) -> Any:
        """Return the row of *key*, made when there is none; nobody else can change it until the end."""
        values = {"budget": key, "failures": 0, "not_before": LONG_AGO, "forgotten_at": LONG_AGO}
        if conn.dialect.name == "sqlite":  # where a writing transaction is alone from its beginning
            conn.execute(sqlite.insert(attempts).values(**values).on_conflict_do_nothing())
        else:
            # IGNORE would take a shared lock, from which two could not come to an exclusive one.
            conn.execute(mysql.insert(attempts).values(**values).on_duplicate_key_update(budget=key))
        return conn.execute(_row(key).with_for_update()).one()

    def _secret(self) -> str:
        """Return the key of all servers of this database, made by whoever needs it first."""
        if not self._key:
            query = select(server_keys.c.secret).where(server_keys.c.name == _KEY_NAME)
            with self._db.read() as conn:
                found = conn.scalar(query)
            if found is None:
                made = insert(server_keys).values(name=_KEY_NAME, secret=secrets.token_hex(32))
                with contextlib.suppress(DuplicateKey):  # somebody was faster
                    self._db.write(lambda conn: conn.execute(made))
                with self._db.read() as conn:
                    found = conn.scalars(query).one()
            self._key = str(found)
        return self._key


def _row(key: str) -> Any:
    return select(attempts).where(attempts.c.budget == key)
