"""Making the tables, and adopting those of the classic app. Nothing is ever changed or taken away:
missing tables, columns and indexes are added, and empty keys are filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, Table, inspect, select, text
from sqlalchemy.schema import CreateColumn

from movierec.errors import SchemaError
from movierec.tables import email_key, metadata, username_key, users

__all__ = ["check", "is_empty", "upgrade"]


def check(conn: Connection) -> None:
    """Ask for every column of every table; a missing one is an error of the database's own."""
    for table in metadata.sorted_tables:
        conn.execute(select(table).limit(0))


def is_empty(conn: Connection) -> bool:
    """Whether the database has no tables at all."""
    return not inspect(conn).get_table_names()


def upgrade(conn: Connection) -> list[str]:
    """Add what is missing; running it again changes nothing.

    Returns:
        What was done, for people.
    Raises:
        SchemaError: a table of this name exists that is not one of ours; nothing was changed.
    """
    inspector = inspect(conn)
    names = set(inspector.get_table_names()) & set(metadata.tables)
    columns = {name: {column["name"].lower() for column in inspector.get_columns(name)} for name in names}
    existing = [table for table in metadata.sorted_tables if table.name in names]
    for table in existing:
        _recognise(table, columns[table.name])
    done = []
    for table in metadata.sorted_tables:
        if table in existing:
            done += _add_columns(conn, table, columns[table.name])
            done += _add_indexes(conn, table, {index["name"] for index in inspector.get_indexes(table.name)})
        else:
            table.create(conn)
            done.append(f"made table {table.name}")
    keeping = ", updated_at = updated_at" if "updated_at" in columns.get(users.name, ()) else ""
    filled = _fill(conn, users.c.username, users.c.username_key, username_key, keeping=keeping)
    filled += _fill(conn, users.c.email, users.c.email_key, email_key, keeping=keeping)
    return [*done, f"filled {filled} keys"] if filled else done


def _recognise(table: Table, has: set[str]) -> None:
    """Raise if a table that is there lacks what makes it one of ours: all but the columns that may be empty."""
    for column in table.columns:
        if column.name not in has and not column.nullable:
            raise SchemaError(
                f"there is a table {table.name} without a column {column.name}: it is another program's",
                hint="Give movierec a database of its own: DB_NAME, DB_URL or DB_SQLITE_FILE.",
            )


def _add_columns(conn: Connection, table: Table, has: set[str]) -> list[str]:
    missing = [column for column in table.columns if column.name not in has]
    for column in missing:
        definition = CreateColumn(column).compile(dialect=conn.dialect)
        conn.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")
    return [f"added column {column}" for column in missing]


def _add_indexes(conn: Connection, table: Table, has: set[str | None]) -> list[str]:
    # Indexes that only make things faster are left to whoever made the table.
    wanted = sorted((index for index in table.indexes if index.unique), key=lambda index: str(index.name))
    missing = [index for index in wanted if index.name not in has]
    for index in missing:
        index.create(conn)
    return [f"added index {index.name}" for index in missing]


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
