"""What is over and of no use to anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from movierec.auth.devices import DEVICE_DAYS
from movierec.tables import attempts, devices, reset_codes, tickets

__all__ = ["forget_what_is_over"]


def forget_what_is_over(conn: Connection, now: datetime) -> None:
    """Remove tickets, codes, devices and attempts whose time is over; *now* in UTC, without a zone."""
    conn.execute(delete(tickets).where(tickets.c.expires_at < now))
    conn.execute(delete(reset_codes).where(reset_codes.c.expires_at < now))
    conn.execute(delete(devices).where(devices.c.seen_at < now - timedelta(days=DEVICE_DAYS)))
    conn.execute(delete(attempts).where(attempts.c.forgotten_at < now))
