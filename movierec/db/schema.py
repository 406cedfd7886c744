"""Making the tables, and adopting those of the classic app. Nothing is ever changed or taken away:
missing tables, columns and indexes are added, and empty keys are filled."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, Inspector, Table, bindparam, inspect, select, update
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
        SchemaError: a table of this name exists that is not one of ours.
    """
    inspector = inspect(conn)
    existing = set(inspector.get_table_names())
    done = []
    for table in metadata.sorted_tables:
        if table.name in existing:
            done += _adopt(conn, inspector, table)
        else:
            table.create(conn)
            done.append(f"made table {table.name}")
    filled = _fill(conn, users.c.username, users.c.username_key, username_key)
    filled += _fill(conn, users.c.email, users.c.email_key, email_key)
    return [*done, f"filled {filled} keys"] if filled else done


def _adopt(conn: Connection, inspector: Inspector, table: Table) -> list[str]:
    done = []
    has = {column["name"].lower() for column in inspector.get_columns(table.name)}
    missing = [column for column in table.columns if column.name not in has]
    for column in missing:
        if not column.nullable:
            raise SchemaError(
                f"there is a table {table.name} without a column {column.name}: it is another program's",
                hint="Give movierec a database of its own: DB_NAME, DB_URL or DB_SQLITE_FILE.",
            )
    for column in missing:
        definition = CreateColumn(column).compile(dialect=conn.dialect)
        conn.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")
        done.append(f"added column {table.name}.{column.name}")
    indexed = {index["name"] for index in inspector.get_indexes(table.name)}
    for index in table.indexes:
        # Indexes that only make things faster are left to who made the table.
        if index.unique and index.name not in indexed:
            index.create(conn)
            done.append(f"added index {index.name}")
    return done


def _fill(conn: Connection, name: Column[str], key: Column[str], key_of: Callable[[str], str]) -> int:
    """Give each row its key where it has none; of rows with equal keys the oldest gets it."""
    rows = conn.execute(
        select(users.c.id, name).where(key.is_(None), name.is_not(None)).order_by(users.c.id)
    ).all()
    if not rows:
        return 0
    statement = (
        update(users)
        .where(users.c.id == bindparam("row_id"), key.is_(None))
        .values({key: bindparam("row_key")})
        .prefix_with("IGNORE", dialect="mysql")
        .prefix_with("OR IGNORE", dialect="sqlite")
    )
    filled = 0
    for row_id, value in rows:
        filled += conn.execute(statement, {"row_id": row_id, "row_key": key_of(value)}).rowcount
    return filled
