"""Devices on which somebody has logged in before: from there they get in, whoever guesses elsewhere.

After OWASP's "device cookies": a browser keeps a token, and the table says for whom it has been used.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from movierec.auth.throttle import utc_now
from movierec.auth.tokens import digest, new_token
from movierec.db import Database
from movierec.tables import devices

__all__ = ["DEVICE_DAYS", "Devices"]

DEVICE_DAYS = 365  # that one is remembered after its last login
_MOST = 50  # of one account; a program that keeps no cookies is a new device each time


class Devices:
    """The devices known in *db*."""

    def __init__(self, db: Database, *, now: Callable[[], datetime] = utc_now):
        self._db, self._now = db, now

    def know(self, user_id: int | None, device: str) -> bool:
        """Return whether the owner of an account has logged in on this device.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        if not device:
            return False
        query = select(devices.c.user_id).where(devices.c.device_digest == digest(device))
        with self._db.read() as conn:
            return user_id in conn.scalars(query).all()

    def remember(self, user_id: int, device: str) -> str:
        """Note that the owner of an account has just logged in.

        Args:
            user_id: whose account it is.
            device: the token that the device has, if it has one.
        Returns:
            The token that it should keep: a new one unless somebody has logged in there with its old one.
        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        token = device if device and self._is_ours(device) else new_token()
        values = {"user_id": user_id, "device_digest": digest(token), "seen_at": self._now()}
        here = devices.c.user_id == user_id

        def save(conn: Connection) -> None:
            conn.execute(delete(devices).where(here, devices.c.device_digest == values["device_digest"]))
            conn.execute(insert(devices).values(**values))
            newest = select(devices.c.device_digest).where(here).order_by(devices.c.seen_at.desc())
            surplus = conn.scalars(newest.offset(_MOST)).all()
            if surplus:
                conn.execute(delete(devices).where(here, devices.c.device_digest.in_(surplus)))

        self._db.write(save, idempotent=True)
        return token

    def forget(self, user_id: int, *, but: str = "") -> None:
        """Forget the devices of an account, but the one with that token.

        Raises:
            StorageError: the database cannot be reached or refuses.
        """
        others = devices.c.user_id == user_id, devices.c.device_digest != digest(but)
        self._db.write(lambda conn: conn.execute(delete(devices).where(*others)), idempotent=True)

    def _is_ours(self, device: str) -> bool:
        query = select(devices.c.user_id).where(devices.c.device_digest == digest(device))
        with self._db.read() as conn:
            return conn.execute(query).first() is not None
