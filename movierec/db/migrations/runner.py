"""Taking the steps. Importing this imports Alembic, which nobody does whose tables are up to date."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from movierec.db.migrations.additive import recognise

__all__ = ["migrate", "steps"]

_PLACE = "movierec.db:migrations"


def steps() -> ScriptDirectory:
    """Return all steps, as Alembic sees them."""
    return ScriptDirectory.from_config(_config())


def migrate(conn: Connection, version: str | None) -> list[str]:
    """Bring the tables from *version* to the newest, in the transaction that *conn* is in.

    Args:
        version: None: tables of the classic app, of the first movierec, or none.
    Returns:
        What was done, for people.
    Raises:
        SchemaError: a table of one of our names is not one of ours; nothing was changed.
    """
    for step in steps().iterate_revisions("head", version or "base"):
        recognise(conn, step.module.TABLES)
    done: list[str] = []
    command.upgrade(_config(connection=conn, done=done), "head")
    return done


def _config(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", _PLACE)
    return config
