"""How a ticket comes into the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select

from movierec.auth.tokens import digest
from movierec.tables import logins, tickets

__all__ = ["put"]


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
