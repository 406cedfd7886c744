"""How a ticket comes into the database, and out of it, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select

from movierec.auth.tokens import digest
from movierec.tables import logins, tickets

__all__ = ["put", "take"]


def put(conn: Connection, ticket: str, *, login_id: int, kernel_id: str, until: datetime) -> bool:
    """Store a ticket in place of those that the login has had for the same kernel; a second time does no harm.

    Returns:
        False when the login has ended, and nothing is stored.
    """
    # Held until the end, so that the login does not end in between.
    if conn.scalar(select(logins.c.id).where(logins.c.id == login_id).with_for_update(read=True)) is None:
        return False
    kernel = digest(kernel_id)
    conn.execute(delete(tickets).where(and_(tickets.c.login_id == login_id, tickets.c.kernel_digest == kernel)))
    row = {"ticket_digest": digest(ticket), "login_id": login_id, "kernel_digest": kernel, "expires_at": until}
    conn.execute(insert(tickets).values(**row))
    return True


def take(conn: Connection, ticket: str, *, kernel_id: str) -> Row[Any] | None:
    """Remove a ticket for this kernel and return its row, or None where there is none any more."""
    mine = and_(tickets.c.ticket_digest == digest(ticket), tickets.c.kernel_digest == digest(kernel_id))
    row = conn.execute(select(tickets).where(mine).with_for_update()).one_or_none()
    # Of two at once the one whose row it still is has it, whatever both have read.
    return row if row is not None and conn.execute(delete(tickets).where(mine)).rowcount else None
