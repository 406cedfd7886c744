"""How long a login lasts: since it was last used, and in any case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from movierec.settings import Settings
from movierec.tables import logins

__all__ = ["Lifetimes"]


class Lifetimes:
    """The same rule for one login and, as a condition, for all; times are in UTC, without a zone."""

    def __init__(self, settings: Settings):
        # kept or not -> since the last use, since the beginning
        self._lasts = {
            False: (timedelta(hours=settings.login_idle_h), timedelta(hours=settings.login_max_h)),
            True: (timedelta(days=settings.login_kept_idle_d), timedelta(days=settings.login_kept_max_d)),
        }

    def is_over(self, *, kept: bool, begun_at: datetime, seen_at: datetime, now: datetime) -> bool:
        """Return whether such a login has ended by itself."""
        idle, longest = self._lasts[kept]
        return now - seen_at >= idle or now - begun_at >= longest

    def are_over(self, now: datetime) -> ColumnElement[bool]:
        """Return the condition for rows of ``logins`` that have."""
        return or_(
            *(
                and_(
                    logins.c.kept == kept,
                    or_(logins.c.seen_at <= now - idle, logins.c.created_at <= now - longest),
                )
                for kept, (idle, longest) in self._lasts.items()
            )
        )
