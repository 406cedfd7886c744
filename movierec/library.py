"""What a user keeps: so far, a favourite genre and a favourite film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from movierec.db import Database
from movierec.errors import InvalidPreferences, LoginExpired, Unstorable
from movierec.tables import GENRE_CHARS, MOVIE_CHARS, user_preferences, users

__all__ = ["Library", "Preferences"]

_LIMITS = {"favorite_genre": GENRE_CHARS, "favorite_movie": MOVIE_CHARS}  # in characters


@dataclass(frozen=True, slots=True)
class Preferences:
    """Empty where nothing was chosen; the film as people write it, "Title (Year)"."""

    favorite_genre: str = ""
    favorite_movie: str = ""


class Library:
    """The users' preferences in *db*."""

    def __init__(self, db: Database):
        self._db = db

    def preferences(self, user_id: int) -> Preferences:
        """Return what the user chose last; empty for one who never did, or is not there.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        with self._db.read() as conn:
            row = conn.execute(_newest(user_id)).first()
        if row is None:
            return Preferences()
        return Preferences(row.favorite_genre or "", row.favorite_movie or "")

    def save_preferences(self, user_id: int, preferences: Preferences) -> None:
        """Save *preferences* over the newest row of the user; the first time, in a row of its own.

        Raises:
            InvalidPreferences: a text is too long for its column, or none that it can hold.
            LoginExpired: there is no such user any more.
            StorageError: the database cannot be reached or refuses.
        """
        values = {name: getattr(preferences, name) for name in _LIMITS}
        _check(values)

        def save(conn: Connection) -> None:
            # The user's row is locked first: of two pages that save at once, one waits for the other.
            if conn.execute(select(users.c.id).where(users.c.id == user_id).with_for_update()).first() is None:
                raise LoginExpired
            row = conn.execute(_newest(user_id)).first()
            if row is None:
                conn.execute(insert(user_preferences).values(user_id=user_id, **values))
            else:
                conn.execute(update(user_preferences).where(user_preferences.c.id == row.id).values(**values))

        try:
            self._db.write(save, idempotent=True)
        except Unstorable:
            problem = "We cannot save all letters of this text."
            raise InvalidPreferences(
                {name: problem for name, value in values.items() if not value.isascii()}
            ) from None


def _newest(user_id: int) -> Select[Any]:
    """The classic app may have left several rows; the newest counts."""
    table = user_preferences
    query = select(table.c.id, table.c.favorite_genre, table.c.favorite_movie).where(table.c.user_id == user_id)
    return query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(1)


def _check(values: dict[str, Any]) -> None:
    problems = {}
    for name, limit in _LIMITS.items():
        if not isinstance(values[name], str):
            problems[name] = "A text, please."
        elif len(values[name]) > limit:
            problems[name] = f"At most {limit} characters."
    if problems:
        raise InvalidPreferences(problems)
