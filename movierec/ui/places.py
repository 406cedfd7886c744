"""Where somebody is signed in, as a page lists it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movierec.auth import ActiveLogin

__all__ = ["ago", "places"]

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_DAYS_TOLD = 30  # then a date says more


def places(logins: Sequence[ActiveLogin], *, here: int, now: datetime) -> list[dict[str, Any]]:
    """Return the lines of the list, the page's own login first.

    Args:
        logins: the one used last first.
        here: the login_id of the page's own.
        now: the time in UTC.
    """
    return [
        {
            "login_id": login.login_id,
            "label": login.label,
            "here": login.login_id == here,
            "since": ago(login.created_at, now=now),
            "used": ago(login.seen_at, now=now),
        }
        for login in sorted(logins, key=lambda login: login.login_id != here)
    ]


def ago(moment: datetime, *, now: datetime) -> str:
    """Say how long ago *moment* was; in words that hold in every time zone, but for what is long past."""
    seconds = (now - moment).total_seconds()
    if seconds < 2 * _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} minutes ago"
    if seconds < _DAY:
        return _counted(seconds // _HOUR, "hour")
    if seconds < _DAYS_TOLD * _DAY:
        return _counted(seconds // _DAY, "day")
    return f"on {moment.day} {moment:%B %Y}"


def _counted(count: float, noun: str) -> str:
    return f"{count:.0f} {noun}{'s' if count > 1 else ''} ago"
