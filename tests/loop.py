"""Coroutines in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def play(story: Coroutine[Any, Any, T], limit_s: float = 60.0) -> T:
    """Run a coroutine to its end, in a thread: while a browser is open, its driver's loop runs in this one."""

    async def tell() -> T:
        return await asyncio.wait_for(story, limit_s)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, tell()).result()
