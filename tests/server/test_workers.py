"""A few threads, and a line before them that has an end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from movierec.server.workers import Busy, Workers
from tests.loop import play


@contextmanager
def workers(*, threads: int, line: int) -> Iterator[Workers]:
    staff = Workers("test", threads=threads, line=line)
    yield staff
    staff.close()


def test_what_is_done_comes_back() -> None:
    """The result, or the error."""

    async def story() -> None:
        with workers(threads=1, line=0) as staff:
            assert await staff.do(lambda: 6 * 7) == 42
            with pytest.raises(ZeroDivisionError):
                await staff.do(lambda: 1 / 0)

    play(story())


def test_who_finds_the_line_full_is_told_at_once() -> None:
    """Two at work and three in line; the sixth is turned away, until there is a place again."""
    go_on = threading.Event()

    async def story() -> list[str]:
        with workers(threads=2, line=3) as staff:

            def work() -> str:
                assert go_on.wait(30)
                return "done"

            there = [asyncio.create_task(staff.do(work)) for _ in range(5)]
            await asyncio.sleep(0)
            with pytest.raises(Busy):
                await staff.do(work)
            go_on.set()
            done = await asyncio.gather(*there)
            return [*done, await staff.do(work)]

    assert play(story()) == ["done"] * 6


def test_a_place_is_taken_until_the_work_has_ended() -> None:
    """Not until its asker has gone, or impatient people would have any number of threads' work waiting."""
    go_on, begun = threading.Event(), threading.Event()

    async def story() -> None:
        with workers(threads=1, line=0) as staff:

            def work() -> None:
                begun.set()
                assert go_on.wait(30)

            asked = asyncio.create_task(staff.do(work))
            while not begun.is_set():
                await asyncio.sleep(0)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            with pytest.raises(Busy):
                await staff.do(work)
            go_on.set()

    play(story())


def test_who_leaves_the_line_makes_room() -> None:
    """What has not begun is not done."""
    go_on, begun, late = threading.Event(), threading.Event(), threading.Event()

    async def story() -> None:
        with workers(threads=1, line=1) as staff:

            def work() -> None:
                begun.set()
                assert go_on.wait(30)

            first = asyncio.create_task(staff.do(work))
            while not begun.is_set():
                await asyncio.sleep(0)
            leaves = asyncio.create_task(staff.do(late.set))
            await asyncio.sleep(0)
            leaves.cancel()
            with pytest.raises(asyncio.CancelledError):
                await leaves
            next_one = asyncio.create_task(staff.do(lambda: "done"))
            await asyncio.sleep(0)
            go_on.set()
            await first
            assert await next_one == "done"

    play(story())
    assert not late.is_set()
