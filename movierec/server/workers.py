"""A few threads for what takes its time, and a line of limited length before them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["Busy", "Workers"]

Result = TypeVar("Result")


class Busy(Exception):
    """So many wait already that one more would wait too long."""


class Workers:
    """Does work beside the event loop, so that nobody waits for it but who has asked for it."""

    def __init__(self, name: str, *, threads: int, line: int):
        """Set up.

        Args:
            name: of the threads.
            threads: how many work at a time.
            line: how many more may wait.
        """
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + line)

    async def do(self, work: Callable[[], Result]) -> Result:
        """Return what *work* returns.

        Raises:
            Busy: the line is full; nothing has been done.
            Exception: whatever *work* raises.
        """
        if not self._places.acquire(blocking=False):
            raise Busy
        # The place is taken until the work has ended, not until its asker has gone.
        job = self._threads.submit(work)
        job.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
