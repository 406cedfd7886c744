"""The tables, and what makes two names the same.

``users`` and ``user_preferences`` have the classic layout, so that a database made by the classic app is used
as it is. Ours are the two ``…_key`` columns, ``disabled_at``, and all other tables. The keys may be empty, so that
other programs can go on adding rows, and their unique indexes are what decides between simultaneous sign-ups: a
database's own idea of equality depends on its collation (résumé = resume, "bob " = "bob", or neither), theirs
does not.

Nothing that lets somebody in is stored as it is: of tokens, tickets, devices and codes there is the SHA-256, in
hex. Times are UTC, set by us. :mod:`movierec.db.migrations` has the same layout as steps from one version to the
next; a test holds one against the other.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
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
    "attempts",
    "devices",
    "email_key",
    "logins",
    "metadata",
    "ratings",
    "reset_codes",
    "server_keys",
    "tickets",
    "user_preferences",
    "username_key",
    "users",
]

NAME_CHARS = 255  # widths of the classic columns, in characters
EMAIL_CHARS = 255
GENRE_CHARS = 100
MOVIE_CHARS = 255
HASH_CHARS = 255  # an Argon2id hash takes 97
DIGEST_CHARS = 64  # a SHA-256 in hex
LABEL_CHARS = 80

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


def _moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    """A time in UTC, with microseconds, because what happens in one second has an order, too."""
    return Column(name, DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb"), nullable=nullable)


def _digest(name: str, **more: Any) -> Column[str]:
    return Column(name, String(DIGEST_CHARS), nullable=False, **more)


def _user_id(**more: Any) -> Column[int]:
    return Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, **more)


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
    _moment("disabled_at", nullable=True),  # since when nobody can log in
    Index("movierec_username_key", "username_key", unique=True),
    Index("movierec_email_key", "email_key", unique=True),
    sqlite_autoincrement=True,  # the id of a deleted account is never given to another
    **_OPTIONS,
)

user_preferences = Table(
    "user_preferences",
    metadata,
    Column("id", Integer, primary_key=True),
    _user_id(index=True),
    Column("favorite_genre", String(GENRE_CHARS)),
    Column("favorite_movie", String(MOVIE_CHARS)),
    _created_at(),
    **_OPTIONS,
)

ratings = Table(
    "ratings",
    metadata,
    _user_id(primary_key=True),
    Column("movie_id", BigInteger, primary_key=True),  # negative where the film has no number at TMDB
    Column("value", SmallInteger, nullable=False),  # 1: a like, -1: "not for me"
    _moment("rated_at"),
    **_OPTIONS,
)

logins = Table(
    "logins",
    metadata,
    Column("id", Integer, primary_key=True),
    _user_id(index=True),
    _digest("token_digest", unique=True),
    _digest("password_digest"),  # of the stored hash: a password that any program changes ends the login
    Column("kept", Boolean, nullable=False),  # "Keep me signed in"
    Column("label", String(LABEL_CHARS), nullable=False),  # of the browser, for its owner to read
    _moment("created_at"),
    _moment("seen_at"),
    sqlite_autoincrement=True,
    **_OPTIONS,
)

tickets = Table(
    "tickets",
    metadata,
    _digest("ticket_digest", primary_key=True),
    Column("login_id", Integer, ForeignKey("logins.id", ondelete="CASCADE"), nullable=False, index=True),
    _digest("kernel_digest"),  # who knows the id of a kernel can talk to it, so it is not stored as it is either
    _moment("expires_at"),
    **_OPTIONS,
)

devices = Table(
    "devices",
    metadata,
    _user_id(primary_key=True),
    _digest("device_digest", primary_key=True),
    _moment("seen_at"),
    **_OPTIONS,
)

reset_codes = Table(
    "reset_codes",
    metadata,
    _user_id(primary_key=True),
    _digest("code_digest"),
    _moment("expires_at"),
    **_OPTIONS,
)

attempts = Table(
    "attempts",
    metadata,
    Column("budget", String(DIGEST_CHARS + 16), primary_key=True),  # whose: "user 7", "name <digest>", "peer …"
    Column("failures", Integer, nullable=False),
    _moment("not_before"),  # when the next attempt is looked at
    _moment("forgotten_at"),  # when all is as if nothing had been
    **_OPTIONS,
)

server_keys = Table(
    "server_keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("secret", String(DIGEST_CHARS), nullable=False),  # 256 random bits in hex, the same for all servers
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
