"""What is asked for twice is done once: a page sends a form again when the line broke before it was answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["KEPT_S", "Once"]

Result = TypeVar("Result")

KEPT_S = 90.0  # a page sends a form again for a minute


class Once(Generic[Result]):
    """One page's results: those on their way, and the last few.

    Args:
        kept_s: how long a result is kept; a page does not ask for longer.
        most: how many are; the oldest goes first.
        clock: seconds.
    """

    def __init__(self, *, kept_s: float = KEPT_S, most: int = 8, clock: Callable[[], float] = time.monotonic):
        self._kept_s, self._most, self._clock = kept_s, most, clock
        self._coming: dict[Hashable, asyncio.Future[Result]] = {}
        self._kept: dict[Hashable, tuple[Result, float]] = {}  # the oldest first; until when

    def has(self, key: Hashable) -> bool:
        """Return whether there is a result for *key*, or one on its way."""
        self._forget()
        return key in self._coming or key in self._kept

    async def do(self, key: Hashable, make: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result for *key*, made only once.

        What went wrong is not kept, but told to all who wait for it.

        Args:
            key: which.
            make: makes it; goes on when who asked has gone.
        """
        self._forget()
        if key in self._kept:
            return self._kept[key][0]
        coming = self._coming.get(key)
        if coming is None:
            coming = self._coming[key] = asyncio.ensure_future(make())
            coming.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(coming)

    def _keep(self, key: Hashable, done: asyncio.Future[Result]) -> None:
        del self._coming[key]
        if not done.cancelled() and done.exception() is None:
            self._kept[key] = done.result(), self._clock() + self._kept_s
            self._forget()

    def _forget(self) -> None:
        now = self._clock()
        over = [key for key, (_, until) in self._kept.items() if until <= now]
        surplus = list(self._kept)[: max(0, len(self._kept) - self._most)]
        for key in {*over, *surplus}:
            del self._kept[key]
