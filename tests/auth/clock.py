"""A clock that tests set."""

from __future__ import annotations

from datetime import datetime, timedelta


class Clock:
    """Tells a time in UTC, without a zone, that only moves when it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **delta: float) -> None:
        self.time += timedelta(**delta)
