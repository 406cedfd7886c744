"""What a database looks like, as it tells it itself."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from movierec.db import Database
from movierec.settings import Settings
from tests import classic


def layout(settings: Settings) -> dict[str, object]:
    """Return what tells one table from another, as the database itself tells it; names of indexes do not."""
    database = Database(settings)
    with database._read() as conn:
        return {name: table_layout(conn, name) for name in inspect(conn).get_table_names()}


def table_layout(conn: Connection, name: str) -> dict[str, object]:
    inspector = inspect(conn)
    uniques = [(tuple(key["column_names"]), True) for key in inspector.get_unique_constraints(name)]
    indexes = [(tuple(index["column_names"]), bool(index["unique"])) for index in inspector.get_indexes(name)]
    references = [
        (*key["constrained_columns"], key["referred_table"], *key["referred_columns"], str(key["options"]))
        for key in inspector.get_foreign_keys(name)
    ]
    numbered = "autoincrement"
    if conn.dialect.name == "sqlite":
        made = str(conn.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}))
        numbered = str("AUTOINCREMENT" in made)
    return {
        "columns": [
            (
                column["name"],
                column["type"].compile(dialect=conn.dialect),
                column["nullable"],
                column["default"],
                column.get(numbered),
            )
            for column in inspector.get_columns(name)
        ],
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "indexes": sorted({*uniques, *indexes}),
        "references": sorted(references),
        "numbered": numbered,
    }


def drop(settings: Settings) -> None:
    """Take the database away."""
    if settings.db_host:
        with classic.connect(settings, database=False) as conn, conn.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{settings.db_name}`")
    else:
        for file in settings.db_sqlite_file.parent.glob(f"{settings.db_sqlite_file.name}*"):
            file.unlink()
