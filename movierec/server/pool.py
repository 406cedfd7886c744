"""Kernels that are ready before their visitors come; visitors for whom none is ready wait in line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from movierec.server.notebook import Prepared

__all__ = ["Pool"]

_log = logging.getLogger(__name__)

_REST_S = 30.0


class Pool:
    """Prepared kernels, first come, first served."""

    def __init__(
        self,
        prepare: Callable[[], Awaitable[Prepared]],
        *,
        size: int,
        at_once: int,
        is_alive: Callable[[str], bool],
        end: Callable[[str], Awaitable[object]],
        model_mark: Callable[[], object] = lambda: None,
    ):
        """Set up; :meth:`fill` begins.

        Args:
            prepare: starts a kernel.
            size: how many kernels wait for a visitor.
            at_once: how many are started at the same time. More would make everybody wait for the last.
            is_alive: is the kernel with that id still there?
            end: ends a kernel.
            model_mark: tells the model that is in place from others; None while there is none. A kernel that has
                opened a model would show its films to somebody who comes after another one has been built.
        """
        self._prepare, self._size, self._at_once = prepare, size, at_once
        self._is_alive, self._end, self._model_mark = is_alive, end, model_mark
        self._mark = model_mark()
        self._ready: deque[Prepared] = deque()
        self._waiting: deque[asyncio.Future[Prepared]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._rests_until = 0.0
        self._closed = False

    @property
    def ready(self) -> int:
        """How many kernels wait for a visitor."""
        return len(self._ready)

    async def take(self) -> Prepared:
        """Return a kernel for a visitor, as soon as there is one.

        Raises:
            Exception: what kept this visitor's kernel from starting.
        """
        while self._ready:
            prepared = self._ready.popleft()
            if self._is_alive(prepared.kernel_id):
                self.fill()
                return prepared
        try:
            return await self._wait()
        except Exception:
            return await self._wait()  # once more: what kernels are forked from may have had to be started anew

    async def _wait(self) -> Prepared:
        if self._closed:
            raise RuntimeError("no kernel is started any more")
        visitor: asyncio.Future[Prepared] = asyncio.get_running_loop().create_future()
        self._waiting.append(visitor)
        self.fill()
        return await visitor

    async def give_back(self, prepared: Prepared) -> None:
        """Take a kernel back that no page has heard of, at once after :meth:`take`."""
        if not self._closed and (self._waiting or len(self._ready) < self._size):
            self._hand_over(prepared)
        else:
            await self._drop(prepared)

    def fill(self) -> None:
        """Start what is missing; throw out what is dead."""
        if self._closed:
            return
        self._ready = deque(each for each in self._ready if self._is_alive(each.kernel_id))
        self._waiting = deque(visitor for visitor in self._waiting if not visitor.done())
        resting = time.monotonic() < self._rests_until
        wanted = len(self._waiting) + (0 if resting else self._size)
        missing = wanted - len(self._ready) - len(self._starting)
        for _ in range(min(missing, self._at_once - len(self._starting))):
            task = asyncio.get_running_loop().create_task(self._start())
            self._starting.add(task)
            task.add_done_callback(self._started)

    async def look_after(self) -> None:
        """Make good what has happened meanwhile: kernels died, another model was built."""
        mark = self._model_mark()
        if mark not in (None, self._mark):
            self._mark = mark
            old, self._ready = self._ready, deque()  # at once: from here on no visitor is given one of them
            self.fill()
            for prepared in old:
                await self._drop(prepared)
        self.fill()

    async def close(self) -> None:
        """Start no more kernels, and wait until those that are being started are there, and ended.

        A kernel that is given up while it starts is one that nobody knows of.
        """
        self._closed = True
        for visitor in self._waiting:
            visitor.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)

    async def _start(self) -> None:
        mark = self._mark
        try:
            prepared = await self._prepare()
        except Exception as error:
            self._fail(error)
            return
        if mark == self._mark and not self._closed:
            self._hand_over(prepared)
        else:
            await self._drop(prepared)

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        self.fill()

    def _hand_over(self, prepared: Prepared) -> None:
        if not self._is_alive(prepared.kernel_id):
            self._fail(RuntimeError("the kernel ended as soon as it was ready"))
            return
        self._rests_until = 0.0
        visitor = self._first_in_line()
        if visitor is None:
            self._ready.append(prepared)
        else:
            visitor.set_result(prepared)

    def _fail(self, error: Exception) -> None:
        _log.warning("a kernel could not be made ready: %s", error)
        # What failed will fail again: not all the time, when nobody waits for it.
        self._rests_until = time.monotonic() + _REST_S
        visitor = self._first_in_line()
        if visitor is not None:
            visitor.set_exception(error)

    def _first_in_line(self) -> asyncio.Future[Prepared] | None:
        while self._waiting:
            visitor = self._waiting.popleft()
            if not visitor.done():
                return visitor
        return None

    async def _drop(self, prepared: Prepared) -> None:
        with contextlib.suppress(Exception):
            await self._end(prepared.kernel_id)
