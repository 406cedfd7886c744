"""What Alembic executes to go the way, on the connection and in the transaction that the runner was given."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
