"""What a user keeps: a favourite genre and a favourite film, and which films they like or do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from movierec.db import Database
from movierec.errors import InvalidArgument, InvalidPreferences, LoginExpired, Unstorable
from movierec.tables import GENRE_CHARS, MOVIE_CHARS, ratings, user_preferences, users

__all__ = ["Library", "Preferences"]

_IDS = range(-(2**63), 2**63)  # that a BIGINT holds
_LIMITS = {"favorite_genre": GENRE_CHARS, "favorite_movie": MOVIE_CHARS}  # in characters


@dataclass(frozen=True, slots=True)
class Preferences:
    """Empty where nothing was chosen; the film as people write it, "Title (Year)"."""

    favorite_genre: str = ""
    favorite_movie: str = ""


class Library:
    """The users' preferences and ratings in *db*."""

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
            _lock(conn, user_id)
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

    def ratings(self, user_id: int) -> dict[int, int]:
        """Return movie_id -> 1 (a like) or -1 ("not for me"), the oldest first; none for one who is not there.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        query = select(ratings.c.movie_id, ratings.c.value).where(ratings.c.user_id == user_id)
        with self._db.read() as conn:
            rows = conn.execute(query.order_by(ratings.c.rated_at, ratings.c.movie_id)).all()
        return {row.movie_id: row.value for row in rows}

    def rate(self, user_id: int, movie_id: int, value: int) -> int:
        """Save what the user thinks of a film; the same value again changes nothing, its age included.

        Args:
            user_id: whose rating it is.
            movie_id: any whole number of 64 bits; whether there is such a film is the caller's to know.
            value: 1 for a like, -1 for "not for me", 0 to take back what was said.
        Returns:
            What it was before, in the same terms.
        Raises:
            InvalidArgument: another value, or an id that 64 bits do not hold; True and 1.0 are neither.
            LoginExpired: there is no such user any more.
            StorageError: the database cannot be reached or refuses.
        """
        if type(value) is not int or value not in (-1, 0, 1):
            raise InvalidArgument(f"value must be 1, -1 or 0, not {value!r:.40}")
        if type(movie_id) is not int or movie_id not in _IDS:
            raise InvalidArgument(f"movie_id must be a whole number of 64 bits, not {movie_id!r:.40}")
        moment = datetime.now(UTC).replace(tzinfo=None)
        here = ratings.c.user_id == user_id, ratings.c.movie_id == movie_id
        found: list[int] = []  # what the tries before this one found

        def save(conn: Connection) -> int:
            _lock(conn, user_id)
            was = conn.scalar(select(ratings.c.value).where(*here)) or 0
            if was == value and found:
                return found[-1]  # by now it is saved: the answer to COMMIT was what got lost
            found.append(was)
            if was and was != value:
                conn.execute(delete(ratings).where(*here))
            if value and value != was:
                row = {"user_id": user_id, "movie_id": movie_id, "value": value, "rated_at": moment}
                conn.execute(insert(ratings).values(row))
            return was

        return self._db.write(save, idempotent=True)


def _lock(conn: Connection, user_id: int) -> None:
    """Lock the user's row: of two pages that save at once, one waits for the other."""
    if conn.execute(select(users.c.id).where(users.c.id == user_id).with_for_update()).first() is None:
        raise LoginExpired


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
