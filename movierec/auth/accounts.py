"""Accounts: registering, logging in, and whether a login still holds."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, CompoundSelect, Connection, and_, func, insert, select, union, update

from movierec.auth.passwords import Passwords
from movierec.auth.rules import SignUp, check_sign_up
from movierec.db import Database
from movierec.errors import (
    BadCredentials,
    DuplicateKey,
    InvalidRegistration,
    LoginExpired,
    NameTaken,
    StorageError,
    Unstorable,
)
from movierec.settings import Settings
from movierec.tables import NAME_CHARS, username_key, users

__all__ = ["Accounts", "Login", "User"]

_log = logging.getLogger(__name__)
_TAKEN = "This name is taken."
_COLUMNS = (users.c.id, users.c.username, users.c.email, users.c.password, users.c.created_at)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; ``created_at`` is in UTC, None where a classic row has none."""

    user_id: int
    username: str
    email: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Login:
    """Proof that *user* logged in; kept in plain attributes, never in a widget's state."""

    user: User
    proof: bytes = field(repr=False)  # SHA-256 of the stored hash: a changed password ends the login


class Accounts:
    """The accounts in *db*.

    Args:
        db: where they are.
        settings: for the length of the shortest password.
        passwords: how passwords are hashed, if not as usual.
    """

    def __init__(self, db: Database, settings: Settings, *, passwords: Passwords | None = None):
        self._db = db
        self._min_chars = settings.password_min_length
        self._passwords = passwords or Passwords()

    def register(self, username: object, email: object, password: object, *, confirm: object) -> User:
        """Make an account; nobody is logged in by that.

        Args:
            username, email, password, confirm: whatever came from the browser.
        Raises:
            InvalidRegistration: ``problems`` has a text for each field that breaks a rule.
            NameTaken: the same, where the username or the email belongs to somebody already.
            StorageError: the database cannot be reached or refuses.
        """
        form = check_sign_up(username, email, password=password, confirm=confirm, min_chars=self._min_chars)
        hashed = self._passwords.hash(str(password))

        def add(conn: Connection) -> User:
            found = _by_key(conn, form)
            if found is not None and found.password == hashed:
                # Salted a moment ago, so this row is ours: it was saved, only the answer got lost.
                return _user(found)
            _refuse_taken(conn, form)
            conn.execute(
                insert(users).values(
                    username=form.username,
                    email=form.email,
                    password=hashed,
                    username_key=username_key(form.username),
                    email_key=form.email,
                )
            )
            return _user(_by_key(conn, form))

        try:
            return self._db.write(add, idempotent=True)
        except DuplicateKey:
            pass  # somebody was faster, with one of the two or with both
        except Unstorable:
            # Only a classic table in an old character set; usernames are ASCII, so it is the address.
            raise InvalidRegistration({"email": "We cannot save all letters of this address."}) from None
        with self._db.read() as conn:
            _refuse_taken(conn, form)
        raise NameTaken({"username": _TAKEN})  # and gone again since

    def login(self, username: object, password: object) -> Login:
        """Log somebody in; an outdated hash is replaced by a current one.

        An unknown name, a wrong password and a damaged hash look alike and cost the same: one Argon2
        verification. No sign-up rule is applied: classic names and passwords may break them.

        Args:
            username: as registered; another case will do where that leaves no doubt.
            password: exactly as received.
        Raises:
            BadCredentials: they do not match.
            StorageError: the database cannot be reached or refuses.
        """
        while True:
            row = self._find(username)
            stored = None if row is None else row.password
            if not self._passwords.verify(stored, password) or row is None:
                raise BadCredentials
            if not self._passwords.needs_rehash(row.password):
                return Login(_user(row), _proof(row.password))
            rehashed = self._rehash(row, str(password))
            if rehashed:
                return Login(_user(row), _proof(rehashed))
            # Changed at this very moment, by another login or by its owner: look again.

    def check(self, login: Login) -> User:
        """Return who is logged in, as stored now.

        Raises:
            LoginExpired: the account is gone, or its password is not the one of the login any more.
            StorageError: the database cannot be reached or refuses.
        """
        with self._db.read() as conn:
            row = conn.execute(select(*_COLUMNS).where(users.c.id == login.user.user_id)).one_or_none()
        if row is None or not hmac.compare_digest(_proof(row.password), login.proof):
            raise LoginExpired
        return _user(row)

    def ambiguous_names(self) -> list[tuple[str, ...]]:
        """Return the groups of usernames that differ only in case (classic data), oldest first."""
        groups: dict[str, list[str]] = defaultdict(list)
        with self._db.read() as conn:
            for name in conn.scalars(select(users.c.username).order_by(users.c.id)):
                groups[username_key(name)].append(name)
        return [tuple(names) for names in groups.values() if len(names) > 1]

    def _find(self, username: object) -> Any:
        """The one row that *username* means, or None."""
        if not isinstance(username, str) or len(username) > NAME_CHARS:
            return None
        key = username_key(username)
        query = _called(users.c.username, users.c.username_key, username, key)
        try:
            with self._db.read() as conn:
                rows = conn.execute(query).all()
        except Unstorable:
            return None  # what the column cannot hold, nobody is called
        # The database may have found more than we mean: résumé for resume, "bob " for "bob".
        exact = [row for row in rows if row.username == username]
        folded = [row for row in rows if username_key(row.username) == key]
        found = exact or folded
        return found[0] if len(found) == 1 else None

    def _rehash(self, row: Any, password: str) -> str | None:
        """Store a current hash unless the old one has changed meanwhile; return the one that is stored now."""
        rehashed = self._passwords.hash(password)
        unchanged = and_(users.c.id == row.id, users.c.password == row.password)
        statement = update(users).where(unchanged).values(password=rehashed)
        try:
            changed = self._db.write(lambda conn: conn.execute(statement).rowcount, idempotent=True)
        except StorageError as error:
            # The password was right: a database that is read-only for now must not lock people out.
            _log.warning("user %s keeps an outdated password hash: %s", row.id, error)
            return str(row.password)
        return rehashed if changed else None


def _called(name: Column[str], key: Column[Any], text: str, key_text: str) -> CompoundSelect[Any]:
    """Rows of this name: as written, by key, or by case where another program gave the row no key.

    A union, because MariaDB reads the whole table for the same conditions joined by OR.
    """
    conditions = (name == text, key == key_text, and_(key.is_(None), func.lower(name) == key_text))
    return union(*(select(*_COLUMNS).where(condition) for condition in conditions))


def _refuse_taken(conn: Connection, form: SignUp) -> None:
    problems = {}
    key = username_key(form.username)
    if conn.execute(_called(users.c.username, users.c.username_key, form.username, key)).first():
        problems["username"] = _TAKEN
    if conn.execute(_called(users.c.email, users.c.email_key, form.email, form.email)).first():
        problems["email"] = "There is an account with this address already."
    if problems:
        raise NameTaken(problems)


def _by_key(conn: Connection, form: SignUp) -> Any:
    """The row with this username's key, or None."""
    key = username_key(form.username)
    return conn.execute(select(*_COLUMNS).where(users.c.username_key == key)).one_or_none()


def _user(row: Any) -> User:
    created_at = row.created_at.replace(tzinfo=UTC) if isinstance(row.created_at, datetime) else None
    return User(row.id, row.username, row.email or "", created_at)


def _proof(stored: str) -> bytes:
    return hashlib.sha256(stored.encode()).digest()
