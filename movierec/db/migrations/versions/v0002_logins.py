"""Logins that last, accounts that can be disabled, codes that reset a password, and throttling."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.dialects.mysql import DATETIME

from movierec.db.migrations.additive import OPTIONS, add_missing

revision = "0002"
down_revision = "0001"

TABLES = MetaData()

_MOMENT = DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")
_DIGEST = String(64)
_USER = "users.id"

Table("users", TABLES, Column("id", Integer, primary_key=True), Column("disabled_at", _MOMENT))
Table(
    "logins",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey(_USER, ondelete="CASCADE"), nullable=False, index=True),
    Column("token_digest", _DIGEST, nullable=False, unique=True),
    Column("password_digest", _DIGEST, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("label", String(80), nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    Column("seen_at", _MOMENT, nullable=False),
    sqlite_autoincrement=True,
    **OPTIONS,
)
Table(
    "tickets",
    TABLES,
    Column("ticket_digest", _DIGEST, primary_key=True),
    Column("login_id", Integer, ForeignKey("logins.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kernel_digest", _DIGEST, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    **OPTIONS,
)
Table(
    "devices",
    TABLES,
    Column("user_id", Integer, ForeignKey(_USER, ondelete="CASCADE"), primary_key=True),
    Column("device_digest", _DIGEST, primary_key=True),
    Column("seen_at", _MOMENT, nullable=False),
    **OPTIONS,
)
Table(
    "reset_codes",
    TABLES,
    Column("user_id", Integer, ForeignKey(_USER, ondelete="CASCADE"), primary_key=True),
    Column("code_digest", _DIGEST, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    **OPTIONS,
)
Table(
    "attempts",
    TABLES,
    Column("budget", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("not_before", _MOMENT, nullable=False),
    Column("forgotten_at", _MOMENT, nullable=False),
    **OPTIONS,
)
Table(
    "server_keys",
    TABLES,
    Column("name", String(40), primary_key=True),
    Column("secret", _DIGEST, nullable=False),
    **OPTIONS,
)


def upgrade() -> None:
    """Add them."""
    add_missing(TABLES)
