"""What is asked for twice is done once: a page sends a form again when the line broke before it was answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Once"]

Result = TypeVar("Result")


class Once(Generic[Result]):
    """Results on their way, and those of the last while.

    Args:
        kept_s: how long a result is kept; a page does not ask for longer.
        most: how many; the oldest goes first.
    """

    def __init__(self, *, kept_s: float, most: int = 1000):
        self._kept_s, self._most = kept_s, most
        self._results: dict[Hashable, asyncio.Future[Result]] = {}

    async def do(self, key: Hashable, make: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result for *key*, made only once.

        What went wrong is not kept, but told to all who wait for it.

        Args:
            key: whose it is, and which.
            make: makes it; goes on when who asked has gone.
        """
        found = self._results.get(key)
        if found is None:
            found = self._results[key] = asyncio.ensure_future(make())
            found.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(found)

    def _keep(self, key: Hashable, done: asyncio.Future[Result]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._results.pop(key, None)
            return
        asyncio.get_running_loop().call_later(self._kept_s, self._results.pop, key, None)
        while len(self._results) > self._most:
            del self._results[next(iter(self._results))]
