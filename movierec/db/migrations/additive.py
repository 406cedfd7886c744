"""Adding what is missing, and only that: tables, columns that may be empty, indexes."""

from __future__ import annotations

from typing import Any

from alembic import context, op
from sqlalchemy import Connection, Index, MetaData, Table, inspect
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.schema import CreateColumn

from movierec.errors import SchemaError

__all__ = ["OPTIONS", "add_missing", "recognise"]

OPTIONS: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_unicode_ci"))
}


def recognise(conn: Connection, tables: MetaData) -> None:
    """See that tables that are there are ours: that they lack no column but those that may be empty.

    Raises:
        SchemaError: one is not.
    """
    for table in _existing(conn, tables):
        has = _columns(conn, table)
        for column in table.columns:
            if column.name not in has and not column.nullable:
                raise SchemaError(
                    f"there is a table {table.name} without a column {column.name}: it is another program's",
                    hint="Give movierec a database of its own: DB_NAME, DB_URL or DB_SQLITE_FILE.",
                )


def add_missing(tables: MetaData) -> None:
    """Add what the database lacks of *tables*, and tell the runner; running it again changes nothing."""
    conn, done = op.get_bind(), context.config.attributes["done"]
    existing = _existing(conn, tables)
    for table in tables.sorted_tables:
        if table in existing:
            done += _add_columns(conn, table)
            done += _add_indexes(conn, table)
        else:
            table.create(conn)
            done.append(f"made table {table.name}")


def _existing(conn: Connection, tables: MetaData) -> list[Table]:
    names = inspect(conn).get_table_names()
    return [table for table in tables.sorted_tables if table.name in names]


def _columns(conn: Connection, table: Table) -> set[str]:
    return {column["name"].lower() for column in inspect(conn).get_columns(table.name)}


def _add_columns(conn: Connection, table: Table) -> list[str]:
    has = _columns(conn, table)
    missing = [column for column in table.columns if column.name not in has]
    for column in missing:
        definition = CreateColumn(column).compile(dialect=conn.dialect)
        conn.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")
    return [f"added column {column}" for column in missing]


def _add_indexes(conn: Connection, table: Table) -> list[str]:
    has = inspect(conn).get_indexes(table.name)
    wanted = sorted(table.indexes, key=lambda index: str(index.name))
    missing = [index for index in wanted if not any(_serves(other, index) for other in has)]
    for index in missing:
        index.create(conn)
    return [f"added index {index.name}" for index in missing]


def _serves(there: ReflectedIndex, index: Index) -> bool:
    """Whether it is *index*: by its name or, where that only makes things faster, by what it does."""
    columns = [column.name for column in index.columns]
    return there["name"] == index.name or (not index.unique and there["column_names"][: len(columns)] == columns)
