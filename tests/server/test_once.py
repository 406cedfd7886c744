"""What is asked for twice: done once, answered twice."""

from __future__ import annotations

import asyncio

import pytest

from movierec.server.once import Once
from tests.loop import play


class Work:
    """Counts how often it is done, and waits until it may end."""

    def __init__(self) -> None:
        self.done = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.done += 1
        await self.may_end.wait()
        return self.done


def test_what_is_on_its_way_is_waited_for() -> None:
    """And what has come is given again; another key is another thing."""

    async def story() -> None:
        once, work = Once[int](), Work()
        asked = [asyncio.ensure_future(once.do("a", work)) for _ in range(3)]
        await asyncio.sleep(0)
        work.may_end.set()
        assert await asyncio.gather(*asked) == [1, 1, 1]
        assert await once.do("a", work) == 1
        assert await once.do("b", work) == 2

    play(story())


def test_who_goes_away_takes_nothing_along() -> None:
    """The line broke: the work goes on, for whoever asks again."""

    async def story() -> None:
        once, work = Once[int](), Work()
        gone = asyncio.ensure_future(once.do("a", work))
        await asyncio.sleep(0)
        gone.cancel()
        again = asyncio.ensure_future(once.do("a", work))
        await asyncio.sleep(0)
        work.may_end.set()
        assert await again == 1

    play(story())


def test_what_went_wrong_is_tried_anew() -> None:
    """It is told to who waits, and not kept."""

    async def fail() -> int:
        raise RuntimeError

    async def story() -> None:
        once, work = Once[int](), Work()
        with pytest.raises(RuntimeError):
            await once.do("a", fail)
        work.may_end.set()
        assert await once.do("a", work) == 1

    play(story())


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """The oldest goes first; what is on its way takes no room, and is not given up for what comes later."""

    async def story() -> None:
        once, work, slow = Once[int](most=2), Work(), Work()
        coming = asyncio.ensure_future(once.do("slow", slow))
        work.may_end.set()
        for key in "abc":
            await once.do(key, work)
        assert [once.has(key) for key in ("a", "b", "c", "slow", "other")] == [False, True, True, True, False]
        again = asyncio.ensure_future(once.do("slow", slow))
        slow.may_end.set()
        assert await asyncio.gather(coming, again) == [1, 1]
        assert await once.do("c", work) == 3
        assert await once.do("a", work) == 4

    play(story())


def test_nothing_is_kept_for_longer_than_a_page_asks() -> None:
    """After ninety seconds it is done anew, and the new result has its own ninety."""

    async def story() -> None:
        time = 0.0
        once, work = Once[int](clock=lambda: time), Work()
        work.may_end.set()
        for at, result in ((0.0, 1), (89.9, 1), (90.0, 2), (179.9, 2), (180.0, 3)):
            time = at
            assert await once.do("a", work) == result
        time = 270.0
        assert not once.has("a")

    play(story())
