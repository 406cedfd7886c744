"""The classic app's tables, adopted or made, and movierec 0.1.0's: two keys in ``users``, and ``ratings``."""

from __future__ import annotations

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

from movierec.db.migrations.additive import OPTIONS, add_missing

revision = "0001"
down_revision = None

TABLES = MetaData()

_EXACT = String(255).with_variant(VARCHAR(255, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
_NOW = text("CURRENT_TIMESTAMP")

Table(
    "users",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("username", String(255), nullable=False, unique=True),
    Column("email", _EXACT, nullable=False, unique=True),
    Column("password", String(255), nullable=False),
    Column("created_at", TIMESTAMP, nullable=False, server_default=_NOW),
    Column("username_key", _EXACT),
    Column("email_key", _EXACT),
    Index("movierec_username_key", "username_key", unique=True),
    Index("movierec_email_key", "email_key", unique=True),
    sqlite_autoincrement=True,
    **OPTIONS,
)
Table(
    "user_preferences",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("favorite_genre", String(100)),
    Column("favorite_movie", String(255)),
    Column("created_at", TIMESTAMP, nullable=False, server_default=_NOW),
    **OPTIONS,
)
Table(
    "ratings",
    TABLES,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("movie_id", BigInteger, primary_key=True),
    Column("value", SmallInteger, nullable=False),
    Column("rated_at", DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    **OPTIONS,
)


def upgrade() -> None:
    """Adopt or make them."""
    add_missing(TABLES)
