"""The tables, and what makes two names the same.

The layout is the classic one, so that a database made by the classic app is used as it is. Only
the two ``…_key`` columns and the table of ratings are ours. The keys may be empty, so that other
programs can go on adding rows, and their unique indexes are what decides between simultaneous
sign-ups: a database's own idea of equality depends on its collation (résumé = resume, "bob " = "bob",
or neither), theirs does not.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    text,
)
from sqlalchemy.dialects.mysql import DATETIME, VARCHAR

__all__ = [
    "EMAIL_CHARS",
    "GENRE_CHARS",
    "MOVIE_CHARS",
    "NAME_CHARS",
    "email_key",
    "metadata",
    "ratings",
    "user_preferences",
    "username_key",
    "users",
]

NAME_CHARS = 255  # widths of the classic columns, in characters
EMAIL_CHARS = 255
GENRE_CHARS = 100
MOVIE_CHARS = 255
HASH_CHARS = 255  # an Argon2id hash takes 97

metadata = MetaData()

# utf8mb4_unicode_ci and utf8mb4_bin: both MySQL and MariaDB have them.
_OPTIONS: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_unicode_ci"))
}


def _exact(chars: int) -> String:
    """Text that the database compares as it is written, in a table of whatever collation."""
    in_mysql = VARCHAR(chars, charset="utf8mb4", collation="utf8mb4_bin")
    return String(chars).with_variant(in_mysql, "mysql", "mariadb")


def _created_at() -> Column[datetime]:
    return Column("created_at", TIMESTAMP, nullable=False, server_default=text("CURRENT_TIMESTAMP"))


users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(NAME_CHARS), nullable=False, unique=True),
    Column("email", _exact(EMAIL_CHARS), nullable=False, unique=True),
    Column("password", String(HASH_CHARS), nullable=False),
    _created_at(),
    Column("username_key", _exact(NAME_CHARS)),
    Column("email_key", _exact(EMAIL_CHARS)),
    Index("movierec_username_key", "username_key", unique=True),
    Index("movierec_email_key", "email_key", unique=True),
    sqlite_autoincrement=True,  # the id of a deleted account is never given to another
    **_OPTIONS,
)

user_preferences = Table(
    "user_preferences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("favorite_genre", String(GENRE_CHARS)),
    Column("favorite_movie", String(MOVIE_CHARS)),
    _created_at(),
    **_OPTIONS,
)

ratings = Table(
    "ratings",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("movie_id", BigInteger, primary_key=True),  # negative where the film has no number at TMDB
    Column("value", SmallInteger, nullable=False),  # 1: a like, -1: "not for me"
    # UTC, set by us. With microseconds, because what was rated in one second has an order, too.
    Column("rated_at", DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    **_OPTIONS,
)


def username_key(username: str) -> str:
    """Return what two usernames have in common when they count as the same: all but the case."""
    return username.lower()


def email_key(address: str) -> str:
    """Return what two addresses have in common when they lead to the same letter box.

    The local part is lower-cased: nobody hands out mailboxes that differ only in case. The domain
    becomes ASCII, so that ``münchen.de`` and ``xn--mnchen-3ya.de`` are one.

    Args:
        address: any text; one that is no valid address (classic rows) is only lower-cased.
    """
    from email_validator import EmailNotValidError, validate_email  # 30 ms, for sign-ups and adoptions only

    try:
        parts = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return address.lower()
    # Lower-casing may take an accent off its letter ("İ"); NFC is what email-validator wants to see again.
    return f"{unicodedata.normalize('NFC', parts.local_part.lower())}@{parts.ascii_domain}"
