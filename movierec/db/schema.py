"""Which version the tables have, making them, and bringing them to the newest version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from movierec.db.faults import translate
from movierec.errors import SchemaError
from movierec.tables import email_key, metadata, username_key, users

__all__ = ["HEAD", "VERSIONS", "check", "check_version", "is_empty", "upgrade"]

VERSIONS = ("0001", "0002")  # oldest first; here, too, because a kernel that looks at them must not import Alembic
HEAD = VERSIONS[-1]

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def check(conn: Connection, target: object) -> None:
    """Ask for every column of every table, in tables of this program's version.

    Args:
        target: the database; its text begins the message.
    Raises:
        SchemaError: one is missing.
    """
    for table in metadata.sorted_tables:
        try:
            conn.execute(select(table).limit(0))
        except DBAPIError as error:
            told = translate(error, target)
            if isinstance(told, SchemaError):
                told.hint = "Restore the database from a backup: another program has changed its tables."
            raise told from error


def check_version(conn: Connection, target: object) -> None:
    """See with one query whether the tables are of this program's version.

    Args:
        target: the database; its text begins the message.
    Raises:
        SchemaError: they are older, and the hint has the command; or newer.
    """
    found = _version_of(conn)
    if found != HEAD:
        raise _refusal(found, target)


def is_empty(conn: Connection) -> bool:
    """Whether the database has no tables at all."""
    return not inspect(conn).get_table_names()


def upgrade(conn: Connection, target: object, *, migrating: bool) -> list[str]:
    """Make the tables where there are none, bring older ones to the newest version, give new rows their keys.

    Args:
        target: the database; its text begins messages.
        migrating: whether older tables may be changed.
    Returns:
        What was done, for people.
    Raises:
        SchemaError: the tables are newer than this program, another program's, or older and not to be changed.
    """
    done = []
    if {*metadata.tables, _version.name}.isdisjoint(inspect(conn).get_table_names()):
        done = _make(conn)
    elif (found := _version_of(conn)) != HEAD:
        if not (migrating and _is_older(found)):
            raise _refusal(found, target)
        from movierec.db.migrations.runner import migrate  # Alembic, for those alone who need it

        done = migrate(conn, found)
    return done + _fill_keys(conn)


def _version_of(conn: Connection) -> str | None:
    """Return the version that is written down; None where none is: tables from before there were versions."""
    try:
        found = conn.scalars(select(_version.c.version_num)).all()
    except DBAPIError as error:
        if not isinstance(translate(error, ""), SchemaError):
            raise
        return None
    return ", ".join(sorted(found)) or None


def _is_older(found: str | None) -> bool:
    return found is None or found in VERSIONS[:-1]


def _refusal(found: str | None, target: object) -> SchemaError:
    if found is None:
        return SchemaError(f"{target}: its tables are missing, or older than this program")
    if _is_older(found):
        return SchemaError(f"{target}: its tables, of version {found}, are older than this program's {HEAD}")
    return SchemaError(
        f"{target}: its tables, of version {found!r}, are newer than this program's {HEAD}",
        hint="Update movierec: a newer one has upgraded this database.",
    )


def _make(conn: Connection) -> list[str]:
    metadata.create_all(conn)
    _version.create(conn)
    conn.execute(insert(_version).values(version_num=HEAD))
    return [f"made table {table.name}" for table in metadata.sorted_tables]


def _fill_keys(conn: Connection) -> list[str]:
    """Give the rows of ``users`` their keys; the classic app has left, and may go on adding, some without."""
    has = {column["name"].lower() for column in inspect(conn).get_columns(users.name)}
    keeping = ", updated_at = updated_at" if "updated_at" in has else ""
    filled = _fill(conn, users.c.username, users.c.username_key, username_key, keeping=keeping)
    filled += _fill(conn, users.c.email, users.c.email_key, email_key, keeping=keeping)
    return [f"filled {filled} keys"] if filled else []


def _fill(
    conn: Connection, name: Column[str], key: Column[Any], key_of: Callable[[str], str], *, keeping: str
) -> int:
    """Give each row its key where it has none; of rows with equal keys the oldest gets it.

    Args:
        keeping: SQL that holds on to a column which the server would set to the present time.
    Returns:
        How many rows got theirs.
    """
    rows = conn.execute(
        select(users.c.id, name).where(key.is_(None), name.is_not(None)).order_by(users.c.id)
    ).all()
    ignore = "OR IGNORE" if conn.dialect.name == "sqlite" else "IGNORE"  # those whose key is taken
    statement = text(f"UPDATE {ignore} users SET {key.name} = :key{keeping} WHERE id = :id")  # noqa: S608
    return sum(conn.execute(statement, {"id": row_id, "key": key_of(value)}).rowcount for row_id, value in rows)
