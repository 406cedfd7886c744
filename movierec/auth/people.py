"""Whose account it is: people as they stand in the table, and who is meant by a name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, CompoundSelect, and_, func, select, union

from movierec.db import Database
from movierec.errors import Unstorable
from movierec.tables import NAME_CHARS, username_key, users

__all__ = ["COLUMNS", "User", "ambiguous_names", "called", "find", "user_of"]

COLUMNS = (users.c.id, users.c.username, users.c.email, users.c.password, users.c.created_at, users.c.disabled_at)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; ``created_at`` is in UTC, None where a classic row has none."""

    user_id: int
    username: str
    email: str
    created_at: datetime | None


def find(db: Database, username: object) -> Any:
    """Return the one row of ``COLUMNS`` that *username* means, or None.

    Raises:
        StorageError: the database cannot be reached or refuses.
    """
    if not isinstance(username, str) or len(username) > NAME_CHARS:
        return None
    key = username_key(username)
    query = called(users.c.username, users.c.username_key, username, key)
    try:
        with db.read() as conn:
            rows = conn.execute(query).all()
    except Unstorable:
        return None  # what the column cannot hold, nobody is called
    # The database may have found more than we mean: résumé for resume, "bob " for "bob".
    exact = [row for row in rows if row.username == username]
    folded = [row for row in rows if username_key(row.username) == key]
    found = exact or folded
    return found[0] if len(found) == 1 else None


def ambiguous_names(db: Database) -> list[tuple[str, ...]]:
    """Return the groups of usernames that differ only in case (classic data), oldest first.

    Raises:
        StorageError: the database cannot be reached or refuses.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    with db.read() as conn:
        for name in conn.scalars(select(users.c.username).order_by(users.c.id)):
            groups[username_key(name)].append(name)
    return [tuple(names) for names in groups.values() if len(names) > 1]


def called(name: Column[str], key: Column[Any], text: str, key_text: str) -> CompoundSelect[Any]:
    """Rows of this name: as written, by key, or by case where another program gave the row no key.

    A union, because MariaDB reads the whole table for the same conditions joined by OR.
    """
    conditions = (name == text, key == key_text, and_(key.is_(None), func.lower(name) == key_text))
    return union(*(select(*COLUMNS).where(condition) for condition in conditions))


def user_of(row: Any) -> User:
    """Return whom a row of ``COLUMNS`` is about."""
    created_at = row.created_at.replace(tzinfo=UTC) if isinstance(row.created_at, datetime) else None
    return User(row.id, row.username, row.email or "", created_at)
